using HyperTune.History;
using HyperTune.Pruners;
using HyperTune.Testing;
using HyperTune.Trials;

namespace HyperTune.Tests.Pruners;

/// <summary>Pruners and reports by fold.</summary>
public sealed class FoldPrunerTests
{
    private const string Stride = "hypertune:fold_stride";

    [Fact]
    public void Median_compares_equal_folds_and_not_the_luckiest()
    {
        // All know fold 0 as an easy one. Means of both folds: 5 against 3.
        HistoryScenario scenario = Scenario(1, (0, 1), (1, 5));
        ScenarioTrial bad = Trial(1, (0, 1), (1, 9));
        var pruner = new MedianPruner(new() { StartupTrials = 3 });

        Assert.True(pruner.ShouldPrune(scenario.Build(), scenario.Context(bad)).Prune);
        // The same numbers as one curve: the first report is as good as any, and the trial goes on.
        Assert.False(pruner.ShouldPrune(scenario.Build(), scenario.Context(bad with { SystemAttributes = AttributeSet.Empty })).Prune);
    }

    [Fact]
    public void Median_waits_until_earlier_folds_are_there()
    {
        HistoryScenario scenario = Scenario(1, (0, 1), (1, 5), (2, 3));
        var pruner = new MedianPruner(new() { StartupTrials = 3 });

        // Fold 1 is missing, so that there is a mean of fold 0 only, which is better than the median.
        Assert.False(pruner.ShouldPrune(scenario.Build(), scenario.Context(Trial(1, (2, 90), (0, 0)))).Prune);
        Assert.True(pruner.ShouldPrune(scenario.Build(), scenario.Context(Trial(1, (2, 90), (0, 0), (1, 5)))).Prune);
    }

    [Fact]
    public void Warm_up_steps_are_those_within_the_fold()
    {
        HistoryScenario scenario = Scenario(1_000_000, (0, 5), (1, 4), (2, 3), (1_000_000, 5), (1_000_001, 4), (1_000_002, 3));
        var pruner = new MedianPruner(new() { StartupTrials = 3, WarmupSteps = 2 });

        Assert.False(pruner.ShouldPrune(scenario.Build(), scenario.Context(Trial(1_000_000, (0, 9), (1, 9), (2, 3), (1_000_000, 9), (1_000_001, 9)))).Prune);
        Assert.True(pruner.ShouldPrune(scenario.Build(), scenario.Context(Trial(1_000_000, (0, 9), (1, 9), (2, 3), (1_000_000, 9), (1_000_001, 9), (1_000_002, 4)))).Prune);
    }

    [Fact]
    public void Fronts_compare_equal_folds()
    {
        var scenario = new HistoryScenario(Direction.Minimize, Direction.Minimize);
        for (int i = 0; i < 4; i++) scenario.Add(new() { Reports = [(0, (1, 1)), (1, (5, 5))], SystemAttributes = AttributeSet.Empty.With(Stride, 1L) });
        var pruner = new MedianPruner(new() { StartupTrials = 3, UseDominance = true });
        var bad = new ScenarioTrial { Reports = [(0, (1, 1)), (1, (9, 9))], SystemAttributes = AttributeSet.Empty.With(Stride, 1L) };

        Assert.True(pruner.ShouldPrune(scenario.Build(), scenario.Context(bad)).Prune);
        Assert.False(pruner.ShouldPrune(scenario.Build(), scenario.Context(bad with { SystemAttributes = AttributeSet.Empty })).Prune);
    }

    [Fact]
    public void Rungs_note_the_running_mean_and_count_folds()
    {
        HistoryScenario scenario = Scenario(1, (0, 1), (1, 5));
        TrialContext trial = scenario.Context(Trial(1, (0, 1), (1, 9)));

        _ = new SuccessiveHalvingPruner(new() { MinResource = 1 }).ShouldPrune(scenario.Build(), trial);

        Assert.Equal(5, trial.SystemAttributes["completed_rung_0"].AsDouble());
        Assert.False(trial.SystemAttributes.ContainsKey("completed_rung_1"));
    }

