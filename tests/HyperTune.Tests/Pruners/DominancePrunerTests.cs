using HyperTune.Pruners;
using HyperTune.Testing;
using HyperTune.Trials;

namespace HyperTune.Tests.Pruners;

/// <summary>Pruners that compare fronts of what was reported for all objectives.</summary>
public sealed class DominancePrunerTests
{
    [Fact]
    public void The_median_of_fronts_is_what_a_trial_has_to_reach()
    {
        // Fronts 1, 1, 2 and 3; the median is 1.5.
        HistoryScenario scenario = Reported((1, 4), (4, 1), (5, 5), (6, 6));
        MedianPrunerOptions options = new() { StartupTrials = 1, UseDominance = true };
        PruneDecision pruned = Judge(new MedianPruner(options), scenario, (0, (4.5, 4.5)));
        Assert.Equal(PruneDecision.Because("best front 2 so far is worse than the median 1.5 of 4 completed trials at step 0"), pruned);
        // Good in neither objective, but dominated by nothing.
        Assert.False(Judge(new MedianPruner(options), scenario, (0, (3, 3))).Prune);
        Assert.True(Judge(new MedianPruner(new() { StartupTrials = 1 }), Reported((1, 4), (2, 1), (1, 5), (1, 6)), (0, (3, 3))).Prune);
    }

    [Fact]
    public void An_earlier_report_of_a_better_front_counts()
    {
        HistoryScenario scenario = Reported(1, (1, 4), (4, 1), (5, 5), (6, 6));
        var pruner = new PercentilePruner(new() { Percentile = 0, StartupTrials = 1, UseDominance = true });
        Assert.False(Judge(pruner, scenario, (0, (3, 3)), (1, (7, 7))).Prune);
        Assert.True(Judge(pruner, scenario, (0, (5, 5)), (1, (7, 7))).Prune);
    }

    [Fact]
    public void Vectors_with_NaN_are_left_out_but_counted_and_nothing_but_such_is_pruned()
    {
        HistoryScenario scenario = Reported((1, 1), (double.NaN, 0));
        var pruner = new MedianPruner(new() { StartupTrials = 1, MinTrials = 2, UseDominance = true });
        Assert.True(Judge(pruner, scenario, (0, (2, 2))).Prune);
        Assert.Equal("every report so far is NaN", Judge(pruner, scenario, (0, (0, double.NaN))).Reason);
        Assert.False(Judge(new MedianPruner(new() { StartupTrials = 1, MinTrials = 3, UseDominance = true }), scenario, (0, (2, 2))).Prune);
    }

    [Fact]
    public void Reports_of_one_objective_alone_are_not_compared()
    {
        HistoryScenario scenario = Reported((1, 1));
        TrialContext context = scenario.Context(new() { Reports = [(0, 9.0)] });
        Assert.False(new MedianPruner(new() { StartupTrials = 1, UseDominance = true }).ShouldPrune(scenario.Build(), context).Prune);
        Assert.False(new SuccessiveHalvingPruner(new() { MinResource = 1, UseDominance = true }).ShouldPrune(scenario.Build(), scenario.Context(new() { Reports = [(1, 9.0)] })).Prune);
    }

    [Theory]
    [InlineData(1.5, 1.5, false)]
    [InlineData(0.5, 9, false)]
    [InlineData(2.5, 2.5, true)]
    public void At_a_rung_those_of_better_fronts_are_better(double first, double second, bool prune)
    {
        var scenario = new HistoryScenario(Direction.Minimize, Direction.Minimize);
        (double, double)[] noted = [(1, 2), (2, 1), (3, 3), (4, 4), (5, 5), (6, 6), (7, 7)];
        for (int i = 0; i < noted.Length; i++)
        {
            // Running ones compete, too.
            scenario.Add(new()
            {
                State = i % 2 == 0 ? TrialState.Pruned : TrialState.Running,
                SystemAttributes = AttributeSet.Empty.With("hypertune:rung:all:0", new[] { noted[i].Item1, noted[i].Item2 }),
            });
        }
        PruneDecision decision = Judge(new SuccessiveHalvingPruner(new() { MinResource = 1, UseDominance = true }), scenario, (1, (first, second)));
        Assert.Equal(prune, decision.Prune);
        if (prune) Assert.Equal("report (2.5, 2.5) at step 1: 2 of 8 at rung 0 are better, and the best 2 go on", decision.Reason);
    }

    [Fact]
    public void What_is_noted_at_a_rung_is_the_whole_vector()
    {
        var scenario = new HistoryScenario(Direction.Minimize, Direction.Maximize);
        TrialContext context = scenario.Context(new() { Reports = [(1, (0.5, 2.0))] });
        Assert.False(new SuccessiveHalvingPruner(new() { MinResource = 1, UseDominance = true }).ShouldPrune(scenario.Build(), context).Prune);
        Assert.Equal<AttributeValue>(new[] { 0.5, 2.0 }, context.SystemAttributes["hypertune:rung:all:0"]);
        TrialContext nan = scenario.Context(new() { Reports = [(1, (0.5, double.NaN))] });
        Assert.True(new SuccessiveHalvingPruner(new() { MinResource = 1, UseDominance = true }).ShouldPrune(scenario.Build(), nan).Prune);
    }

    [Fact]
    public void With_one_objective_fronts_are_values()
    {
        var scenario = new HistoryScenario().Add(new() { Reports = [(1, 1)], SystemAttributes = AttributeSet.Empty.With("completed_rung_0", 1.0) });
        foreach (IPruner pruner in new IPruner[] { new MedianPruner(new() { StartupTrials = 1, UseDominance = true }), new SuccessiveHalvingPruner(new() { MinResource = 1, UseDominance = true }) })
        {
            Assert.True(pruner.ShouldPrune(scenario.Build(), scenario.Context(new() { Reports = [(1, 2)] })).Prune);
            Assert.False(pruner.ShouldPrune(scenario.Build(), scenario.Context(new() { Reports = [(1, 0.5)] })).Prune);
        }
    }

    [Fact]
    public void An_objective_beside_dominance_is_refused()
    {
        Func<object>[] makers =
        [
            () => new MedianPruner(new() { UseDominance = true, Objective = 1 }),
            () => new PercentilePruner(new() { Percentile = 50, UseDominance = true, Objective = 1 }),
            () => new SuccessiveHalvingPruner(new() { UseDominance = true, Objective = 1 }),
            () => new HyperbandPruner(new() { UseDominance = true, Objective = 1 }),
        ];
        foreach (Func<object> make in makers) Assert.Equal("options", Assert.Throws<ArgumentException>(make).ParamName);
    }

    private static HistoryScenario Reported(params (double, double)[] reports) => Reported(0, reports);

    private static HistoryScenario Reported(long step, params (double, double)[] reports)
    {
        var scenario = new HistoryScenario(Direction.Minimize, Direction.Minimize);
        foreach ((double, double) report in reports) scenario.Add(new() { Reports = [(step, report)] });
        return scenario;
    }

    private static PruneDecision Judge(IPruner pruner, HistoryScenario scenario, params (long Step, (double, double) Values)[] reports) =>
        pruner.ShouldPrune(scenario.Build(), scenario.Context(new() { Reports = [.. reports.Select(report => (report.Step, (ObjectiveValues)report.Values))] }));
}
