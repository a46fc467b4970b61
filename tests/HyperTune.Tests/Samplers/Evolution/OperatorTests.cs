using HyperTune.Numerics;
using HyperTune.Samplers.Evolution.Breeding;

namespace HyperTune.Tests.Samplers.Evolution;

/// <summary>Crossovers, mutations and the tournament by their properties; golden tests have their formulas.</summary>
public sealed class OperatorTests
{
    private const int Children = 40_000;

    private static readonly double[] Lower = [0, 0], Upper = [1, 1];

    public static TheoryData<Crossover> Crossovers => [new UniformCrossover(), new BlxAlphaCrossover(), new SpxCrossover(), new SbxCrossover(), new VsbxCrossover(), new UndxCrossover()];

    [Theory]
    [MemberData(nameof(Crossovers))]
    public void Children_lie_about_the_middle_of_their_parents(Crossover crossover)
    {
        // Means of 40,000 children that deviate by less than 0.5 each: 5 deviations of the mean are below 0.0125. The bounded form of
        // simulated binary crossover leans to the farther bound, so parents lie symmetrically.
        double[] genes = [.. ((double[])[0.4, 0.35, 0.6, 0.65, 0.5, 0.5])[..(2 * crossover.ParentCount)]];
        double[] mean = Moments(crossover, genes).Mean;
        Assert.InRange(mean[0], 0.4875, 0.5125);
        Assert.InRange(mean[1], 0.4875, 0.5125);
    }

    [Theory]
    [MemberData(nameof(Crossovers))]
    public void Equal_parents_have_children_that_are_numbers(Crossover crossover)
    {
        double[] genes = [.. Enumerable.Repeat(0.25, 2 * crossover.ParentCount)], child = new double[2];
        var random = RandomStream.Create(1, 0, "test");
        for (int i = 0; i < 1000; i++)
        {
            crossover.Cross(new ParentGenes(genes, Lower, Upper), random, child);
            Assert.All(child, gene => Assert.True(double.IsFinite(gene)));
        }
    }

    [Fact]
    public void Simulated_binary_crossover_never_leaves_the_bounds()
    {
        var random = RandomStream.Create(2, 0, "test");
        double[] genes = new double[4], child = new double[2];
        for (int i = 0; i < 20_000; i++)
        {
            random.Fill(genes);
            if (i % 3 == 0) genes[0] = 0;
            if (i % 4 == 0) genes[3] = 1;
            if (i % 5 == 0) genes[2] = genes[0];
            new SbxCrossover { Eta = i % 7 }.Cross(new ParentGenes(genes, Lower, Upper) { HasSeveralObjectives = i % 2 == 0 }, random, child);
            Assert.All(child, gene => Assert.InRange(gene, 0, 1));
        }
    }

    [Fact]
    public void Blend_crossover_fills_the_widened_interval()
    {
        var random = RandomStream.Create(3, 0, "test");
        double[] child = new double[1], children = new double[2000];
        for (int i = 0; i < children.Length; i++)
        {
            new BlxAlphaCrossover { Alpha = 0.25 }.Cross(new ParentGenes([0.4, 0.6], [0], [1]), random, child);
            children[i] = child[0];
        }
        Assert.InRange(children.Min(), 0.35, 0.355);
        Assert.InRange(children.Max(), 0.645, 0.65);
    }

    [Fact]
    public void Simplex_crossover_keeps_the_covariance_of_a_population()
    {
        // Parents are drawn anew for each child from a normal density: the children's variances have a relative deviation of sqrt(2 / 40,000) = 0.007.
        var random = RandomStream.Create(4, 0, "test");
        double[] genes = new double[6], child = new double[2];
        double square0 = 0, square1 = 0, product = 0;
        for (int i = 0; i < Children; i++)
        {
            for (int parent = 0; parent < 3; parent++)
            {
                double common = random.NextNormal();
                (genes[2 * parent], genes[2 * parent + 1]) = (common, 0.8 * common + 0.6 * random.NextNormal());
            }
            new SpxCrossover().Cross(new ParentGenes(genes, Lower, Upper), random, child);
            square0 += child[0] * child[0] / Children;
            square1 += child[1] * child[1] / Children;
            product += child[0] * child[1] / Children;
        }
        Assert.InRange(square0, 0.96, 1.04);
        Assert.InRange(square1, 0.96, 1.04);
        Assert.InRange(product, 0.76, 0.84);
    }

    [Fact]
    public void Unimodal_normal_crossover_has_the_deviations_of_the_paper()
    {
        // Parents on the first axis, 0.2 apart, the third one 0.3 away: 0.5 · 0.2 along, 0.35 / sqrt(2) · 0.3 across.
        (double[] mean, double[] deviation) = Moments(new UndxCrossover(), [0.4, 0.5, 0.6, 0.5, 0.5, 0.8]);
        Assert.InRange(mean[1], 0.497, 0.503);
        Assert.InRange(deviation[0], 0.098, 0.102);
        Assert.InRange(deviation[1], 0.0728, 0.0757);
    }

