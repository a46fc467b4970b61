using System.Globalization;
using HyperTune.Pruners;
using HyperTune.Testing;

namespace HyperTune.Tests.Pruners;

public sealed class LearningCurvePrunerTests : PrunerContract
{
    [Theory]
    [InlineData(Direction.Minimize, 1)]
    [InlineData(Direction.Maximize, -1)]
    public void The_reason_says_where_the_trial_would_end(Direction direction, int sign)
    {
        // All curves fall by one from step 0 on.
        HistoryScenario scenario = Falling(new(direction), sign);
        PruneDecision decision = Judge(Two, scenario, [(0, sign * 4.5)]);
        string end = (sign * 3.5).ToString(CultureInfo.InvariantCulture);
        Assert.True(decision.Prune);
        Assert.StartsWith($"after step 0 it would end at {end} if it went on like promising ones of the 2 most similar curves", decision.Reason, StringComparison.Ordinal);
        Assert.EndsWith(", and not reach 0", decision.Reason, StringComparison.Ordinal);
        Assert.False(Judge(Two, scenario, [(0, sign * 1.0)]).Prune);
        Assert.False(Judge(Two, scenario, [(0, sign * 0.5)]).Prune);
    }

    [Fact]
    public void A_slow_learner_is_judged_by_slow_learners()
    {
        HistoryScenario scenario = new();
        for (int i = 0; i < 4; i++)
        {
            scenario.Add(new() { Values = [0.4 + 0.01 * i], Reports = [(0, 0.9), (1, 0.45 + 0.01 * i)] });
            scenario.Add(new() { Values = [0.1 + 0.01 * i], Reports = [(0, 0.9), (1, 0.85 + 0.01 * i)] });
        }
        var options = new LearningCurvePrunerOptions { StartupTrials = 8, Neighbours = 3, ReportShare = null };
        // The one that looks best so far ends like those that looked like it; the one that looks worst may win.
        Assert.True(Judge(options, scenario, [(0, 0.9), (1, 0.44)]).Prune);
        Assert.False(Judge(options, scenario, [(0, 0.9), (1, 0.85)]).Prune);
    }

    [Fact]
    public void A_curve_is_known_by_its_way_as_well()
    {
        HistoryScenario scenario = new();
        for (int i = 0; i < 3; i++)
        {
            scenario.Add(new() { Values = [0.5], Reports = [(0, 0.5), (1, 0.5)] });
            scenario.Add(new() { Values = [0.1], Reports = [(0, 1.0), (1, 0.5)] });
        }
        var options = new LearningCurvePrunerOptions { StartupTrials = 6, Neighbours = 3, ReportShare = null };
        Assert.True(Judge(options, scenario, [(0, 0.5), (1, 0.5)]).Prune);
        Assert.False(Judge(options, scenario, [(0, 1.0), (1, 0.5)]).Prune);
    }

    [Fact]
    public void Only_complete_trials_count_for_the_startup()
    {
        HistoryScenario scenario = Falling(new(), 1).Add(new() { State = TrialState.Pruned, Reports = [(0, 9)] }).Add(new() { State = TrialState.Failed, Reports = [(0, 9)] });
        Assert.True(Judge(Two with { StartupTrials = 3 }, scenario, [(0, 9)]).Prune);
        Assert.False(Judge(Two with { StartupTrials = 4 }, scenario, [(0, 9)]).Prune);
    }

    [Fact]
    public void A_trial_that_too_few_can_be_compared_with_goes_on()
    {
        HistoryScenario scenario = Falling(new(), 1);
        Assert.True(Judge(Two with { Neighbours = 3 }, scenario, [(0, 9)]).Prune);
        Assert.False(Judge(Two with { Neighbours = 4 }, scenario, [(0, 9)]).Prune);
        Assert.False(Judge(Two, scenario, [(7, 9)]).Prune);
    }

    [Fact]
    public void An_infeasible_trial_sets_no_goal_but_its_curve_counts()
    {
        HistoryScenario scenario = Falling(new(), 1).Add(new() { Values = [-50], Reports = [(0, 30)], Constraints = new Dictionary<string, double> { ["c"] = 1 } });
        Assert.False(Judge(Two, scenario, [(0, 0.9)]).Prune);
        Assert.False(Judge(Two with { Neighbours = 1 }, scenario, [(0, 30)]).Prune);
        Assert.True(Judge(Two with { Neighbours = 1 }, scenario, [(0, 14)]).Prune);
    }

    [Fact]
    public void Where_little_is_spent_worse_complete_trials_are_the_goal()
    {
        // The third of five would end as the second best did; nine pruned trials have spent a twentieth each.
        HistoryScenario scenario = Whole(9);
        (long, ObjectiveValues)[] own = [(0, 2.0)];
        Assert.True(Judge(Two with { StartupTrials = 3 }, scenario, own).Prune);
        Assert.False(Judge(Two with { StartupTrials = 3, ReportShare = 0.9 }, scenario, own).Prune);
        // Trials that spend what they are to spend are judged as without the control.
        Assert.True(Judge(Two with { StartupTrials = 3, ReportShare = 0.05 }, scenario, own).Prune);
    }

    [Fact]
    public void A_trial_whose_last_report_is_NaN_is_pruned()
    {
        Assert.Equal(PruneDecision.Because("the last report is NaN"), Judge(Two, Falling(new(), 1), [(0, double.NaN)]));
        Assert.True(Judge(Two, Falling(new(), 1), [(0, double.PositiveInfinity)]).Prune);
        Assert.False(Judge(Two, Falling(new(), 1), [(0, double.NegativeInfinity)]).Prune);
    }

