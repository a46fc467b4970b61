using HyperTune.Testing;
using HyperTune.Trials;
using Microsoft.Extensions.Time.Testing;
using static HyperTune.Tests.Studies.StudyTesting;

namespace HyperTune.Tests.Studies;

/// <summary>The end of a trial and the start of the next one, asked for together.</summary>
public sealed class CombiningTests
{
    private readonly ObservedTimeProvider _time = new();
    private readonly CapturingLoggerFactory _logs = new();

    [Fact]
    public async Task AWorkerThatGoesOn_EndsAndStartsInOneStep()
    {
        var storage = new CombiningStorage();
        await using Study study = await NewAsync(storage);

        await study.OptimizeAsync(Objective, new() { Trials = 10 }, Token);

        Assert.Equal(10, study.History.CountOf(TrialState.Complete));
        Assert.Equal((9, 1, 1), (storage.Combined, storage.Starts, storage.Writes));
    }

    [Fact]
    public async Task WhatTheStepBringsAlong_IsNotReadAgain()
    {
        var storage = new CombiningStorage { BringsDelta = true };
        await using Study study = await NewAsync(storage);

        int before = storage.Reads;
        await study.OptimizeAsync(Objective, new() { Trials = 1 }, Token);
        int ofOne = storage.Reads - before;
        await study.OptimizeAsync(Objective, new() { Trials = 10 }, Token);

        Assert.Equal(11, study.History.CountOf(TrialState.Complete));
        Assert.Equal((9, ofOne), (storage.Combined, storage.Reads - before - ofOne));
    }

    [Fact]
    public async Task WhatIsAskedForInTheSameCycle_IsSeenAllTheSame()
    {
        var storage = new CombiningStorage { BringsDelta = true };
        (StudySession session, Waiting waiting, IReadOnlyList<StudyTrial> trials) = await StartTwoAsync(storage);
        Task<bool>? adding = null;

        await EndTogetherAsync(session, storage, trials, waiting, meanwhile: () => adding = session.Pump.CallAsync(async (inner, id) =>
        {
            await inner.AddTrialsAsync(id, new() { Trials = [new() { State = TrialState.Failed }], RequestId = Guid.NewGuid() }, Token);
            return true;
        }));
        await adding!;

        Assert.Equal(1, session.Builder.Current.CountOf(TrialState.Failed));
    }

