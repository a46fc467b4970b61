using System.Collections.Concurrent;
using HyperTune.Pruners;
using HyperTune.Testing;
using static HyperTune.Tests.Studies.StudyTesting;

namespace HyperTune.Tests.Studies;

public sealed class OptimizeLoopTests
{
    [Fact]
    public async Task Exception_NotCaught_FailsItsTrial_AndIsThrownAfterTheRunningTrialsEnded()
    {
        await using Study study = New();
        var thrown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var bothRun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task optimization = study.OptimizeAsync(async trial =>
        {
            if (trial.Number == 1) bothRun.SetResult();
            await bothRun.Task;
            if (trial.Number == 0) throw new InvalidDataException("broken data");
            await thrown.Task;
            return 1.0;
        }, new()
        {
            Trials = 10,
            Parallelism = 2,
            Callbacks = [(_, trial) => { if (trial.Number == 0) thrown.SetResult(); }],
        }, Token);

        var exception = await Assert.ThrowsAsync<InvalidDataException>(() => optimization);

        Assert.Equal("broken data", exception.Message);
        Assert.Equal([TrialState.Failed, TrialState.Complete], study.Trials.Select(trial => trial.State));
        Assert.Equal("System.IO.InvalidDataException: broken data", study.Trials[0].FailReason);
    }

    [Fact]
    public async Task Exception_Caught_FailsItsTrial_AndTheStudyGoesOn()
    {
        using var logs = new CapturingLoggerFactory();
        await using Study study = Study.Create(new() { LoggerFactory = logs });

        await study.OptimizeAsync(
            trial => trial.Number % 2 == 0 ? throw new FileNotFoundException("lost") : 1.0, new() { Trials = 4, Catch = [typeof(IOException)] }, Token);

        Assert.Equal([TrialState.Failed, TrialState.Complete, TrialState.Failed, TrialState.Complete], study.Trials.Select(trial => trial.State));
        Assert.Equal(2, logs.WithId(20).Count);
        Assert.All(logs.WithId(20), message => Assert.IsType<FileNotFoundException>(message.Exception));
    }

    [Fact]
    public async Task Exception_OfAnotherType_IsNotCaught()
    {
        await using Study study = New();
        await Assert.ThrowsAsync<InvalidDataException>(() => study.OptimizeAsync(
            trial => throw new InvalidDataException(), new() { Trials = 4, Catch = [typeof(IOException)] }, Token));
        Assert.Single(study.Trials);
    }

    [Fact]
    public async Task Exception_OperationCanceledOfTheObjectiveItself_IsAnException()
    {
        await using Study study = New();
        await Assert.ThrowsAsync<OperationCanceledException>(() => study.OptimizeAsync(trial => throw new OperationCanceledException(), new() { Trials = 4 }, Token));
        Assert.Equal(TrialState.Failed, Assert.Single(study.Trials).State);
    }

    [Fact]
    public async Task Pruned_TrialsHaveTheirLastReportAndReason()
    {
        await using Study study = Study.Create(new() { Pruner = new FakePruner((_, trial) => trial.IntermediateValues.LastStep >= 2 ? PruneDecision.Because("step 2") : default) });

        await study.OptimizeAsync(trial =>
        {
            for (int step = 0; step < 5; step++)
            {
                trial.Report(10 - step, step);
                trial.ThrowIfShouldPrune();
            }
            return 0.0;
        }, new() { Trials = 2 }, Token);

        Assert.All(study.Trials, trial => Assert.Equal((TrialState.Pruned, 8.0), (trial.State, trial.Value)));
        Assert.Equal("step 2", study.Trials[0].SystemAttributes["hypertune:prune_reason"].AsString());
        Assert.False(study.TryGetBestTrial(out _));
    }

    [Fact]
    public async Task Objective_ThatTellsItsOwnTrial_IsNotToldAgain()
    {
        await using Study study = New();
        await study.OptimizeAsync(async trial =>
        {
            await study.TellAsync(trial, 7, Token);
            return 1.0;
        }, new() { Trials = 2 }, Token);

        Assert.All(study.Trials, trial => Assert.Equal(7, trial.Value));
    }

