using HyperTune.History;
using HyperTune.Storage;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>A storage that lives and dies with the process. Safe for concurrent use.</summary>
/// <remarks>The default of a study. Several studies, and several <see cref="Study"/> objects on one study, may share one.</remarks>
/// <param name="timeProvider">The clock that judges leases; the system's by default.</param>
public sealed class InMemoryStorage(TimeProvider? timeProvider = null) : IStorage
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time = timeProvider ?? TimeProvider.System;
    private readonly SortedDictionary<long, InMemoryStudy> _studies = [];
    private readonly Dictionary<string, InMemoryStudy> _byName = new(StringComparer.Ordinal);
    private long _lastStudyId;
    private long _lastTrialId;

    /// <inheritdoc/>
    public bool IsImmediate => true;

    /// <inheritdoc/>
    public ValueTask<StudyRecord> CreateStudyAsync(StudyDefinition study, CancellationToken cancellationToken)
    {
        StorageRules.Check(study);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (_byName.ContainsKey(study.Name)) throw new StudyExistsException(study.Name);
            var record = new StudyRecord
            {
                Id = new StudyId(++_lastStudyId),
                Name = study.Name,
                Directions = [.. study.Directions],
                UserAttributes = study.UserAttributes,
                SystemAttributes = study.SystemAttributes,
            };
            var added = new InMemoryStudy(record);
            _studies.Add(record.Id.Value, added);
            _byName.Add(record.Name, added);
            return new(record);
        }
    }

    /// <inheritdoc/>
    public ValueTask<StudyRecord?> FindStudyAsync(string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate) return new(_byName.TryGetValue(name, out InMemoryStudy? study) ? study.Record : null);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StudySummary>> ListStudiesAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate) return new([.. _studies.Values.Select(study => study.Summarize())]);
    }

    /// <inheritdoc/>
    public ValueTask DeleteStudyAsync(StudyId study, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            _byName.Remove(Find(study).Record.Name);
            _studies.Remove(study.Value);
            return default;
        }
    }

    /// <inheritdoc/>
    public ValueTask SetStudyAttributesAsync(StudyId study, AttributeChanges changes, CancellationToken cancellationToken)
    {
        StorageRules.Check(changes);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            Find(study).SetAttributes(changes);
            return default;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<TrialRecord>> StartTrialsAsync(StudyId study, TrialStart start, CancellationToken cancellationToken)
    {
        StorageRules.Check(start);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate) return new(Find(study).Start(start, Now, ref _lastTrialId));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<int?>> AddTrialsAsync(StudyId study, TrialImport import, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            InMemoryStudy found = Find(study);
            StorageRules.Check(import, found.Record.Directions.Count);
            return new(found.Import(import, ref _lastTrialId));
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<WriteOutcome>> WriteAsync(StudyId study, IReadOnlyList<TrialChanges> changes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(changes);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            InMemoryStudy found = Find(study);
            foreach (TrialChanges change in changes) StorageRules.Check(change, found.Record.Directions.Count);
            var outcomes = new WriteOutcome[changes.Count];
            for (int i = 0; i < outcomes.Length; i++) outcomes[i] = found.Write(changes[i], ref _lastTrialId);
            return new(outcomes);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<WriteOutcome>> RenewLeasesAsync(StudyId study, IReadOnlyList<TrialId> trials, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(trials);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            InMemoryStudy found = Find(study);
            return new([.. trials.Select(trial => found.RenewLease(trial, Now))]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<TakenBackTrial>> TakeBackAsync(StudyId study, LeaseRules rules, CancellationToken cancellationToken)
    {
        StorageRules.Check(rules);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate) return new(Find(study).TakeBack(rules, Now, ref _lastTrialId));
    }

    /// <inheritdoc/>
    public ValueTask<StudyDelta> ReadAsync(StudyId study, StudyCursor since, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(since);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate) return new(Find(study).Read(since));
    }

    /// <summary>Forgets nothing: the storage may be used again, and goes with its last reference.</summary>
    public ValueTask DisposeAsync() => default;

    private DateTimeOffset Now => _time.GetUtcNow();

    private InMemoryStudy Find(StudyId id) => _studies.TryGetValue(id.Value, out InMemoryStudy? study) ? study : throw new StudyNotFoundException(id);
}