    [Fact]
    public async Task ATrialLeftBehind_IsTakenBackByTheOneWhoFindsTheTotalReached()
    {
        var clock = new FakeTimeProvider();
        var storage = new CombiningStorage { Inner = new(clock), BringsDelta = true };
        await using Study study = await Study.CreateAsync(Options(storage) with { MaxRetries = 1 }, Token);
        await storage.StartTrialsAsync(study.History.Study.Id, new() { StartedAt = DateTimeOffset.UnixEpoch, RequestId = Guid.NewGuid() }, Token);
        clock.Advance(TimeSpan.FromMinutes(2));

        await study.OptimizeAsync(Objective, new() { TotalTrials = 3 }, Token);

        Assert.True(storage.Combined > 0);
        Assert.Equal((3, 1), (study.History.CountOf(TrialState.Complete), study.History.CountOf(TrialState.Failed)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TheNextTrial_IsSampledWithTheEndBeforeIt(bool bringsDelta)
    {
        var seen = new List<int>();
        await using Study study = await NewAsync(new CombiningStorage { BringsDelta = bringsDelta }, new FakeSampler
        {
            Infer = (history, _) =>
            {
                seen.Add(history.Count);
                return SearchSpace.Empty;
            },
        });

        await study.OptimizeAsync(Objective, new() { Trials = 4 }, Token);

        Assert.Equal([0, 1, 2, 3], seen);
    }

    [Fact]
    public async Task Callbacks_SeeTheEndBeforeAnotherTrialStarts()
    {
        var storage = new CombiningStorage();
        await using Study study = await NewAsync(storage);

        await study.OptimizeAsync(Objective, new() { Trials = 10, Callbacks = [(stopped, trial) => { if (trial.Number == 3) stopped.Stop(); }] }, Token);

        Assert.Equal(4, study.Trials.Count);
        Assert.Equal(0, storage.Combined);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WhatCannotBeDoneTogether_IsDoneOneByOne(bool isTransient)
    {
        var storage = new CombiningStorage { Fault = () => isTransient ? Away : new InvalidOperationException("not together") };
        await using Study study = await NewAsync(storage);

        await study.OptimizeAsync(Objective, new() { Trials = 10, Parallelism = 2 }, Token);

        Assert.Equal(10, study.History.CountOf(TrialState.Complete));
        Assert.True(storage.Combined > 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AStepThatFailsForNow_StartsNoTrialTwice(bool isAnswerLost)
    {
        var storage = new CombiningStorage { IsAnswerLost = isAnswerLost, Fault = static () => Away };
        (StudySession session, Waiting waiting, IReadOnlyList<StudyTrial> trials) = await StartTwoAsync(storage);

        StartRequest[] next = await EndTogetherAsync(session, storage, trials, waiting);

        Assert.Equal([2, 3], (await Task.WhenAll(next.Select(start => start.Completion.Task))).SelectMany(started => started).Select(trial => trial.Number).Order());
        Assert.Equal([0, 1], (await session.Pump.RefreshAsync()).Numbers.ToArray().Order());
        Assert.Equal([2, 3], session.Builder.Current.Running.Select(trial => trial.Number));
        session.Pump.Dispose();
    }

    [Fact]
    public async Task AStepOfSeveral_OneOfWhoseEndsCannotBeStored_StartsTrialsForTheOthersOnly()
    {
        var storage = new CombiningStorage { Fault = static () => Away };
        (StudySession session, Waiting waiting, IReadOnlyList<StudyTrial> trials) = await StartTwoAsync(storage);
        // The group, then the first of it alone.
        storage.Inner.Fail(StorageOperation.Write, times: 2, exception: new StorageException("cannot be stored"));

        StartRequest[] next = await EndTogetherAsync(session, storage, trials, waiting);

        Assert.Empty(await next[0].Completion.Task);
        Assert.Equal(2, Assert.Single(await next[1].Completion.Task).Number);
        await session.Pump.RefreshAsync();
        Assert.Equal([0, 2], session.Builder.Current.Running.Select(trial => trial.Number));
        session.Pump.Dispose();
    }

    [Fact]
    public async Task AnEndThatIsRepeated_HoldsItsStartBack()
    {
        var storage = new CombiningStorage { Fault = () => Away };
        await using Study study = await NewAsync(storage);
        storage.Inner.Fail(StorageOperation.Write, times: 2);

        await PassTimeUntil(study.OptimizeAsync(Objective, new() { Trials = 2 }, Token));

        Assert.Equal(2, study.History.CountOf(TrialState.Complete));
        // The end twice in vain, then both one by one; after the last trial nothing is to start.
        Assert.Equal((1, 2, 4), (storage.Combined, storage.Starts, storage.Writes));
    }

    [Fact]
    public async Task AStorageThatStaysAway_EndsTheLoopAndStartsNothing()
    {
        var storage = new CombiningStorage { Fault = () => Away };
        await using Study study = await NewAsync(storage);
        storage.Inner.Fail(StorageOperation.Write, times: 1000);
        Task optimization = study.OptimizeAsync(Objective, new() { Trials = 10 }, Token);

        await PassTimeUntil(optimization);

        await Assert.ThrowsAsync<StorageException>(() => optimization);
        Assert.Equal(1, storage.Starts);
        storage.Inner.Heal();
        await study.RefreshAsync(Token);
        Assert.Equal(0, Assert.Single(study.History.Running).Number);
        // Nobody's turn is left open.
        await PassTimeUntil(study.OptimizeAsync(Objective, new() { Trials = 3 }, Token));
        Assert.Equal(3, study.History.CountOf(TrialState.Complete));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stopped_WhileAStepIsRepeated_StoresTheEndAndStartsNothing(bool isEndStored)
    {
        var storage = new CombiningStorage { Fault = () => Away };
        await using Study study = await NewAsync(storage);
        // Either the end or, once that is stored, its start goes on failing.
        StorageOperation failing = isEndStored ? StorageOperation.Start : StorageOperation.Write;
        Task optimization = study.OptimizeAsync(
            trial =>
            {
                storage.Inner.Fail(failing, times: 1000);
                return Objective(trial);
            },
            new() { Trials = 10 }, Token);
        await PassTimeUntil(storage.Inner.EndedAsync(failing, isEndStored ? 2 : 1));

        study.Stop();
        storage.Inner.Heal();
        await PassTimeUntil(optimization);

        await optimization;
        await study.RefreshAsync(Token);
        Assert.Equal(TrialState.Complete, Assert.Single(study.Trials).State);
    }

    [Fact]
    public async Task AnEndThatCannotBeStored_StartsNothing()
    {
        var storage = new CombiningStorage();
        await using Study study = await NewAsync(storage);
        Task optimization = study.OptimizeAsync(
            trial =>
            {
                if (trial.Number != 2) return Objective(trial);
                storage.Fault = () => new StorageException("cannot be stored");
                storage.Inner.Fail(StorageOperation.Write, exception: new StorageException("cannot be stored"));
                return 1;
            },
            new() { Trials = 10 }, Token);

        await Assert.ThrowsAsync<StorageException>(() => optimization);

        await study.RefreshAsync(Token);
        Assert.Equal([TrialState.Complete, TrialState.Complete, TrialState.Running], study.Trials.Select(trial => trial.State));
    }

    [Fact]
    public async Task AFullBuffer_IsStoredBeforeItsEndAndTheNextStart()
    {
        var storage = new CombiningStorage();
        await using Study study = await NewAsync(storage, maxUnwritten: 1);

        await study.OptimizeAsync(
            trial =>
            {
                trial.Report(1, 0);
                return Objective(trial);
            },
            new() { Trials = 3 }, Token);

        Assert.Equal(3, study.History.CountOf(TrialState.Complete));
        Assert.Equal((0, 3, 6), (storage.Combined, storage.Starts, storage.Writes));
    }

    [Fact]
    public async Task PointsOfAFiniteSpace_AreClaimedAfterTheEndBefore()
    {
        var storage = new CombiningStorage();
        await using Study study = await NewAsync(storage);

        await study.OptimizeAsync(trial => trial.SuggestInt("n", 1, 3), new() { Trials = 10, Repeats = RepeatPolicy.StopWhenExhausted }, Token);

        Assert.Equal(3, study.Trials.Count);
        Assert.Equal(0, storage.Combined);
    }

    [Fact]
    public async Task AStopByTheSampler_IsSeenBeforeAnotherTrialStarts()
    {
        var storage = new CombiningStorage();
        await using Study study = await NewAsync(storage, new FakeSampler { After = (_, trial, _) => { if (trial.Number == 2) trial.Notes.StopStudy("enough"); } });

        await study.OptimizeAsync(Objective, new() { Trials = 10 }, Token);

        Assert.Equal(3, study.Trials.Count);
        Assert.Equal(2, storage.Combined);
    }

    [Fact]
    public async Task AStopThatIsSeenBeforeAnEnd_IsLoggedOnce()
    {
        await using Study study = await NewAsync(new CombiningStorage());

        await study.OptimizeAsync(
            async (trial, _) =>
            {
                if (trial.Number == 2) await study.StopEverywhereAsync("enough", Token);
                return Objective(trial);
            },
            new() { Trials = 10 }, Token);

        Assert.Equal(3, study.Trials.Count);
        Assert.Single(_logs.WithId(5));
    }

    [Fact]
    public async Task ASamplerThatThrowsAtTheEnd_LeavesNoTrialBehind()
    {
        var storage = new CombiningStorage();
        await using Study study = await NewAsync(storage, new FakeSampler { After = (_, trial, _) => { if (trial.Number == 2) throw new NotSupportedException(); } });

        await Assert.ThrowsAsync<NotSupportedException>(() => study.OptimizeAsync(Objective, new() { Trials = 10 }, Token));

        Assert.Equal(3, study.Trials.Count);
        Assert.Equal(3, study.History.CountOf(TrialState.Complete));
    }

    [Fact]
    public async Task AListenerThatThrowsAtTheEnd_GivesTheNextTrialBack()
    {
        using var loggers = new EndThrowingLoggers();
        await using Study study = await NewAsync(new CombiningStorage(), loggers: loggers);

        await Assert.ThrowsAsync<InvalidOperationException>(() => study.OptimizeAsync(Objective, new() { Trials = 10 }, Token));

        loggers.IsThrowing = false;
        await study.RefreshAsync(Token);
        Assert.Empty(study.History.Running);
        await study.OptimizeAsync(Objective, new() { Trials = 2 }, Token);
        Assert.Equal(3, study.History.CountOf(TrialState.Complete));
    }

    private static double Objective(Trial trial) => trial.SuggestDouble("x", 0, 1);

    private async Task<(StudySession Session, Waiting Waiting, IReadOnlyList<StudyTrial> Trials)> StartTwoAsync(CombiningStorage storage)
    {
        StudyOptions options = Options(storage);
        StudyRecord study = await storage.CreateStudyAsync(new() { Name = "s", Directions = [Direction.Minimize] }, Token);
        var session = new StudySession(study, options, storage, Seeded(), new NopPruner());
        var waiting = new Waiting(false, new Patience(_time, TimeSpan.FromMinutes(1), null));
        return (session, waiting, await session.Pump.StartAsync(new StartRequest(2, null, default) { Patience = waiting.Patience }, waiting));
    }

    /// <summary>Ends trials, each followed by a start, in one cycle.</summary>
    private static async Task<StartRequest[]> EndTogetherAsync(StudySession session, CombiningStorage storage, IReadOnlyList<StudyTrial> trials, Waiting waiting, Action? meanwhile = null)
    {
        StorageGate gate = storage.Inner.Block(StorageOperation.Read);
        Task refresh = session.Pump.RefreshAsync();
        await gate.Entered;
        StartRequest[] next = [.. trials.Select(_ => new StartRequest(1, null, default) { Patience = waiting.Patience })];
        var ends = new List<Task>();
        for (int i = 0; i < next.Length; i++)
        {
            trials[i].Next = next[i];
            var finish = new TrialFinish { State = TrialState.Complete, Values = [1], CompletedAt = session.Time.GetUtcNow(), RequestId = session.RequestIds.Next() };
            ends.Add(session.Pump.FinishAsync(trials[i], new TrialEnd(finish), waiting));
        }
        meanwhile?.Invoke();
        gate.Open();
        await refresh;
        // Whether they are stored or fail.
        foreach (Task end in ends) await end.ContinueWith(static _ => { }, Token, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        Assert.Equal(1, storage.Combined);
        return next;
    }

    private static StorageException Away => new("busy", isTransient: true);

    private Task<Study> NewAsync(
        CombiningStorage storage, HyperTune.Samplers.ISampler? sampler = null, Microsoft.Extensions.Logging.ILoggerFactory? loggers = null, int? maxUnwritten = null)
    {
        StudyOptions options = Options(storage) with { Sampler = sampler ?? Seeded(), LoggerFactory = loggers ?? _logs };
        return Study.CreateAsync(maxUnwritten is { } most ? options with { MaxUnwrittenChanges = most } : options, Token);
    }

    private StudyOptions Options(CombiningStorage storage) => new()
    {
        Name = "s",
        Storage = storage,
        TimeProvider = _time,
        // Background writes and renewals would make requests of their own.
        FlushInterval = TimeSpan.FromHours(1),
        RefreshInterval = TimeSpan.FromHours(1),
        Leases = new() { RenewInterval = TimeSpan.FromMinutes(1), Grace = TimeSpan.FromMinutes(1) },
    };

    private Task<IReadOnlyList<TimeSpan>> PassTimeUntil(Task task) => _time.PassUntilAsync(task, TimeSpan.FromSeconds(5));

    /// <summary>Throws once when the first trial has ended.</summary>
    private sealed class EndThrowingLoggers : Microsoft.Extensions.Logging.ILoggerFactory, Microsoft.Extensions.Logging.ILogger
    {
        public bool IsThrowing { get; set; } = true;

        public Microsoft.Extensions.Logging.ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(Microsoft.Extensions.Logging.ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

        public void Log<TState>(
            Microsoft.Extensions.Logging.LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsThrowing || eventId.Name != "TrialEnded") return;
            IsThrowing = false;
            throw new InvalidOperationException("The listener failed.");
        }

        public void Dispose()
        {
        }
    }
}