    [Fact]
    public async Task Callbacks_RunOneAtATimeWithTheFinishedTrial()
    {
        await using Study study = New();
        int inside = 0, overlaps = 0;
        var seen = new List<int>();

        await study.OptimizeAsync(async trial =>
        {
            await Task.Yield();
            trial.SetUserAttribute("n", trial.Number);
            return trial.SuggestDouble("x", 0, 1);
        }, new()
        {
            Trials = 40,
            Parallelism = 4,
            Callbacks =
            [
                (_, trial) =>
                {
                    if (Interlocked.Increment(ref inside) > 1) overlaps++;
                    Thread.Yield();
                    seen.Add(trial.Number);
                    Assert.Equal(trial.Number, trial.UserAttributes["n"].AsInt64());
                    Assert.Equal((double)trial.Params["x"]!, trial.Value);
                    Assert.NotNull(trial.Duration);
                    Interlocked.Decrement(ref inside);
                },
                (own, trial) => Assert.Contains(own.Trials, other => other.Number == trial.Number && other.State == TrialState.Complete),
            ],
        }, Token);

        Assert.Equal(0, overlaps);
        Assert.Equal(Enumerable.Range(0, 40), seen.Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Callbacks_ThatThrow_EndTheCallAndLoseNoResult(bool isDeterministic)
    {
        await using Study study = New();

        await Assert.ThrowsAsync<InvalidDataException>(() => study.OptimizeAsync(trial => trial.Number, new()
        {
            Trials = 12,
            Parallelism = 3,
            IsDeterministic = isDeterministic,
            Callbacks = [(_, trial) => { if (trial.Number == 3) throw new InvalidDataException(); }],
        }, Token));

        Assert.All(study.Trials, trial => Assert.Equal((TrialState.Complete, (double)trial.Number), (trial.State, trial.Value)));
        if (isDeterministic) Assert.Equal(6, study.Trials.Count);
        await study.OptimizeAsync(trial => trial.Number, new() { Trials = 1 }, Token);
    }

    [Fact]
    public async Task Callbacks_HoldUpOtherCallbacksButNoTrials()
    {
        await using Study study = New();
        var secondStarted = new TaskCompletionSource();

        await study.OptimizeAsync(trial =>
        {
            if (trial.Number == 1) secondStarted.SetResult();
            return 1.0;
        }, new()
        {
            Trials = 3,
            Parallelism = 2,
            Callbacks = [(_, trial) => { if (trial.Number == 0) secondStarted.Task.Wait(Token); }],
        }, Token);

        Assert.Equal(3, study.Trials.Count);
    }

    [Fact]
    public async Task Progress_IsToldAfterEachTrial()
    {
        await using Study study = New();
        var reports = new ConcurrentQueue<StudyProgress>();

        await study.OptimizeAsync(trial => trial.Number switch
        {
            1 => throw new TrialPrunedException(),
            2 => double.NaN,
            _ => 10 - trial.Number,
        }, new() { Trials = 5, Progress = new DirectProgress(reports.Enqueue) }, Token);

        Assert.Equal([1, 2, 3, 4, 5], reports.Select(report => report.Finished));
        Assert.All(reports, report => Assert.Equal(5, report.Total));
        Assert.Equal([0, 1, 1, 1, 1], reports.Select(report => report.Pruned));
        Assert.Equal([0, 0, 1, 1, 1], reports.Select(report => report.Failed));
        Assert.Equal([0, 1, 2, 3, 4], reports.Select(report => report.LastTrial.Number));
        Assert.Equal([0, 0, 0, 3, 4], reports.Select(report => report.BestTrial!.Number));
        Assert.All(reports, report => Assert.Equal(0, report.Running));
    }

    [Fact]
    public async Task Nested_OptimizeOfTheSameStudy_Throws_OfAnotherOneDoesNot()
    {
        await using Study study = New(), inner = New();

        await Assert.ThrowsAsync<InvalidOperationException>(() => study.OptimizeAsync(trial =>
        {
            study.Optimize(nested => 1.0, new() { Trials = 1 }, Token);
            return 1.0;
        }, new() { Trials = 1 }, Token));
        await Assert.ThrowsAsync<InvalidOperationException>(() => study.OptimizeAsync(async (trial, token) =>
        {
            await Task.Yield();
            await study.OptimizeAsync(nested => 1.0, new() { Trials = 1 }, token);
            return 1.0;
        }, new() { Trials = 1 }, Token));

        await study.OptimizeAsync(trial =>
        {
            inner.Optimize(nested => nested.SuggestDouble("x", 0, 1), new() { Trials = 2 }, Token);
            return inner.BestValue;
        }, new() { Trials = 2 }, Token);
        Assert.Equal(4, inner.Trials.Count);
        await study.OptimizeAsync(trial => 1.0, new() { Trials = 1 }, Token);
    }

    [Fact]
    public async Task Synchronous_ObjectivesRunOnDedicatedThreads()
    {
        await using Study study = New();
        int caller = Environment.CurrentManagedThreadId;
        var threads = new ConcurrentBag<(bool IsPool, int Id)>();
        using var barrier = new Barrier(3);

        await study.OptimizeAsync(trial =>
        {
            // All three run at the same time, whatever the pool does.
            barrier.SignalAndWait(Token);
            threads.Add((Thread.CurrentThread.IsThreadPoolThread, Environment.CurrentManagedThreadId));
            return 1.0;
        }, new() { Trials = 6, Parallelism = 3 }, Token);
        await study.OptimizeAsync(trial =>
        {
            barrier.SignalAndWait(Token);
            threads.Add((Thread.CurrentThread.IsThreadPoolThread, Environment.CurrentManagedThreadId));
            return 1.0;
        }, new() { Trials = 6, Parallelism = 3, IsDeterministic = true }, Token);

        Assert.Equal(12, threads.Count);
        Assert.All(threads, thread => Assert.False(thread.IsPool));
        Assert.DoesNotContain(threads, thread => thread.Id == caller);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Blocking_TwinsUnderASingleThreadedContext_DoNotDeadlock(bool isFaulty)
    {
        HyperTune.Storage.IStorage storage = isFaulty ? new FaultyStorage() { Latency = async _ => await Task.Yield() } : new InMemoryStorage();
        await using Study study = await Study.CreateAsync(new() { Storage = storage }, Token);
        var done = new TaskCompletionSource();
        var thread = new Thread(() =>
        {
            // Nobody ever runs what is posted to this context.
            SynchronizationContext.SetSynchronizationContext(new SilentContext());
            try
            {
                study.Optimize(trial => trial.SuggestDouble("x", 0, 1), new() { Trials = 3, Parallelism = 2 }, Token);
                study.Optimize(trial => [1.0], new() { Trials = 2, IsDeterministic = true, Parallelism = 2 }, Token);
                study.Tell(study.Ask(), 1);
                study.Enqueue([new("x", 0.5)]);
                study.Ask();
                study.Dispose();
                done.SetResult();
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        })
        { IsBackground = true };
        thread.Start();

        await done.Task.WaitAsync(Token);
        Assert.Equal(7, study.Trials.Count);
    }

    [Fact]
    public async Task Optimize_FromSeveralCallersAtOnce_SharesTheStudy()
    {
        await using Study study = await Study.CreateAsync(new() { Storage = new FaultyStorage() }, Token);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => i % 2 == 0
            ? study.OptimizeAsync(trial => trial.SuggestDouble("x", 0, 1), new() { Trials = 10, Parallelism = 2 }, Token)
            : study.OptimizeAsync(async trial => { await Task.Yield(); return trial.SuggestDouble("x", 0, 1); }, new() { Trials = 10, Parallelism = 2 }, Token)));

        Assert.Equal(Enumerable.Range(0, 40), study.Trials.Select(trial => trial.Number));
        Assert.All(study.Trials, trial => Assert.Equal(trial.Value, (double)trial.Params["x"]!));
    }

    [Fact]
    public async Task Batch_WhoseSamplerThrowsForOne_FinishesTheOthers()
    {
        await using Study study = Study.Create(new()
        {
            Sampler = new FakeSampler { Infer = (_, trial) => trial.Number == 1 ? throw new InvalidDataException() : SearchSpace.Empty },
        });

        await Assert.ThrowsAsync<InvalidDataException>(() => study.OptimizeAsync(trial => 1.0, new() { Trials = 8, Parallelism = 4, IsDeterministic = true }, Token));

        Assert.Equal([TrialState.Complete, TrialState.Failed, TrialState.Complete, TrialState.Complete], study.Trials.Select(trial => trial.State));
        Assert.Equal(4, (await study.AskAsync(cancellationToken: Token)).Number);
    }

    private sealed class DirectProgress(Action<StudyProgress> report) : IProgress<StudyProgress>
    {
        public void Report(StudyProgress value) => report(value);
    }

    private sealed class SilentContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }

        public override void Send(SendOrPostCallback d, object? state)
        {
        }
    }
}
