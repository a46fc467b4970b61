using HyperTune.Pruners;
using HyperTune.Testing;
using static HyperTune.Tests.Studies.StudyTesting;

namespace HyperTune.Tests.Studies;

/// <summary>Reporting by fold: stored form, rules and warnings.</summary>
public sealed class FoldReportTests
{
    [Fact]
    public async Task The_stored_step_is_fold_times_stride_plus_step()
    {
        await using Study study = New();

        await study.OptimizeAsync(trial =>
        {
            trial.ReportFold(0.5, fold: 3, step: 7);
            trial.ReportFold(0.25, fold: 0, step: 999_999);
            return 1.0;
        }, new() { Trials = 1 }, Token);

        TrialRecord record = study.Trials[0];
        Assert.Equal([999_999L, 3_000_007], record.IntermediateValues.Steps.ToArray());
        Assert.Equal(Trial.FoldStride, record.SystemAttributes["hypertune:fold_stride"].AsInt64());
    }

    [Fact]
    public async Task Without_steps_the_stored_step_is_the_fold()
    {
        await using Study study = New(Direction.Minimize, Direction.Minimize);

        await study.OptimizeAsync(trial =>
        {
            trial.ReportFold((1, 2), fold: 4);
            return (1.0, 2.0);
        }, new() { Trials = 1 }, Token);

        TrialRecord record = study.Trials[0];
        Assert.Equal([4L], record.IntermediateValues.Steps.ToArray());
        Assert.Equal([1.0, 2.0], record.SystemAttributes["hypertune:report:4"].Items.Select(item => item.AsDouble()));
        Assert.Equal(1, record.SystemAttributes["hypertune:fold_stride"].AsInt64());
    }

    [Fact]
    public async Task Folds_side_by_side_are_all_kept()
    {
        await using Study study = New();

        await study.OptimizeAsync(trial =>
        {
            using var barrier = new Barrier(4);
            Thread[] folds = [.. Enumerable.Range(0, 4).Select(fold => new Thread(() =>
            {
                barrier.SignalAndWait();
                for (int step = 0; step < 50; step++) trial.ReportFold(fold + step, fold, step);
            }))];
            foreach (Thread fold in folds) fold.Start();
            foreach (Thread fold in folds) fold.Join();
            return 1.0;
        }, new() { Trials = 1 }, Token);

        Assert.Equal(200, study.Trials[0].IntermediateValues.Count);
        // The mean of the folds 0 to 3 at step 10.
        Assert.Equal(11.5, study.History.RunningMeans(0)[3_000_010].Values[0]);
    }

    [Fact]
    public async Task A_pruned_trial_has_the_mean_of_its_folds()
    {
        await using Study study = New();

        await study.OptimizeAsync(trial =>
        {
            trial.ReportFold(1, 0);
            trial.ReportFold(5, 1);
            return trial.Number == 0 ? throw new TrialPrunedException() : 0.0;
        }, new() { Trials = 1 }, Token);

        Assert.Equal([3.0], study.Trials[0].Values);
    }

    [Theory]
    [InlineData(-1, null, "fold")]
    [InlineData(0, -1L, "step")]
    [InlineData(0, 1_000_000L, "step")]
    [InlineData(2148, 0L, "fold")]
    public void Folds_and_steps_out_of_range_are_refused(int fold, long? step, string argument) =>
        Assert.Throws<ArgumentOutOfRangeException>(argument, () => new FixedTrial([]).ReportFold(1, fold, step));

    [Fact]
    public void Ends_of_the_ranges_are_taken()
    {
        var steps = new FixedTrial([]);
        steps.ReportFold(1, 2146, 999_999);
        var folds = new FixedTrial([]);
        folds.ReportFold(1, int.MaxValue);

        Assert.Equal([2_146_999_999], steps.Reports.Keys);
        Assert.Equal([int.MaxValue], folds.Reports.Keys);
    }

    [Fact]
    public async Task Forms_do_not_mix()
    {
        var log = new CapturingLoggerFactory();
        await using Study study = Study.Create(new() { Sampler = Seeded(), LoggerFactory = log });
        Trial[] trials = [new FixedTrial([]), await study.AskAsync(cancellationToken: Token)];

        foreach (Trial trial in trials)
        {
            trial.ReportFold(1, 0, 0);
            Assert.Throws<InvalidOperationException>(() => trial.ReportFold(1, 1));
            Assert.Throws<InvalidOperationException>(() => trial.Report(1, 1));
        }
        Trial plain = new FixedTrial([]);
        plain.Report(1, 0);
        Assert.Throws<InvalidOperationException>(() => plain.ReportFold(1, 1, 1));
    }

    [Fact]
    public async Task A_pruner_that_does_not_know_folds_is_warned_of_once()
    {
        var log = new CapturingLoggerFactory();
        await using Study study = Study.Create(new() { Sampler = Seeded(), Pruner = new FakePruner((_, _) => PruneDecision.Keep), LoggerFactory = log });

        await study.OptimizeAsync(FoldMean(byFold: true), new() { Trials = 5, Parallelism = 2 }, Token);

        Assert.Contains("FakePruner", Assert.Single(log.WithId(33)).Text, StringComparison.Ordinal);
        Assert.Empty(log.WithId(32));
    }

    [Fact]
    public async Task Raw_scores_of_folds_are_warned_of_once()
    {
        var log = new CapturingLoggerFactory();
        await using Study study = Study.Create(new() { Sampler = Seeded(), Pruner = new MedianPruner(), LoggerFactory = log });

        await study.OptimizeAsync(FoldMean(byFold: false), new() { Trials = 5, Parallelism = 2 }, Token);

        Assert.Contains("MedianPruner", Assert.Single(log.WithId(32)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Curves_folds_and_pruners_that_know_them_are_not_warned_of()
    {
        (IPruner Pruner, Func<Trial, double> Objective)[] cases = [(new MedianPruner(), Curve), (new MedianPruner(), FoldMean(byFold: true)), (new WilcoxonPruner(), FoldMean(byFold: false))];
        foreach ((IPruner pruner, Func<Trial, double> objective) in cases)
        {
            var log = new CapturingLoggerFactory();
            await using Study study = Study.Create(new() { Sampler = Seeded(), Pruner = pruner, LoggerFactory = log });
            await study.OptimizeAsync(objective, new() { Trials = 3 }, Token);
            Assert.Empty(log.WithId(32));
            Assert.Empty(log.WithId(33));
        }

        static double Curve(Trial trial)
        {
            for (int step = 0; step < 5; step++) trial.Report(1.0 / (step + 1), step);
            return 0.2;
        }
    }

    private static Func<Trial, double> FoldMean(bool byFold) => trial =>
    {
        double sum = 0;
        for (int fold = 0; fold < 5; fold++)
        {
            double score = trial.Number + (fold * fold / 7.0);
            sum += score;
            if (byFold) trial.ReportFold(score, fold);
            else trial.Report(score, fold);
        }
        return sum / 5;
    };
}
