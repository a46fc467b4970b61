using HyperTune.History;
using HyperTune.Storage;
using HyperTune.Trials;

namespace HyperTune.Testing;

/// <summary>Makes any storage slow, blocking or failing on demand, and records what it is asked. Safe for concurrent use.</summary>
/// <remarks>It is never immediate, so that a study works with it through its pump, as with a storage that does I/O.</remarks>
public sealed class FaultyStorage(IStorage inner) : IStorage
{
    private readonly Lock _gate = new();
    private readonly Dictionary<StorageOperation, Queue<StorageGate>> _gates = [];
    private readonly Dictionary<StorageOperation, Queue<Fault>> _faults = [];
    private readonly List<(StorageOperation Operation, object? Argument)> _calls = [];
    private readonly Dictionary<StorageOperation, int> _ended = [];
    private readonly List<(StorageOperation Operation, int Count, TaskCompletionSource Completion)> _waiting = [];

    /// <summary>Makes a faulty storage in memory.</summary>
    public FaultyStorage(TimeProvider? timeProvider = null)
        : this(new InMemoryStorage(timeProvider))
    {
    }

    /// <summary>The storage that does the work.</summary>
    public IStorage Inner { get; } = inner;

    /// <summary>How often it was disposed.</summary>
    public int Disposals { get; private set; }

    /// <summary>What happens before every call; null for nothing. A latency, such as a yield.</summary>
    public Func<StorageOperation, Task>? Latency { get; set; }

    /// <summary>How many calls of a member were made, ended or not.</summary>
    public int CallsOf(StorageOperation operation)
    {
        lock (_gate) return _calls.Count(call => call.Operation == operation);
    }

    /// <summary>The groups of changes that were to be written, in order.</summary>
    public IReadOnlyList<IReadOnlyList<TrialChanges>> Writes => Arguments<IReadOnlyList<TrialChanges>>(StorageOperation.Write);

    /// <summary>The leases that were to be renewed, call by call.</summary>
    public IReadOnlyList<IReadOnlyList<TrialId>> Renewals => Arguments<IReadOnlyList<TrialId>>(StorageOperation.Renew);

    /// <summary>The requests to start trials, in order.</summary>
    public IReadOnlyList<TrialStart> Starts => Arguments<TrialStart>(StorageOperation.Start);

    /// <summary>Lets coming calls of a member fail.</summary>
    /// <param name="operation">The member.</param>
    /// <param name="times">How many calls fail.</param>
    /// <param name="exception">What they throw; null for a <see cref="StorageException"/>.</param>
    /// <param name="afterwards">Whether the work is done and only its answer lost.</param>
    public void Fail(StorageOperation operation, int times = 1, Exception? exception = null, bool afterwards = false)
    {
        lock (_gate)
        {
            if (!_faults.TryGetValue(operation, out Queue<Fault>? faults)) _faults.Add(operation, faults = new());
            for (int i = 0; i < times; i++) faults.Enqueue(new(exception ?? new StorageException($"{operation} was made to fail.", isTransient: true), afterwards));
        }
    }

    /// <summary>Forgets the failures that have not happened yet.</summary>
    public void Heal()
    {
        lock (_gate) _faults.Clear();
    }

    /// <summary>Holds up the next call of a member that is not held up yet.</summary>
    public StorageGate Block(StorageOperation operation)
    {
        var gate = new StorageGate();
        lock (_gate)
        {
            if (!_gates.TryGetValue(operation, out Queue<StorageGate>? gates)) _gates.Add(operation, gates = new());
            gates.Enqueue(gate);
        }
        return gate;
    }

    /// <summary>Completes when a member has ended, successfully or not, so many times since the storage was made.</summary>
    public Task EndedAsync(StorageOperation operation, int count)
    {
        lock (_gate)
        {
            if (_ended.GetValueOrDefault(operation) >= count) return Task.CompletedTask;
            var completion = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((operation, count, completion));
            return completion.Task;
        }
    }

