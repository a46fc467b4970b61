using System.Collections.Frozen;
using HyperTune.History;

namespace HyperTune.Storage.Relational;

public abstract partial class RelationalStorage
{
    /// <summary>Waiting trials that are read in full each time. Beyond these only their states are, so that a long queue costs little.</summary>
    private const int MostWatchedWaiting = 256;

    /// <inheritdoc/>
    public async ValueTask<StudyDelta> ReadAsync(StudyId study, StudyCursor since, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(since);
        var cursor = since as RelationalCursor;
        StudyDelta delta = await InTransactionAsync(
            false, $"to read {NameForMessage(study)}", session => ReadDeltaAsync(session, study, cursor, isCaching: true), cancellationToken, isShort: cursor is not null).ConfigureAwait(false);
        if (_states.TryGetValue(study.Value, out StudyState? state)) state.LastRead = (RelationalCursor)delta.Cursor;
        return delta;
    }

    private async ValueTask<StudyDelta> ReadDeltaAsync(SqlSession session, StudyId study, RelationalCursor? cursor, bool isCaching)
    {
        // Asked first: what changes between this and the snapshot is then read twice rather than never.
        bool isAsking = isCaching && cursor is not { ReadsBeforeAsking: > 0 };
        CommitPoint? point = isAsking ? await session.GetPointAsync().ConfigureAwait(false) : null;
        if (cursor is not null)
        {
            if (point is { } now && ReferenceEquals(session.PointScope, cursor.PointScope) && ReadOwn(study, cursor, now) is { } own) return own;
            bool isVain = isAsking && (point is null || (cursor.Point is { } known && known.Others != point.Value.Others));
            cursor = cursor with { PointScope = session.PointScope, Point = point, ReadsBeforeAsking = isVain ? ReadsBeforeAsking : Math.Max(0, cursor.ReadsBeforeAsking - 1) };
            StudyDelta? delta = await ReadChangesAsync(session, study, cursor, isLast: isCaching).ConfigureAwait(false);
            if (delta is not null) return delta;
            _states.TryRemove(study.Value, out _);
        }
        StudyDelta all = await ReadAllAsync(session, study, point, isLast: isCaching).ConfigureAwait(false);
        return cursor is null ? all : all with { IsReset = true };
    }

    /// <summary>What changed up to a point, if nobody but this storage has changed the database since: that costs no look at a table. Null if others have.</summary>
    private StudyDelta? ReadOwn(StudyId study, RelationalCursor cursor, CommitPoint now)
    {
        if (cursor.Point is not { } then || then.Others != now.Others) return null;
        if (then.Own == now.Own) return new StudyDelta { Cursor = cursor };
        return _own.Between(study, now.Others, then.Own, now.Own) is { } trials ? DeltaMerge.OfOwn(cursor with { Point = now }, trials) : null;
    }

    /// <summary>How many reads go to the tables at once after one that asked for the point in vain, because others had committed. Zero where asking costs next to nothing.</summary>
    protected virtual int ReadsBeforeAsking => 0;

