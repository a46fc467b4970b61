using HyperTune.Pruners;
using HyperTune.Pruners.Rungs;
using HyperTune.Testing;
using HyperTune.Trials;

namespace HyperTune.Tests.Pruners;

public sealed class PashaPrunerTests : PrunerContract
{
    /// <summary>Rungs at 1, 2, 4, 8.</summary>
    private static readonly RungLadder Ladder = new(1, 2, 0);

    private static readonly PashaPrunerOptions Options = new() { MinResource = 1, ReductionFactor = 2 };

    [Fact]
    public void Below_the_cap_it_is_successive_halving()
    {
        // Of four at the first rung two go on.
        HistoryScenario scenario = Parallel(1, 2, 3);
        Assert.False(Judge(Options, scenario, [(1, 1.5)]).Prune);
        Assert.Equal("report 2.5 at step 1: 2 of 4 at rung 0 are better, and the best 2 go on", Judge(Options, scenario, [(1, 2.5)]).Reason);
    }

    [Theory]
    [InlineData(Direction.Minimize, 1)]
    [InlineData(Direction.Maximize, -1)]
    public void While_ranks_stay_all_but_the_best_one_end_at_the_second_rung(Direction direction, int sign)
    {
        HistoryScenario scenario = Parallel(direction, 1, 2, 3);
        TrialContext good = scenario.Context(new() { Reports = [(1, sign * 1.5), (2, sign * 1.4)] }), best = scenario.Context(new() { Reports = [(1, sign * 0.5), (2, sign * 0.4)] });
        PruneDecision ended = Ask(new PashaPruner(Options), scenario.Build(), good), kept = Ask(new PashaPruner(Options), scenario.Build(), best);
        Assert.Equal((true, $"report {(sign < 0 ? "-" : "")}1.4 at step 2: not better than trial 0 at rung 1, where others end while ranks stay as they are"), (ended.Prune, ended.Reason));
        Assert.Equal((false, $"report {(sign < 0 ? "-" : "")}0.4 at step 2: the best one at rung 1, where others end while ranks stay as they are"), (kept.Prune, kept.Reason));
    }

    [Fact]
    public void Changed_ranks_raise_the_cap_by_a_rung()
    {
        // The first two change places between steps 1 and 2; beyond they keep them.
        HistoryScenario scenario = Study((TrialState.Complete, [1, 3, 3, 3]), (TrialState.Complete, [2, 2, 2, 2]), (TrialState.Pruned, [8, 9]), (TrialState.Pruned, [9, 10]), (TrialState.Pruned, [10, 11]), (TrialState.Pruned, [11, 12]));
        var buffer = new TrialBuffer(new TrialRecord { Id = new TrialId(7), Number = 6, State = TrialState.Running });
        buffer.TryAddReport(1, 2.5);
        buffer.TryAddReport(2, 2.5);
        // Third of seven at step 1 and second at step 2: by successive halving three go on.
        Assert.False(Ask(new PashaPruner(Options), scenario.Build(), new TrialContext(buffer, 0, ParameterSet.Empty)).Prune);
        Assert.True(buffer.TryTake(out TrialChanges? changes));
        Assert.Equal(["hypertune:unstable_rung:0:2"], changes.Study!.PutIfAbsent.Keys);
        TrialContext later = scenario.Context(new() { Reports = [(1, 2.5), (2, 2.5), (4, 2.5)] });
        PruneDecision atCap = Ask(new PashaPruner(Options), scenario.Build(), later);
        Assert.Equal("report 2.5 at step 4: not better than trial 1 at rung 2, where others end while ranks stay as they are", atCap.Reason);
    }

    [Fact]
    public void A_cap_once_raised_stays()
    {
        HistoryScenario stable = Parallel(1, 2, 3, 4);
        var raised = new HistoryScenario { StudyAttributes = AttributeSet.Empty.With("hypertune:unstable_rung:0:2", true) };
        foreach (TrialRecord trial in stable.Trials) raised.Add(new() { State = trial.State, Values = trial.Values, Reports = [.. trial.IntermediateValues.Select(report => (report.Key, (ObjectiveValues)report.Value))], SystemAttributes = trial.SystemAttributes });
        Assert.True(Judge(Options, stable, [(1, 1.5), (2, 1.5)]).Prune);
        Assert.False(Judge(Options, raised, [(1, 1.5), (2, 1.5)]).Prune);
    }

