using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune.Storage.Relational;

public abstract partial class RelationalStorage
{
    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<WriteOutcome>> WriteAsync(StudyId study, IReadOnlyList<TrialChanges> changes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var added = new Dictionary<string, Distribution>(StringComparer.Ordinal);
        (StudyState state, WriteOutcome[] outcomes, _) = await InTransactionAsync(
            true, $"to write the changes of {changes.Count} trial(s) of {NameForMessage(study)}", session => WriteAsync(session, study, changes, added, following: null), cancellationToken)
            .ConfigureAwait(false);
        Learn(state, added);
        return outcomes;
    }

    /// <inheritdoc/>
    public async ValueTask<(IReadOnlyList<WriteOutcome> Outcomes, IReadOnlyList<TrialRecord> Started, StudyDelta? Delta)> WriteAndStartAsync(
        StudyId study, IReadOnlyList<TrialChanges> changes, TrialStart start, StudyCursor since, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(changes);
        ArgumentNullException.ThrowIfNull(since);
        StorageRules.Check(start);
        OwnChanges.Transaction? own = null;
        object? scope = null;
        var added = new Dictionary<string, Distribution>(StringComparer.Ordinal);
        (StudyState state, WriteOutcome[] outcomes, IReadOnlyList<TrialRecord> started) = await InTransactionAsync(
            true, $"to write the changes of {changes.Count} trial(s) of {NameForMessage(study)} and to start {start.Count}", BothAsync, cancellationToken).ConfigureAwait(false);
        Learn(state, added);
        bool isComparable = since is RelationalCursor { Point: not null } known && ReferenceEquals(known.PointScope, scope);
        if (!isComparable || own?.PointAfter is not { } now || ReadOwn(study, (RelationalCursor)since, now) is not { } delta) return (outcomes, started, null);
        state.LastRead = (RelationalCursor)delta.Cursor;
        return (outcomes, started, delta);

        async ValueTask<(StudyState State, WriteOutcome[] Outcomes, IReadOnlyList<TrialRecord> Started)> BothAsync(SqlSession session)
        {
            (StudyState state, WriteOutcome[] outcomes, TrialQueue? queue) = await WriteAsync(session, study, changes, added, start).ConfigureAwait(false);
            (own, scope) = (session.Own, session.PointScope);
            return (state, outcomes, queue is { } known
                ? await StartAsync(session, study, start, state, known).ConfigureAwait(false)
                : await StartAsync(session, study, start).ConfigureAwait(false));
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<WriteOutcome>> RenewLeasesAsync(StudyId study, IReadOnlyList<TrialId> trials, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(trials);
        return await InTransactionAsync(true, $"to renew {trials.Count} lease(s) of {NameForMessage(study)}", RenewAsync, cancellationToken).ConfigureAwait(false);

        async ValueTask<IReadOnlyList<WriteOutcome>> RenewAsync(SqlSession session)
        {
            StudyState state = await StateAsync(session, study).ConfigureAwait(false);
            Dictionary<long, (int Number, TrialState? State)> states;
            SqlRows rows = await session.QueryAsync(new SqlBatch().Add(Statements.StudyName, study.Value)
                .Add(_sql.TrialStates, study.Value, _dialect.Ids([.. trials.Select(trial => trial.Value)]))).ConfigureAwait(false);
            await using (rows.ConfigureAwait(false))
            {
                await CheckStudyAsync(rows, study, state).ConfigureAwait(false);
                states = await ReadStatesAsync(rows).ConfigureAwait(false);
            }
            await FollowAsync(session).ConfigureAwait(false);
            var outcomes = new WriteOutcome[trials.Count];
            var batch = new SqlBatch();
            for (int i = 0; i < outcomes.Length; i++)
            {
                // A waiting trial belongs to nobody, so that nobody can lose it.
                if (!states.TryGetValue(trials[i].Value, out var trial) || trial.State is not { } known || known == TrialState.Waiting) outcomes[i] = WriteOutcome.Unknown;
                else if (known.IsFinished()) outcomes[i] = WriteOutcome.AlreadyFinished;
                else batch.Add(_sql.Beat, trials[i].Value);
            }
            await session.RunAsync(batch).ConfigureAwait(false);
            return outcomes;
        }
    }

    /// <summary>Writes changes, and reads what decides about a start that follows; null if the changes themselves made that out of date.</summary>
    private async ValueTask<(StudyState State, WriteOutcome[] Outcomes, TrialQueue? Queue)> WriteAsync(
        SqlSession session, StudyId study, IReadOnlyList<TrialChanges> changes, Dictionary<string, Distribution> added, TrialStart? following)
    {
        added.Clear();
        StudyState state = await StateAsync(session, study).ConfigureAwait(false);
        foreach (TrialChanges change in changes) StorageRules.Check(change, state.Objectives);
        bool isNumbering = changes.Any(change => change.Finish?.Retry is not null);
        // Of two workers that bring a new name at the same moment, the second one must find what the first one stored.
        bool isNaming = changes.SelectMany(ParametersOf).Any(parameter => !state.Distributions.ContainsKey(parameter.Name));
        // Whoever locks both locks the study before its trials.
        SqlBatch batch = new SqlBatch().Add(isNumbering || isNaming || following is not null ? _sql.LockStudy : Statements.StudyName, study.Value)
            .Add(_sql.TrialStates, study.Value, _dialect.Ids([.. changes.Select(change => change.Trial.Value)]));
        if (following is not null) AddQueueReads(batch, study, following);
        else if (isNumbering) batch.Add(_sql.LastTrial, study.Value);
        int next = 0;
        TrialQueue? queue = null;
        Dictionary<long, (int Number, TrialState? State)> states;
        var answers = new Dictionary<Guid, string>();
        SqlRows rows = await session.QueryAsync(batch).ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            await CheckStudyAsync(rows, study, state).ConfigureAwait(false);
            states = await ReadStatesAsync(rows).ConfigureAwait(false);
            if (following is not null) queue = await ReadQueueAsync(rows, following).ConfigureAwait(false);
            else if (isNumbering) (_, next) = await ReadLastAsync(rows).ConfigureAwait(false);
        }
        await FollowAsync(session).ConfigureAwait(false);
        if (queue is { } read) next = read.Next;
        await FindAnswersAsync(session, changes, states, answers).ConfigureAwait(false);
        if (next < 0) next = await CountTrialsAsync(session, study).ConfigureAwait(false);
        await LookUpAsync(session, study, state, changes.SelectMany(ParametersOf).Select(parameter => parameter.Name)).ConfigureAwait(false);
        var outcomes = new WriteOutcome[changes.Count];
        var writes = new SqlBatch();
        var retries = new List<TrialTemplate>();
        for (int i = 0; i < outcomes.Length; i++)
        {
            outcomes[i] = Judge(changes[i], state, states, answers, added);
            if (outcomes[i] != WriteOutcome.Stored || IsDone(changes[i], states)) continue;
            AddChanges(writes, study, changes[i]);
            session.Own?.Change(study, changes[i]);
            if (changes[i].Finish is not { } finish) continue;
            if (states[changes[i].Trial.Value].State == TrialState.Waiting) queue = null;
            // A later element of the group may be for the same trial.
            states[changes[i].Trial.Value] = states[changes[i].Trial.Value] with { State = finish.State };
            string answer = Answers.Of([states[changes[i].Trial.Value].Number]);
            answers[finish.RequestId] = answer;
            AddAnswer(writes, finish.RequestId, study, answer);
            if (finish.Retry is not { } retry) continue;
            retries.Add(retry);
            queue = null;
            if (HasOwnTables && !retry.SystemAttributes.ContainsKey(StorageRules.FailedTrialKey)) writes.Add(Statements.AddRetried, study.Value);
        }
        await InsertAsync(session, study, retries, next, writes).ConfigureAwait(false);
        return (state, outcomes, queue);
    }

    /// <summary>Finds the answers to ends that may have been told before: those of trials that are finished.</summary>
    private async ValueTask FindAnswersAsync(
        SqlSession session, IReadOnlyList<TrialChanges> changes, Dictionary<long, (int Number, TrialState? State)> states, Dictionary<Guid, string> answers)
    {
        if (!HasOwnTables) return;
        List<Guid>? told = null;
        foreach (TrialChanges change in changes)
        {
            if (change.Finish is { } finish && states.TryGetValue(change.Trial.Value, out var trial) && trial.State is { } state && state.IsFinished()) (told ??= []).Add(finish.RequestId);
        }
        if (told is null) return;
        var batch = new SqlBatch();
        foreach (Guid request in told) batch.Add(Statements.FindRequest, ToText(request));
        SqlRows rows = await session.QueryAsync(batch).ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            foreach (Guid request in told) if (await ReadTextAsync(rows).ConfigureAwait(false) is { } answer) answers[request] = answer;
        }
    }

