using HyperTune.History;
using HyperTune.Storage;
using HyperTune.Trials;

namespace HyperTune.Testing;

/// <summary>What every <see cref="IStorage"/> promises, as tests. A storage's own test class derives from it and says how to open one.</summary>
/// <remarks>
/// <para>Derive a public class in a test project of xunit v3 and implement the three abstract members; the tests are inherited. Each test
/// opens a fresh store of its own and disposes what it opened.</para>
/// <para>Times are given in whole microseconds, the finest that shared storages keep. System attributes under <c>hypertune:</c> belong to
/// the storage and the study, and are ignored where records are compared.</para>
/// </remarks>
public abstract partial class StorageContract : IAsyncLifetime
{
    private readonly List<IStorage> _opened = [];

    /// <summary>Opens a fresh, empty store.</summary>
    /// <returns>A handle, which the suite disposes.</returns>
    protected abstract ValueTask<IStorage> OpenAsync();

    /// <summary>Opens a second, independent handle on the data of the first, as another process would have it.</summary>
    /// <param name="storage">A handle given by <see cref="OpenAsync"/>.</param>
    /// <returns>Another handle, which the suite disposes; the same one for a storage that lives inside the process.</returns>
    protected abstract ValueTask<IStorage> OpenAgainAsync(IStorage storage);

    /// <summary>Opens another handle in a process whose clock shows another time. Null, the default, for a storage whose clock is that of its processes.</summary>
    /// <param name="storage">A handle given by <see cref="OpenAsync"/>.</param>
    /// <param name="time">The process's clock.</param>
    /// <returns>Another handle, which the suite disposes.</returns>
    protected virtual ValueTask<IStorage?> OpenElsewhereAsync(IStorage storage, TimeProvider time) => new((IStorage?)null);

    /// <summary>Makes all leases of a study look older, as if their workers had not renewed them for some time.</summary>
    /// <param name="storage">A handle given by <see cref="OpenAsync"/>.</param>
    /// <param name="study">The study.</param>
    /// <param name="age">By how much; a whole number of minutes.</param>
    /// <returns>A task that ends when it is so. It must not wait for that time.</returns>
    protected abstract ValueTask AgeLeasesAsync(IStorage storage, StudyId study, TimeSpan age);

    /// <summary>Removes what the store of a test leaves behind, after all handles were disposed of. Nothing by default.</summary>
    /// <returns>A task that ends when it is so.</returns>
    protected virtual ValueTask CloseAsync() => default;

    /// <summary>How many random sequences of operations the model-based test runs; lower it for a slow store.</summary>
    protected virtual int RandomRuns => 100;

    /// <summary>How many operations each task of a concurrency test does; lower it for a slow store.</summary>
    protected virtual int ParallelOperations => 100;

    /// <summary>Whether a lapsed lease that is renewed at the very moment in which its trial is taken back is either renewed or gone. False where leases lie beside the store: then the next renewal says that the trial is lost.</summary>
    protected virtual bool OrdersRenewals => true;

    /// <summary>The store of the running test.</summary>
    protected IStorage Storage { get; private set; } = null!;

    /// <summary>Ends when the test is cancelled.</summary>
    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Storage = await OpenAsync();
        _opened.Add(Storage);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (IStorage storage in Enumerable.Reverse(_opened).Distinct(ReferenceEqualityComparer.Instance).Cast<IStorage>()) await storage.DisposeAsync();
        await CloseAsync();
    }

    /// <summary>A moment of the tests' own time, in seconds from a fixed start.</summary>
    private static DateTimeOffset At(double seconds) => new DateTimeOffset(2026, 3, 29, 1, 30, 0, 123, 456, TimeSpan.Zero).AddSeconds(seconds);

    private async Task<IStorage> OpenSecondAsync()
    {
        IStorage second = await OpenAgainAsync(Storage);
        _opened.Add(second);
        return second;
    }

    private async Task<StudyId> CreateAsync(string name = "study", params Direction[] directions)
    {
        var definition = new StudyDefinition { Name = name, Directions = directions.Length > 0 ? directions : [Direction.Minimize] };
        return (await Storage.CreateStudyAsync(definition, Token)).Id;
    }

    private async Task<IReadOnlyList<TrialRecord>> StartAsync(StudyId study, int count, int? totalTrials = null, bool isLeased = true, IStorage? storage = null) =>
        await (storage ?? Storage).StartTrialsAsync(study, NewStart(count, totalTrials, isLeased), Token);

    private async Task<TrialRecord> StartOneAsync(StudyId study, bool isLeased = true) => Assert.Single(await StartAsync(study, 1, isLeased: isLeased));

    private async Task<WriteOutcome> WriteAsync(StudyId study, TrialChanges changes, IStorage? storage = null) =>
        Assert.Single(await (storage ?? Storage).WriteAsync(study, [changes], Token));

    private async Task<IReadOnlyList<int?>> AddAsync(StudyId study, params TrialTemplate[] trials) => await Storage.AddTrialsAsync(study, NewImport(trials), Token);

    private async Task<StudyDelta> ReadAsync(StudyId study, StudyCursor? since = null, IStorage? storage = null) =>
        await (storage ?? Storage).ReadAsync(study, since ?? StudyCursor.Start, Token);

    private async Task<StudyRecord> ReadStudyAsync(StudyId study, IStorage? storage = null) => Assert.IsType<StudyRecord>((await ReadAsync(study, storage: storage)).Study);

    private async Task<TrialRecord> ReadTrialAsync(StudyId study, int number, IStorage? storage = null) =>
        (await ReadAsync(study, storage: storage)).Trials.Single(trial => trial.Number == number);

    private Task<string[]> ReadTextsAsync(StudyId study) => StudyFollower.ReadTextsAsync(Storage, study, Token);

    private static TrialStart NewStart(int count = 1, int? totalTrials = null, bool isLeased = true) =>
        new() { Count = count, TotalTrials = totalTrials, IsLeased = isLeased, StartedAt = At(0), RequestId = Guid.NewGuid() };

    private static TrialImport NewImport(params TrialTemplate[] trials) => new() { Trials = trials, RequestId = Guid.NewGuid() };

    private static TrialFinish Complete(params double[] values) =>
        new() { State = TrialState.Complete, Values = values, CompletedAt = At(60), RequestId = Guid.NewGuid() };

    private static TrialFinish Fail(TrialTemplate? retry = null) =>
        new() { State = TrialState.Failed, CompletedAt = At(60), RequestId = Guid.NewGuid(), Retry = retry };

    private static TrialTemplate Queued(params (string Name, AttributeValue? Value)[] given) => new()
    {
        State = TrialState.Waiting,
        SystemAttributes = AttributeSet.Empty.With(SystemKeys.FixedParams, AttributeValue.Object(given)),
    };

    private static TrialTemplate Done(params double[] values) =>
        new() { State = TrialState.Complete, Values = values, StartedAt = At(0), CompletedAt = At(1) };

    private static AttributeSet Attribute(string name, AttributeValue value) => AttributeSet.Empty.With(name, value);

    /// <summary>Runs tasks that all begin together, on the pool.</summary>
    private static async Task<T[]> TogetherAsync<T>(int count, Func<int, Task<T>> work)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<T>[] tasks = [.. Enumerable.Range(0, count).Select(async i =>
        {
            await gate.Task;
            await Task.Yield();
            return await work(i);
        })];
        gate.SetResult();
        return await Task.WhenAll(tasks);
    }
}
