using HyperTune.History;
using HyperTune.Pruners;
using HyperTune.Pruners.Rungs;
using HyperTune.Testing;
using HyperTune.Trials;

namespace HyperTune.Tests.Pruners;

public sealed class SuccessiveHalvingPrunerTests : PrunerContract
{
    private static readonly RungLadder Ladder = new(1, 2, 0);

    [Theory]
    [InlineData(Direction.Minimize, 1)]
    [InlineData(Direction.Maximize, -1)]
    public void One_in_eta_goes_on_and_the_reason_says_where_a_trial_stands(Direction direction, int sign)
    {
        HistoryScenario scenario = AtRung(direction, [.. Enumerable.Range(1, 7).Select(value => sign * value)]);
        PruneDecision kept = Judge(new() { MinResource = 1 }, scenario, [(1, sign * 2.5)]);
        PruneDecision pruned = Judge(new() { MinResource = 1, ReductionFactor = 5 }, scenario, [(1, sign * 2.5)]);
        // Of eight, two go on with η = 4, and one with η = 5.
        Assert.Equal((true, $"report {(sign < 0 ? "-" : "")}2.5 at step 1: 2 of 8 at rung 0 are better, and the best one goes on"), (pruned.Prune, pruned.Reason));
        Assert.True(kept.Prune);
        Assert.False(Judge(new() { MinResource = 1 }, scenario, [(1, sign * 1.5)]).Prune);
    }

    [Fact]
    public void Ties_go_on()
    {
        HistoryScenario scenario = AtRung(Direction.Minimize, 1, 1, 1, 1, 1, 1, 1);
        Assert.False(Judge(new() { MinResource = 1 }, scenario, [(1, 1)]).Prune);
        Assert.True(Judge(new() { MinResource = 1 }, scenario, [(1, 1.0000001)]).Prune);
    }

    [Fact]
    public void Trials_in_any_state_compete_and_running_ones_too()
    {
        foreach (TrialState state in new[] { TrialState.Complete, TrialState.Pruned, TrialState.Failed, TrialState.Running })
        {
            HistoryScenario scenario = new HistoryScenario().Add(new() { State = state, SystemAttributes = Noted(0, 1) });
            Assert.True(Judge(new() { MinResource = 1 }, scenario, [(1, 2)]).Prune);
        }
    }

    [Fact]
    public void A_trial_is_not_its_own_competitor_once_its_value_is_stored()
    {
        // The stored running trial has the number of the one that asks.
        HistoryScenario scenario = AtRung(Direction.Minimize, 1, 2, 3).Add(new() { Number = 9, State = TrialState.Running, SystemAttributes = Noted(0, 0.5) });
        TrialContext context = scenario.Context(new() { Number = 9, Reports = [(1, 0.5)], SystemAttributes = Noted(0, 0.5).With("hypertune:rung_step:0", 1) });
        Assert.Equal(
            "report 0.5 at step 1: 0 of 4 at rung 0 are better, and the best one goes on",
            Ask(new SuccessiveHalvingPruner(new() { MinResource = 1 }), scenario.Build(), context).Reason);
    }

    [Fact]
    public void Rungs_are_noted_under_the_names_of_the_reference_and_only_when_reached()
    {
        var scenario = new HistoryScenario();
        TrialContext context = scenario.Context(new() { Reports = [(7, 0.25)] });
        Assert.False(Ask(new SuccessiveHalvingPruner(new() { MinResource = 2, ReductionFactor = 3 }), scenario.Build(), context).Prune);
        Assert.Equal(["completed_rung_0", "completed_rung_1", "hypertune:rung_step:0"], context.SystemAttributes.Keys.Order());
        Assert.Equal(0.25, context.SystemAttributes["completed_rung_1"].AsDouble());
    }

