using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune.Storage.Relational;

public abstract partial class RelationalStorage
{
    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<TrialRecord>> StartTrialsAsync(StudyId study, TrialStart start, CancellationToken cancellationToken)
    {
        StorageRules.Check(start);
        return InTransactionAsync(
            true, $"to start {start.Count} trial(s) of {NameForMessage(study)}", session => StartAsync(session, study, start), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<int?>> AddTrialsAsync(StudyId study, TrialImport import, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(import);
        var added = new Dictionary<string, Distribution>(StringComparer.Ordinal);
        (StudyState state, IReadOnlyList<int?> numbers) = await InTransactionAsync(
            true, $"to add {import.Trials.Count} trial(s) to {NameForMessage(study)}", session => ImportAsync(session, study, import, added), cancellationToken).ConfigureAwait(false);
        Learn(state, added);
        return numbers;
    }

    private async ValueTask<IReadOnlyList<TrialRecord>> StartAsync(SqlSession session, StudyId study, TrialStart start)
    {
        StudyState state = await StateAsync(session, study).ConfigureAwait(false);
        SqlBatch batch = new SqlBatch().Add(_sql.LockStudy, study.Value);
        AddQueueReads(batch, study, start);
        TrialQueue queue;
        SqlRows rows = await session.QueryAsync(batch).ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            await CheckStudyAsync(rows, study, state).ConfigureAwait(false);
            queue = await ReadQueueAsync(rows, start).ConfigureAwait(false);
        }
        await FollowAsync(session).ConfigureAwait(false);
        return await StartAsync(session, study, start, state, queue).ConfigureAwait(false);
    }

    /// <summary>What decides about a start, read under the study's lock.</summary>
    private readonly record struct TrialQueue(long LastId, int Next, List<long> Waiting, string? Answer, long WaitingCount);

    private void AddQueueReads(SqlBatch batch, StudyId study, TrialStart start)
    {
        batch.Add(_sql.LastTrial, study.Value).Add(_sql.OldestWaiting, study.Value, 0L, (long)start.Count);
        if (HasOwnTables) batch.Add(Statements.FindRequest, ToText(start.RequestId));
        if (start.TotalTrials is not null) batch.Add(Statements.CountWaiting, study.Value);
    }

    private async ValueTask<TrialQueue> ReadQueueAsync(SqlRows rows, TrialStart start)
    {
        (long lastId, int next) = await ReadLastAsync(rows).ConfigureAwait(false);
        List<long> waiting = await ReadNumbersAsync(rows).ConfigureAwait(false);
        string? answer = HasOwnTables ? await ReadTextAsync(rows).ConfigureAwait(false) : null;
        return new TrialQueue(lastId, next, waiting, answer, start.TotalTrials is null ? 0 : await ReadNumberAsync(rows).ConfigureAwait(false));
    }

    private async ValueTask<IReadOnlyList<TrialRecord>> StartAsync(SqlSession session, StudyId study, TrialStart start, StudyState state, TrialQueue queue)
    {
        (long lastId, int next, List<long> waiting, string? answer, long waitingCount) = queue;
        if (answer is not null) return await ReadStartedAsync(session, study, state, Answers.ToNumbers(answer)).ConfigureAwait(false);
        if (next < 0) next = await CountTrialsAsync(session, study).ConfigureAwait(false);
        var writes = new SqlBatch();
        int count = start.Count;
        if (start.TotalTrials is { } total)
        {
            long retried = await CountRetriedAsync(session, study, lastId, writes).ConfigureAwait(false);
            count = (int)Math.Clamp(total - (next - waitingCount - retried), 0, start.Count);
        }
        DateTimeOffset startedAt = SqlDialect.Truncated(start.StartedAt);
        List<TrialRecord> started = await FindClaimableAsync(session, study, state, waiting, count, start.Count).ConfigureAwait(false);
        int claimed = started.Count;
        for (int i = 0; i < claimed; i++)
        {
            started[i] = started[i] with { State = TrialState.Running, StartedAt = startedAt };
            writes.Add(_sql.ClaimTrial, started[i].Id.Value, _dialect.Time(startedAt));
            if (start.IsLeased) writes.Add(_sql.Beat, started[i].Id.Value);
        }
        for (int number = next; number < next + count - claimed; number++)
        {
            writes.Add(_sql.InsertTrial, study.Value, (long)number, StoredValues.Running, _dialect.Time(startedAt), null);
        }
        if (start.IsLeased && count > claimed) writes.Add(_sql.FirstBeatsOfLast, study.Value, (long)(count - claimed));
        var answers = new SqlBatch();
        AddAnswer(answers, start.RequestId, study, Answers.Of([.. started.Select(trial => trial.Number), .. Enumerable.Range(next, count - claimed)]));
        await session.RunAsync(answers).ConfigureAwait(false);
        // The ids come with the end of the transaction. Should their answer be lost, the request's id finds them again.
        SqlRows written = await session.QueryAsync(writes, isLast: HasOwnTables).ConfigureAwait(false);
        await using (written.ConfigureAwait(false))
        {
            for (int i = 0; await written.NextStatementAsync().ConfigureAwait(false); i++)
            {
                bool isInsert = ReferenceEquals(writes[i].Sql, _sql.InsertTrial);
                if (!isInsert && !ReferenceEquals(writes[i].Sql, _sql.ClaimTrial)) continue;
                bool isDone = await written.ReadAsync().ConfigureAwait(false);
                if (!isDone) throw new StorageException("A waiting trial was claimed by another program at the same moment. Nothing was started. Try again.", isTransient: true);
                if (!isInsert) continue;
                started.Add(new TrialRecord { Id = new TrialId(written.GetInt64(0)), Number = next++, State = TrialState.Running, StartedAt = startedAt });
            }
        }
        if (session.Own is { } own) foreach (TrialRecord trial in started) own.Change(study, trial);
        return started;
    }

    /// <summary>Takes the result of <see cref="Statements.LastTrial"/>: the highest id, and the next number (-1 if it must be counted).</summary>
    private static async ValueTask<(long LastId, int Next)> ReadLastAsync(SqlRows rows)
    {
        await rows.NextStatementAsync().ConfigureAwait(false);
        if (!await rows.ReadAsync().ConfigureAwait(false)) return (0, 0);
        return (rows.GetInt64(0), rows.TryGetInt64(1, out long number) && number is >= 0 and < int.MaxValue ? (int)number + 1 : -1);
    }

    private static async ValueTask<int> CountTrialsAsync(SqlSession session, StudyId study)
    {
        SqlRows rows = await session.QueryAsync(new SqlBatch().Add(Statements.CountTrials, study.Value)).ConfigureAwait(false);
        await using (rows.ConfigureAwait(false)) return (int)await ReadNumberAsync(rows).ConfigureAwait(false);
    }

    /// <summary>How many trials were enqueued again, counted forward from the last id that was looked at.</summary>
    private async ValueTask<long> CountRetriedAsync(SqlSession session, StudyId study, long lastId, SqlBatch writes)
    {
        long seen = 0, retried = 0;
        if (HasOwnTables)
        {
            SqlRows budget = await session.QueryAsync(
                new SqlBatch().Add(Statements.BudgetIsOfStudy, study.Value).Add(Statements.FindBudget, study.Value)).ConfigureAwait(false);
            await using (budget.ConfigureAwait(false))
            {
                bool isOfStudy = await ReadNumberAsync(budget).ConfigureAwait(false) == 1;
                await budget.NextStatementAsync().ConfigureAwait(false);
                // A row of a study that another program deleted, and whose id was given out again, must not count. The id 0 precedes all trials.
                if (await budget.ReadAsync().ConfigureAwait(false) && (isOfStudy || budget.GetInt64(0) == 0)) (seen, retried) = (budget.GetInt64(0), budget.GetInt64(1));
            }
        }
        if (seen == lastId) return retried;
        SqlRows rows = await session.QueryAsync(new SqlBatch().Add(Statements.CountRetries, study.Value, seen)).ConfigureAwait(false);
        await using (rows.ConfigureAwait(false)) retried += await ReadNumberAsync(rows).ConfigureAwait(false);
        if (HasOwnTables) writes.Add(Statements.SetBudget, study.Value, lastId, retried);
        return retried;
    }

    /// <summary>Reads waiting trials in full. One that cannot be read stays in the queue, and the next one takes its place.</summary>
    private async ValueTask<List<TrialRecord>> FindClaimableAsync(SqlSession session, StudyId study, StudyState state, List<long> waiting, int count, int asked)
    {
        var found = new List<TrialRecord>();
        while (waiting.Count > 0 && found.Count < count)
        {
            long last = waiting[^1];
            foreach (TrialReader.Draft draft in await ReadListAsync(session, study, state, waiting).ConfigureAwait(false))
            {
                if (draft.Unreadable is null && found.Count < count) found.Add(draft.ToRecord());
            }
            if (found.Count == count || waiting.Count < asked) break;
            SqlRows rows = await session.QueryAsync(new SqlBatch().Add(_sql.OldestWaiting, study.Value, last, (long)asked)).ConfigureAwait(false);
            await using (rows.ConfigureAwait(false)) waiting = await ReadNumbersAsync(rows).ConfigureAwait(false);
        }
        return found;
    }

    private async ValueTask<IReadOnlyList<TrialRecord>> ReadStartedAsync(SqlSession session, StudyId study, StudyState state, IReadOnlyList<int?> numbers)
    {
        if (numbers.Count == 0) return [];
        var wanted = new HashSet<int?>(numbers);
        SqlRows rows = await session.QueryAsync(new SqlBatch().Add(Statements.TrialIdsByRange, study.Value, (long)numbers.Min()!.Value, (long)numbers.Max()!.Value)).ConfigureAwait(false);
        List<long> ids;
        await using (rows.ConfigureAwait(false)) ids = await ReadNumbersAsync(rows).ConfigureAwait(false);
        IReadOnlyList<TrialReader.Draft> drafts = await ReadListAsync(session, study, state, ids).ConfigureAwait(false);
        return [.. drafts.Where(draft => draft.Unreadable is null && wanted.Contains(draft.Number)).Select(draft => draft.ToRecord())];
    }

    private async ValueTask<IReadOnlyList<TrialReader.Draft>> ReadListAsync(SqlSession session, StudyId study, StudyState state, List<long> ids)
    {
        if (ids.Count == 0) return [];
        var batch = new SqlBatch();
        AddReads(batch, _sql.TrialsOfList, study, _dialect.Ids(ids));
        ReadingTables tables = state.RentTables();
        try
        {
            var reader = new TrialReader(tables, state.Objectives);
            SqlRows rows = await session.QueryAsync(batch).ConfigureAwait(false);
            await using (rows.ConfigureAwait(false)) await reader.ReadAsync(rows).ConfigureAwait(false);
            return reader.Drafts;
        }
        finally
        {
            state.Return(tables);
        }
    }

    private async ValueTask<(StudyState State, IReadOnlyList<int?> Numbers)> ImportAsync(
        SqlSession session, StudyId study, TrialImport import, Dictionary<string, Distribution> added)
    {
        added.Clear();
        StudyState state = await StateAsync(session, study).ConfigureAwait(false);
        StorageRules.Check(import, state.Objectives);
        SqlBatch batch = new SqlBatch().Add(_sql.LockStudy, study.Value).Add(_sql.LastTrial, study.Value);
        if (HasOwnTables) batch.Add(Statements.FindRequest, ToText(import.RequestId));
        int next;
        string? answer = null;
        SqlRows rows = await session.QueryAsync(batch).ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            await CheckStudyAsync(rows, study, state).ConfigureAwait(false);
            (_, next) = await ReadLastAsync(rows).ConfigureAwait(false);
            if (HasOwnTables) answer = await ReadTextAsync(rows).ConfigureAwait(false);
        }
        if (answer is not null) return (state, Answers.ToNumbers(answer));
        if (next < 0) next = await CountTrialsAsync(session, study).ConfigureAwait(false);
        await LookUpAsync(session, study, state, import.Trials.SelectMany(template => template.Parameters.Names)).ConfigureAwait(false);
        foreach (TrialTemplate template in import.Trials)
        {
            foreach (Parameter parameter in template.Parameters)
            {
                if (KnownOf(state, added, parameter.Name) is { } known) StorageRules.CheckCompatible(parameter, known);
                else added.Add(parameter.Name, parameter.Distribution);
            }
        }
        bool isLooking = import.SkipIfExists && import.Trials.Any(template => template.State == TrialState.Waiting);
        List<TrialRecord> present = isLooking ? [.. await ReadGivenAsync(session, study, state).ConfigureAwait(false)] : [];
        var numbers = new int?[import.Trials.Count];
        var templates = new List<TrialTemplate>(numbers.Length);
        for (int i = 0; i < numbers.Length; i++)
        {
            TrialTemplate template = import.Trials[i];
            if (import.SkipIfExists && template.State == TrialState.Waiting && present.Exists(trial => StorageRules.HaveSameGivenParameters(trial, template))) continue;
            numbers[i] = next + templates.Count;
            templates.Add(template);
            if (!isLooking) continue;
            present.Add(new TrialRecord
            {
                Id = default,
                Number = numbers[i]!.Value,
                State = template.State,
                Parameters = template.Parameters,
                SystemAttributes = template.SystemAttributes,
            });
        }
        var last = new SqlBatch();
        AddAnswer(last, import.RequestId, study, Answers.Of(numbers));
        await InsertAsync(session, study, templates, next, last).ConfigureAwait(false);
        return (state, numbers);
    }