    [Fact]
    public void Ranks_that_change_within_the_tolerance_leave_the_cap()
    {
        HistoryScenario scenario = Study((TrialState.Complete, [1, 1.2, 1, 1]), (TrialState.Complete, [1.1, 1.1, 1.1, 1.1]), (TrialState.Pruned, [7, 7]), (TrialState.Pruned, [8, 8]), (TrialState.Pruned, [9, 9]));
        Assert.True(Judge(Options with { RankTolerance = 0.1001 }, scenario, [(1, 1.15), (2, 1.15)]).Prune);
        Assert.False(Judge(Options with { RankTolerance = 0.0999 }, scenario, [(1, 1.15), (2, 1.15)]).Prune);
    }

    [Fact]
    public void The_tolerance_is_estimated_from_curves_that_change_places_and_change_back()
    {
        // Reported from step 0 on, so that curves have three points up to the second rung; rungs as above.
        HistoryScenario Curves(double first) => new HistoryScenario()
            .Add(Trial(TrialState.Complete, (0, first), (1, 1), (2, 1.25)))
            .Add(Trial(TrialState.Complete, (0, 1.125), (1, 1.125), (2, 1.125)))
            .Add(Trial(TrialState.Pruned, (0, 7), (1, 7), (2, 7)))
            .Add(Trial(TrialState.Pruned, (0, 8), (1, 8), (2, 8)))
            .Add(Trial(TrialState.Pruned, (0, 9), (1, 9), (2, 9)));
        // Having changed places back and forth, they differ in the end as much as at the rung below.
        Assert.True(Judge(Options, Curves(first: 1.5), [(1, 1.2), (2, 1.2)]).Prune);
        // Without changing back it is no noise.
        Assert.False(Judge(Options, Curves(first: 0.9), [(1, 1.2), (2, 1.2)]).Prune);
    }

    [Fact]
    public void Of_equal_trials_one_goes_on()
    {
        HistoryScenario scenario = Parallel(1, 2, 3);
        Assert.True(Judge(Options, scenario, [(1, 1), (2, 1)]).Prune);
        // Side by side it is the one with the lower number.
        HistoryScenario beside = new HistoryScenario().Add(Trial(TrialState.Running, (1, 1), (2, 1)) with { Number = 5 });
        foreach ((int number, bool isPruned) in new[] { (4, false), (6, true) })
        {
            TrialContext trial = beside.Context(new() { Number = number, Reports = [(1, 1), (2, 1)] });
            Assert.Equal(isPruned, Ask(new PashaPruner(Options), beside.Build(), trial).Prune);
        }
    }

    [Theory]
    [InlineData(TrialState.Complete, true)]
    [InlineData(TrialState.Running, true)]
    [InlineData(TrialState.Failed, false)]
    [InlineData(TrialState.Pruned, false)]
    public void Only_who_completes_or_may_yet_do_so_leads(TrialState state, bool leads)
    {
        HistoryScenario scenario = Study((state, [1, 1]), (TrialState.Pruned, [8, 9]), (TrialState.Pruned, [9, 10]));
        Assert.Equal(leads, Judge(Options, scenario, [(1, 2), (2, 2)]).Prune);
    }

    [Fact]
    public void Beyond_the_cap_nothing_is_judged_but_all_is_noted()
    {
        HistoryScenario scenario = Parallel(1, 2, 3);
        TrialContext trial = scenario.Context(new() { Reports = [(1, 0.5), (2, 0.5)] });
        var pruner = new PashaPruner(Options);
        Assert.False(Ask(pruner, scenario.Build(), trial).Prune);
        TrialContext later = scenario.Context(new() { Reports = [(1, 0.5), (2, 0.5), (4, 99)], SystemAttributes = trial.SystemAttributes });
        Assert.Equal(new PruneDecision(false, "report 99 at step 4: it led at a rung where others end"), pruner.ShouldPrune(scenario.Build(), later));
        Assert.Equal(99, later.SystemAttributes["completed_rung_2"].AsDouble());
    }

