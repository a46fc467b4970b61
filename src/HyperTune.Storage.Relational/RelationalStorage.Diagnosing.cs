using System.Globalization;
using HyperTune.Storage.Diagnosis;

namespace HyperTune.Storage.Relational;

public abstract partial class RelationalStorage : IDiagnosableStorage
{
    /// <summary>How many ids a finding names.</summary>
    private const int NamedOwners = 10;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StorageFinding>> DiagnoseAsync(DiagnosisOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        return InTransactionAsync<IReadOnlyList<StorageFinding>>(false, "to examine the database", async session =>
        {
            var findings = new List<StorageFinding>();
            await DiagnoseAsync(session, findings).ConfigureAwait(false);
            Dictionary<long, string> studies = await DiagnoseStudiesAsync(session, findings).ConfigureAwait(false);
            await DiagnoseRunningAsync(session, options, studies, findings).ConfigureAwait(false);
            await DiagnoseRowsAsync(session, findings).ConfigureAwait(false);
            return findings;
        }, cancellationToken);
    }

    /// <summary>Looks for what only this kind of database knows, such as missing indices.</summary>
    /// <param name="session">A session in a transaction that reads.</param>
    /// <param name="findings">Where findings go.</param>
    protected virtual ValueTask DiagnoseAsync(SqlSession session, ICollection<StorageFinding> findings) => default;

    /// <summary>Checks what belongs to studies themselves.</summary>
    /// <returns>The names by id.</returns>
    private static async ValueTask<Dictionary<long, string>> DiagnoseStudiesAsync(SqlSession session, List<StorageFinding> findings)
    {
        var names = new Dictionary<long, string>();
        var objectives = new Dictionary<long, int>();
        SqlRows rows = await session.QueryAsync(new SqlBatch()
            .Add(Statements.AllStudies).Add(Statements.AllDirections).Add(Statements.AllUserAttributes).Add(Statements.AllSystemAttributes)).ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            await rows.NextStatementAsync().ConfigureAwait(false);
            while (await rows.ReadAsync().ConfigureAwait(false)) names[rows.GetInt64(0)] = rows.GetText(1) ?? "";
            await rows.NextStatementAsync().ConfigureAwait(false);
            while (await rows.ReadAsync().ConfigureAwait(false))
            {
                if (!rows.TryGetInt64(0, out long id) || !names.TryGetValue(id, out string? name)) continue;
                objectives[id] = objectives.GetValueOrDefault(id) + 1;
                if (StoredValues.DirectionOf(rows.GetText(1)) is not null) continue;
                findings.Add(new(FindingSeverity.Error, $"The cell holds '{rows.GetText(1)}', not MINIMIZE or MAXIMIZE, so that the study cannot be opened. Correct the cell.")
                {
                    Study = name,
                    Place = "study_directions.direction",
                });
            }
            await DiagnoseAttributesAsync(rows, names, "study_user_attributes.value_json", findings).ConfigureAwait(false);
            await DiagnoseAttributesAsync(rows, names, "study_system_attributes.value_json", findings).ConfigureAwait(false);
        }
        foreach ((long id, string name) in names)
        {
            if (objectives.ContainsKey(id)) continue;
            findings.Add(new(FindingSeverity.Error, "The study has no direction. Add the row, or delete the study.") { Study = name, Place = "study_directions" });
        }
        return names;
    }

    private static async ValueTask DiagnoseAttributesAsync(SqlRows rows, Dictionary<long, string> names, string column, List<StorageFinding> findings)
    {
        await rows.NextStatementAsync().ConfigureAwait(false);
        while (await rows.ReadAsync().ConfigureAwait(false))
        {
            if (!rows.TryGetInt64(0, out long id) || !names.TryGetValue(id, out string? name)) continue;
            if (AttributeCell.Read(rows.GetText(2)) is not { Fault: { } fault }) continue;
            findings.Add(new(FindingSeverity.Error, $"The attribute '{rows.GetText(1)}' cannot be read and is left out: {fault} Correct the cell, or delete the row.") { Study = name, Place = column });
        }
    }

    /// <summary>Finds running trials that nobody keeps alive.</summary>
    private async ValueTask DiagnoseRunningAsync(SqlSession session, DiagnosisOptions options, Dictionary<long, string> studies, List<StorageFinding> findings)
    {
        SqlRows rows = await session.QueryAsync(new SqlBatch().Add(_sql.RunningTrials)).ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            await rows.NextStatementAsync().ConfigureAwait(false);
            while (await rows.ReadAsync().ConfigureAwait(false))
            {
                if (!rows.TryGetInt64(0, out long id) || !studies.TryGetValue(id, out string? study) || !rows.TryGetInt64(1, out long number)) continue;
                rows.TryGetTime(2, false, out DateTimeOffset? started);
                if (rows.TryGetInt64(5, out long beats) && beats > 0)
                {
                    StorageFinding? finding = rows.TryGetTime(3, true, out DateTimeOffset? beat) && rows.TryGetTime(4, true, out DateTimeOffset? now) && now - beat is { } silence
                        ? options.JudgeLease(study, (int)number, silence)
                        : DiagnosisOptions.JudgeUnreadableLease(study, (int)number, rows.GetText(3));
                    if (finding is not null) findings.Add(finding with { Place = "trial_heartbeats.heartbeat" });
                    continue;
                }
                findings.Add(options.JudgeUnleased(study, (int)number, _time.GetUtcNow() - started) with { Place = "trials.state" });
            }
        }
    }

    /// <summary>Finds rows that belong to nothing.</summary>
    private async ValueTask DiagnoseRowsAsync(SqlSession session, List<StorageFinding> findings)
    {
        var batch = new SqlBatch();
        foreach ((_, _, string statement) in Statements.Orphans) batch.Add(statement);
        if (HasOwnTables) batch.Add(Statements.StrayRequests);
        SqlRows rows = await session.QueryAsync(batch).ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            foreach ((string table, string owner, _) in Statements.Orphans)
            {
                (long count, string ids) = await ReadOrphansAsync(rows).ConfigureAwait(false);
                if (count == 0) continue;
                findings.Add(new(FindingSeverity.Warning, string.Create(CultureInfo.InvariantCulture, $"{count} row(s) belong to a study or trial that does not exist: those with the {owner} {ids}. Delete them."))
                {
                    Place = table,
                });
            }
            if (!HasOwnTables) return;
            (long stray, string studies) = await ReadOrphansAsync(rows).ConfigureAwait(false);
            if (stray == 0) return;
            findings.Add(new(FindingSeverity.Note,
                string.Create(CultureInfo.InvariantCulture, $"{stray} answer(s) to requests of studies that do not exist: those with the study_id {studies}. They are forgotten by the next worker after an hour."))
            {
                Place = "hypertune_requests",
            });
        }
    }

    /// <summary>Takes the result of one of <see cref="Statements.Orphans"/>: the number of rows, and the first ids that they name.</summary>
    private static async ValueTask<(long Count, string Ids)> ReadOrphansAsync(SqlRows rows)
    {
        await rows.NextStatementAsync().ConfigureAwait(false);
        long count = 0;
        int more = 0;
        var ids = new List<string>();
        while (await rows.ReadAsync().ConfigureAwait(false))
        {
            count += rows.GetInt64(1);
            if (ids.Count == NamedOwners) more++;
            else ids.Add(rows.IsNull(0) ? "NULL" : rows.TryGetInt64(0, out long id) ? id.ToString(CultureInfo.InvariantCulture) : $"'{rows.GetText(0)}'");
        }
        return (count, string.Join(", ", ids) + (more == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" and {more} more")));
    }
}
