namespace HyperTune.Testing;

/// <content>Distributions over many seeds. Seeds are fixed, so that a test always has the same outcome.</content>
public abstract partial class SamplerContract
{
    private const int Studies = 320;

    [Fact]
    public void A_constant_objective_leaves_the_space_evenly_filled()
    {
        Assert.SkipUnless(FillsSpace, "The sampler does not fill the space evenly.");
        // One trial of each study, so that the points are independent: in 16 equal cells chi-squared has 15 degrees of freedom, and
        // exceeds 37.7 with a probability of 0.001. A sampler that drifts to corners fills four of the cells and passes 700.
        SearchSpace space = UnitSpace("x", "y");
        double[] counts = new double[16];
        for (int seed = 0; seed < Studies; seed++)
        {
            double[] point = LastPoint(space, (ulong)seed, (_, _) => 1);
            counts[CellOf(point[0], 4) + 4 * CellOf(point[1], 4)]++;
        }
        Assert.InRange(ChiSquared(counts), 0, 37.7);
    }

    [Fact]
    public void A_constant_objective_does_not_lead_to_the_corners()
    {
        Assert.SkipUnless(IsRandom && TakesAnySpace, "The sampler draws nothing at random, or only what can be listed.");
        // Evenly spread, the tenths at both ends of two ranges meet in 4 % of the space: 12.8 of 320 points, and 28 is four deviations more.
        int corners = 0;
        for (int seed = 0; seed < Studies; seed++)
        {
            if (LastPoint(UnitSpace("x", "y"), (ulong)seed, (_, _) => 1).All(share => share is < 0.1 or > 0.9)) corners++;
        }
        Assert.InRange(corners, 0, 28);
    }

    [Fact]
    public void A_parameter_that_plays_no_part_stays_even()
    {
        Assert.SkipUnless(FillsSpace, "The sampler does not fill the space evenly.");
        // As above, with 8 cells and 7 degrees of freedom: 24.3 is exceeded with a probability of 0.001.
        SearchSpace space = UnitSpace("part", "none");
        double[] counts = new double[8];
        for (int seed = 0; seed < Studies; seed++) counts[CellOf(LastPoint(space, (ulong)seed, (x, _) => (x - 0.3) * (x - 0.3))[1], 8)]++;
        Assert.InRange(ChiSquared(counts), 0, 24.3);
    }

    [Fact]
    public void Names_and_order_of_parameters_leave_the_distribution_of_results_alike()
    {
        Assert.SkipUnless(IgnoresNames, "The sampler looks at the order of parameters.");
        // Rank sum of 40 results among 80: mean 40·81/2, variance 40·40·81/12. Beyond 3.3 deviations lies a probability of 0.001.
        const int Runs = 40;
        double[] plain = [.. Enumerable.Range(0, Runs).Select(seed => Best((ulong)seed, "a", "b"))];
        double[] swapped = [.. Enumerable.Range(Runs, Runs).Select(seed => Best((ulong)seed, "z", "c"))];
        double[] all = [.. plain.Concat(swapped).Order()];
        double ranks = plain.Sum(value => 1 + Array.IndexOf(all, value));
        double z = (ranks - Runs * (2 * Runs + 1) / 2.0) / Math.Sqrt(Runs * Runs * (2 * Runs + 1) / 12.0);
        Assert.InRange(z, -3.3, 3.3);

        double Best(ulong seed, string steep, string flat)
        {
            // The steep one comes first by name and by order of asking in one of the two, and last in the other.
            bool isFirst = string.CompareOrdinal(steep, flat) < 0;
            SearchSpace space = isFirst ? UnitSpace(steep, flat) : UnitSpace(flat, steep);
            using Study study = Open(Create(seed));
            for (int i = 0; i < 30; i++)
            {
                Trial trial = study.Ask(space);
                double[] point = Point(space, trial);
                (double x, double y) = isFirst ? (point[0], point[1]) : (point[1], point[0]);
                study.Tell(trial, 100 * (x - 0.7) * (x - 0.7) + (y - 0.2) * (y - 0.2));
            }
            return study.BestValue;
        }
    }

    private double[] LastPoint(SearchSpace space, ulong seed, Func<double, double, double> objective)
    {
        using Study study = Open(Create(seed));
        for (int i = 0; ; i++)
        {
            Trial trial = study.Ask(space);
            double[] point = Point(space, trial);
            if (i == 30) return point;
            study.Tell(trial, objective(point[0], point[1]));
        }
    }

    private static int CellOf(double share, int cells) => Math.Min((int)(share * cells), cells - 1);

    private static double ChiSquared(double[] counts)
    {
        double expected = counts.Sum() / counts.Length;
        return counts.Sum(count => (count - expected) * (count - expected) / expected);
    }
}
