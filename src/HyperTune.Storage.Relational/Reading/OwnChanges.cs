using HyperTune.Trials;

namespace HyperTune.Storage.Relational;

/// <summary>The trials that this storage has changed itself, as the database has them. While nobody else commits, reading them back would find the same.</summary>
/// <remarks>
/// <para>
/// A worker reads after each of its own writes. With a database that says whether others have committed, such a read is answered from here. Whatever is
/// not followed trial by trial, such as an import, counts as a commit of others, and the first read after one of these goes to the tables.
/// </para>
/// <para>Safe for concurrent use.</para>
/// </remarks>
/// <param name="keepsSignOfZero">Whether the database gives a negative zero back as one.</param>
internal sealed class OwnChanges(bool keepsSignOfZero)
{
    /// <summary>Changes that are kept for readers that are behind; beyond these they read the tables.</summary>
    private const int MostKept = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, TrialRecord> _running = [];
    private readonly Queue<(long Commit, StudyId Study, TrialRecord Trial)> _log = [];
    private readonly ParameterSetBuilder _parameters = new();
    private long? _others;
    private long _floor;

    /// <summary>Begins to follow a transaction.</summary>
    /// <param name="point">What it builds on.</param>
    public Transaction Begin(CommitPoint point)
    {
        lock (_gate)
        {
            if (_others != point.Others)
            {
                // What others changed may be what is known here.
                _running.Clear();
                _log.Clear();
                _floor = point.Own;
                _others = point.Others;
            }
        }
        return new Transaction(this, point);
    }

    /// <summary>The trials of a study that changed between two own commits, each as it is now; null if they are not all known.</summary>
    public List<TrialRecord>? Between(StudyId study, long others, long since, long until)
    {
        lock (_gate)
        {
            if (_others != others || since < _floor) return null;
            var newest = new SortedDictionary<int, TrialRecord>();
            foreach ((long commit, StudyId owner, TrialRecord trial) in _log)
            {
                if (commit > since && commit <= until && owner == study) newest[trial.Number] = trial;
            }
            return [.. newest.Values];
        }
    }

    private void Commit(Transaction transaction, long commit)
    {
        lock (_gate)
        {
            bool isOutdated = transaction.Point.Others != _others;
            foreach ((StudyId study, TrialRecord trial) in transaction.Changed)
            {
                if (isOutdated || trial.State.IsFinished()) _running.Remove(trial.Id.Value);
                else _running[trial.Id.Value] = trial;
                _log.Enqueue((commit, study, trial));
            }
            if (isOutdated || transaction.IsObscured)
            {
                _log.Clear();
                _floor = Math.Max(_floor, commit);
            }
            while (_log.Count > MostKept) _floor = Math.Max(_floor, _log.Dequeue().Commit);
        }
    }

    private TrialRecord? Find(long id)
    {
        lock (_gate) return _running.GetValueOrDefault(id);
    }

    private ParameterSet Merge(ParameterSet present, IReadOnlyList<Parameter> added)
    {
        if (added.Count == 0) return present;
        if (present.Count == 0 && added is ParameterSet all && (keepsSignOfZero || !HasNegativeZero(all.Values))) return all;
        lock (_gate)
        {
            _parameters.Clear();
            foreach (Parameter parameter in present) _parameters.Add(parameter.Name, parameter.Distribution, parameter.Value);
            foreach (Parameter parameter in added)
            {
                if (!_parameters.Contains(parameter.Name)) _parameters.Add(parameter.Name, parameter.Distribution, Stored(parameter.Value));
            }
            return _parameters.Build();
        }
    }

    private static bool HasNegativeZero(ReadOnlySpan<double> values)
    {
        foreach (double value in values) if (value == 0 && double.IsNegative(value)) return true;
        return false;
    }

    /// <summary>A number as the database gives it back.</summary>
    private double Stored(double value) => value == 0 && !keepsSignOfZero ? 0 : value;

    /// <summary>What one transaction changes.</summary>
    internal sealed class Transaction(OwnChanges owner, CommitPoint point)
    {
        /// <summary>What it builds on.</summary>
        public CommitPoint Point { get; } = point;

        /// <summary>The point right after it; null before it is durable, and if own commits may have come in between.</summary>
        public CommitPoint? PointAfter { get; private set; }

        public List<(StudyId Study, TrialRecord Trial)> Changed { get; } = [];

        /// <summary>Whether something changes that cannot be told.</summary>
        public bool IsObscured { get; private set; }

        /// <summary>Notes that something changes that cannot be told.</summary>
        public void Obscure() => IsObscured = true;

        /// <summary>Notes what is stored of a trial.</summary>
        public void Change(StudyId study, TrialRecord stored) => Changed.Add((study, stored));

        /// <summary>Notes changes of a trial that are about to be stored.</summary>
        public void Change(StudyId study, TrialChanges changes)
        {
            int known = Changed.FindLastIndex(change => change.Trial.Id == changes.Trial);
            TrialRecord? trial = known >= 0 ? Changed[known].Trial : owner.Find(changes.Trial.Value);
            if (trial is null || changes.Study is not null || changes.Finish?.Retry is not null) Obscure();
            if (trial is null) return;
            Changed.Add((study, trial with
            {
                State = changes.Finish?.State ?? trial.State,
                Values = changes.Finish is { } finish ? [.. finish.Values.Select(owner.Stored)] : trial.Values,
                CompletedAt = changes.Finish is { } end ? SqlDialect.Truncated(end.CompletedAt) : trial.CompletedAt,
                Parameters = owner.Merge(trial.Parameters, changes.Parameters),
                IntermediateValues = trial.IntermediateValues.With([.. changes.IntermediateValues.Select(report => KeyValuePair.Create(report.Key, owner.Stored(report.Value)))]),
                UserAttributes = trial.UserAttributes.With(changes.UserAttributes),
                SystemAttributes = trial.SystemAttributes.With(changes.SystemAttributes),
            }));
        }

        /// <summary>Notes that all this is durable.</summary>
        /// <param name="commit">Its place among the own commits.</param>
        public void Commit(long commit)
        {
            owner.Commit(this, commit);
            if (commit == Point.Own + 1) PointAfter = Point with { Own = commit };
        }
    }
}
