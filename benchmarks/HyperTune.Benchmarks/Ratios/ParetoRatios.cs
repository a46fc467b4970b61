using HyperTune.Pareto;

namespace HyperTune.Benchmarks.Ratios;

/// <summary>Sorting, hypervolumes and greedy subsets on one core.</summary>
internal static class ParetoRatios
{
    private const int Points = 1_000, Chosen = 100;

    public static void Sorting(RatioTable table, bool isQuick)
    {
        const double goal = 0.020;
        foreach ((string name, double[] losses) in ((string, double[])[])[("in a cube", Cube(Points, 3)), ("of one front", Front(Points, 3))])
        {
            int[] ranks = new int[Points];
            double[] distances = new double[Points];
            double time = Time(isQuick, () =>
            {
                NonDominatedSort.Rank(losses, 3, ranks);
                CrowdingDistance.Order(losses, 3, distances);
            });
            table.Add(new($"Pareto: ranks and crowding of {Points:N0} points {name}, 3 objectives", Amounts.Time(time), "-", null, "≤ 20 ms", time <= goal));
        }
        foreach (int objectives in (int[])[2, 3])
            Growth(table, isQuick, $"ranks, {objectives} objectives", objectives, Cube, (losses, ranks, _) => NonDominatedSort.Rank(losses, objectives, ranks));
    }

    public static void Hypervolume(RatioTable table, bool isQuick)
    {
        foreach (int objectives in (int[])[2, 3])
        {
            double[] reference = Reference(objectives);
            Growth(table, isQuick, $"hypervolume, {objectives} objectives", objectives, Front, (losses, _, _) => HypervolumeEngine.Volume(losses, reference));
            Growth(table, isQuick, $"contributions, {objectives} objectives", objectives, Front, (losses, _, volumes) => HypervolumeEngine.Contributions(losses, reference, volumes));
        }
        const double goal = 0.100;
        double[] front = Front(Points, 4), corner = Reference(4);
        double time = Time(isQuick, () => HypervolumeEngine.Volume(front, corner));
        table.Add(new($"Pareto: hypervolume of {Points:N0} front points, 4 objectives", Amounts.Time(time), "-", null, "≤ 100 ms", time <= goal));
        double[] smaller = Front(200, 5), fifth = Reference(5);
        time = Time(isQuick, () => HypervolumeEngine.Volume(smaller, fifth));
        table.Add(new("Pareto: hypervolume of 200 front points, 5 objectives", Amounts.Time(time), "-", null, "", null));
    }

    public static void Subset(RatioTable table, bool isQuick)
    {
        foreach (int objectives in (int[])[2, 3, 4])
        {
            double[] losses = Front(Points, objectives), reference = Reference(objectives);
            int[] chosen = new int[Chosen];
            double time = Time(isQuick, () => HypervolumeSubset.Select(losses, reference, chosen));
            double plain = Clock.Once(() => PlainGreedy(losses, reference, isQuick ? 20 : Chosen));
            table.Add(new($"Pareto: {Chosen} of {Points:N0} front points by hypervolume, {objectives} objectives (floor: greedy choice {(isQuick ? "of 20 " : "")}that computes all anew)", Amounts.Time(time), Amounts.Time(plain), time / plain, isQuick ? "" : "≤ 0.5 ×", isQuick ? null : time / plain <= 0.5));
        }
    }

    /// <summary>Twice the points against once; n log n gives 2.2.</summary>
    private static void Growth(RatioTable table, bool isQuick, string what, int objectives, Func<int, int, double[]> make, Action<double[], int[], double[]> run)
    {
        const int once = 20_000, twice = 2 * once;
        double[] few = make(once, objectives), many = make(twice, objectives);
        int[] fewRanks = new int[once], manyRanks = new int[twice];
        double[] fewVolumes = new double[once], manyVolumes = new double[twice];
        Clock.WarmUp(() => run(few, fewRanks, fewVolumes));
        double[] times = Clock.Medians(isQuick ? 5 : 15, () => run(few, fewRanks, fewVolumes), () => run(many, manyRanks, manyVolumes));
        table.Add(new($"Pareto: {what}, {twice:N0} points (floor: {once:N0})", Amounts.Time(times[1]), Amounts.Time(times[0]), times[1] / times[0], "≤ 2.6 ×", times[1] / times[0] <= 2.6));
    }

    private static void PlainGreedy(double[] losses, double[] reference, int count)
    {
        int d = reference.Length;
        var selected = new List<double>();
        for (int step = 0; step < count; step++)
        {
            int best = 0;
            double most = -1;
            double[] former = [.. selected];
            for (int i = 0; i < losses.Length / d; i++)
            {
                double added = HypervolumeEngine.Improvement(former, reference, losses.AsSpan(i * d, d));
                if (added > most) (best, most) = (i, added);
            }
            selected.AddRange(losses.AsSpan(best * d, d));
        }
    }

    private static double Time(bool isQuick, Action action)
    {
        Clock.WarmUp(action);
        return Clock.Medians(isQuick ? 5 : 21, action)[0];
    }

    private static double[] Reference(int objectives) => [.. Enumerable.Repeat(1.1, objectives)];

    private static double[] Cube(int count, int objectives)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count * objectives).Select(_ => random.NextDouble())];
    }

    /// <summary>Random points of the unit sphere with positive coordinates, none of which dominates another.</summary>
    private static double[] Front(int count, int objectives)
    {
        var random = new Random(1);
        var losses = new double[count * objectives];
        for (int start = 0; start < losses.Length; start += objectives)
        {
            double length = 0;
            for (int k = 0; k < objectives; k++)
            {
                // Directions of normal numbers are evenly spread.
                double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
                losses[start + k] = Math.Abs(normal);
                length += normal * normal;
            }
            for (int k = 0; k < objectives; k++) losses[start + k] /= Math.Sqrt(length);
        }
        return losses;
    }
}
