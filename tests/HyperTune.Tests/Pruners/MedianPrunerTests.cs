using HyperTune.Pruners;
using HyperTune.Testing;

namespace HyperTune.Tests.Pruners;

public sealed class MedianPrunerTests : PrunerContract
{
    [Theory]
    [InlineData(Direction.Minimize, 0.81, "best report 0.81 so far is worse than the median 0.8 of 12 completed trials at step 3")]
    [InlineData(Direction.Maximize, 0.71, "best report 0.71 so far is worse than the median 0.8 of 12 completed trials at step 3")]
    public void The_reason_says_what_was_compared(Direction direction, double own, string reason)
    {
        var scenario = new HistoryScenario(direction);
        for (int i = 0; i < 12; i++) scenario.Add(new() { Reports = [(3, i < 6 ? 0.7 : 0.9)] });
        Assert.Equal(PruneDecision.Because(reason), new MedianPruner().ShouldPrune(scenario.Build(), scenario.Context(new() { Reports = [(3, own)] })));
    }

    [Fact]
    public void Numbers_that_differ_in_the_last_digits_are_shown_in_full()
    {
        HistoryScenario scenario = Complete(0.5);
        string? reason = Judge(new() { StartupTrials = 1 }, scenario, [(0, 0.50000001)]).Reason;
        Assert.Equal("best report 0.50000001 so far is worse than the median 0.5 of 1 completed trial at step 0", reason);
    }

    [Fact]
    public void A_trial_that_reports_nothing_but_NaN_is_pruned()
    {
        PruneDecision decision = Judge(new() { StartupTrials = 1 }, Complete(0.5), [(0, double.NaN)]);
        Assert.Equal(PruneDecision.Because("every report so far is NaN"), decision);
    }

    [Fact]
    public void The_best_report_counts_and_a_tie_goes_on()
    {
        HistoryScenario scenario = Complete(0.5);
        Assert.False(Judge(new() { StartupTrials = 1 }, scenario, [(0, 0.5)]).Prune);
        var two = new HistoryScenario().Add(new() { Reports = [(0, 0.9), (1, 0.5)] });
        Assert.False(Judge(new() { StartupTrials = 1 }, two, [(0, 0.4), (1, 0.7)]).Prune);
        Assert.True(Judge(new() { StartupTrials = 1 }, two, [(0, 0.6), (1, 0.7)]).Prune);
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(1, true)]
    [InlineData(0, true)]
    public void Startup_trials_must_be_complete(int startupTrials, bool prune)
    {
        HistoryScenario scenario = Complete(0.5).Add(new() { State = TrialState.Pruned, Reports = [(0, 0.5)] }).Add(new() { State = TrialState.Failed });
        Assert.Equal(prune, Judge(new() { StartupTrials = startupTrials }, scenario, [(0, 0.6)]).Prune);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void A_step_needs_enough_trials_that_reported_it_NaN_included(int minTrials, bool prune)
    {
        HistoryScenario scenario = Complete(0.5).Add(new() { Reports = [(0, double.NaN)] }).Add(new() { Reports = [(1, 0.5)] });
        Assert.Equal(prune, Judge(new() { StartupTrials = 1, MinTrials = minTrials }, scenario, [(0, 0.6)]).Prune);
    }

    [Fact]
    public void Several_objectives_are_judged_by_the_chosen_one()
    {
        var scenario = new HistoryScenario(Direction.Minimize, Direction.Maximize).Add(new() { Reports = [(0, (1.0, 10.0))] });
        Assert.False(Judge(new() { StartupTrials = 1, Objective = 0 }, scenario, [(0, (0.5, 5.0))]).Prune);
        PruneDecision second = Judge(new() { StartupTrials = 1, Objective = 1 }, scenario, [(0, (0.5, 5.0))]);
        Assert.Equal("best report 5 so far is worse than the median 10 of 1 completed trial at step 0", second.Reason);
    }

    [Fact]
    public void A_trial_whose_reports_lack_the_chosen_objective_goes_on()
    {
        var scenario = new HistoryScenario(Direction.Minimize, Direction.Maximize).Add(new() { Reports = [(0, (1.0, 10.0))] });
        Assert.False(Judge(new() { StartupTrials = 1, Objective = 1 }, scenario, [(0, 0.5)]).Prune);
    }

    [Fact]
    public void An_objective_that_the_study_lacks_is_refused_when_a_trial_starts()
    {
        HistoryScenario scenario = Complete(0.5);
        var pruner = new MedianPruner(new() { Objective = 1 });
        var refused = Assert.Throws<InvalidOperationException>(() => pruner.BeforeTrial(scenario.Build(), scenario.Context(new())));
        Assert.Equal("The pruner judges objective 1, but the study 'scenario' has 1, counted from 0. Give a lower Objective.", refused.Message);
    }

    [Fact]
    public void Options_take_their_least_values() =>
        _ = new MedianPruner(new() { StartupTrials = 0, WarmupSteps = 0, IntervalSteps = 1, MinTrials = 1, Objective = 0 });

    [Fact]
    public void Options_below_their_least_values_are_refused()
    {
        Refused(nameof(MedianPrunerOptions.StartupTrials), () => new MedianPrunerOptions { StartupTrials = -1 });
        Refused(nameof(MedianPrunerOptions.WarmupSteps), () => new MedianPrunerOptions { WarmupSteps = -1 });
        Refused(nameof(MedianPrunerOptions.IntervalSteps), () => new MedianPrunerOptions { IntervalSteps = 0 });
        Refused(nameof(MedianPrunerOptions.MinTrials), () => new MedianPrunerOptions { MinTrials = 0 });
        Refused(nameof(MedianPrunerOptions.Objective), () => new MedianPrunerOptions { Objective = -1 });
    }

    protected override IPruner Create() => new MedianPruner();

    private static void Refused(string option, Func<object> make) => Assert.Equal(option, Assert.Throws<ArgumentOutOfRangeException>(make).ParamName);

    private static HistoryScenario Complete(double report) => new HistoryScenario().Add(new() { Reports = [(0, report)] });

    private static PruneDecision Judge(MedianPrunerOptions options, HistoryScenario scenario, IReadOnlyList<(long Step, ObjectiveValues Values)> reports) =>
        Ask(new MedianPruner(options), scenario.Build(), scenario.Context(new() { Reports = reports }));
}