    private async ValueTask<StudyDelta> ReadAllAsync(SqlSession session, StudyId study, CommitPoint? point, bool isLast)
    {
        SqlBatch batch = new SqlBatch().Add(Statements.StudyName, study.Value).Add(Statements.Directions, study.Value)
            .Add(Statements.StudyUserAttributes, study.Value).Add(Statements.StudySystemAttributes, study.Value);
        if (NotesAttributeChanges) batch.Add(_dialect.LastAttributeChange!);
        AddReads(batch, _dialect.CanReadWholeTables && await HasMostAsync(session, study).ConfigureAwait(false) ? _sql.WholeTables : _sql.TrialsAbove, study, 0L);
        SqlRows rows = await session.QueryAsync(batch, isLast).ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            string name = await ReadNameAsync(rows).ConfigureAwait(false) ?? throw new StudyNotFoundException(study);
            IReadOnlyList<Direction> directions = await ReadDirectionsAsync(rows, study, name).ConfigureAwait(false);
            StudyState state = Remember(study, name, directions.Count);
            (StudyAttributes user, StudyAttributes system) = await ReadAttributesAsync(rows, name, StudyAttributes.None, StudyAttributes.None).ConfigureAwait(false);
            long? lastChange = NotesAttributeChanges ? await ReadNumberAsync(rows).ConfigureAwait(false) : null;
            var record = new StudyRecord { Id = study, Name = name, Directions = directions, UserAttributes = user.Set, SystemAttributes = system.Set };
            ReadingTables tables = state.RentTables();
            try
            {
                var reader = new TrialReader(tables, directions.Count);
                await reader.ReadAsync(rows).ConfigureAwait(false);
                var start = new RelationalCursor
                {
                    PointScope = session.PointScope,
                    Point = point,
                    ReadsBeforeAsking = 0,
                    StudyName = name,
                    Study = record,
                    LastAttributeChange = lastChange,
                    UserAttributes = user,
                    SystemAttributes = system,
                    LastTrialId = 0,
                    Watched = FrozenDictionary<long, ulong>.Empty,
                    Waiting = FrozenSet<long>.Empty,
                    Witness = null,
                };
                var merge = new DeltaMerge(start, state);
                merge.AddNew(reader.Drafts);
                return merge.ToDelta(start) with { Study = record };
            }
            finally
            {
                state.Return(tables);
            }
        }
    }

    /// <summary>Whether the study has so many of all trials that going through whole tables is cheaper than finding its rows.</summary>
    private static async ValueTask<bool> HasMostAsync(SqlSession session, StudyId study)
    {
        SqlRows rows = await session.QueryAsync(new SqlBatch().Add(Statements.CountShare, study.Value)).ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            await rows.NextStatementAsync().ConfigureAwait(false);
            return await rows.ReadAsync().ConfigureAwait(false) && 3 * rows.GetInt64(0) >= rows.GetInt64(1);
        }
    }

    /// <summary>Reads what changed since a cursor; null when the study was made anew since.</summary>
    private async ValueTask<StudyDelta?> ReadChangesAsync(SqlSession session, StudyId study, RelationalCursor cursor, bool isLast)
    {
        StudyState state = Remember(study, cursor.StudyName, cursor.Study.Directions.Count);
        SqlBatch batch = new SqlBatch().Add(Statements.StudyName, study.Value);
        if (cursor.LastAttributeChange is { } seen) batch.Add(_dialect.AttributeChanges!, study.Value, seen);
        else batch.Add(Statements.StudyUserAttributes, study.Value).Add(Statements.StudySystemAttributes, study.Value);
        batch.Add(Statements.Witness, study.Value, cursor.Witness?.Id ?? -1);
        if (cursor.Waiting.Count > 0) batch.Add(Statements.WaitingIds, study.Value, cursor.LastTrialId);
        bool hasTwoReads = cursor.Watched.Count > 0 && _sql.TrialsAboveAndOfList is null;
        if (hasTwoReads) AddReads(batch, _sql.TrialsOfList, study, _dialect.Ids([.. cursor.Watched.Keys]));
        if (_sql.TrialsAboveAndOfList is { } together) AddReads(batch, together, study, cursor.LastTrialId, _dialect.Ids([.. cursor.Watched.Keys]));
        else AddReads(batch, _sql.TrialsAbove, study, cursor.LastTrialId);
        ReadingTables tables = state.RentTables();
        try
        {
            var reader = new TrialReader(tables, state.Objectives);
            var merge = new DeltaMerge(cursor, state);
            (StudyAttributes user, StudyAttributes system, long? lastChange) = (cursor.UserAttributes, cursor.SystemAttributes, cursor.LastAttributeChange);
            // What was waiting may have to be read in the same snapshot.
            SqlRows rows = await session.QueryAsync(batch, isLast && cursor.Waiting.Count == 0).ConfigureAwait(false);
            await using (rows.ConfigureAwait(false))
            {
                await CheckStudyAsync(rows, study, state).ConfigureAwait(false);
                if (lastChange is null) (user, system) = await ReadAttributesAsync(rows, cursor.StudyName, user, system).ConfigureAwait(false);
                else if (await ReadAttributeChangesAsync(rows, study, cursor).ConfigureAwait(false) is { } changed) (user, system, lastChange) = changed;
                else return null;
                if (!await IsWitnessedAsync(rows, cursor.Witness).ConfigureAwait(false)) return null;
                if (cursor.Waiting.Count > 0) merge.KeepWaiting(await ReadNumbersAsync(rows).ConfigureAwait(false));
                if (hasTwoReads)
                {
                    await reader.ReadAsync(rows).ConfigureAwait(false);
                    merge.Add(reader.Drafts);
                }
                await reader.ReadAsync(rows).ConfigureAwait(false);
                merge.Add(reader.Drafts);
                if (merge.WatchedFound != cursor.Watched.Count) return null;
            }
            if (merge.NoLongerWaiting.Count > 0)
            {
                var further = new SqlBatch();
                AddReads(further, _sql.TrialsOfList, study, _dialect.Ids(merge.NoLongerWaiting));
                SqlRows claimed = await session.QueryAsync(further).ConfigureAwait(false);
                await using (claimed.ConfigureAwait(false)) await reader.ReadAsync(claimed).ConfigureAwait(false);
                if (reader.Drafts.Count != merge.NoLongerWaiting.Count) return null;
                merge.AddNew(reader.Drafts);
            }
            bool isSame = ReferenceEquals(user, cursor.UserAttributes) && ReferenceEquals(system, cursor.SystemAttributes);
            StudyRecord record = isSame ? cursor.Study : cursor.Study with { UserAttributes = user.Set, SystemAttributes = system.Set };
            StudyDelta delta = merge.ToDelta(cursor with { Study = record, LastAttributeChange = lastChange, UserAttributes = user, SystemAttributes = system });
            return isSame ? delta : delta with { Study = record };
        }
        finally
        {
            state.Return(tables);
        }
    }

    private async ValueTask<(StudyAttributes User, StudyAttributes System)> ReadAttributesAsync(SqlRows rows, string study, StudyAttributes user, StudyAttributes system)
    {
        await rows.NextStatementAsync().ConfigureAwait(false);
        user = await user.ReadAsync(rows, (key, fault) => Complain(study, key, "study_user_attributes.value_json", fault)).ConfigureAwait(false);
        await rows.NextStatementAsync().ConfigureAwait(false);
        system = await system.ReadAsync(rows, (key, fault) => Complain(study, key, "study_system_attributes.value_json", fault)).ConfigureAwait(false);
        return (user, system);
    }

    /// <summary>Whether <see cref="SqlDialect.AttributeChanges"/> can be asked, so that a read fetches only the study attributes that changed; else all of them.</summary>
    protected virtual bool NotesAttributeChanges => false;

    /// <summary>Reads the attributes that changed; null when some were deleted, which happens only with their study.</summary>
    private async ValueTask<(StudyAttributes User, StudyAttributes System, long LastChange)?> ReadAttributeChangesAsync(SqlRows rows, StudyId study, RelationalCursor cursor)
    {
        await rows.NextStatementAsync().ConfigureAwait(false);
        long last = cursor.LastAttributeChange!.Value;
        var user = new List<(long Id, string Key, string? Text)>();
        var system = new List<(long Id, string Key, string? Text)>();
        while (await rows.ReadAsync().ConfigureAwait(false))
        {
            last = rows.GetInt64(0);
            if (!rows.TryGetInt64(1, out long owner) || owner != study.Value) continue;
            if (!rows.TryGetInt64(2, out long isUser) || !rows.TryGetInt64(4, out long id)) return null;
            (isUser == 1 ? user : system).Add((id, rows.GetText(3) ?? "", rows.GetText(5)));
        }
        return (
            cursor.UserAttributes.With(user, (key, fault) => Complain(cursor.StudyName, key, "study_user_attributes.value_json", fault)),
            cursor.SystemAttributes.With(system, (key, fault) => Complain(cursor.StudyName, key, "study_system_attributes.value_json", fault)),
            last);
    }

    private static async ValueTask<bool> IsWitnessedAsync(SqlRows rows, TrialWitness? witness)
    {
        await rows.NextStatementAsync().ConfigureAwait(false);
        bool isThere = await rows.ReadAsync().ConfigureAwait(false);
        if (witness is not { } expected) return true;
        if (!isThere || !rows.TryGetInt64(0, out long number)) return false;
        rows.TryGetTime(2, false, out DateTimeOffset? started);
        rows.TryGetTime(3, false, out DateTimeOffset? completed);
        return number == expected.Number && StoredValues.StateOf(rows.GetText(1)) == expected.State && started == expected.StartedAt && completed == expected.CompletedAt;
    }

    /// <summary>Puts the trials of one read together with what the cursor knew.</summary>
    private sealed class DeltaMerge(RelationalCursor cursor, StudyState state)
    {
        private readonly List<TrialRecord> _trials = [];
        private readonly List<UnreadableTrial> _unreadable = [];
        private readonly Dictionary<long, ulong> _watched = [];
        private IReadOnlySet<long> _waiting = cursor.Waiting;
        private HashSet<long>? _newWaiting;
        private TrialWitness? _witness = cursor.Witness;
        private long _last = cursor.LastTrialId;
        private int _watchedWaiting;
        private IReadOnlyList<string>? _lastNames;

        /// <summary>The delta of trials that are known without a look at the tables, in order of number.</summary>
        public static StudyDelta OfOwn(RelationalCursor cursor, List<TrialRecord> trials)
        {
            // A snapshot may have shown more than its point: what it showed as finished is not news.
            trials.RemoveAll(trial => trial.Id.Value <= cursor.LastTrialId && !cursor.Watched.ContainsKey(trial.Id.Value) && !cursor.Waiting.Contains(trial.Id.Value));
            if (trials.Count == 0) return new StudyDelta { Cursor = cursor };
            var watched = new Dictionary<long, ulong>(cursor.Watched);
            HashSet<long>? waiting = null;
            (long last, TrialWitness? witness) = (cursor.LastTrialId, cursor.Witness);
            foreach (TrialRecord trial in trials)
            {
                long id = trial.Id.Value;
                last = Math.Max(last, id);
                if (cursor.Waiting.Contains(id)) (waiting ??= [.. cursor.Waiting]).Remove(id);
                // The next look at the tables finds another fingerprint, and gives the trial once more.
                if (!trial.State.IsFinished()) watched[id] = 0;
                else watched.Remove(id);
                if (trial.State.IsFinished()) witness = new TrialWitness(id, trial.Number, trial.State, trial.StartedAt, trial.CompletedAt);
            }
            return new StudyDelta { Cursor = cursor with { LastTrialId = last, Watched = watched, Waiting = waiting ?? cursor.Waiting, Witness = witness }, Trials = trials };
        }

        /// <summary>Trials that were waiting and are no more.</summary>
        public List<long> NoLongerWaiting { get; } = [];

        public void KeepWaiting(List<long> ids)
        {
            var now = new HashSet<long>(ids);
            foreach (long id in _waiting) if (!now.Contains(id)) NoLongerWaiting.Add(id);
            if (NoLongerWaiting.Count > 0) _waiting = _waiting.Except(NoLongerWaiting).ToHashSet();
        }

        /// <summary>How many of the trials that were unfinished when last seen are still there.</summary>
        public int WatchedFound { get; private set; }

        /// <summary>Takes new trials, and those that were unfinished when last seen: these count only if they changed.</summary>
        public void Add(IReadOnlyList<TrialReader.Draft> drafts)
        {
            foreach (TrialReader.Draft draft in drafts)
            {
                bool isWatched = cursor.Watched.TryGetValue(draft.Id, out ulong seen);
                if (isWatched) WatchedFound++;
                Add(draft, isChanged: !isWatched || draft.IsFinished || seen != draft.Fingerprint);
            }
        }

        public void AddNew(IReadOnlyList<TrialReader.Draft> drafts)
        {
            foreach (TrialReader.Draft draft in drafts) Add(draft, isChanged: true);
        }

        public StudyDelta ToDelta(RelationalCursor next)
        {
            for (int i = 1; i < _trials.Count; i++)
            {
                if (_trials[i].Number > _trials[i - 1].Number) continue;
                _trials.Sort(static (left, right) => left.Number.CompareTo(right.Number));
                break;
            }
            return new StudyDelta
            {
                Cursor = next with { LastTrialId = _last, Watched = _watched, Waiting = _newWaiting ?? _waiting, Witness = _witness },
                Trials = _trials,
                Unreadable = _unreadable,
            };
        }

        private void Add(TrialReader.Draft draft, bool isChanged)
        {
            _last = Math.Max(_last, draft.Id);
            if (!draft.IsFinished) Watch(draft);
            if (!isChanged) return;
            if (draft.Unreadable is { } unreadable)
            {
                _unreadable.Add(unreadable);
                return;
            }
            TrialRecord trial = draft.ToRecord();
            _trials.Add(trial);
            if (draft.IsFinished) _witness = new TrialWitness(draft.Id, trial.Number, trial.State, trial.StartedAt, trial.CompletedAt);
            if (ReferenceEquals(trial.Parameters.Names, _lastNames)) return;
            _lastNames = trial.Parameters.Names;
            foreach (Parameter parameter in trial.Parameters) state.Distributions.TryAdd(parameter.Name, parameter.Distribution);
        }

        private void Watch(TrialReader.Draft draft)
        {
            if (draft.State == TrialState.Waiting && draft.Unreadable is null && ++_watchedWaiting > MostWatchedWaiting)
            {
                (_newWaiting ??= [.. _waiting]).Add(draft.Id);
                return;
            }
            _watched[draft.Id] = draft.Fingerprint;
        }
    }
}