    [Fact]
    public void Rungs_count_reports_where_folds_have_steps()
    {
        HistoryScenario scenario = Scenario(1_000_000, (0, 1), (1, 5));
        TrialContext trial = scenario.Context(Trial(1_000_000, (0, 8), (1, 4), (1_000_000, 2)));

        _ = new SuccessiveHalvingPruner(new() { MinResource = 2, ReductionFactor = 2 }).ShouldPrune(scenario.Build(), trial);

        // The third report reaches the rung of two steps, and not all those below a million.
        Assert.Equal(5, trial.SystemAttributes["completed_rung_0"].AsDouble());
        Assert.False(trial.SystemAttributes.ContainsKey("completed_rung_1"));
    }

    [Fact]
    public void Patience_does_not_compare_means_over_different_folds()
    {
        // Fold 1 is a hard one: all of its means are worse than those of fold 0 alone.
        ScenarioTrial trial = Trial(1_000_000, (0, 2), (1, 1), (2, 1), (1_000_000, 9), (1_000_001, 8), (1_000_002, 7));
        var scenario = new HistoryScenario();
        var pruner = new PatientPruner(new() { Patience = 1 });

        Assert.False(pruner.ShouldPrune(scenario.Build(), scenario.Context(trial)).Prune);
        Assert.True(pruner.ShouldPrune(scenario.Build(), scenario.Context(trial with { SystemAttributes = AttributeSet.Empty })).Prune);
    }

    [Fact]
    public void Wilcoxon_compares_fold_with_fold()
    {
        (long, double)[] best = [.. Enumerable.Range(0, 8).Select(fold => ((long)fold, (double)fold))];
        HistoryScenario scenario = Scenario(1, best);
        ScenarioTrial worse = Trial(1, [.. best.Select(report => (report.Item1, report.Item2 + 1))]);

        PruneDecision decision = new WilcoxonPruner().ShouldPrune(scenario.Build(), scenario.Context(worse));

        Assert.True(decision.Prune);
        Assert.Contains("on 8 common instances", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_pruner_says_what_it_makes_of_folds()
    {
        IPruner unaware = new Blind();
        Assert.Equal(FoldReading.Unaware, unaware.Folds);
        Assert.Equal(FoldReading.RunningMeans, new MedianPruner().Folds);
        Assert.Equal(FoldReading.RunningMeans, new PercentilePruner(new() { Percentile = 25 }).Folds);
        Assert.Equal(FoldReading.RunningMeans, new SuccessiveHalvingPruner().Folds);
        Assert.Equal(FoldReading.RunningMeans, new HyperbandPruner().Folds);
        Assert.Equal(FoldReading.EachFold, new WilcoxonPruner().Folds);
        Assert.Equal(FoldReading.EachFold, new NopPruner().Folds);
        Assert.Equal(FoldReading.Unaware, new PatientPruner(new() { Patience = 1, Pruner = unaware }).Folds);
        Assert.Equal(FoldReading.RunningMeans, new PatientPruner(new() { Patience = 1, Pruner = new WilcoxonPruner() }).Folds);
        Assert.Equal(FoldReading.Unaware, new AgreementPruner(new() { Pruners = [new MedianPruner(), unaware] }).Folds);
    }

    private static HistoryScenario Scenario(long stride, params (long, double)[] reports)
    {
        var scenario = new HistoryScenario();
        for (int i = 0; i < 4; i++) scenario.Add(Trial(stride, reports) with { Values = [1] });
        return scenario;
    }

    private static ScenarioTrial Trial(long stride, params (long Step, double Value)[] reports) => new()
    {
        Reports = [.. reports.Select(report => (report.Step, new ObjectiveValues(report.Value)))],
        SystemAttributes = AttributeSet.Empty.With(Stride, stride),
    };

    private sealed class Blind : IPruner
    {
        public PruneDecision ShouldPrune(StudyHistory history, TrialContext trial) => PruneDecision.Keep;
    }
}