    /// <summary>Decides before anything is written, so that a refused trial leaves no trace.</summary>
    private static WriteOutcome Judge(
        TrialChanges changes, StudyState state, Dictionary<long, (int Number, TrialState? State)> states, Dictionary<Guid, string> answers, Dictionary<string, Distribution> added)
    {
        if (!states.TryGetValue(changes.Trial.Value, out var trial) || trial.State is not { } known) return WriteOutcome.Unknown;
        if (known.IsFinished())
        {
            bool isRepeated = changes.Finish is { } told && answers.TryGetValue(told.RequestId, out string? answer) && answer == Answers.Of([trial.Number]);
            return isRepeated ? WriteOutcome.Stored : WriteOutcome.AlreadyFinished;
        }
        foreach (Parameter parameter in ParametersOf(changes))
        {
            if (KnownOf(state, added, parameter.Name) is { } distribution && !distribution.IsCompatibleWith(parameter.Distribution)) return WriteOutcome.Incompatible;
        }
        foreach (Parameter parameter in ParametersOf(changes))
        {
            if (KnownOf(state, added, parameter.Name) is null) added.Add(parameter.Name, parameter.Distribution);
        }
        return WriteOutcome.Stored;
    }

    /// <summary>All parameters that a change brings, those of the next try included.</summary>
    private static IEnumerable<Parameter> ParametersOf(TrialChanges changes) =>
        changes.Finish?.Retry is { Parameters.Count: > 0 } retry ? changes.Parameters.Concat(retry.Parameters) : changes.Parameters;