    [Fact]
    public void The_early_stopping_rate_leaves_out_the_lowest_rungs()
    {
        HistoryScenario scenario = AtRung(Direction.Minimize, 1, 2, 3, 4);
        var options = new SuccessiveHalvingPrunerOptions { MinResource = 1, ReductionFactor = 2, EarlyStoppingRate = 2 };
        Assert.False(Judge(options, scenario, [(3, 9)]).Prune);
        Assert.True(Judge(options, scenario, [(4, 9)]).Prune);
    }

    [Theory]
    [InlineData(0, true, true)]
    [InlineData(1, true, true)]
    [InlineData(2, false, true)]
    public void Bootstrap_trials_are_pruned_at_a_rung_that_few_have_reached(int finished, bool prune, bool secondRung)
    {
        HistoryScenario scenario = AtRung(Direction.Minimize, [.. Enumerable.Range(1, finished).Select(value => (double)value)]);
        var options = new SuccessiveHalvingPrunerOptions { MinResource = 1, BootstrapTrials = 2 };
        Assert.Equal(prune, Judge(options, scenario, [(1, 0)]).Prune);
        Assert.Equal(secondRung, Judge(options, scenario, [(4, 0)]).Prune);
    }

    [Fact]
    public void NaN_at_a_rung_is_pruned_and_not_noted()
    {
        var scenario = new HistoryScenario();
        TrialContext context = scenario.Context(new() { Reports = [(1, double.NaN)] });
        PruneDecision decision = Ask(new SuccessiveHalvingPruner(new() { MinResource = 1 }), scenario.Build(), context);
        Assert.Equal(PruneDecision.Because("the report at step 1, which reaches rung 0, is NaN"), decision);
        Assert.Empty(context.SystemAttributes);
        Assert.False(Judge(new() { MinResource = 2 }, scenario, [(1, double.NaN)]).Prune);
    }

    [Fact]
    public void Asked_again_about_a_report_it_says_the_same_and_about_a_later_one_nothing()
    {
        HistoryScenario scenario = AtRung(Direction.Minimize, 1, 2, 3, 4);
        StudyHistory history = scenario.Build();
        var pruner = new SuccessiveHalvingPruner(new() { MinResource = 2 });
        // The rung lies at step 2, but the objective asks at step 3 for the first time.
        TrialContext context = scenario.Context(new() { Reports = [(2, 9), (3, 9)] });
        PruneDecision first = Ask(pruner, history, context);
        Assert.True(first.Prune);
        Assert.Equal(first, pruner.ShouldPrune(history, context));
        TrialContext later = scenario.Context(new() { Reports = [(2, 9), (3, 9), (4, 9)], SystemAttributes = context.SystemAttributes });
        Assert.Equal(PruneDecision.Keep, pruner.ShouldPrune(history, later));
    }

    [Fact]
    public void The_lowest_rung_follows_from_the_first_complete_trials_and_stays()
    {
        var pruner = new SuccessiveHalvingPruner();
        var scenario = new HistoryScenario().Add(new() { State = TrialState.Pruned, Reports = [(900, 1)] }).Add(new());
        TrialContext early = scenario.Context(new() { Reports = [(1000, 5)] });
        Assert.Equal(PruneDecision.Keep, Ask(pruner, scenario.Build(), early));
        Assert.Empty(early.SystemAttributes);

        scenario.Add(new() { Reports = [(250, 1)] });
        var buffer = new TrialBuffer(new TrialRecord { Id = new TrialId(4), Number = 3, State = TrialState.Running });
        buffer.TryAddReport(1, 5);
        Assert.Equal(PruneDecision.Keep, Ask(pruner, scenario.Build(), new TrialContext(buffer, 0, ParameterSet.Empty)));
        Assert.True(buffer.TryTake(out TrialChanges? changes));
        Assert.Equal(AttributeSet.Empty.With("hypertune:min_resource", 2), changes.Study!.PutIfAbsent);
        TrialContext reaching = scenario.Context(new() { Reports = [(2, 5)] });
        _ = Ask(pruner, scenario.Build(), reaching);
        Assert.True(reaching.SystemAttributes.ContainsKey("completed_rung_0"));

        // Another worker, who saw less, was first.
        var agreed = new HistoryScenario { StudyAttributes = AttributeSet.Empty.With("hypertune:min_resource", 7) }.Add(new() { Reports = [(250, 1)] });
        TrialContext bound = agreed.Context(new() { Reports = [(6, 5)] });
        _ = Ask(pruner, agreed.Build(), bound);
        Assert.Empty(bound.SystemAttributes);
    }

