using HyperTune.Trials;

namespace HyperTune.Storage.Relational;

public abstract partial class RelationalStorage
{
    /// <inheritdoc/>
    public async ValueTask<StudyRecord> CreateStudyAsync(StudyDefinition study, CancellationToken cancellationToken)
    {
        StorageRules.Check(study);
        var request = Guid.NewGuid();
        StudyRecord created = await InTransactionAsync(true, $"to create the study '{study.Name}'", CreateAsync, cancellationToken).ConfigureAwait(false);
        Remember(created.Id, created.Name, created.Directions.Count);
        return created;

        async ValueTask<StudyRecord> CreateAsync(SqlSession session)
        {
            long id;
            SqlRows rows = await session.QueryAsync(new SqlBatch().Add(Statements.InsertStudy, study.Name)).ConfigureAwait(false);
            await using (rows.ConfigureAwait(false)) id = await ReadNumberAsync(rows, -1).ConfigureAwait(false);
            if (id < 0)
            {
                // It may be this very study, whose making has lost its answer.
                string? answer = HasOwnTables ? await FindAnswerAsync(session, request).ConfigureAwait(false) : null;
                id = answer is null ? throw new StudyExistsException(study.Name) : Answers.ToNumbers(answer)[0]!.Value;
            }
            else
            {
                var batch = new SqlBatch();
                for (int i = 0; i < study.Directions.Count; i++) batch.Add(_sql.InsertDirection, id, (long)i, StoredValues.NameOf(study.Directions[i]));
                AddAttributes(batch, id, new() { User = study.UserAttributes, System = study.SystemAttributes });
                // The id may be one that a deleted study had.
                if (HasOwnTables) foreach (string statement in Statements.ForgetStudy) batch.Add(statement, id);
                AddAnswer(batch, request, new StudyId(id), Answers.Of([checked((int)id)]));
                await session.RunAsync(batch).ConfigureAwait(false);
                _states.TryRemove(id, out _);
            }
            return new StudyRecord
            {
                Id = new StudyId(id),
                Name = study.Name,
                Directions = [.. study.Directions],
                UserAttributes = study.UserAttributes,
                SystemAttributes = study.SystemAttributes,
            };
        }
    }

