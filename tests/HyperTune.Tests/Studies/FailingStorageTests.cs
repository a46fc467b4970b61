using HyperTune.Testing;
using Microsoft.Extensions.Time.Testing;
using static HyperTune.Tests.Studies.StudyTesting;

namespace HyperTune.Tests.Studies;

public sealed class FailingStorageTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FaultyStorage _storage;
    private readonly CapturingLoggerFactory _logs = new();

    public FailingStorageTests() => _storage = new(_time);

    [Fact]
    public async Task Background_WriteThatFails_KeepsItsDataForTheNextOne()
    {
        await using Study study = await OpenAsync();
        Trial trial = await study.AskAsync(cancellationToken: Token);
        double x = trial.SuggestDouble("x", 0, 1);
        trial.Report(1, 0);
        _storage.Fail(StorageOperation.Write);
        _time.Advance(TimeSpan.FromSeconds(1));
        await _storage.EndedAsync(StorageOperation.Write, 1);

        trial.Report(2, 1);
        await study.RefreshAsync(Token);

        TrialRecord stored = study.Trials[0];
        Assert.Equal([1, 2], stored.IntermediateValues.Values.ToArray());
        Assert.Equal(x, stored.Params["x"]);
        Assert.Single(_logs.WithId(25));
    }

    [Fact]
    public async Task Background_WriteThatFails_IsTriedAgainAfterTheInterval()
    {
        // The clock runs ahead of the pump here, so leases must not lapse.
        await using Study study = await Study.CreateAsync(
            new() { Storage = _storage, TimeProvider = _time, Leases = new() { RenewInterval = TimeSpan.MaxValue, Grace = TimeSpan.MaxValue } }, Token);
        Trial trial = await study.AskAsync(cancellationToken: Token);
        _storage.Fail(StorageOperation.Write, times: 3);
        trial.Report(1, 0);

        Task ended = _storage.EndedAsync(StorageOperation.Write, 4);
        while (!ended.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        await study.RefreshAsync(Token);

        Assert.Equal(1, study.Trials[0].IntermediateValues[0]);
        Assert.All(_storage.Writes, group => Assert.Single(group[0].IntermediateValues));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TellAsync_StorageFails_ThrowsAndCanBeRepeated(bool isAnswerLost)
    {
        await using Study study = await OpenAsync();
        Trial trial = await study.AskAsync(cancellationToken: Token);
        double x = trial.SuggestDouble("x", 0, 1);
        _storage.Fail(StorageOperation.Write, times: 2, afterwards: isAnswerLost);

        await Assert.ThrowsAsync<StorageException>(() => study.TellAsync(trial, 1, Token));
        await Assert.ThrowsAsync<StorageException>(() => study.TellAsync(trial, 1, Token));
        Assert.False(trial.CancellationToken.IsCancellationRequested);
        Assert.Equal(TellOutcome.Stored, await study.TellAsync(trial, 1, Token));

        TrialRecord stored = Assert.Single(study.Trials);
        Assert.Equal((TrialState.Complete, 1.0, x), (stored.State, stored.Value, (double)stored.Params["x"]!));
    }

    [Fact]
    public async Task TellAsync_StorageFails_AnotherResultMayBeTold()
    {
        await using Study study = await OpenAsync();
        Trial trial = await study.AskAsync(cancellationToken: Token);
        _storage.Fail(StorageOperation.Write);
        await Assert.ThrowsAsync<StorageException>(() => study.TellAsync(trial, 1, Token));

        Assert.Equal(TellOutcome.Stored, await study.TellAsync(0, TrialState.Failed, "changed my mind", Token));

        Assert.Equal(TrialState.Failed, study.Trials[0].State);
    }

    [Fact]
    public async Task TellAsync_AnswerLost_BackgroundWriteInBetween_IsStillStored()
    {
        await using Study study = await OpenAsync();
        Trial trial = await study.AskAsync(cancellationToken: Token);
        trial.SuggestDouble("x", 0, 1);
        _storage.Fail(StorageOperation.Write, afterwards: true);
        await Assert.ThrowsAsync<StorageException>(() => study.TellAsync(trial, 1, Token));
        await study.RefreshAsync(Token);

        Assert.Equal(TellOutcome.Stored, await study.TellAsync(trial, 1, Token));

        Assert.Equal(2, _storage.Writes.Count(group => group[0].Finish is not null));
        Assert.Empty(_logs.WithId(21));
    }

    [Theory]
    [InlineData(TrialState.Failed)]
    [InlineData(TrialState.Pruned)]
    public async Task TellAsync_AnotherEndAfterOneThatFailed_LeavesNothingOfTheFirst(TrialState first)
    {
        var sampler = new FakeSampler
        {
            After = (_, trial, outcome) =>
            {
                trial.Notes.Set($"note {outcome.State}", 1);
                trial.Notes.SetStudy($"note {outcome.State}", 1);
                Assert.True(trial.SystemAttributes.ContainsKey($"note {outcome.State}"));
            },
        };
        await using Study study = await Study.CreateAsync(new() { Storage = _storage, TimeProvider = _time, Sampler = sampler }, Token);
        Trial trial = await study.AskAsync(cancellationToken: Token);
        trial.SuggestDouble("x", 0, 1);
        _storage.Fail(StorageOperation.Write);
        await Assert.ThrowsAsync<StorageException>(() => study.TellAsync(trial, first, "no good", Token));

        Assert.Equal(TellOutcome.Stored, await study.TellAsync(trial, 1, Token));

        TrialRecord stored = Assert.Single(study.Trials);
        Assert.Equal((TrialState.Complete, null), (stored.State, stored.FailReason));
        Assert.Equal(["hypertune:drawn", "note Complete"], stored.SystemAttributes.Keys.Order());
        Assert.Equal(["note Complete"], study.SystemAttributes.Keys);
    }

    [Fact]
    public async Task TellAsync_FullBuffer_FailsWhileTheStorageDoes_AndDropsNothing()
    {
        await using Study study = await Study.CreateAsync(new() { Storage = _storage, TimeProvider = _time, Sampler = Seeded(), MaxUnwrittenChanges = 10 }, Token);
        Trial full = await study.AskAsync(cancellationToken: Token), fine = await study.AskAsync(cancellationToken: Token);
        _storage.Fail(StorageOperation.Write, times: 2, exception: new StorageException("The server is away.", isTransient: true));
        for (int i = 0; i < 4; i++) full.SuggestDouble($"x{i}", 0, 1);
        for (int i = 0; i < 5; i++) full.Report(i, i);
        for (int i = 0; i < 2; i++) full.SetUserAttribute($"a{i}", i);
        for (int i = 0; i < 10; i++) fine.Report(i, i);
        int before = _storage.Writes.Count;

        StorageException ofFine = await Assert.ThrowsAsync<StorageException>(() => study.TellAsync(fine, 1, Token));
        StorageException ofFull = await Assert.ThrowsAsync<StorageException>(() => study.TellAsync(full, 1, Token));

        Assert.Equal("The server is away.", ofFine.Message);
        Assert.True(ofFull.IsTransient);
        Assert.Contains("4 parameters, 5 reports and 2 attributes", ofFull.Message, StringComparison.Ordinal);
        Assert.Contains("The server is away.", ofFull.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_storage.Writes.Skip(before).SelectMany(group => group), changes => changes.Trial == new TrialId(1) && changes.Finish is not null);
        Assert.Equal(TellOutcome.Stored, await study.TellAsync(full, 1, Token));
        Assert.Equal(TellOutcome.Stored, await study.TellAsync(fine, 1, Token));
        TrialRecord stored = study.Trials[0];
        Assert.Equal((4, 5, 2), (stored.Params.Count, stored.IntermediateValues.Count, stored.UserAttributes.Count));
        Assert.Equal(10, study.Trials[1].IntermediateValues.Count);
    }

    [Fact]
    public async Task TellAsync_FullBuffer_ParameterThatClashes_LosesTheTrial()
    {
        await using Study study = await Study.CreateAsync(new() { Name = "s", Storage = _storage, TimeProvider = _time, Sampler = Seeded(), MaxUnwrittenChanges = 1 }, Token);
        await using Study other = await LoadAsync();
        Trial foreign = await other.AskAsync(cancellationToken: Token), trial = await study.AskAsync(cancellationToken: Token);
        foreign.SuggestInt("x", 0, 5);
        await other.RefreshAsync(Token);
        trial.SuggestDouble("x", 0, 1);
        trial.Report(1, 1);

        Assert.Equal(TellOutcome.AlreadyFinished, await study.TellAsync(trial, 1, Token));

        Assert.Equal(TrialState.Failed, study.Trials[1].State);
        Assert.Throws<TrialLostException>(() => trial.Report(1, 2));
    }

    [Fact]
    public async Task TellAsync_AnswerLost_AnotherResultIsRefused()
    {
        await using Study study = await OpenAsync();
        Trial trial = await study.AskAsync(cancellationToken: Token);
        _storage.Fail(StorageOperation.Write, afterwards: true);
        await Assert.ThrowsAsync<StorageException>(() => study.TellAsync(trial, 1, Token));

        Assert.Equal(TellOutcome.AlreadyFinished, await study.TellAsync(trial, 2, Token));
        Assert.Equal(1, study.BestValue);
    }

    [Fact]
    public async Task Suggest_Report_ShouldPrune_NeverThrowAStorageError()
    {
        await using Study study = await OpenAsync();
        Trial trial = await study.AskAsync(cancellationToken: Token);
        _storage.Fail(StorageOperation.Write, times: 100);
        _storage.Fail(StorageOperation.Read, times: 100);

        for (int i = 0; i < 20; i++)
        {
            trial.SuggestDouble($"x{i}", 0, 1);
            trial.Report(i, i);
            trial.SetUserAttribute($"a{i}", i);
            trial.SetConstraint($"c{i}", i);
            trial.ShouldPrune();
            await Assert.ThrowsAsync<StorageException>(() => study.RefreshAsync(Token));
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        _storage.Heal();
        await study.TellAsync(trial, 1, Token);

        TrialRecord stored = study.Trials[0];
        Assert.Equal((20, 20, 20, 20), (stored.Params.Count, stored.IntermediateValues.Count, stored.UserAttributes.Count, stored.Constraints.Count));
    }

    [Theory]
    [InlineData(StorageOperation.Start)]
    [InlineData(StorageOperation.Write)]
    public async Task OptimizeAsync_StorageFails_Throws_AndTheStudyCanGoOn(StorageOperation operation)
    {
        await using Study study = await OpenAsync();

        await Assert.ThrowsAsync<StorageException>(() => study.OptimizeAsync(trial =>
        {
            if (trial.Number == 2) _storage.Fail(operation, exception: new StorageException("The disk is full."));
            return 1.0;
        }, new() { Trials = 10 }, Token));
        Assert.Equal(operation == StorageOperation.Start ? 3 : 2, study.History.Count);

        await study.OptimizeAsync(trial => 1.0, new() { Trials = 2 }, Token);
        Assert.Equal(operation == StorageOperation.Start ? 5 : 4, study.History.Count);
    }

    [Fact]
    public async Task OptimizeAsync_ReadFails_GoesOnWithTheHistoryAsItWas()
    {
        await using Study study = await OpenAsync();
        await study.OptimizeAsync(trial =>
        {
            _storage.Fail(StorageOperation.Read);
            return 1.0;
        }, new() { Trials = 3 }, Token);
        await study.RefreshAsync(Token);

        Assert.Equal(3, study.History.Count);
        Assert.Equal(3, _logs.WithId(26).Count);
    }

    [Fact]
    public async Task Pump_SurvivesExceptionsOfAnyKind()
    {
        await using Study study = await OpenAsync();
        Trial trial = await study.AskAsync(cancellationToken: Token);
        foreach (StorageOperation operation in (StorageOperation[])[StorageOperation.Write, StorageOperation.Renew, StorageOperation.TakeBack, StorageOperation.Read, StorageOperation.Add])
            _storage.Fail(operation, exception: new InvalidDataException("driver"));

        _time.Advance(TimeSpan.FromSeconds(15));
        await _storage.EndedAsync(StorageOperation.Renew, 1);
        _time.Advance(TimeSpan.FromSeconds(15));
        await _storage.EndedAsync(StorageOperation.TakeBack, 1);
        await Assert.ThrowsAsync<InvalidDataException>(() => study.EnqueueAsync([], cancellationToken: Token));
        await Assert.ThrowsAsync<InvalidDataException>(() => study.TellAsync(trial, 1, Token));

        Assert.Equal(TellOutcome.Stored, await study.TellAsync(trial, 1, Token));
        Assert.Equal(2, _logs.WithId(29).Count);
    }

    [Fact]
    public async Task Lost_TrialThatAnotherProcessFinished_IsCancelledAndRefusesCalls()
    {
        await using Study study = await OpenAsync(), other = await LoadAsync();
        Trial trial = await study.AskAsync(cancellationToken: Token);
        trial.SuggestDouble("x", 0, 1);
        var cancelled = new TaskCompletionSource();
        using CancellationTokenRegistration first = trial.CancellationToken.Register(() => throw new InvalidDataException("an objective's bug"));
        using CancellationTokenRegistration second = trial.CancellationToken.Register(() =>
        {
            // May block on the study: it does not run on the pump.
            study.Ask();
            cancelled.SetResult();
        });
        await other.TellAsync(0, TrialState.Failed, "taken", Token);

        await study.RefreshAsync(Token);

        await cancelled.Task.WaitAsync(Token);
        Assert.True(trial.CancellationToken.IsCancellationRequested);
        var exception = Assert.Throws<TrialLostException>(() => trial.SuggestDouble("y", 0, 1));
        Assert.Equal(0, exception.Number);
        Assert.Throws<TrialLostException>(() => trial.Report(1, 0));
        Assert.Throws<TrialLostException>(() => trial.ShouldPrune());
        Assert.Throws<TrialLostException>(() => trial.SetUserAttribute("a", 1));
        Assert.Throws<TrialLostException>(() => trial.SetConstraint("c", 1));
        Assert.Equal(TellOutcome.AlreadyFinished, await study.TellAsync(trial, 1, Token));
        Assert.Single(_logs.WithId(21));
    }

    [Fact]
    public async Task Lost_TrialInALoop_TheLoopGoesOn()
    {
        await using Study study = await OpenAsync(), other = await LoadAsync();
        int lost = 0;

        await study.OptimizeAsync(async trial =>
        {
            if (trial.Number is not (1 or 2)) return 1.0;
            await other.TellAsync(trial.Number, 5, Token);
            if (trial.Number == 2) return 2;
            trial.Report(1, 0);
            await study.RefreshAsync(Token);
            lost++;
            trial.Report(1, 1);
            return 2;
        }, new() { Trials = 4, Callbacks = [(_, trial) => Assert.True(trial.Number is 0 or 3)] }, Token);

        Assert.Equal(1, lost);
        Assert.Equal([1, 5, 5, 1], study.Trials.Select(trial => trial.Value!.Value));
    }

    [Fact]
    public async Task Lost_ParameterThatClashesWithAnotherProcess_FailsItsTrialAlone()
    {
        await using Study study = await OpenAsync(), other = await LoadAsync();
        Trial foreign = await other.AskAsync(cancellationToken: Token);
        Trial clashing = await study.AskAsync(cancellationToken: Token), fine = await study.AskAsync(cancellationToken: Token), told = await study.AskAsync(cancellationToken: Token);
        foreign.SuggestInt("x", 0, 5);
        await other.RefreshAsync(Token);
        clashing.SuggestDouble("x", 0, 1);
        fine.SuggestDouble("y", 0, 1);
        told.SuggestDouble("x", 0, 1);

        await Assert.ThrowsAsync<TrialLostException>(() => study.TellAsync(told, 1, Token));

        Assert.True(clashing.CancellationToken.IsCancellationRequested);
        Assert.Throws<TrialLostException>(() => clashing.Report(1, 0));
        Assert.False(fine.CancellationToken.IsCancellationRequested);
        Assert.Equal([TrialState.Running, TrialState.Failed, TrialState.Running, TrialState.Failed], study.Trials.Select(trial => trial.State));
        Assert.Contains("clashes", study.Trials[1].FailReason, StringComparison.Ordinal);
        Assert.Equal(TellOutcome.Stored, await study.TellAsync(fine, 1, Token));
        Assert.True(study.Trials[2].Parameters.Contains("y"));
    }

    [Fact]
    public async Task Write_GroupThatIsRefusedAsAWhole_IsWrittenOneByOne()
    {
        await using Study study = await OpenAsync();
        Trial reporting = await study.AskAsync(cancellationToken: Token), told = await study.AskAsync(cancellationToken: Token);
        reporting.Report(0.5, 3);
        told.SuggestDouble("x", 0, 1);
        int before = _storage.Writes.Count;
        _storage.Fail(StorageOperation.Write, exception: new StorageException("Something in it cannot be stored."));

        Assert.Equal(TellOutcome.Stored, await study.TellAsync(told, 1, Token));

        Assert.Equal([2, 1, 1], _storage.Writes.Skip(before).Select(group => group.Count));
        Assert.Equal(0.5, study.Trials[0].IntermediateValues[3]);
        Assert.Equal(TrialState.Complete, study.Trials[1].State);
    }

    [Fact]
    public async Task Suggest_ParameterThatClashesWithARunningTrialOfAnotherProcess_IsRefusedAtOnce()
    {
        await using Study study = await OpenAsync(), other = await LoadAsync();
        Trial foreign = await other.AskAsync(cancellationToken: Token);
        foreign.SuggestInt("x", 0, 5);
        await other.RefreshAsync(Token);
        Trial trial = await study.AskAsync(cancellationToken: Token);

        Assert.Throws<DistributionChangedException>(() => trial.SuggestDouble("x", 0, 1));

        Assert.Equal(TellOutcome.Stored, await study.TellAsync(trial, 1, Token));
    }

    [Fact]
    public async Task Dispose_AfterAFailedTell_StoresThatEnd()
    {
        Study study = await OpenAsync();
        Trial trial = await study.AskAsync(cancellationToken: Token);
        _storage.Fail(StorageOperation.Write);
        await Assert.ThrowsAsync<StorageException>(() => study.TellAsync(trial, 4, Token));

        await study.DisposeAsync();

        await using Study loaded = await LoadAsync();
        Assert.Equal(4, loaded.BestValue);
    }

    [Fact]
    public async Task Dispose_GivesAllTrialsBack_AndEndsTheThread()
    {
        Thread? pump = null;
        bool isPool = true;
        Study study = await OpenAsync();
        _storage.Latency = operation =>
        {
            if (operation != StorageOperation.Write) return Task.CompletedTask;
            pump = Thread.CurrentThread;
            isPool = pump.IsThreadPoolThread;
            return Task.CompletedTask;
        };
        for (int i = 0; i < 5; i++) (await study.AskAsync(cancellationToken: Token)).Report(1, 0);

        await study.DisposeAsync();

        Assert.Equal(5, _storage.Writes.Sum(group => group.Count(changes => changes.Finish is not null)));
        Assert.False(isPool);
        Assert.False(pump!.IsAlive);
        Assert.Equal(0, _storage.Disposals);
        await using Study loaded = await LoadAsync();
        Assert.All(loaded.Trials, trial => Assert.Equal((TrialState.Failed, 1), (trial.State, trial.IntermediateValues.Count)));
    }

    [Fact]
    public async Task Dispose_StorageFails_ThrowsAndIsDisposedAllTheSame()
    {
        Study study = await Study.CreateAsync(new() { Storage = _storage, OwnsStorage = true, TimeProvider = _time }, Token);
        await study.AskAsync(cancellationToken: Token);
        _storage.Fail(StorageOperation.Write, times: 10);

        await Assert.ThrowsAsync<StorageException>(() => study.DisposeAsync().AsTask());

        Assert.Equal(1, _storage.Disposals);
    }

    [Fact]
    public async Task Dispose_WhileALoopRuns_EndsIt()
    {
        Study study = await OpenAsync();
        using var ready = new SemaphoreSlim(0);
        Task optimization = study.OptimizeAsync(async (trial, token) =>
        {
            ready.Release();
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return 1.0;
        }, new() { Trials = 10, Parallelism = 2 }, Token);
        await ready.WaitAsync(Token);
        await ready.WaitAsync(Token);

        await study.DisposeAsync();
        await optimization;

        await using Study loaded = await LoadAsync();
        Assert.Equal([TrialState.Failed, TrialState.Failed], loaded.Trials.Select(trial => trial.State));
    }

    private Task<Study> OpenAsync() => Study.CreateAsync(new() { Name = "s", Storage = _storage, TimeProvider = _time, LoggerFactory = _logs, Sampler = Seeded() }, Token);

    private Task<Study> LoadAsync() => Study.LoadAsync(new() { Name = "s", Storage = _storage.Inner, TimeProvider = _time, Sampler = Seeded(2) }, Token);
}