    [Fact]
    public void Several_objectives_are_judged_by_the_chosen_one()
    {
        var scenario = new HistoryScenario(Direction.Minimize, Direction.Maximize).Add(new() { SystemAttributes = AttributeSet.Empty.With("hypertune:rung:1:0", 5.0) });
        Assert.False(Judge(new() { MinResource = 1 }, scenario, [(1, (9.0, 4.0))]).Prune);
        Assert.True(Judge(new() { MinResource = 1, Objective = 1 }, scenario, [(1, (9.0, 4.0))]).Prune);
        Assert.False(Judge(new() { MinResource = 1, Objective = 1 }, scenario, [(1, (9.0, 6.0))]).Prune);
        Assert.False(Judge(new() { MinResource = 1, Objective = 1 }, scenario, [(1, 4.0)]).Prune);
        Assert.Throws<InvalidOperationException>(() => Judge(new() { MinResource = 1, Objective = 2 }, scenario, [(1, (9.0, 6.0))]));
    }

    [Fact]
    public void Rungs_beyond_all_numbers_are_never_reached() => Assert.Equal(long.MaxValue, new RungLadder(1, 2, 60).StepOf(3));

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Refused(nameof(SuccessiveHalvingPrunerOptions.MinResource), () => new SuccessiveHalvingPrunerOptions { MinResource = 0 });
        Refused(nameof(SuccessiveHalvingPrunerOptions.ReductionFactor), () => new SuccessiveHalvingPrunerOptions { ReductionFactor = 1 });
        Refused(nameof(SuccessiveHalvingPrunerOptions.EarlyStoppingRate), () => new SuccessiveHalvingPrunerOptions { EarlyStoppingRate = -1 });
        Refused(nameof(SuccessiveHalvingPrunerOptions.BootstrapTrials), () => new SuccessiveHalvingPrunerOptions { BootstrapTrials = -1 });
        Refused(nameof(SuccessiveHalvingPrunerOptions.Objective), () => new SuccessiveHalvingPrunerOptions { Objective = -1 });
        Assert.Equal("options", Assert.Throws<ArgumentException>(() => new SuccessiveHalvingPruner(new() { BootstrapTrials = 1 })).ParamName);
    }

    protected override IPruner Create() => new SuccessiveHalvingPruner(new() { MinResource = 1, ReductionFactor = 2 });

    protected override AttributeSet NotesOf(ScenarioTrial trial) => RungNotes.Of(trial, Ladder);

    private static void Refused(string option, Func<object> make) => Assert.Equal(option, Assert.Throws<ArgumentOutOfRangeException>(make).ParamName);

    private static AttributeSet Noted(int rung, double value) => AttributeSet.Empty.With($"completed_rung_{rung}", value);

    private static HistoryScenario AtRung(Direction direction, params double[] values)
    {
        var scenario = new HistoryScenario(direction);
        foreach (double value in values) scenario.Add(new() { State = TrialState.Pruned, SystemAttributes = Noted(0, value) });
        return scenario;
    }

    private static PruneDecision Judge(SuccessiveHalvingPrunerOptions options, HistoryScenario scenario, IReadOnlyList<(long Step, ObjectiveValues Values)> reports) =>
        Ask(new SuccessiveHalvingPruner(options), scenario.Build(), scenario.Context(new() { Reports = reports }));
}
