using HyperTune.Trials;

namespace HyperTune.Storage.Relational;

public abstract partial class RelationalStorage
{
    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<TakenBackTrial>> TakeBackAsync(StudyId study, LeaseRules rules, CancellationToken cancellationToken)
    {
        StorageRules.Check(rules);
        string request = $"to take back lapsed trials of {NameForMessage(study)}";
        // Almost always there is none, and finding that out must not keep writers waiting.
        if (!await InTransactionAsync(false, request, HasLapsedAsync, cancellationToken).ConfigureAwait(false)) return [];
        var id = Guid.NewGuid();
        bool isRepeated = false;
        return await InTransactionAsync(true, request, AgainAsync, cancellationToken).ConfigureAwait(false);

        async ValueTask<IReadOnlyList<TakenBackTrial>> AgainAsync(SqlSession session)
        {
            string? answer = isRepeated && HasOwnTables ? await FindAnswerAsync(session, id).ConfigureAwait(false) : null;
            isRepeated = true;
            return answer is null ? await TakeBackAsync(session, study, rules, id).ConfigureAwait(false) : ToTaken(Answers.ToNumbers(answer));
        }

        async ValueTask<bool> HasLapsedAsync(SqlSession session)
        {
            StudyState state = await StateAsync(session, study).ConfigureAwait(false);
            SqlRows rows = await session.QueryAsync(new SqlBatch().Add(Statements.StudyName, study.Value).Add(_sql.Leases, study.Value), isLast: true).ConfigureAwait(false);
            await using (rows.ConfigureAwait(false))
            {
                await CheckStudyAsync(rows, study, state).ConfigureAwait(false);
                return (await ReadLapsedAsync(rows, rules.Grace).ConfigureAwait(false)).Count > 0;
            }
        }
    }

    private async ValueTask<IReadOnlyList<TakenBackTrial>> TakeBackAsync(SqlSession session, StudyId study, LeaseRules rules, Guid request)
    {
        StudyState state = await StateAsync(session, study).ConfigureAwait(false);
        List<long> lapsed;
        int next;
        SqlBatch batch = new SqlBatch().Add(_sql.LockStudy, study.Value);
        if (_sql.LockRunning is { } locks) batch.Add(locks, study.Value);
        SqlRows rows = await session.QueryAsync(batch.Add(_sql.Leases, study.Value).Add(_sql.LastTrial, study.Value)).ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            await CheckStudyAsync(rows, study, state).ConfigureAwait(false);
            if (_sql.LockRunning is not null) await rows.SkipStatementAsync().ConfigureAwait(false);
            lapsed = await ReadLapsedAsync(rows, rules.Grace).ConfigureAwait(false);
            (_, next) = await ReadLastAsync(rows).ConfigureAwait(false);
        }
        if (next < 0) next = await CountTrialsAsync(session, study).ConfigureAwait(false);
        var taken = new List<TakenBackTrial>(lapsed.Count);
        var retries = new List<TrialTemplate>();
        var writes = new SqlBatch();
        DateTimeOffset now = _time.GetUtcNow();
        foreach (TrialReader.Draft draft in await ReadListAsync(session, study, state, lapsed).ConfigureAwait(false))
        {
            if (draft.Number is not { } number) continue;
            // Of a trial that cannot be read nothing is known that could be tried again; it fails nevertheless.
            TrialTemplate? retry = draft.Unreadable is null ? StorageRules.NextTry(draft.ToRecord(), rules.MaxRetries) : null;
            writes.AddRow(Statements.SetSystemAttribute, draft.Id, StorageRules.FailReasonKey, ((AttributeValue)StorageRules.LapsedReason).ToJson());
            writes.AddRow(_sql.FinishTrial, draft.Id, StoredValues.NameOf(TrialState.Failed), _dialect.Time(now));
            taken.Add(new TakenBackTrial(new TrialId(draft.Id), number, retry is null ? null : next + retries.Count));
            if (retry is not null) retries.Add(retry);
        }
        if (taken.Count > 0) AddAnswer(writes, request, study, Answers.Of([.. taken.SelectMany(trial => new int?[] { checked((int)trial.Id.Value), trial.Number, trial.RetryNumber })]));
        await InsertAsync(session, study, retries, next, writes).ConfigureAwait(false);
        return taken;
    }

    private static List<TakenBackTrial> ToTaken(IReadOnlyList<int?> answer)
    {
        var taken = new List<TakenBackTrial>();
        for (int i = 0; i < answer.Count; i += 3) taken.Add(new TakenBackTrial(new TrialId(answer[i]!.Value), answer[i + 1]!.Value, answer[i + 2]));
        return taken;
    }

    /// <summary>Takes the result of <see cref="Statements.Leases"/>: ids whose heartbeat is older than the grace by the database's own clock.</summary>
    private static async ValueTask<List<long>> ReadLapsedAsync(SqlRows rows, TimeSpan grace)
    {
        await rows.NextStatementAsync().ConfigureAwait(false);
        var lapsed = new List<long>();
        while (await rows.ReadAsync().ConfigureAwait(false))
        {
            if (!rows.TryGetTime(1, true, out DateTimeOffset? beat) || !rows.TryGetTime(2, true, out DateTimeOffset? now)) continue;
            if (now - beat > grace) lapsed.Add(rows.GetInt64(0));
        }
        return lapsed;
    }
}