    /// <summary>All trials, brought up to date from where the last such question left off.</summary>
    private async ValueTask<IEnumerable<TrialRecord>> ReadGivenAsync(SqlSession session, StudyId study, StudyState state)
    {
        StudyDelta delta = await ReadDeltaAsync(session, study, state.GivenCursor, isCaching: false).ConfigureAwait(false);
        Dictionary<int, TrialRecord> given = state.Given is { } known && !delta.IsReset ? known : [];
        foreach (TrialRecord trial in delta.Trials) given[trial.Number] = trial;
        (state.Given, state.GivenCursor) = (given, (RelationalCursor)delta.Cursor);
        return given.Values;
    }

    /// <summary>Inserts trials with consecutive numbers: first their rows, which get their ids, then all that belongs to them.</summary>
    private async ValueTask InsertAsync(SqlSession session, StudyId study, List<TrialTemplate> templates, int firstNumber, SqlBatch last)
    {
        if (templates.Count > 0)
        {
            var trials = new SqlBatch();
            for (int i = 0; i < templates.Count; i++)
            {
                TrialTemplate template = templates[i];
                trials.Add(
                    _sql.InsertTrial, study.Value, (long)firstNumber + i, StoredValues.NameOf(template.State), _dialect.Time(template.StartedAt), _dialect.Time(template.CompletedAt));
            }
            SqlRows rows = await session.QueryAsync(trials).ConfigureAwait(false);
            await using (rows.ConfigureAwait(false))
            {
                foreach (TrialTemplate template in templates) AddChildren(last, await ReadNumberAsync(rows).ConfigureAwait(false), template);
            }
        }
        await session.RunAsync(last).ConfigureAwait(false);
    }