    [Fact]
    public void Unimodal_normal_crossover_does_not_depend_on_the_axes()
    {
        // The same triangle turned by 30 degrees.
        double cos = Math.Cos(Math.PI / 6), sin = 0.5;
        double[] Turned(double x, double y) => [0.5 + cos * x - sin * y, 0.5 + sin * x + cos * y];
        var random = RandomStream.Create(5, 0, "test");
        double[] child = new double[2];
        double along = 0, across = 0;
        for (int i = 0; i < Children; i++)
        {
            new UndxCrossover().Cross(new ParentGenes([.. Turned(-0.1, 0), .. Turned(0.1, 0), .. Turned(0, 0.3)], Lower, Upper), random, child);
            double x = child[0] - 0.5, y = child[1] - 0.5;
            along += Math.Pow(cos * x + sin * y, 2) / Children;
            across += Math.Pow(cos * y - sin * x, 2) / Children;
        }
        Assert.InRange(Math.Sqrt(along), 0.098, 0.102);
        Assert.InRange(Math.Sqrt(across), 0.0728, 0.0757);
    }

    [Fact]
    public void Uniform_crossover_takes_each_parent_as_often_as_it_is_told()
    {
        double[] mean = Moments(new UniformCrossover { SwappingProbability = 0.2 }, [0, 0, 1, 1]).Mean;
        Assert.InRange(mean[0], 0.79, 0.81);
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(0, 1, 1)]
    [InlineData(-5, 3, 0.5)]
    public void Mutated_genes_stay_inside_the_bounds_and_move(double lower, double upper, double gene)
    {
        var random = RandomStream.Create(6, 0, "test");
        foreach (Mutation mutation in (Mutation[])[new PolynomialMutation(), new PolynomialMutation { Eta = 0 }, new GaussianMutation(), new GaussianMutation { Sigma = 5 }])
        {
            var values = new HashSet<double>();
            for (int i = 0; i < 1000; i++)
            {
                double mutated = mutation.Mutate(gene, lower, upper, random);
                Assert.InRange(mutated, lower - 1e-12, upper + 1e-12);
                values.Add(mutated);
            }
            Assert.True(values.Count > 400, $"{mutation}: {values.Count}");
        }
    }

    [Fact]
    public void Gaussian_mutation_has_the_deviation_that_it_is_given()
    {
        var random = RandomStream.Create(7, 0, "test");
        double square = 0;
        for (int i = 0; i < Children; i++) square += Math.Pow(new GaussianMutation { Sigma = 0.05 }.Mutate(4, 0, 8, random) - 4, 2) / Children;
        Assert.InRange(Math.Sqrt(square), 0.39, 0.41);
    }

    [Fact]
    public void Tournaments_choose_different_members_and_mostly_good_ones()
    {
        int[] standings = [.. Enumerable.Range(0, 10)], wins = new int[10], parents = new int[3];
        var random = RandomStream.Create(8, 0, "test");
        for (int i = 0; i < 10_000; i++)
        {
            Tournament.Select(standings, random, parents);
            Assert.Equal(3, parents.Distinct().Count());
            wins[parents[0]]++;
        }
        // Of two draws with replacement the member of standing k wins with a probability of (19 - 2 k) / 100.
        for (int k = 0; k < 10; k++) Assert.InRange(wins[k], 100 * (19 - 2 * k) - 160, 100 * (19 - 2 * k) + 160);
    }

    [Fact]
    public void Tournaments_of_equal_members_are_even_and_small_populations_repeat()
    {
        int[] wins = new int[2], parents = new int[5];
        var random = RandomStream.Create(9, 0, "test");
        for (int i = 0; i < 1000; i++)
        {
            Tournament.Select([3, 3], random, parents);
            Assert.NotEqual(parents[0], parents[1]);
            wins[parents[0]]++;
        }
        Assert.InRange(wins[0], 420, 580);
    }

    [Fact]
    public void Wrong_options_and_genes_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new UniformCrossover { SwappingProbability = 1.01 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new UniformCrossover { SwappingProbability = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new BlxAlphaCrossover { Alpha = -0.01 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SpxCrossover { Rate = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SbxCrossover { Eta = double.PositiveInfinity });
        Assert.Throws<ArgumentOutOfRangeException>(() => new VsbxCrossover { Eta = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new UndxCrossover { Along = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new UndxCrossover { Across = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PolynomialMutation { Eta = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new GaussianMutation { Sigma = 0 });
        Assert.Throws<ArgumentException>(() => new ParentGenes([1, 2, 3], Lower, Upper).Count);
        Assert.Throws<ArgumentException>(() => new ParentGenes([], Lower, Upper).Count);
        Assert.Throws<ArgumentException>(() => new ParentGenes([1, 2], [], []).Count);
    }

    private static (double[] Mean, double[] Deviation) Moments(Crossover crossover, double[] genes)
    {
        var random = RandomStream.Create(10, 0, "test");
        double[] child = new double[2], mean = new double[2], square = new double[2];
        for (int i = 0; i < Children; i++)
        {
            crossover.Cross(new ParentGenes(genes, Lower, Upper) { HasSeveralObjectives = true }, random, child);
            for (int k = 0; k < 2; k++)
            {
                mean[k] += child[k] / Children;
                square[k] += child[k] * child[k] / Children;
            }
        }
        return (mean, [.. mean.Select((m, k) => Math.Sqrt(square[k] - m * m))]);
    }
}
