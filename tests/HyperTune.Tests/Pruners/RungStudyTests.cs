using System.Globalization;
using HyperTune.Pruners;
using HyperTune.Pruners.Rungs;
using HyperTune.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace HyperTune.Tests.Pruners;

/// <summary>Pruners with rungs in a whole study.</summary>
public sealed class RungStudyTests
{
    private const int Steps = 250;

    [Fact]
    public async Task Most_trials_end_at_a_low_rung_and_say_why()
    {
        using var logs = new CapturingLoggerFactory();
        await using Study study = New(new SuccessiveHalvingPruner(new() { MinResource = 1, ReductionFactor = 3 }), logs);
        await RunAsync(study, 60);

        TrialRecord[] pruned = [.. study.Trials.Where(trial => trial.State == TrialState.Pruned)];
        Assert.InRange(pruned.Length, 30, 59);
        Assert.All(pruned, trial => Assert.Contains(" at rung ", trial.SystemAttributes["hypertune:prune_reason"].AsString(), StringComparison.Ordinal));
        foreach (TrialRecord trial in study.Trials)
        {
            // Each rung up to the last report is noted with the value reported there.
            var ladder = new RungLadder(1, 3, 0);
            int rung = 0;
            for (; ladder.StepOf(rung) <= trial.IntermediateValues.LastStep; rung++)
                Assert.Equal(trial.IntermediateValues[ladder.StepOf(rung)], trial.SystemAttributes[string.Create(CultureInfo.InvariantCulture, $"completed_rung_{rung}")].AsDouble());
            Assert.Equal(rung, trial.SystemAttributes.Keys.Count(key => key.StartsWith("completed_rung_", StringComparison.Ordinal)));
        }
        // The curves never cross, so that the best trial survives.
        Assert.Equal(study.Trials.Max(trial => trial.Params["level"]), study.BestTrial.Params["level"]);
        Assert.Equal(pruned.Length, logs.WithId(12).Count);
        Assert.Contains(" and the best ", logs.WithId(13)[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_automatic_lowest_rung_is_agreed_on_once()
    {
        await using Study study = New(new SuccessiveHalvingPruner());
        await RunAsync(study, 20);
        // A hundredth of the steps of the first trial, which nothing prunes.
        Assert.Equal(Steps / 100, study.History.Study.SystemAttributes["hypertune:min_resource"].AsInt64());
        Assert.DoesNotContain("completed_rung_0", study.Trials[0].SystemAttributes.Keys);
        Assert.Contains(study.Trials, trial => trial.State == TrialState.Pruned);
    }

    [Fact]
    public async Task Brackets_are_stored_and_trials_of_the_last_one_complete()
    {
        await using Study study = New(new HyperbandPruner(new() { MaxResource = Steps, ReductionFactor = 3 }));
        await RunAsync(study, 60);
        var plan = new BracketPlan(6, 3, BracketAssignment.Hash);
        foreach (TrialRecord trial in study.Trials)
        {
            int bracket = (int)trial.SystemAttributes["hypertune:bracket"].AsInt64();
            Assert.Equal(plan.BracketOf(study.Name, trial.Number), bracket);
            Assert.True(trial.State == TrialState.Complete || trial.IntermediateValues.LastStep >= Math.Pow(3, bracket));
        }
        Assert.Contains(study.Trials, trial => trial.State == TrialState.Pruned);
    }

    [Fact]
    public async Task Progressive_allocation_completes_who_leads_and_ends_the_others_at_the_second_rung()
    {
        await using Study study = New(new PashaPruner(new() { MinResource = 1 }));
        await RunAsync(study, 100);
        // The curves never cross, so that the cap stays; of n trials about ln n are better than all before.
        Assert.All(study.Trials, trial => Assert.True(trial.State == TrialState.Complete ? trial.IntermediateValues.LastStep == Steps : trial.IntermediateValues.LastStep <= 3));
        Assert.InRange(study.History.CountOf(TrialState.Complete), 2, 10);
        Assert.Equal(study.Trials.Max(trial => trial.Params["level"]), study.BestTrial.Params["level"]);
        Assert.Empty(study.History.Study.SystemAttributes.Keys);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Progressive_allocation_raises_the_cap_where_ranks_change_and_stores_that(int parallelism)
    {
        await using Study study = New(new PashaPruner(new() { MinResource = 1 }));
        await study.OptimizeAsync(
            trial =>
            {
                // Before step 3 the best ones are the worst.
                double level = trial.SuggestDouble("level", 0, 1);
                for (int step = 1; step <= Steps; step++)
                {
                    trial.Report(step < 3 ? -level : level, step);
                    trial.ThrowIfShouldPrune();
                }
                return level;
            },
            new() { Trials = 100, Parallelism = parallelism },
            TestContext.Current.CancellationToken);
        Assert.Equal(["hypertune:unstable_rung:0:3"], study.History.Study.SystemAttributes.Keys);
        Assert.Contains(study.Trials, trial => trial.State == TrialState.Pruned && trial.IntermediateValues.LastStep == 9);
        Assert.NotEqual(0, study.History.CountOf(TrialState.Complete));
    }

    [Fact]
    public async Task Several_workers_prune_as_much_as_one()
    {
        await using Study study = New(new SuccessiveHalvingPruner(new() { MinResource = 1, ReductionFactor = 3 }));
        await RunAsync(study, 80, parallelism: 4);
        Assert.Equal(80, study.Trials.Count);
        Assert.InRange(study.Trials.Count(trial => trial.State == TrialState.Pruned), 30, 79);
    }

    [Fact]
    public async Task A_rung_noted_long_after_its_report_is_written_without_waiting_for_another_one()
    {
        var time = new FakeTimeProvider();
        var storage = new FaultyStorage(time);
        await using Study study = await Study.CreateAsync(
            new() { Storage = storage, OwnsStorage = true, TimeProvider = time, Pruner = new SuccessiveHalvingPruner(new() { MinResource = 1 }) }, TestContext.Current.CancellationToken);
        Trial trial = await study.AskAsync(cancellationToken: TestContext.Current.CancellationToken);
        trial.Report(1, 1);
        time.Advance(TimeSpan.FromSeconds(1));
        await storage.EndedAsync(StorageOperation.Write, 1);

        Assert.False(trial.ShouldPrune());
        time.Advance(TimeSpan.FromSeconds(1));
        await storage.EndedAsync(StorageOperation.Write, 2);

        Assert.Contains("completed_rung_0", storage.Writes[1][0].SystemAttributes.Keys);
    }

    [Fact]
    public async Task The_rungs_of_a_running_trial_of_another_process_count()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        var time = new FakeTimeProvider();
        await using var storage = new FaultyStorage(time);
        StudyOptions options = new()
        {
            Name = "shared",
            Storage = storage,
            TimeProvider = time,
            LoadIfExists = true,
            Pruner = new SuccessiveHalvingPruner(new() { MinResource = 1 }),
        };
        await using Study one = await Study.CreateAsync(options, token), other = await Study.CreateAsync(options, token);
        Trial better = await one.AskAsync(cancellationToken: token), worse = await other.AskAsync(cancellationToken: token);
        better.Report(1, 1);
        Assert.False(better.ShouldPrune());
        time.Advance(TimeSpan.FromSeconds(1));
        await storage.EndedAsync(StorageOperation.Write, 1);
        await other.RefreshAsync(token);

        worse.Report(2, 1);

        Assert.True(worse.ShouldPrune());
    }

    private static Study New(IPruner pruner, CapturingLoggerFactory? logs = null) =>
        Study.Create(new() { Name = "rungs", Sampler = new RandomSampler(new() { Seed = 4 }), Pruner = pruner, Directions = [Direction.Maximize], LoggerFactory = logs ?? (ILoggerFactory)NullLoggerFactory.Instance });

    private static Task RunAsync(Study study, int trials, int parallelism = 1) => study.OptimizeAsync(
        trial =>
        {
            double level = trial.SuggestDouble("level", 0, 1);
            for (int step = 1; step <= Steps; step++)
            {
                trial.Report(level + Math.Log(step), step);
                trial.ThrowIfShouldPrune();
            }
            return level;
        },
        new() { Trials = trials, Parallelism = parallelism },
        TestContext.Current.CancellationToken);
}