    private void AddChildren(SqlBatch batch, long id, TrialTemplate template)
    {
        foreach (Parameter parameter in template.Parameters) AddParameter(batch, id, parameter);
        AddValues(batch, id, template.Values);
        AddReports(batch, id, template.IntermediateValues);
        AddAttributes(batch, id, template.UserAttributes, template.SystemAttributes);
    }

    private static void AddParameter(SqlBatch batch, long id, Parameter parameter) =>
        batch.AddRow(Statements.AddParameter, id, parameter.Name, parameter.Value, parameter.Distribution.ToJson());

    private void AddValues(SqlBatch batch, long id, IReadOnlyList<double> values)
    {
        for (int i = 0; i < values.Count; i++)
        {
            (object? value, string type) = StoredValues.Encode(values[i]);
            batch.AddRow(_sql.SetValue, id, (long)i, value, type);
        }
    }

    private void AddReports(SqlBatch batch, long id, IEnumerable<KeyValuePair<long, double>> reports)
    {
        foreach ((long step, double report) in reports)
        {
            (object? value, string type) = StoredValues.Encode(report);
            batch.AddRow(_sql.SetIntermediateValue, id, step, value, type);
        }
    }

    private static void AddAttributes(SqlBatch batch, long id, AttributeSet user, AttributeSet system)
    {
        foreach ((string key, AttributeValue value) in user) batch.AddRow(Statements.SetUserAttribute, id, key, value.ToJson());
        foreach ((string key, AttributeValue value) in system) batch.AddRow(Statements.SetSystemAttribute, id, key, value.ToJson());
    }
}