    [Fact]
    public void An_infinite_best_value_is_no_goal() =>
        Assert.False(Judge(Two, Falling(new(), 1).Add(new() { Values = [double.NegativeInfinity], Reports = [(0, 1)] }), [(0, 100)]).Prune);

    [Fact]
    public void Warm_up_and_interval_say_when_to_look()
    {
        HistoryScenario scenario = new();
        for (int i = 0; i < 3; i++) scenario.Add(new() { Values = [i], Reports = [.. Enumerable.Range(0, 6).Select(step => ((long)step, (ObjectiveValues)(double)i))] });
        bool[] pruned = [.. Enumerable.Range(0, 6).Select(last => Judge(
            Two with { WarmupSteps = 2, IntervalSteps = 2 }, scenario, [.. Enumerable.Range(0, last + 1).Select(step => ((long)step, (ObjectiveValues)9.0))]).Prune)];
        Assert.Equal([false, false, true, false, true, false], pruned);
    }

    [Fact]
    public void Several_objectives_are_judged_by_the_chosen_one()
    {
        var scenario = new HistoryScenario(Direction.Minimize, Direction.Maximize);
        for (int i = 0; i < 3; i++) scenario.Add(new() { Values = [i, 10 + i], Reports = [(0, (i, 10.0 + i))] });
        Assert.False(Judge(Two, scenario, [(0, (-1.0, 5.0))]).Prune);
        Assert.True(Judge(Two with { Objective = 1 }, scenario, [(0, (-1.0, 5.0))]).Prune);
        Assert.False(Judge(Two with { Objective = 1 }, scenario, [(0, (-1.0, 15.0))]).Prune);
        Assert.Throws<InvalidOperationException>(() => Judge(Two with { Objective = 2 }, scenario, [(0, (-1.0, 5.0))]));
    }

    [Fact]
    public void Long_curves_are_compared_at_their_last_step_too()
    {
        HistoryScenario scenario = new();
        for (int i = 0; i < 3; i++) scenario.Add(new() { Values = [i], Reports = [.. Enumerable.Range(0, 1000).Select(step => ((long)step, (ObjectiveValues)(double)i))] });
        for (int count = 30; count <= 1000; count += 97)
        {
            // Equal to the best trial but for the last report.
            (long, ObjectiveValues)[] own = [.. Enumerable.Range(0, count).Select(step => ((long)step, (ObjectiveValues)(step == count - 1 ? 5.0 : 0.0)))];
            Assert.True(Judge(Two, scenario, own).Prune);
            own[^1] = (count - 1, 0.0);
            Assert.False(Judge(Two, scenario, own).Prune);
        }
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Refused(nameof(LearningCurvePrunerOptions.StartupTrials), () => new LearningCurvePrunerOptions { StartupTrials = 0 });
        Refused(nameof(LearningCurvePrunerOptions.Neighbours), () => new LearningCurvePrunerOptions { Neighbours = 0 });
        Refused(nameof(LearningCurvePrunerOptions.ReportShare), () => new LearningCurvePrunerOptions { ReportShare = 0 });
        Refused(nameof(LearningCurvePrunerOptions.ReportShare), () => new LearningCurvePrunerOptions { ReportShare = 1.01 });
        Refused(nameof(LearningCurvePrunerOptions.ReportShare), () => new LearningCurvePrunerOptions { ReportShare = double.NaN });
        Refused(nameof(LearningCurvePrunerOptions.WarmupSteps), () => new LearningCurvePrunerOptions { WarmupSteps = -1 });
        Refused(nameof(LearningCurvePrunerOptions.IntervalSteps), () => new LearningCurvePrunerOptions { IntervalSteps = 0 });
        Refused(nameof(LearningCurvePrunerOptions.Objective), () => new LearningCurvePrunerOptions { Objective = -1 });
        _ = new LearningCurvePruner(new() { StartupTrials = 1, Neighbours = 1, ReportShare = 1, WarmupSteps = 0, IntervalSteps = 1, Objective = 0 });
    }

    protected override IPruner Create() => new LearningCurvePruner(new() { StartupTrials = 3, Neighbours = 2 });

    private static LearningCurvePrunerOptions Two { get; } = new() { StartupTrials = 3, Neighbours = 2, ReportShare = null };

    /// <summary>Three trials that begin at 1, 2 and 3 and end one lower.</summary>
    private static HistoryScenario Falling(HistoryScenario scenario, int sign)
    {
        for (int i = 0; i < 3; i++) scenario.Add(new() { Values = [sign * i], Reports = [(0, sign * (i + 1.0))] });
        return scenario;
    }

    /// <summary>Three trials of twenty reports that end at 0, 1 and 2 as they begin, one lower, and pruned ones with one report.</summary>
    private static HistoryScenario Whole(int pruned)
    {
        HistoryScenario scenario = new();
        for (int i = 0; i < 3; i++) scenario.Add(new() { Values = [i], Reports = [.. Enumerable.Range(0, 20).Select(step => ((long)step, (ObjectiveValues)(i + 1.0)))] });
        for (int i = 0; i < pruned; i++) scenario.Add(new() { State = TrialState.Pruned, Reports = [(0, 9)] });
        return scenario;
    }

    private static void Refused(string option, Func<object> make) => Assert.Equal(option, Assert.Throws<ArgumentOutOfRangeException>(make).ParamName);

    private static PruneDecision Judge(LearningCurvePrunerOptions options, HistoryScenario scenario, IReadOnlyList<(long Step, ObjectiveValues Values)> reports) =>
        Ask(new LearningCurvePruner(options), scenario.Build(), scenario.Context(new() { Reports = reports }));
}
