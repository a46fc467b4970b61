using HyperTune.Importance.Anova;
using HyperTune.Numerics;
using HyperTune.Testing;

namespace HyperTune.Tests.Importance;

public sealed class PedAnovaImportanceTests
{
    [Fact]
    public void A_parameter_without_effect_has_next_to_none()
    {
        ParameterImportances result = ParameterImportances.Of(ImportanceStudies.OfNumbers(1_000, 3, x => Math.Abs(x[0] - 0.3) + (0.2 * x[1])).Build());
        Assert.Equal(["x0", "x1", "x2"], result.Select(entry => entry.Name));
        Assert.InRange(result["x2"], 0, 0.05);
        Assert.Equal(1, result.Sum(entry => entry.Value), 1e-12);
    }

    [Fact]
    public void A_region_leaves_out_what_only_tells_bad_trials()
    {
        // x0 ruins half of the trials; among the others x1 decides.
        HistoryScenario scenario = ImportanceStudies.OfNumbers(2_000, 2, x => x[0] > 0.5 ? 10 + x[0] : x[1]);
        Assert.True(ParameterImportances.Of(scenario.Build())["x0"] > 0.1);
        Assert.InRange(ParameterImportances.Of(scenario.Build(), new() { Evaluator = new PedAnovaImportance { RegionQuantile = 0.45 } })["x0"], 0, 0.02);
    }

    [Fact]
    public void Local_importance_forgets_what_the_sampler_has_settled()
    {
        // The sampler keeps to a small part of x0, which is all good, and searches x1.
        var scenario = new HistoryScenario();
        for (int i = 0; i < 1_000; i++)
        {
            var random = RandomStream.Create(3, i, "test");
            double settled = 0.7 + (0.04 * random.NextDouble()), free = random.NextDouble();
            scenario.Add(new() { Parameters = [new("settled", ImportanceStudies.Unit, settled), new("free", ImportanceStudies.Unit, free)], Values = [free] });
        }
        Assert.InRange(ParameterImportances.Of(scenario.Build())["settled"], 0, 0.05);
        Assert.True(ParameterImportances.Of(scenario.Build(), new() { Evaluator = new PedAnovaImportance { IsLocal = false } })["settled"] > 0.4);
    }

    [Fact]
    public void Directions_and_the_order_of_arrival_play_no_part()
    {
        HistoryScenario scenario = ImportanceStudies.OfNumbers(200, 3, x => x[0] * x[1]);
        ParameterImportances expected = ParameterImportances.Of(scenario.Build());
        ImportanceStudies.AssertEqual(expected, ParameterImportances.Of(scenario.Mirrored().Build()));
        ImportanceStudies.AssertEqual(expected, ParameterImportances.Of(scenario.BuildInParts(5)[^1]));
    }

    [Fact]
    public void Parts_of_different_ranges_count_by_their_share()
    {
        // One parameter whose range moved once: half of the trials each, compared among themselves.
        var moved = new HistoryScenario();
        var once = new HistoryScenario();
        for (int i = 0; i < 400; i++)
        {
            double x = RandomStream.Create(9, i / 2, "test").NextDouble();
            bool isMoved = i % 2 == 1;
            moved.Add(new() { Parameters = [new("x", isMoved ? new FloatDistribution(10, 11) : ImportanceStudies.Unit, isMoved ? x + 10 : x)], Values = [x] });
            if (!isMoved) once.Add(new() { Parameters = [new("x", ImportanceStudies.Unit, x)], Values = [x] });
        }
        var raw = new ImportanceOptions { IsNormalized = false };
        Assert.Equal(ParameterImportances.Of(once.Build(), raw)["x"], ParameterImportances.Of(moved.Build(), raw)["x"], 1e-9);
    }

    [Fact]
    public void Stored_ranges_without_bounds_are_those_of_the_values()
    {
        Distribution unbounded = Distribution.Parse("""{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": Infinity, "log": false}}""");
        var scenario = new HistoryScenario();
        for (int i = 0; i < 50; i++) scenario.Add(new() { Parameters = [new("x", unbounded, i)], Values = [i] });
        foreach (ImportanceEvaluator evaluator in (ImportanceEvaluator[])[new PedAnovaImportance(), new FanovaImportance()])
            Assert.True(ParameterImportances.Of(scenario.Build(), new() { Evaluator = evaluator, IsNormalized = false })["x"] is > 0 and < double.PositiveInfinity);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(0.5, 0)]
    [InlineData(0.5, 1.001)]
    [InlineData(0.5, double.NaN)]
    public void Quantiles_out_of_range_are_refused(double target, double region) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PedAnovaImportance { TargetQuantile = target, RegionQuantile = region });

    [Fact]
    public void A_region_that_is_not_larger_than_the_target_is_refused()
    {
        HistoryScenario scenario = ImportanceStudies.OfNumbers(20, 1, x => x[0]);
        var options = new ImportanceOptions { Evaluator = new PedAnovaImportance { TargetQuantile = 0.3, RegionQuantile = 0.3 } };
        Assert.Contains("RegionQuantile", Assert.Throws<ArgumentException>(() => ParameterImportances.Of(scenario.Build(), options)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 3, 0, 7, 1)]
    [InlineData(false, 3, 0, 7, 1)]
    [InlineData(false, 0, 0, 0, 1)]
    [InlineData(false, 100_000, 0, 1, 5)]
    public void Densities_sum_to_one(bool isCategorical, params int[] counts)
    {
        var density = new double[counts.Length];
        GridDensity.Fill(counts, isCategorical, density);
        Assert.Equal(1, density.Sum(), 1e-12);
        Assert.All(density, value => Assert.True(value > 0));
    }
}
