using HyperTune.Testing;
using HyperTune.Trials;
using static HyperTune.Tests.Studies.StudyTesting;

namespace HyperTune.Tests.Studies;

/// <summary>An optimization outlives a storage that is away for a while.</summary>
public sealed class TransientFailureTests
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    private readonly ObservedTimeProvider _time = new();
    private readonly FaultyStorage _storage;
    private readonly CapturingLoggerFactory _logs = new();

    public TransientFailureTests() => _storage = new(_time);

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task End_ThatFails_IsRepeatedWithGrowingDelaysUntilItIsStored(bool isSynchronous, bool isAnswerLost)
    {
        await using Study study = await OpenAsync();
        _storage.Fail(StorageOperation.Write, times: 3, afterwards: isAnswerLost);

        Task optimization = isSynchronous
            ? study.OptimizeAsync(trial => trial.SuggestDouble("x", 0, 1), new() { Trials = 1 }, Token)
            : study.OptimizeAsync((trial, _) => Task.FromResult(trial.SuggestDouble("x", 0, 1)), new() { Trials = 1 }, Token);
        IReadOnlyList<TimeSpan> delays = await PassTimeUntil(optimization);

        TrialRecord stored = Assert.Single(study.Trials);
        Assert.Equal((TrialState.Complete, stored.Params["x"]), (stored.State, stored.Value));
        Assert.Single(Finishes().Select(finish => finish.RequestId).Distinct());
        Assert.Equal([100, 200, 400], delays.Select(delay => delay.TotalMilliseconds));
        Assert.Single(_logs.WithId(31));
    }

    [Theory]
    [InlineData(StorageOperation.Start)]
    [InlineData(StorageOperation.Write)]
    public async Task Failure_BeyondTheGrace_EndsTheLoop(StorageOperation operation)
    {
        await using Study study = await OpenAsync();
        _storage.Fail(operation, times: 1000);

        Task optimization = study.OptimizeAsync(trial => 1.0, new() { Trials = 5 }, Token);
        IReadOnlyList<TimeSpan> delays = await PassTimeUntil(optimization);

        await Assert.ThrowsAsync<StorageException>(() => optimization);
        double[] expected = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, .. Enumerable.Repeat(5.0, 10), 3.7];
        Assert.Equal(expected, delays.Select(delay => delay.TotalSeconds));
        Assert.Equal(expected.Length + 1, operation == StorageOperation.Start ? _storage.Starts.Count : Finishes().Count());
        Assert.Single(_logs.WithId(31));
        _storage.Heal();
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public async Task Start_WhoseAnswerIsLost_StartsNoTrialTwice(int parallelism, bool isDeterministic)
    {
        await using Study study = await OpenAsync();
        _storage.Fail(StorageOperation.Start, times: 4, afterwards: true);

        Task optimization = study.OptimizeAsync(
            async (trial, _) =>
            {
                await Task.Yield();
                return trial.SuggestDouble("x", 0, 1);
            },
            new() { Trials = 6, Parallelism = parallelism, IsDeterministic = isDeterministic }, Token);
        await PassTimeUntil(optimization);

        Assert.Equal(6, study.Trials.Count);
        Assert.All(study.Trials, trial => Assert.Equal(TrialState.Complete, trial.State));
        Assert.All(_storage.Starts.GroupBy(start => start.RequestId), starts => Assert.Single(starts.Select(start => start.Count).Distinct()));
        Assert.Equal(6, _storage.Starts.DistinctBy(start => start.RequestId).Sum(start => start.Count));
    }

    [Fact]
    public async Task Start_OfAnAsk_IsNotMixedWithOneThatIsRepeated()
    {
        await using Study study = await OpenAsync();
        // Holds the pump, so that both starts come into the next cycle.
        StorageGate gate = _storage.Block(StorageOperation.Read);
        Task refresh = study.RefreshAsync(Token);
        await gate.Entered;
        _storage.Fail(StorageOperation.Start, times: 2, afterwards: true);
        Task<Trial> asked = study.AskAsync(cancellationToken: Token);
        Task optimization = study.OptimizeAsync((trial, _) => Task.FromResult(1.0), new() { Trials = 1 }, Token);
        gate.Open();
        await refresh;

        await Assert.ThrowsAsync<StorageException>(() => asked);
        await PassTimeUntil(optimization);

        // The asked one's answer was lost, and its lease will lapse.
        Assert.Equal([TrialState.Running, TrialState.Complete], study.Trials.Select(trial => trial.State).Order());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancelled_WhileAnEndIsRepeated_TriesOnceMore(bool isHealed)
    {
        using var cancellation = new CancellationTokenSource();
        await using Study study = await OpenAsync();
        _storage.Fail(StorageOperation.Write, times: 1000);
        Task optimization = study.OptimizeAsync(trial => 1.0, new() { Trials = 5 }, cancellation.Token);
        await _storage.EndedAsync(StorageOperation.Write, 1);
        if (isHealed) _storage.Heal();

        await cancellation.CancelAsync();

        if (isHealed) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => optimization.WaitAsync(Token));
        else await Assert.ThrowsAsync<StorageException>(() => optimization.WaitAsync(Token));
        _storage.Heal();
        await study.RefreshAsync(Token);
        Assert.Equal(isHealed ? TrialState.Complete : TrialState.Running, Assert.Single(study.Trials).State);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stopped_WhileAnEndIsRepeated_GoesOnWithGrowingDelays(bool isTimedOut)
    {
        await using Study study = await OpenAsync();
        _storage.Fail(StorageOperation.Write, times: 1000);
        Task optimization = study.OptimizeAsync(trial => 1.0, new() { Trials = 5, Timeout = isTimedOut ? TimeSpan.FromSeconds(1) : null }, Token);
        await _storage.EndedAsync(StorageOperation.Write, 1);

        if (!isTimedOut) study.Stop();
        await PassTimeUntil(optimization);

        await Assert.ThrowsAsync<StorageException>(() => optimization);
        Assert.InRange(Finishes().Count(), 15, 20);
        Assert.Single(_storage.Starts);
        _storage.Heal();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stopped_WhileAStartIsRepeated_StartsNothing(bool isCancelled)
    {
        using var cancellation = new CancellationTokenSource();
        await using Study study = await OpenAsync();
        _storage.Fail(StorageOperation.Start, times: 1000);
        Task optimization = study.OptimizeAsync((trial, _) => Task.FromResult(1.0), new() { Trials = 5, Parallelism = 2 }, cancellation.Token);
        await _storage.EndedAsync(StorageOperation.Start, 1);

        if (isCancelled) await cancellation.CancelAsync();
        else study.Stop();

        // A worker that asks only now fails at once or is answered with nothing.
        Exception? exception = await Record.ExceptionAsync(() => optimization.WaitAsync(Token));
        Assert.True(exception is null or StorageException or OperationCanceledException, $"{exception}");
        _storage.Heal();
        await study.RefreshAsync(Token);
        Assert.Empty(study.Trials);
    }

    [Fact]
    public async Task Timeout_WhileAStartIsRepeated_EndsTheLoop()
    {
        await using Study study = await OpenAsync();
        _storage.Fail(StorageOperation.Start, times: 1000);

        Task optimization = study.OptimizeAsync(trial => 1.0, new() { Timeout = TimeSpan.FromSeconds(10) }, Token);
        await PassTimeUntil(optimization);

        await optimization;
        _storage.Heal();
        await study.RefreshAsync(Token);
        Assert.Empty(study.Trials);
    }

    [Fact]
    public async Task Disposed_WhileAnEndIsRepeated_EndsTheLoop()
    {
        Study study = await OpenAsync();
        _storage.Fail(StorageOperation.Write, times: 1000);
        Task optimization = study.OptimizeAsync(trial => 1.0, new() { Trials = 5 }, Token);
        await _storage.EndedAsync(StorageOperation.Write, 1);

        await Assert.ThrowsAsync<StorageException>(() => study.DisposeAsync().AsTask());

        await Assert.ThrowsAsync<StorageException>(() => optimization.WaitAsync(Token));
    }

    [Fact]
    public async Task End_ThatIsRepeated_LetsOtherTrialsGoOn()
    {
        await using Study study = await OpenAsync();
        Trial other = await study.AskAsync(cancellationToken: Token);
        _storage.Fail(StorageOperation.Write);
        Task optimization = study.OptimizeAsync(trial => 1.0, new() { Trials = 1 }, Token);
        await _storage.EndedAsync(StorageOperation.Write, 1);

        Assert.Equal(TellOutcome.Stored, await study.TellAsync(other, 2, Token));

        Assert.False(optimization.IsCompleted);
        await PassTimeUntil(optimization);
        Assert.All(study.Trials, trial => Assert.Equal(TrialState.Complete, trial.State));
    }

    [Fact]
    public async Task End_ToldAgainByTheUserMeanwhile_IsStoredOnce()
    {
        await using Study study = await OpenAsync();
        _storage.Fail(StorageOperation.Write);
        Task optimization = study.OptimizeAsync(trial => 1.0, new() { Trials = 1 }, Token);
        await _storage.EndedAsync(StorageOperation.Write, 1);

        Assert.Equal(TellOutcome.Stored, await study.TellAsync(0, 7, Token));

        await PassTimeUntil(optimization);
        Assert.Equal(7, Assert.Single(study.Trials).Value);
    }

    private Task<Study> OpenAsync() => Study.CreateAsync(
        new()
        {
            Name = "s",
            Storage = _storage,
            TimeProvider = _time,
            LoggerFactory = _logs,
            Sampler = Seeded(),
            // Background writes and renewals would make requests of their own.
            FlushInterval = TimeSpan.FromHours(1),
            RefreshInterval = TimeSpan.FromHours(1),
            Leases = new() { RenewInterval = TimeSpan.FromMinutes(1), Grace = TimeSpan.FromMinutes(1) },
        }, Token);

    private IEnumerable<TrialFinish> Finishes() => _storage.Writes.SelectMany(group => group).Select(changes => changes.Finish).OfType<TrialFinish>();

    private Task<IReadOnlyList<TimeSpan>> PassTimeUntil(Task task) => _time.PassUntilAsync(task, LongestDelay);
}
