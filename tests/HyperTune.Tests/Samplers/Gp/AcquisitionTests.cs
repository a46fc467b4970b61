using HyperTune.Numerics;
using HyperTune.Pareto;
using HyperTune.Samplers.Gp.Acquisitions;
using HyperTune.Samplers.Gp.Process;

namespace HyperTune.Tests.Samplers.Gp;

public sealed class AcquisitionTests
{
    [Theory]
    [InlineData(1, 0, 0, 1)]
    [InlineData(1, 2, 0, 1)]
    [InlineData(1, 0, 3, 5)]
    [InlineData(1, 1, 2, 4)]
    [InlineData(2, 0, 0, 1)]
    [InlineData(2, 1, 2, 3)]
    [InlineData(3, 0, 1, 2)]
    public void Gradient_equals_finite_differences_and_batches_equal_single_points(int objectives, int constraints, int running, int samples)
    {
        const int Dimensions = 3;
        var random = RandomStream.Create(1, objectives + (10 * constraints) + (100 * running), "acquisition");
        (Acquisition acquisition, _) = Make(random, objectives, constraints, running, samples);
        double[][] queries = GpData.Points(random, 9, Dimensions);
        double[] values = new double[queries.Length], gradient = new double[Dimensions], unused = new double[Dimensions];
        acquisition.Evaluate(GpData.Flat(queries), values, values.Length);
        for (int i = 0; i < queries.Length; i++)
        {
            Assert.Equal(values[i], -acquisition.Evaluate(queries[i], gradient), 1e-8 * Math.Max(1, Math.Abs(values[i])));
            for (int j = 0; j < Dimensions; j++)
            {
                const double Step = 1e-6;
                double[] above = [.. queries[i]], below = [.. queries[i]];
                above[j] += Step;
                below[j] -= Step;
                double slope = (acquisition.Evaluate(above, unused) - acquisition.Evaluate(below, unused)) / (2 * Step);
                Assert.Equal(slope, gradient[j], 2e-4 * Math.Max(1, Math.Abs(slope)));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Expected_improvement_is_the_mean_over_draws(int objectives)
    {
        // 40,000 draws of the losses at each point; the bound is four deviations of their mean.
        const int Draws = 40_000;
        var random = RandomStream.Create(2, objectives, "draws");
        (Acquisition acquisition, Setting setting) = Make(random, objectives, 0, 0, 1);
        double[][] queries = GpData.Points(random, 4, 3);
        var values = new double[queries.Length];
        acquisition.Evaluate(GpData.Flat(queries), values, values.Length);
        for (int i = 0; i < queries.Length; i++)
        {
            double[] mean = new double[objectives], variance = new double[objectives];
            for (int k = 0; k < objectives; k++) setting.Models[k].Predict(queries[i], mean.AsSpan(k, 1), variance.AsSpan(k, 1));
            double sum = 0, squares = 0;
            for (int draw = 0; draw < Draws; draw++)
            {
                double[] losses = [.. Enumerable.Range(0, objectives).Select(k => mean[k] + (Math.Sqrt(variance[k]) * random.NextNormal()))];
                double improvement = objectives == 1 ? Math.Max(0, setting.Threshold - losses[0]) : HypervolumeEngine.Improvement(setting.Losses, setting.Reference, losses);
                sum += improvement;
                squares += improvement * improvement;
            }
            double average = sum / Draws, deviation = Math.Sqrt(((squares / Draws) - (average * average)) / Draws);
            Assert.InRange(Math.Exp(values[i]), average - (4 * deviation) - 1e-12, average + (4 * deviation) + 1e-12);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Boxes_hold_the_hypervolume_improvement_of_every_point(int objectives)
    {
        var random = RandomStream.Create(3, objectives, "boxes");
        for (int count = 0; count < 14; count++)
        {
            // Coordinates on a grid, so that some are equal.
            double[] losses = [.. Enumerable.Range(0, count * objectives).Select(_ => random.NextInt(6) / 5.0)];
            double[] reference = [.. Enumerable.Repeat(1.1, objectives)];
            var boxes = new BoxDecomposition(losses, reference);
            for (int i = 0; i < 20; i++)
            {
                double[] point = [.. Enumerable.Range(0, objectives).Select(_ => (1.4 * random.NextDouble()) - 0.2)];
                double volume = 0;
                for (int box = 0; box < boxes.Count; box++)
                {
                    double product = 1;
                    for (int k = 0; k < objectives; k++)
                    {
                        double lower = boxes.Coordinates[k][boxes.Lower(box)[k]], upper = boxes.Coordinates[k][boxes.Upper(box)[k]];
                        product *= Math.Max(0, upper - Math.Max(lower, point[k]));
                    }
                    volume += product;
                }
                Assert.Equal(HypervolumeEngine.Improvement(losses, reference, point), volume, 1e-12);
            }
        }
    }

    [Fact]
    public void Log_improvement_keeps_its_slope_where_the_improvement_underflows()
    {
        double nearer = Improvement.LogExpected(30, 0.01, 0, out double byMean, out double byVariance);
        Assert.True(double.IsFinite(nearer) && nearer < -40_000);
        Assert.True(byMean < 0 && byVariance > 0);
        Assert.Equal(byMean, (Improvement.LogExpected(30.001, 0.01, 0) - Improvement.LogExpected(29.999, 0.01, 0)) / 0.002, 1e-5 * Math.Abs(byMean));
    }

    [Fact]
    public void Search_finds_the_maximum_of_a_mixed_space()
    {
        var random = RandomStream.Create(4, 0, "search");
        GpDimension[] dimensions = [GpDimension.Continuous, new(false, [.. Enumerable.Range(0, 41).Select(i => i / 40.0)]), new(true, [0, 1, 2])];
        double[][] points = [.. GpData.Points(random, 25, 2, 1).Select(point => (double[])[point[0], dimensions[1].Snap(point[1]), point[2]])];
        double[] losses = [.. points.Select(point => Math.Pow(point[0] - 0.37, 2) + Math.Pow(point[1] - 0.6, 2) + (0.2 * point[2]))];
        GaussianProcess process = GaussianProcess.Condition(GpData.Columns(points, 1), losses, new([4, 4, 1], 0.3, 1e-6));
        var acquisition = new Acquisition([process], new ImprovementUtility([losses.Min()], 1, Constraints.None));
        double[] best = points[Array.IndexOf(losses, losses.Min())];
        double[] found = new AcquisitionSearch(dimensions, acquisition, process.Parameters.Weights, SearchRegion.Whole([.. best]), null, random).Run(out double value);
        Assert.Contains(found[1], dimensions[1].Levels!);
        Assert.Contains(found[2], dimensions[2].Levels!);
        // No point of a fine grid is better.
        double[][] grid = [.. from a in Enumerable.Range(0, 201) from b in dimensions[1].Levels! from c in dimensions[2].Levels! select (double[])[a / 200.0, b, c]];
        var values = new double[grid.Length];
        acquisition.Evaluate(GpData.Flat(grid), values, values.Length);
        Assert.True(value >= values.Max() - 1e-6, $"{value} < {values.Max()}");
        // What is returned may be worse by what does not matter.
        acquisition.Evaluate(found, values, 1);
        Assert.InRange(values[0], value - 0.02, value + 1e-9);
    }

    [Fact]
    public void Search_keeps_to_its_region_and_to_what_is_pinned()
    {
        var random = RandomStream.Create(5, 0, "search");
        GpDimension[] dimensions = [GpDimension.Continuous, GpDimension.Continuous, new(true, [0, 1, 2])];
        double[][] points = GpData.Points(random, 10, 2, 1);
        GaussianProcess process = GaussianProcess.Condition(GpData.Columns(points, 1), [.. points.Select(point => point[0])], GpData.Parameters(3));
        var acquisition = new Acquisition([process], new ImprovementUtility([0], 1, Constraints.None));
        var region = new SearchRegion([0.4, 0.2, 0], [0.6, 0.3, 1], new bool[3], [[0.5, 0.25, 0]], IsLocal: true);
        region.Pin(2, 1);
        double[] found = new AcquisitionSearch(dimensions, acquisition, process.Parameters.Weights, region, null, random).Run(out _);
        Assert.InRange(found[0], 0.4, 0.6);
        Assert.InRange(found[1], 0.2, 0.3);
        Assert.Equal(1, found[2]);
    }

    /// <summary>Models of random losses over three numbers, with fantasies.</summary>
    private static (Acquisition Acquisition, Setting Setting) Make(RandomStream random, int objectives, int constraints, int running, int samples)
    {
        const int Count = 12;
        double[][] points = GpData.Points(random, Count + running, 3);
        var models = new GaussianProcess[objectives + constraints];
        var fantasies = new double[models.Length][];
        var losses = new double[Count * objectives];
        for (int model = 0; model < models.Length; model++)
        {
            double[] own = [.. Enumerable.Range(0, Count).Select(_ => random.NextNormal())];
            for (int i = 0; i < Count && model < objectives; i++) losses[(i * objectives) + model] = own[i];
            models[model] = GaussianProcess.Condition(GpData.Columns(points), own, GpData.Parameters(3, noise: 0.1));
            fantasies[model] = new double[samples * running];
            if (running > 0) models[model].Fantasize([.. Enumerable.Range(0, samples * running).Select(_ => random.NextNormal())], samples, fantasies[model]);
        }
        var feasible = constraints == 0 ? Constraints.None : new Constraints(objectives, [.. Enumerable.Range(0, constraints).Select(_ => random.NextNormal())]);
        double[] reference = [.. Enumerable.Repeat(2.5, objectives)];
        double[] thresholds = [.. Enumerable.Range(0, samples).Select(s => Math.Min(losses.Min(), running == 0 ? 0 : fantasies[0].AsSpan(s * running, running).ToArray().Min()))];
        BoxDecomposition[] boxes = [.. Enumerable.Range(0, samples).Select(s => new BoxDecomposition(
            [.. losses, .. Enumerable.Range(0, running).SelectMany(i => Enumerable.Range(0, objectives).Select(k => fantasies[k][(s * running) + i]))], reference))];
        IUtility utility = objectives == 1 ? new ImprovementUtility(thresholds, samples, feasible) : new HypervolumeUtility(boxes, feasible);
        return (new Acquisition(models, utility), new Setting(models, losses, reference, thresholds[0]));
    }

    private sealed record Setting(GaussianProcess[] Models, double[] Losses, double[] Reference, double Threshold);
}