    /// <inheritdoc/>
    public ValueTask<StudyRecord> CreateStudyAsync(StudyDefinition study, CancellationToken cancellationToken) =>
        RunAsync(StorageOperation.CreateStudy, study, () => Inner.CreateStudyAsync(study, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<StudyRecord?> FindStudyAsync(string name, CancellationToken cancellationToken) =>
        RunAsync(StorageOperation.FindStudy, name, () => Inner.FindStudyAsync(name, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StudySummary>> ListStudiesAsync(CancellationToken cancellationToken) =>
        RunAsync(StorageOperation.ListStudies, null, () => Inner.ListStudiesAsync(cancellationToken));

    /// <inheritdoc/>
    public async ValueTask DeleteStudyAsync(StudyId study, CancellationToken cancellationToken) =>
        await RunAsync(StorageOperation.DeleteStudy, study, async () =>
        {
            await Inner.DeleteStudyAsync(study, cancellationToken);
            return true;
        });

    /// <inheritdoc/>
    public async ValueTask SetStudyAttributesAsync(StudyId study, AttributeChanges changes, CancellationToken cancellationToken) =>
        await RunAsync(StorageOperation.SetAttributes, changes, async () =>
        {
            await Inner.SetStudyAttributesAsync(study, changes, cancellationToken);
            return true;
        });

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<TrialRecord>> StartTrialsAsync(StudyId study, TrialStart start, CancellationToken cancellationToken) =>
        RunAsync(StorageOperation.Start, start, () => Inner.StartTrialsAsync(study, start, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<int?>> AddTrialsAsync(StudyId study, TrialImport import, CancellationToken cancellationToken) =>
        RunAsync(StorageOperation.Add, import, () => Inner.AddTrialsAsync(study, import, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<WriteOutcome>> WriteAsync(StudyId study, IReadOnlyList<TrialChanges> changes, CancellationToken cancellationToken) =>
        RunAsync(StorageOperation.Write, changes, () => Inner.WriteAsync(study, changes, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<WriteOutcome>> RenewLeasesAsync(StudyId study, IReadOnlyList<TrialId> trials, CancellationToken cancellationToken) =>
        RunAsync(StorageOperation.Renew, trials, () => Inner.RenewLeasesAsync(study, trials, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<TakenBackTrial>> TakeBackAsync(StudyId study, LeaseRules rules, CancellationToken cancellationToken) =>
        RunAsync(StorageOperation.TakeBack, rules, () => Inner.TakeBackAsync(study, rules, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<StudyDelta> ReadAsync(StudyId study, StudyCursor since, CancellationToken cancellationToken) =>
        RunAsync(StorageOperation.Read, since, () => Inner.ReadAsync(study, since, cancellationToken));

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Disposals++;
        return Inner.DisposeAsync();
    }

    private IReadOnlyList<T> Arguments<T>(StorageOperation operation)
    {
        lock (_gate) return [.. _calls.Where(call => call.Operation == operation).Select(call => (T)call.Argument!)];
    }

    private async ValueTask<T> RunAsync<T>(StorageOperation operation, object? argument, Func<ValueTask<T>> call)
    {
        StorageGate? gate = null;
        Fault? fault = null;
        lock (_gate)
        {
            _calls.Add((operation, argument));
            if (_gates.TryGetValue(operation, out Queue<StorageGate>? gates)) gates.TryDequeue(out gate);
            if (_faults.TryGetValue(operation, out Queue<Fault>? faults)) faults.TryDequeue(out fault);
        }
        try
        {
            if (Latency is { } latency) await latency(operation);
            if (gate is not null)
            {
                gate.Enter();
                await gate.Released;
            }
            if (fault is { Afterwards: false }) throw fault.Exception;
            T answer = await call();
            return fault is null ? answer : throw fault.Exception;
        }
        finally
        {
            NoteEnd(operation);
        }
    }

    private void NoteEnd(StorageOperation operation)
    {
        lock (_gate)
        {
            int count = _ended.GetValueOrDefault(operation) + 1;
            _ended[operation] = count;
            foreach (var waiting in _waiting.FindAll(waiting => waiting.Operation == operation && waiting.Count <= count)) waiting.Completion.TrySetResult();
            _waiting.RemoveAll(waiting => waiting.Operation == operation && waiting.Count <= count);
        }
    }

    private sealed record Fault(Exception Exception, bool Afterwards);
}