    [Fact]
    public void The_first_trial_is_complete_whatever_it_reports()
    {
        var scenario = new HistoryScenario();
        TrialContext trial = scenario.Context(new() { Reports = [.. Enumerable.Range(1, 64).Select(step => ((long)step, (ObjectiveValues)step))] });
        Assert.False(Ask(new PashaPruner(Options), scenario.Build(), trial).Prune);
        Assert.True(Judge(Options, scenario, [(1, double.NaN)]).Prune);
    }

    [Fact]
    public void Several_objectives_are_judged_by_the_chosen_one()
    {
        var scenario = new HistoryScenario(Direction.Minimize, Direction.Maximize);
        scenario.Add(new() { Values = [0, 0], SystemAttributes = AttributeSet.Empty.With("hypertune:rung:1:0", 5.0).With("hypertune:rung:1:1", 5.0) });
        PashaPrunerOptions second = Options with { Objective = 1 };
        Assert.True(Judge(second, scenario, [(1, (9.0, 4.0))]).Prune);
        Assert.False(Judge(second, scenario, [(2, (9.0, 6.0))]).Prune);
        Assert.Throws<InvalidOperationException>(() => Judge(Options with { Objective = 2 }, scenario, [(1, (9.0, 6.0))]));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Refused(nameof(PashaPrunerOptions.MinResource), () => new PashaPrunerOptions { MinResource = 0 });
        Refused(nameof(PashaPrunerOptions.ReductionFactor), () => new PashaPrunerOptions { ReductionFactor = 1 });
        Refused(nameof(PashaPrunerOptions.RankTolerance), () => new PashaPrunerOptions { RankTolerance = -1e-9 });
        Refused(nameof(PashaPrunerOptions.RankTolerance), () => new PashaPrunerOptions { RankTolerance = double.NaN });
        Refused(nameof(PashaPrunerOptions.RankTolerance), () => new PashaPrunerOptions { RankTolerance = double.PositiveInfinity });
        Refused(nameof(PashaPrunerOptions.Objective), () => new PashaPrunerOptions { Objective = -1 });
        Assert.Equal(0, new PashaPrunerOptions { RankTolerance = 0 }.RankTolerance);
    }

    protected override IPruner Create() => new PashaPruner(Options);

    protected override AttributeSet NotesOf(ScenarioTrial trial) => RungNotes.Of(trial, Ladder);

    private static void Refused(string option, Func<object> make) => Assert.Equal(option, Assert.Throws<ArgumentOutOfRangeException>(make).ParamName);

    /// <summary>Complete trials whose reports at steps 1 to 4 stay as they are.</summary>
    private static HistoryScenario Parallel(params double[] levels) => Parallel(Direction.Minimize, levels);

    private static HistoryScenario Parallel(Direction direction, params double[] levels)
    {
        var scenario = new HistoryScenario(direction);
        foreach (double level in levels)
        {
            double value = direction == Direction.Maximize ? -level : level;
            scenario.Add(Trial(TrialState.Complete, (1, value), (2, value), (3, value), (4, value)));
        }
        return scenario;
    }

    private static HistoryScenario Study(params (TrialState State, double[] Reports)[] trials)
    {
        var scenario = new HistoryScenario();
        foreach ((TrialState state, double[] reports) in trials) scenario.Add(Trial(state, [.. reports.Select((report, i) => (i + 1, report))]));
        return scenario;
    }

    private static ScenarioTrial Trial(TrialState state, params (int Step, double Value)[] reports)
    {
        var trial = new ScenarioTrial { State = state, Reports = [.. reports.Select(report => ((long)report.Step, (ObjectiveValues)report.Value))] };
        return trial with { SystemAttributes = RungNotes.Of(trial, Ladder) };
    }

    private static PruneDecision Judge(PashaPrunerOptions options, HistoryScenario scenario, IReadOnlyList<(long Step, ObjectiveValues Values)> reports) =>
        Ask(new PashaPruner(options), scenario.Build(), scenario.Context(new() { Reports = reports }));
}
