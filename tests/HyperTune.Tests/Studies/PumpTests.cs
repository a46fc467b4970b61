using HyperTune.Testing;
using Microsoft.Extensions.Time.Testing;
using static HyperTune.Tests.Studies.StudyTesting;

namespace HyperTune.Tests.Studies;

public sealed class PumpTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FaultyStorage _storage;

    public PumpTests() => _storage = new(_time);

    [Fact]
    public async Task Tells_ThatComeWhileAWriteBlocks_GoAsOneGroup()
    {
        await using Study study = await OpenAsync();
        var trials = new List<Trial>();
        for (int i = 0; i < 8; i++) trials.Add(await study.AskAsync(cancellationToken: Token));
        StorageGate gate = _storage.Block(StorageOperation.Write);
        var tells = new List<Task<TellOutcome>> { study.TellAsync(trials[0], 0, Token) };
        await gate.Entered;
        for (int i = 1; i < 8; i++) tells.Add(study.TellAsync(trials[i], i, Token));

        gate.Open();
        await Task.WhenAll(tells);

        Assert.Equal([1, 7], _storage.Writes.Select(group => group.Count));
        Assert.All(tells, tell => Assert.Equal(TellOutcome.Stored, tell.Result));
    }

    [Fact]
    public async Task Starts_ThatComeWhileTheStorageIsBusy_GoAsOneRequestWithOneRead()
    {
        await using Study study = await OpenAsync();
        StorageGate gate = _storage.Block(StorageOperation.Start);
        var asks = new List<Task<Trial>> { study.AskAsync(cancellationToken: Token) };
        await gate.Entered;
        int reads = _storage.CallsOf(StorageOperation.Read);
        for (int i = 0; i < 7; i++) asks.Add(study.AskAsync(cancellationToken: Token));

        gate.Open();
        Trial[] trials = await Task.WhenAll(asks);

        Assert.Equal([1, 7], _storage.Starts.Select(start => start.Count));
        Assert.Equal(reads + 2, _storage.CallsOf(StorageOperation.Read));
        Assert.Equal(Enumerable.Range(0, 8), trials.Select(trial => trial.Number));
    }

    [Fact]
    public async Task Cancelling_TheCallersWait_DoesNotCancelTheWrite()
    {
        await using Study study = await OpenAsync();
        Trial trial = await study.AskAsync(cancellationToken: Token), other = await study.AskAsync(cancellationToken: Token);
        using var cancellation = new CancellationTokenSource();
        StorageGate gate = _storage.Block(StorageOperation.Write);
        other.Report(3, 0);
        Task<TellOutcome> tell = study.TellAsync(trial, 1, cancellation.Token);
        await gate.Entered;

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => tell);
        gate.Open();
        await study.RefreshAsync(Token);

        Assert.Equal(1, study.BestValue);
        Assert.Equal(3, study.Trials[1].IntermediateValues[0]);
        Assert.Equal(TellOutcome.Stored, await study.TellAsync(trial, 1, Token));
    }

    [Fact]
    public async Task Reports_AreWrittenTogetherAfterTheFlushInterval()
    {
        await using Study study = await OpenAsync();
        Trial trial = await study.AskAsync(cancellationToken: Token), other = await study.AskAsync(cancellationToken: Token);
        for (int i = 0; i < 10; i++) trial.Report(i, i);
        other.SuggestDouble("x", 0, 1);
        _time.Advance(TimeSpan.FromSeconds(0.999));
        Assert.Equal(0, _storage.CallsOf(StorageOperation.Write));

        _time.Advance(TimeSpan.FromSeconds(0.001));
        await _storage.EndedAsync(StorageOperation.Write, 1);

        Assert.Equal([10, 0], Assert.Single(_storage.Writes).Select(changes => changes.IntermediateValues.Count));
        _time.Advance(TimeSpan.FromSeconds(5));
        await study.RefreshAsync(Token);
        Assert.Single(_storage.Writes);
    }

    [Fact]
    public async Task Tell_IsWrittenAtOnceWithAllThatIsLeft()
    {
        await using Study study = await OpenAsync();
        Trial trial = await study.AskAsync(cancellationToken: Token), other = await study.AskAsync(cancellationToken: Token);
        trial.Report(1, 0);
        other.Report(2, 0);

        await study.TellAsync(trial, 1, Token);

        Assert.Equal(2, Assert.Single(_storage.Writes).Count);
        Assert.Equal(2, study.Trials[1].IntermediateValues[0]);
    }

    [Fact]
    public async Task Refresh_WhileTrialsRun_HappensOnlyAfterReports()
    {
        await using Study study = await OpenAsync();
        Trial trial = await study.AskAsync(cancellationToken: Token);
        int reads = _storage.CallsOf(StorageOperation.Read);
        trial.SetUserAttribute("a", 1);
        _time.Advance(TimeSpan.FromSeconds(3));
        await _storage.EndedAsync(StorageOperation.Write, 1);
        Assert.Equal(reads, _storage.CallsOf(StorageOperation.Read));

        trial.Report(1, 0);
        _time.Advance(TimeSpan.FromSeconds(1));

        await _storage.EndedAsync(StorageOperation.Read, reads + 1);
    }

    [Fact]
    public async Task JointSample_IsWrittenAtOnce_AndSeenByOtherProcesses()
    {
        SearchSpace space = SearchSpace.Empty.AddDouble("x", 0, 1).AddCategorical("k", ["a", "b"]);
        await using Study study = await Study.CreateAsync(new()
        {
            Name = "s",
            Storage = _storage,
            TimeProvider = _time,
            Sampler = new FakeSampler
            {
                Infer = (_, _) => space,
                Sample = (_, _, wanted) => ParameterSet.Of([new("x", wanted[0].Distribution, 0.25), new("k", wanted[1].Distribution, 1)]),
            },
        }, Token);
        await using Study other = await Study.LoadAsync(new() { Name = "s", Storage = _storage.Inner, SearchSpace = space }, Token);

        await study.AskAsync(cancellationToken: Token);
        await _storage.EndedAsync(StorageOperation.Write, 1);
        await other.RefreshAsync(Token);

        ParameterSet seen = Assert.Single(other.History.Running).Parameters;
        Assert.Equal([0.25, 1], seen.Values.ToArray());
    }

    [Fact]
    public async Task Leases_OfAllLiveTrialsAreRenewedInOneCall()
    {
        await using Study study = await OpenAsync();
        var trials = new List<Trial>();
        for (int i = 0; i < 4; i++) trials.Add(await study.AskAsync(cancellationToken: Token));
        await study.TellAsync(trials[0], 1, Token);

        await AdvanceAsync(1);
        await study.TellAsync(trials[1], 1, Token);
        _storage.Fail(StorageOperation.Write);
        await Assert.ThrowsAsync<StorageException>(() => study.TellAsync(trials[2], 1, Token));
        await AdvanceAsync(2);

        // The trial whose end could not be stored is left to lapse, unless it is told again.
        Assert.Equal([3, 1], _storage.Renewals.Select(renewal => renewal.Count));
        await study.TellAsync(trials[2], 1, Token);
        await study.TellAsync(trials[3], 1, Token);
        await AdvanceAsync(3);
        Assert.Equal(2, _storage.Renewals.Count);

        async Task AdvanceAsync(int count)
        {
            _time.Advance(TimeSpan.FromSeconds(15));
            await _storage.EndedAsync(StorageOperation.TakeBack, count);
        }
    }

    [Fact]
    public async Task Leases_TrialFinishedElsewhere_IsLostAtTheNextRenewal()
    {
        await using Study study = await OpenAsync();
        await using Study other = await Study.LoadAsync(new() { Name = "s", Storage = _storage.Inner }, Token);
        Trial trial = await study.AskAsync(cancellationToken: Token);
        await other.TellAsync(0, 1, Token);

        _time.Advance(TimeSpan.FromSeconds(15));
        await _storage.EndedAsync(StorageOperation.TakeBack, 1);
        await study.RefreshAsync(Token);

        Assert.Throws<TrialLostException>(() => trial.Report(1, 0));
    }

    [Fact]
    public async Task Sampling_HappensInOrderOfNumber_OneAtATime_WithSiblingsRunning()
    {
        SearchSpace space = SearchSpace.Empty.AddDouble("x", 0, 1);
        var seen = new List<(int Number, int[] Running, double[] Values)>();
        int inside = 0, overlaps = 0;
        _storage.Latency = async _ => await Task.Yield();
        await using Study study = await Study.CreateAsync(new()
        {
            Storage = _storage,
            TimeProvider = _time,
            Sampler = new FakeSampler
            {
                Infer = (_, _) =>
                {
                    if (Interlocked.Increment(ref inside) > 1) overlaps++;
                    return space;
                },
                Sample = (history, trial, wanted) =>
                {
                    Thread.Yield();
                    seen.Add((
                        trial.Number,
                        [.. history.Running.Select(running => running.Number)],
                        [.. history.Running.Select(running => running.Parameters.TryGetValue("x", out double x) ? x : double.NaN)]));
                    Interlocked.Decrement(ref inside);
                    return ParameterSet.Of([new("x", wanted[0].Distribution, trial.Number / 32.0)]);
                },
            },
        }, Token);
        using var barrier = new Barrier(4);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            barrier.SignalAndWait(Token);
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => study.AskAsync(cancellationToken: Token)));
        }, Token)));

        Assert.Equal(0, overlaps);
        Assert.Equal(Enumerable.Range(0, 32), seen.Select(call => call.Number));
        Assert.All(seen, call => Assert.Equal(Enumerable.Range(0, call.Number), call.Running));
        Assert.All(seen, call => Assert.Equal(Enumerable.Range(0, call.Number).Select(number => number / 32.0), call.Values));
    }

    [Fact]
    public async Task Sampling_SeesResultsThatOtherProcessesStoredBeforeTheStart()
    {
        var counts = new List<int>();
        await using Study study = await Study.CreateAsync(new()
        {
            Name = "s",
            Storage = _storage,
            Sampler = new FakeSampler
            {
                Infer = (history, _) =>
                {
                    counts.Add(history.Count);
                    return SearchSpace.Empty;
                },
            },
        }, Token);
        await using Study other = await Study.LoadAsync(new() { Name = "s", Storage = _storage.Inner }, Token);

        await study.AskAsync(cancellationToken: Token);
        await other.AddTrialsAsync([Finished(1), Finished(2)], Token);
        await study.AskAsync(cancellationToken: Token);

        Assert.Equal([0, 2], counts);
    }

    private Task<Study> OpenAsync() => Study.CreateAsync(new() { Name = "s", Storage = _storage, TimeProvider = _time, Sampler = Seeded() }, Token);
}