    private static bool IsDone(TrialChanges changes, Dictionary<long, (int Number, TrialState? State)> states) =>
        states[changes.Trial.Value].State is { } state && state.IsFinished();

    private void AddChanges(SqlBatch batch, StudyId study, TrialChanges changes)
    {
        long id = changes.Trial.Value;
        foreach (Parameter parameter in changes.Parameters) AddParameter(batch, id, parameter);
        AddReports(batch, id, changes.IntermediateValues);
        AddAttributes(batch, id, changes.UserAttributes, changes.SystemAttributes);
        if (changes.Study is { } attributes) AddAttributes(batch, study.Value, attributes);
        if (changes.Finish is not { } finish) return;
        AddValues(batch, id, finish.Values);
        batch.AddRow(_sql.FinishTrial, id, StoredValues.NameOf(finish.State), _dialect.Time(finish.CompletedAt));
    }

    private static async ValueTask<Dictionary<long, (int Number, TrialState? State)>> ReadStatesAsync(SqlRows rows)
    {
        await rows.NextStatementAsync().ConfigureAwait(false);
        var states = new Dictionary<long, (int Number, TrialState? State)>();
        while (await rows.ReadAsync().ConfigureAwait(false))
        {
            states[rows.GetInt64(0)] = (rows.TryGetInt64(1, out long number) ? (int)number : -1, StoredValues.StateOf(rows.GetText(2)));
        }
        return states;
    }

    /// <summary>Finds the distributions of names that were not met before, in the trials that may have changed since the study was last read.</summary>
    private async ValueTask LookUpAsync(SqlSession session, StudyId study, StudyState state, IEnumerable<string> names)
    {
        HashSet<string>? unknown = null;
        foreach (string name in names) if (!state.Distributions.ContainsKey(name)) (unknown ??= new(StringComparer.Ordinal)).Add(name);
        if (unknown is null) return;
        (long last, object? unfinished) = (0, null);
        if (state.LastRead is { } cursor)
        {
            // Of a long queue of waiting trials none is named: from its first one on all trials are looked at.
            last = cursor.Waiting.Count > 0 ? Math.Min(cursor.LastTrialId, cursor.Waiting.Min() - 1) : cursor.LastTrialId;
            if (cursor.Watched.Count > 0) unfinished = _dialect.Ids([.. cursor.Watched.Keys]);
        }
        var batch = new SqlBatch();
        foreach (string name in unknown)
        {
            batch.Add(Statements.DistributionAbove, study.Value, last, name);
            if (unfinished is not null) batch.Add(_sql.DistributionOfList, unfinished, name);
        }
        SqlRows rows = await session.QueryAsync(batch).ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            foreach (string name in unknown)
            {
                for (int statement = unfinished is null ? 1 : 0; statement < 2; statement++)
                {
                    // A cell that cannot be read says nothing about the name; reading the study reports it.
                    if (await ReadTextAsync(rows).ConfigureAwait(false) is { } json && DistributionCell.Read(json).Distribution is { } distribution)
                    {
                        state.Distributions.TryAdd(name, distribution);
                    }
                }
            }
        }
    }

    private static Distribution? KnownOf(StudyState state, Dictionary<string, Distribution> added, string name) =>
        state.Distributions.TryGetValue(name, out Distribution? known) || added.TryGetValue(name, out known) ? known : null;

    /// <summary>Remembers distributions once the transaction that stored them is durable.</summary>
    private static void Learn(StudyState state, Dictionary<string, Distribution> added)
    {
        foreach ((string name, Distribution distribution) in added) state.Distributions.TryAdd(name, distribution);
    }
}
