using HyperTune.Testing;
using Microsoft.Extensions.Time.Testing;
using static HyperTune.Tests.Studies.StudyTesting;

namespace HyperTune.Tests.Studies;

public sealed class OptimizeLimitsTests
{
    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 4)]
    [InlineData(7, 1)]
    [InlineData(50, 4)]
    [InlineData(50, 16)]
    public async Task Trials_IsExact(int count, int parallelism)
    {
        await using Study study = New();
        int calls = 0;

        await study.OptimizeAsync(trial =>
        {
            Interlocked.Increment(ref calls);
            return trial.SuggestDouble("x", 0, 1);
        }, new() { Trials = count, Parallelism = parallelism }, Token);
        await study.OptimizeAsync(async (trial, token) =>
        {
            Interlocked.Increment(ref calls);
            await Task.Yield();
            return trial.SuggestDouble("x", 0, 1);
        }, new() { Trials = count, Parallelism = parallelism }, Token);

        Assert.Equal(2 * count, calls);
        Assert.Equal(Enumerable.Range(0, 2 * count), study.Trials.Select(trial => trial.Number));
        Assert.All(study.Trials, trial => Assert.Equal(TrialState.Complete, trial.State));
    }

    [Fact]
    public async Task Trials_IsExactWhenATrialIsGivenUpAfterOthersFoundNoneLeft()
    {
        using ManualResetEventSlim isClaimed = new(), isRefused = new();
        var sampler = new FakeSampler
        {
            After = (_, trial, _) =>
            {
                // What is noted of the study has to be seen first: the trial that was claimed to follow in one step is asked for later.
                if (trial.Number == 0)
                {
                    isClaimed.Set();
                    Assert.True(isRefused.Wait(TimeSpan.FromMinutes(1), Token));
                }
                else
                {
                    isRefused.Set();
                }
                trial.Notes.SetStudy("note", trial.Number);
            },
        };
        await using Study study = await Study.CreateAsync(new() { Sampler = sampler }, Token);
        using var both = new Barrier(2);

        await study.OptimizeAsync(trial =>
        {
            if (trial.Number < 2) Assert.True(both.SignalAndWait(TimeSpan.FromMinutes(1), Token));
            if (trial.Number == 1) Assert.True(isClaimed.Wait(TimeSpan.FromMinutes(1), Token));
            return trial.SuggestDouble("x", 0, 1);
        }, new() { Trials = 3, Parallelism = 2 }, Token);

        Assert.Equal(3, study.Trials.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TotalTrials_IsNeverOvershotByTwoStudyObjects(bool isFaulty)
    {
        IStorageWithClock(isFaulty, out var storage);
        await using Study first = await Study.CreateAsync(new() { Name = "s", Storage = storage }, Token);
        await using Study second = await Study.LoadAsync(new() { Name = "s", Storage = storage }, Token);
        var options = new OptimizeOptions { TotalTrials = 31, Parallelism = 4 };

        await Task.WhenAll(first.OptimizeAsync(Objective, options, Token), second.OptimizeAsync(Objective, options, Token));
        await first.RefreshAsync(Token);

        Assert.Equal(31, first.Trials.Count);
        await first.OptimizeAsync(Objective, options, Token);
        Assert.Equal(31, first.Trials.Count);

        static async Task<double> Objective(Trial trial, CancellationToken token)
        {
            await Task.Yield();
            return trial.SuggestDouble("x", 0, 1);
        }

        static void IStorageWithClock(bool isFaulty, out HyperTune.Storage.IStorage storage) => storage = isFaulty ? new FaultyStorage() : new InMemoryStorage();
    }

    [Fact]
    public async Task TotalTrials_CountsWhatIsThereAndWorksWithTrials()
    {
        await using Study study = New();
        await study.AddTrialsAsync([Finished(1), Finished(2)], Token);

        await study.OptimizeAsync(trial => 1.0, new() { TotalTrials = 5, Trials = 2 }, Token);
        Assert.Equal(4, study.Trials.Count);
        await study.OptimizeAsync(trial => 1.0, new() { TotalTrials = 5, Trials = 20, Parallelism = 3, IsDeterministic = true }, Token);
        Assert.Equal(5, study.Trials.Count);
    }

    [Fact]
    public async Task Timeout_NoMoreTrialsStart_RunningOnesEnd()
    {
        var time = new FakeTimeProvider();
        await using Study study = Study.Create(new() { TimeProvider = time });

        await study.OptimizeAsync(trial =>
        {
            time.Advance(TimeSpan.FromSeconds(4));
            return trial.Number;
        }, new() { Timeout = TimeSpan.FromSeconds(10) }, Token);

        Assert.Equal(3, study.Trials.Count);
        Assert.Equal(TimeSpan.FromSeconds(4), study.Trials[0].Duration);
    }

    [Fact]
    public async Task Timeout_RemainingBudget_IsShownToSamplers()
    {
        var time = new FakeTimeProvider();
        var seen = new List<HyperTune.Trials.RemainingBudget>();
        await using Study study = Study.Create(new()
        {
            TimeProvider = time,
            Sampler = new FakeSampler
            {
                Infer = (_, trial) =>
                {
                    seen.Add(trial.Remaining);
                    return SearchSpace.Empty;
                },
            },
        });
        await study.OptimizeAsync(trial =>
        {
            time.Advance(TimeSpan.FromSeconds(4));
            return 1.0;
        }, new() { Timeout = TimeSpan.FromSeconds(100), Trials = 3 }, Token);
        await study.OptimizeAsync(trial => 1.0, new() { TotalTrials = 5 }, Token);

        Assert.Equal([2, 1, 0, 1, 0], seen.Select(remaining => remaining.Trials));
        Assert.Equal([100.0, 96.0, 92.0, null, null], seen.Select(remaining => remaining.Time?.TotalSeconds));
    }

    [Fact]
    public async Task TrialTimeout_CancelsTheTrial_FailsIt_AndTheStudyGoesOn()
    {
        var time = new FakeTimeProvider();
        await using Study study = Study.Create(new() { TimeProvider = time });

        await study.OptimizeAsync(async (trial, token) =>
        {
            if (trial.Number != 1) return 1;
            Task late = Task.Delay(Timeout.InfiniteTimeSpan, token);
            time.Advance(TimeSpan.FromSeconds(5));
            await late;
            return 2;
        }, new() { Trials = 3, TrialTimeout = TimeSpan.FromSeconds(5) }, Token);

        Assert.Equal([TrialState.Complete, TrialState.Failed, TrialState.Complete], study.Trials.Select(trial => trial.State));
        Assert.Contains("00:00:05", study.Trials[1].FailReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TrialTimeout_ObjectiveThatReturnsAllTheSame_IsComplete()
    {
        var time = new FakeTimeProvider();
        await using Study study = Study.Create(new() { TimeProvider = time });

        await study.OptimizeAsync(trial =>
        {
            time.Advance(TimeSpan.FromSeconds(5));
            return trial.CancellationToken.IsCancellationRequested ? 1 : 0;
        }, new() { Trials = 1, TrialTimeout = TimeSpan.FromSeconds(5) }, Token);

        Assert.Equal(1, study.BestValue);
    }

    [Fact]
    public async Task Times_BeyondWhatATimerTakes_MeanNever()
    {
        await using Study study = Study.Create(new()
        {
            FlushInterval = TimeSpan.MaxValue,
            RefreshInterval = TimeSpan.MaxValue,
            Leases = new() { RenewInterval = TimeSpan.MaxValue, Grace = TimeSpan.MaxValue },
        });

        await study.OptimizeAsync(trial =>
        {
            trial.Report(1, 0);
            return 1.0;
        }, new() { Trials = 1, Timeout = TimeSpan.MaxValue, TrialTimeout = TimeSpan.MaxValue }, Token);

        Assert.Equal(TrialState.Complete, study.Trials[0].State);
    }

    [Theory]
    [InlineData(40, 2)]
    [InlineData(61, 3)]
    public async Task TotalTrials_ReachedWithALapsedTrial_DoesItsRetry(int seconds, int trials)
    {
        var time = new FakeTimeProvider();
        var storage = new InMemoryStorage(time);
        StudyRecord record = await storage.CreateStudyAsync(new() { Name = "shared", Directions = [Direction.Minimize] }, Token);
        // Nobody renews this one: its process is gone.
        await storage.StartTrialsAsync(record.Id, new() { RequestId = Guid.NewGuid(), StartedAt = time.GetUtcNow() }, Token);
        time.Advance(TimeSpan.FromSeconds(seconds));
        await using Study study = await Study.LoadAsync(new() { Name = "shared", Storage = storage, MaxRetries = 1, TimeProvider = time }, Token);

        await study.OptimizeAsync(_ => 1.0, new() { TotalTrials = 2 }, Token);

        Assert.Equal(trials, study.Trials.Count);
        Assert.Equal(trials - 1, study.Trials.Count(trial => trial.State == TrialState.Complete));
        Assert.Equal(trials == 3 ? TrialState.Failed : TrialState.Running, study.Trials[0].State);
    }

    [Fact]
    public async Task Cancellation_CancelsTheTrialsTokens_StoresWhatEnded_AndThrows()
    {
        await using Study study = New();
        using var cancellation = new CancellationTokenSource();
        using var barrier = new SemaphoreSlim(0);

        Task optimization = study.OptimizeAsync(async (trial, token) =>
        {
            if (trial.Number == 0) return 5;
            barrier.Release();
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return 1;
        }, new() { Parallelism = 2 }, cancellation.Token);
        await barrier.WaitAsync(Token);
        await barrier.WaitAsync(Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => optimization);
        Assert.Equal([TrialState.Complete, TrialState.Failed, TrialState.Failed], study.Trials.Select(trial => trial.State));
        Assert.Equal("The optimization was cancelled.", study.Trials[1].FailReason);
    }

    [Fact]
    public async Task Cancellation_ObjectiveThatIgnoresIt_KeepsItsResult()
    {
        await using Study study = New();
        using var cancellation = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => study.OptimizeAsync(trial =>
        {
            cancellation.Cancel();
            return 3.0;
        }, null, cancellation.Token));

        Assert.Equal(3, Assert.Single(study.Trials).Value);
    }

    [Fact]
    public async Task Cancellation_CallbackOfATrialsTokenThrows_OthersAreCancelledAllTheSame()
    {
        await using Study study = New();
        using var cancellation = new CancellationTokenSource();
        using var ready = new SemaphoreSlim(0);

        Task optimization = study.OptimizeAsync(async (trial, token) =>
        {
            token.Register(() => throw new InvalidDataException());
            ready.Release();
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return 1;
        }, new() { Parallelism = 2 }, cancellation.Token);
        await ready.WaitAsync(Token);
        await ready.WaitAsync(Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => optimization);
        Assert.Equal(2, study.Trials.Count);
    }

    [Fact]
    public async Task Stop_FromACallback_EndsTheCallAfterTheRunningTrials()
    {
        await using Study study = New();

        await study.OptimizeAsync(trial => trial.Number, new()
        {
            Trials = 100,
            Callbacks = [(own, trial) => { if (trial.Number == 4) own.Stop(); }],
        }, Token);
        Assert.Equal(5, study.Trials.Count);

        await study.OptimizeAsync(trial => trial.Number, new() { Trials = 2 }, Token);
        Assert.Equal(7, study.Trials.Count);
    }

    [Fact]
    public async Task StopEverywhere_StopsAllStudyObjectsUntilResumed()
    {
        var storage = new InMemoryStorage();
        await using Study first = await Study.CreateAsync(new() { Name = "s", Storage = storage }, Token);
        await using Study second = await Study.LoadAsync(new() { Name = "s", Storage = storage }, Token);

        await second.OptimizeAsync(async trial =>
        {
            if (trial.Number == 2) await first.StopEverywhereAsync("enough", Token);
            return 1.0;
        }, new() { Trials = 100 }, Token);
        // Another process sees the stop with the trial that it starts next.
        Assert.Equal(4, second.Trials.Count);
        await first.OptimizeAsync(trial => 1.0, new() { Trials = 5 }, Token);
        Assert.Equal(4, first.Trials.Count);

        await first.ResumeAsync(Token);
        await second.OptimizeAsync(trial => 1.0, new() { Trials = 5 }, Token);
        Assert.Equal(9, second.Trials.Count);

        await first.StopEverywhereAsync("again", Token);
        await second.OptimizeAsync(trial => 1.0, new() { Trials = 5 }, Token);
        Assert.Equal(9, second.Trials.Count);
        await Assert.ThrowsAnyAsync<ArgumentException>(() => first.StopEverywhereAsync("", Token));
    }

    [Fact]
    public async Task StopStudy_AskedForByASampler_StopsTheStudy()
    {
        await using Study study = Study.Create(new()
        {
            Sampler = new FakeSampler { After = (_, trial, _) => { if (trial.Number == 3) trial.Notes.StopStudy("exhausted"); } },
        });

        await study.OptimizeAsync(trial => 1.0, new() { Trials = 10 }, Token);

        Assert.Equal(4, study.Trials.Count);
    }
}
