using HyperTune.Pruners;
using HyperTune.Testing;

namespace HyperTune.Tests.Pruners;

public sealed class ThresholdPrunerTests : PrunerContract
{
    [Theory]
    [InlineData(Direction.Minimize)]
    [InlineData(Direction.Maximize)]
    public void The_reason_says_which_limit_was_passed(Direction direction)
    {
        var scenario = new HistoryScenario(direction);
        var pruner = new ThresholdPruner(new() { Lower = -1, Upper = 1 });
        Assert.Equal("report 1.5 at step 3 is above the upper limit 1", Judge(pruner, scenario, [(3, 1.5)]).Reason);
        Assert.Equal("report -2 at step 0 is below the lower limit -1", Judge(pruner, scenario, [(0, -2)]).Reason);
        Assert.Equal("report 1.00000001 at step 0 is above the upper limit 1", Judge(pruner, scenario, [(0, 1.00000001)]).Reason);
        Assert.Equal("the report at step 2 is NaN", Judge(pruner, scenario, [(2, double.NaN)]).Reason);
    }

    [Fact]
    public void A_report_at_a_limit_goes_on_and_earlier_reports_do_not_count()
    {
        var pruner = new ThresholdPruner(new() { Lower = -1, Upper = 1 });
        Assert.False(Judge(pruner, new(), [(0, 1)]).Prune);
        Assert.False(Judge(pruner, new(), [(0, -1)]).Prune);
        Assert.False(Judge(pruner, new(), [(0, 5), (1, double.NaN), (2, 0)]).Prune);
    }

    [Fact]
    public void Only_the_first_report_of_an_interval_after_the_warmup_is_checked()
    {
        var pruner = new ThresholdPruner(new() { Upper = 1, WarmupSteps = 2, IntervalSteps = 3 });
        var reports = new List<(long, ObjectiveValues)>();
        bool[] prunes = [.. Enumerable.Range(0, 9).Select(step =>
        {
            reports.Add((step, 2));
            return Judge(pruner, new(), reports).Prune;
        })];
        Assert.Equal([false, false, true, false, false, true, false, false, true], prunes);
    }

    [Fact]
    public void Several_objectives_are_judged_by_the_chosen_one()
    {
        var pruner = new ThresholdPruner(new() { Upper = 1, Objective = 1 });
        var scenario = new HistoryScenario(Direction.Minimize, Direction.Minimize);
        Assert.False(Judge(pruner, scenario, [(0, (5.0, 0.5))]).Prune);
        Assert.True(Judge(pruner, scenario, [(0, (0.5, 5.0))]).Prune);
        Assert.False(Judge(pruner, scenario, [(0, 5.0)]).Prune);
    }

    [Fact]
    public void An_objective_that_the_study_lacks_is_refused()
    {
        var pruner = new ThresholdPruner(new() { Upper = 1, Objective = 1 });
        var scenario = new HistoryScenario();
        Assert.Throws<InvalidOperationException>(() => pruner.BeforeTrial(scenario.Build(), scenario.Context(new())));
    }

    [Fact]
    public void Limits_that_say_nothing_or_are_exchanged_are_refused()
    {
        Assert.Equal("options", Assert.Throws<ArgumentNullException>(() => new ThresholdPruner(null!)).ParamName);
        Assert.StartsWith("There is neither a Lower nor an Upper limit.", Assert.Throws<ArgumentException>(() => new ThresholdPruner(new())).Message, StringComparison.Ordinal);
        Assert.StartsWith("Lower is 2, above Upper, 1.", Assert.Throws<ArgumentException>(() => new ThresholdPruner(new() { Lower = 2, Upper = 1 })).Message, StringComparison.Ordinal);
        _ = new ThresholdPruner(new() { Lower = 1, Upper = 1, WarmupSteps = 0, IntervalSteps = 1, Objective = 0 });
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Refused(nameof(ThresholdPrunerOptions.Lower), () => new ThresholdPrunerOptions { Lower = double.NaN });
        Refused(nameof(ThresholdPrunerOptions.Upper), () => new ThresholdPrunerOptions { Upper = double.NaN });
        Refused(nameof(ThresholdPrunerOptions.WarmupSteps), () => new ThresholdPrunerOptions { WarmupSteps = -1 });
        Refused(nameof(ThresholdPrunerOptions.IntervalSteps), () => new ThresholdPrunerOptions { IntervalSteps = 0 });
        Refused(nameof(ThresholdPrunerOptions.Objective), () => new ThresholdPrunerOptions { Objective = -1 });
    }

    // The same limits in both directions, so that mirrored reports are judged alike.
    protected override IPruner Create() => new ThresholdPruner(new() { Lower = -15, Upper = 15, WarmupSteps = 1, IntervalSteps = 2 });

    private static void Refused(string option, Func<object> make) => Assert.Equal(option, Assert.Throws<ArgumentOutOfRangeException>(make).ParamName);

    private static PruneDecision Judge(ThresholdPruner pruner, HistoryScenario scenario, IReadOnlyList<(long Step, ObjectiveValues Values)> reports) =>
        Ask(pruner, scenario.Build(), scenario.Context(new() { Reports = reports }));
}