    /// <inheritdoc/>
    public async ValueTask<StudyRecord?> FindStudyAsync(string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        return await InTransactionAsync(false, $"to find the study '{name}'", FindAsync, cancellationToken).ConfigureAwait(false);

        async ValueTask<StudyRecord?> FindAsync(SqlSession session)
        {
            long id;
            SqlRows found = await session.QueryAsync(new SqlBatch().Add(Statements.FindStudyByName, name)).ConfigureAwait(false);
            await using (found.ConfigureAwait(false)) id = await ReadNumberAsync(found, -1).ConfigureAwait(false);
            if (id < 0) return null;
            SqlRows rows = await session.QueryAsync(new SqlBatch()
                .Add(Statements.Directions, id).Add(Statements.StudyUserAttributes, id).Add(Statements.StudySystemAttributes, id)).ConfigureAwait(false);
            await using (rows.ConfigureAwait(false))
            {
                IReadOnlyList<Direction> directions = await ReadDirectionsAsync(rows, new StudyId(id), name).ConfigureAwait(false);
                await rows.NextStatementAsync().ConfigureAwait(false);
                StudyAttributes user = await StudyAttributes.None.ReadAsync(rows, (key, fault) => Complain(name, key, "study_user_attributes.value_json", fault)).ConfigureAwait(false);
                await rows.NextStatementAsync().ConfigureAwait(false);
                StudyAttributes system = await StudyAttributes.None.ReadAsync(rows, (key, fault) => Complain(name, key, "study_system_attributes.value_json", fault)).ConfigureAwait(false);
                Remember(new StudyId(id), name, directions.Count);
                return new StudyRecord { Id = new StudyId(id), Name = name, Directions = directions, UserAttributes = user.Set, SystemAttributes = system.Set };
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StudySummary>> ListStudiesAsync(CancellationToken cancellationToken)
    {
        return InTransactionAsync(false, "to list the studies", ListAsync, cancellationToken);

        async ValueTask<IReadOnlyList<StudySummary>> ListAsync(SqlSession session)
        {
            var studies = new List<(long Id, string Name)>();
            var directions = new Dictionary<long, List<Direction?>>();
            SqlRows rows = await session.QueryAsync(new SqlBatch().Add(Statements.AllStudies).Add(Statements.AllDirections)
                .Add(Statements.AllUserAttributes).Add(Statements.AllSystemAttributes).Add(Statements.AllTrialCounts)).ConfigureAwait(false);
            await using (rows.ConfigureAwait(false))
            {
                await rows.NextStatementAsync().ConfigureAwait(false);
                while (await rows.ReadAsync().ConfigureAwait(false)) studies.Add((rows.GetInt64(0), rows.GetText(1) ?? ""));
                var names = studies.ToDictionary(study => study.Id, study => study.Name);
                await rows.NextStatementAsync().ConfigureAwait(false);
                while (await rows.ReadAsync().ConfigureAwait(false)) if (rows.TryGetInt64(0, out long owner)) ListOf(directions, owner).Add(StoredValues.DirectionOf(rows.GetText(1)));
                var user = await ReadAllAttributesAsync(rows, names, "study_user_attributes.value_json").ConfigureAwait(false);
                var system = await ReadAllAttributesAsync(rows, names, "study_system_attributes.value_json").ConfigureAwait(false);
                var counts = new Dictionary<long, (int Count, DateTimeOffset? StartedAt)>();
                await rows.NextStatementAsync().ConfigureAwait(false);
                while (await rows.ReadAsync().ConfigureAwait(false))
                {
                    rows.TryGetTime(2, false, out DateTimeOffset? started);
                    if (rows.TryGetInt64(0, out long id)) counts[id] = ((int)rows.GetInt64(1), started);
                }
                var summaries = new List<StudySummary>(studies.Count);
                foreach ((long id, string name) in studies)
                {
                    List<Direction?> found = ListOf(directions, id);
                    if (found.Count == 0 || found.Contains(null))
                    {
                        RelationalLog.StudyUnreadable(Logger, name, id);
                        continue;
                    }
                    counts.TryGetValue(id, out var count);
                    summaries.Add(new StudySummary
                    {
                        Study = new StudyRecord
                        {
                            Id = new StudyId(id),
                            Name = name,
                            Directions = [.. found.Select(direction => direction!.Value)],
                            UserAttributes = AttributeSet.Of(ListOf(user, id)),
                            SystemAttributes = AttributeSet.Of(ListOf(system, id)),
                        },
                        TrialCount = count.Count,
                        StartedAt = count.StartedAt,
                    });
                }
                return summaries;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DeleteStudyAsync(StudyId study, CancellationToken cancellationToken)
    {
        bool isRepeated = false;
        await InTransactionAsync(true, $"to delete {NameForMessage(study)}", DeleteAsync, cancellationToken).ConfigureAwait(false);

        async ValueTask<bool> DeleteAsync(SqlSession session)
        {
            var locks = new SqlBatch();
            foreach (string statement in _sql.LockForDeletion) locks.Add(statement, study.Value);
            SqlRows rows = await session.QueryAsync(locks).ConfigureAwait(false);
            await using (rows.ConfigureAwait(false))
            {
                bool isThere = await ReadNameAsync(rows).ConfigureAwait(false) is not null;
                // What an earlier try has done needs no other.
                if (!isThere && isRepeated) return true;
                if (!isThere) throw new StudyNotFoundException(study);
            }
            var batch = new SqlBatch();
            if (HasOwnTables) foreach (string statement in Statements.ForgetStudy) batch.Add(statement, study.Value);
            foreach (string statement in Statements.DeleteStudy) batch.Add(statement, study.Value);
            await session.RunAsync(batch).ConfigureAwait(false);
            _states.TryRemove(study.Value, out _);
            isRepeated = true;
            return true;
        }
    }

    /// <inheritdoc/>
    public async ValueTask SetStudyAttributesAsync(StudyId study, AttributeChanges changes, CancellationToken cancellationToken)
    {
        StorageRules.Check(changes);
        await InTransactionAsync(true, $"to set attributes of {NameForMessage(study)}", SetAsync, cancellationToken).ConfigureAwait(false);

        async ValueTask<bool> SetAsync(SqlSession session)
        {
            StudyState state = await StateAsync(session, study).ConfigureAwait(false);
            SqlRows rows = await session.QueryAsync(new SqlBatch().Add(Statements.StudyName, study.Value)).ConfigureAwait(false);
            await using (rows.ConfigureAwait(false)) await CheckStudyAsync(rows, study, state).ConfigureAwait(false);
            var batch = new SqlBatch();
            AddAttributes(batch, study.Value, changes);
            await session.RunAsync(batch).ConfigureAwait(false);
            return true;
        }
    }

    private static void AddAttributes(SqlBatch batch, long study, AttributeChanges changes)
    {
        foreach ((string key, AttributeValue value) in changes.PutIfAbsent) batch.Add(Statements.PutStudySystemAttribute, study, key, value.ToJson());
        foreach ((string key, AttributeValue value) in changes.System) batch.Add(Statements.SetStudySystemAttribute, study, key, value.ToJson());
        foreach ((string key, AttributeValue value) in changes.User) batch.Add(Statements.SetStudyUserAttribute, study, key, value.ToJson());
    }

    private void Complain(string study, string key, string column, string fault) => RelationalLog.StudyAttributeUnreadable(Logger, study, key, column, fault);

    private async ValueTask<Dictionary<long, List<KeyValuePair<string, AttributeValue>>>> ReadAllAttributesAsync(
        SqlRows rows, Dictionary<long, string> names, string column)
    {
        var attributes = new Dictionary<long, List<KeyValuePair<string, AttributeValue>>>();
        await rows.NextStatementAsync().ConfigureAwait(false);
        while (await rows.ReadAsync().ConfigureAwait(false))
        {
            if (!rows.TryGetInt64(0, out long id) || rows.GetText(1) is not { } key) continue;
            AttributeCell cell = AttributeCell.Read(rows.GetText(2));
            if (cell.Value is { } value) ListOf(attributes, id).Add(new(key, value));
            else if (names.TryGetValue(id, out string? name)) Complain(name, key, column, cell.Fault!);
        }
        return attributes;
    }

    private static List<T> ListOf<T>(Dictionary<long, List<T>> lists, long key)
    {
        if (!lists.TryGetValue(key, out List<T>? list)) lists.Add(key, list = []);
        return list;
    }
}
