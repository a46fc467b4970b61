using HyperTune.Numerics;
using HyperTune.Samplers.CmaEs;

namespace HyperTune.Tests.Samplers.CmaEs;

/// <summary>What theory says of many runs, with fixed seeds.</summary>
public sealed class CmaStatisticsTests
{
    private const int D = 10;

    [Fact]
    public void Without_selection_the_step_size_does_not_drift()
    {
        // A random walk of ln σ with some 0.1 a generation: the mean drift over 100 runs of 100 generations has a deviation of 0.1 / √10,000 = 0.001.
        double drift = 0;
        for (int run = 0; run < 100; run++) drift += Math.Log(Generations(run, 100, (_, random) => random.NextDouble(), Identity(), out _).Sigma / 0.3) / 100;
        Assert.InRange(drift / 100, -0.02, 0.02);
    }

    [Fact]
    public void Without_selection_the_covariance_stays_round()
    {
        // Off-diagonal elements have mean 0; diagonal ones do not differ from each other.
        double[] diagonal = new double[D];
        double off = 0;
        const int Runs = 400;
        for (int run = 0; run < Runs; run++)
        {
            CmaState state = Generations(1000 + run, 30, (_, random) => random.NextDouble(), Identity(), out _);
            for (int i = 0; i < D; i++) diagonal[i] += state.Covariance[i, i] / Runs;
            off += state.Covariance[0, 1] / Runs;
        }
        // One run's elements deviate by about 0.3: their mean over 400 by 0.015.
        Assert.InRange(off, -0.06, 0.06);
        Assert.All(diagonal, variance => Assert.InRange(variance / diagonal.Average(), 0.94, 1.06));
    }

    [Fact]
    public void Rotating_the_space_changes_nothing_but_the_draws()
    {
        // Generations to reach 1e-6 of an ellipsoid, along the axes and across them.
        double[] means = [.. new[] { Identity(), Rotation() }.Select(rotation => Enumerable.Range(0, 20).Average(run => (double)GenerationsTo(1e-6, 2000 + run, rotation)))];
        // They deviate by about a tenth from run to run, the ratio of means by 3 %.
        Assert.InRange(means[1] / means[0], 0.85, 1.18);
    }

    [Fact]
    public void A_sphere_is_approached_at_a_steady_rate()
    {
        // ln of the distance falls linearly; the second half takes as long as the first.
        double half = 0, whole = 0;
        for (int run = 0; run < 20; run++)
        {
            half += GenerationsTo(1e-8, 3000 + run, Identity(), isSphere: true);
            whole += GenerationsTo(1e-16, 3000 + run, Identity(), isSphere: true);
        }
        Assert.InRange(whole / half, 1.7, 2.1);
    }

    private static int GenerationsTo(double target, int seed, double[] rotation, bool isSphere = false)
    {
        int generations = 0;
        _ = Generations(seed, 2000, (x, _) => Ellipsoid(x, isSphere ? 1 : 1e4), rotation, out generations, target);
        return generations;
    }

    private static double Ellipsoid(ReadOnlySpan<double> x, double condition)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++) sum += Math.Pow(condition, (double)i / (x.Length - 1)) * x[i] * x[i];
        return sum;
    }

    private delegate double Loss(ReadOnlySpan<double> x, RandomStream random);

    private static CmaState Generations(int seed, int most, Loss loss, double[] rotation, out int generations, double target = double.NegativeInfinity)
    {
        CmaConstants constants = CmaConstants.Full(D, CmaConstants.DefaultPopulationSize(D));
        var mean = new double[D];
        mean.AsSpan().Fill(1);
        CmaState state = CmaState.Start(constants, mean, 0.3, FullCovariance.Identity(D));
        var random = RandomStream.Create(1, seed, "statistics");
        int count = constants.PopulationSize;
        double[] points = new double[count * D], losses = new double[count], turned = new double[D];
        var ranking = new int[count];
        for (generations = 0; generations < most; generations++)
        {
            for (int i = 0; i < count; i++)
            {
                Span<double> point = points.AsSpan(i * D, D);
                state.Draw(random, point);
                for (int row = 0; row < D; row++)
                {
                    turned[row] = 0;
                    for (int k = 0; k < D; k++) turned[row] += rotation[row * D + k] * point[k];
                }
                (losses[i], ranking[i]) = (loss(turned, random), i);
            }
            double[] keys = [.. losses];
            Array.Sort(keys, ranking);
            state = state.Told(points, ranking, keys[0], keys[^1]);
            if (keys[0] < target) break;
        }
        return state;
    }

    private static double[] Identity()
    {
        var matrix = new double[D * D];
        for (int i = 0; i < D; i++) matrix[i * D + i] = 1;
        return matrix;
    }

    /// <summary>A rotation by one radian in each plane of neighbouring coordinates.</summary>
    private static double[] Rotation()
    {
        double[] matrix = Identity();
        (double sine, double cosine) = Math.SinCos(1);
        for (int i = 0; i + 1 < D; i++)
        {
            for (int k = 0; k < D; k++)
            {
                (double a, double b) = (matrix[i * D + k], matrix[(i + 1) * D + k]);
                matrix[i * D + k] = cosine * a - sine * b;
                matrix[(i + 1) * D + k] = sine * a + cosine * b;
            }
        }
        return matrix;
    }
}
