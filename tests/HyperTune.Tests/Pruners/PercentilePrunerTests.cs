using HyperTune.Pruners;
using HyperTune.Testing;

namespace HyperTune.Tests.Pruners;

public sealed class PercentilePrunerTests : PrunerContract
{
    [Theory]
    [InlineData(Direction.Minimize, 0, 0, false)]
    [InlineData(Direction.Minimize, 0, 1, true)]
    [InlineData(Direction.Minimize, 25, 1, false)]
    [InlineData(Direction.Minimize, 25, 2, true)]
    [InlineData(Direction.Minimize, 100, 4, false)]
    [InlineData(Direction.Minimize, 100, 5, true)]
    [InlineData(Direction.Maximize, 0, 4, false)]
    [InlineData(Direction.Maximize, 0, 3, true)]
    [InlineData(Direction.Maximize, 25, 3, false)]
    [InlineData(Direction.Maximize, 25, 2, true)]
    public void The_percentile_counts_from_the_best(Direction direction, double percentile, double own, bool prune)
    {
        var scenario = new HistoryScenario(direction);
        for (int i = 0; i < 5; i++) scenario.Add(new() { Reports = [(0, i)] });
        var pruner = new PercentilePruner(new() { Percentile = percentile });
        Assert.Equal(prune, pruner.ShouldPrune(scenario.Build(), scenario.Context(new() { Reports = [(0, own)] })).Prune);
    }

    [Fact]
    public void The_reason_names_the_percentile()
    {
        var scenario = new HistoryScenario();
        for (int i = 0; i < 5; i++) scenario.Add(new() { Reports = [(0, i)] });
        PruneDecision decision = new PercentilePruner(new() { Percentile = 12.5 }).ShouldPrune(scenario.Build(), scenario.Context(new() { Reports = [(0, 3)] }));
        Assert.Equal("best report 3 so far is worse than the best-12.5% cut 0.5 of 5 completed trials at step 0", decision.Reason);
    }

    [Fact]
    public void Between_infinities_of_both_signs_there_is_no_cut()
    {
        HistoryScenario scenario = new HistoryScenario()
            .Add(new() { Reports = [(0, double.NegativeInfinity)] })
            .Add(new() { Reports = [(0, double.PositiveInfinity)] });
        var pruner = new PercentilePruner(new() { Percentile = 50, StartupTrials = 1 });
        Assert.False(pruner.ShouldPrune(scenario.Build(), scenario.Context(new() { Reports = [(0, 1)] })).Prune);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public void A_percentile_of_the_range_is_taken(double percentile) => Assert.Equal(percentile, new PercentilePrunerOptions { Percentile = percentile }.Percentile);

    [Theory]
    [InlineData(-1e-300)]
    [InlineData(100.00000001)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void A_percentile_out_of_range_is_refused(double percentile) =>
        Refused(nameof(PercentilePrunerOptions.Percentile), () => new PercentilePrunerOptions { Percentile = percentile });

    [Fact]
    public void Options_take_their_least_values() =>
        _ = new PercentilePruner(new() { Percentile = 50, StartupTrials = 0, WarmupSteps = 0, IntervalSteps = 1, MinTrials = 1, Objective = 0 });

    [Fact]
    public void Options_below_their_least_values_are_refused()
    {
        Refused(nameof(PercentilePrunerOptions.StartupTrials), () => new PercentilePrunerOptions { Percentile = 50, StartupTrials = -1 });
        Refused(nameof(PercentilePrunerOptions.WarmupSteps), () => new PercentilePrunerOptions { Percentile = 50, WarmupSteps = -1 });
        Refused(nameof(PercentilePrunerOptions.IntervalSteps), () => new PercentilePrunerOptions { Percentile = 50, IntervalSteps = 0 });
        Refused(nameof(PercentilePrunerOptions.MinTrials), () => new PercentilePrunerOptions { Percentile = 50, MinTrials = 0 });
        Refused(nameof(PercentilePrunerOptions.Objective), () => new PercentilePrunerOptions { Percentile = 50, Objective = -1 });
    }

    [Fact]
    public void Missing_options_are_refused() => Assert.Equal("options", Assert.Throws<ArgumentNullException>(() => new PercentilePruner(null!)).ParamName);

    protected override IPruner Create() => new PercentilePruner(new() { Percentile = 25, StartupTrials = 1, WarmupSteps = 1, IntervalSteps = 2, MinTrials = 2 });

    private static void Refused(string option, Func<object> make) => Assert.Equal(option, Assert.Throws<ArgumentOutOfRangeException>(make).ParamName);
}
