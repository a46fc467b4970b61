using HyperTune.Storage.Diagnosis;
using HyperTune.Storage.Relational;

namespace HyperTune.Storage.PostgreSql;

/// <summary>Looks for what is wrong with a database, and with the role's rights, rather than with its studies.</summary>
internal static class PostgreSqlDiagnosis
{
    private static readonly string Tables = string.Join(", ", Schema.TableNames.Concat(["hypertune_requests", "hypertune_budgets"]).Select(name => $"('{name}')"));

    /// <summary>Each right that the role lacks, with the tables, and what grants it whatever the schema and the names are. What is missing needs no right.</summary>
    private static readonly string LackedRights =
        $"""
        SELECT p.name, string_agg(t.name, ', ' ORDER BY t.name),
            format('GRANT %s ON %s TO %I;', p.name, string_agg(format('%I.%I', n.nspname, c.relname), ', ' ORDER BY t.name), current_user)
        FROM (VALUES {Tables}) AS t (name) JOIN pg_class c ON c.oid = to_regclass(t.name) JOIN pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN (VALUES ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE')) AS p (name)
        WHERE NOT has_table_privilege(c.oid, p.name)
        GROUP BY p.name ORDER BY p.name
        """;

    /// <summary>The sequences of ids that the role may not count on, and what lets it; one row, or none.</summary>
    private static readonly string LackedSequences =
        $"""
        SELECT string_agg(s.relname::text, ', ' ORDER BY s.relname),
            format('GRANT USAGE ON SEQUENCE %s TO %I;', string_agg(format('%I.%I', n.nspname, s.relname), ', ' ORDER BY s.relname), current_user)
        FROM pg_class s JOIN pg_namespace n ON n.oid = s.relnamespace
        JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i') JOIN (VALUES {Tables}) AS t (name) ON d.refobjid = to_regclass(t.name)
        WHERE CASE WHEN s.relkind = 'S' THEN NOT has_sequence_privilege(s.oid, 'USAGE') ELSE false END HAVING COUNT(*) > 0
        """;

    public static async ValueTask RunAsync(SqlSession session, ICollection<StorageFinding> findings)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var rights = new List<(string Right, string Tables, string Grant)>();
        (string Sequences, string Grant)? counting = null;
        string? encoding = null;
        bool isStandby = false;
        SqlRows rows = await session.QueryAsync(new SqlBatch()
            .Add(PostgreSqlSchema.Names).Add(LackedRights).Add(LackedSequences)
            .Add("SELECT pg_encoding_to_char(encoding)::text, pg_is_in_recovery()::int FROM pg_database WHERE datname = current_database()")).ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            await rows.NextStatementAsync().ConfigureAwait(false);
            while (await rows.ReadAsync().ConfigureAwait(false)) if (rows.GetText(0) is { } name) names.Add(name);
            await rows.NextStatementAsync().ConfigureAwait(false);
            while (await rows.ReadAsync().ConfigureAwait(false)) rights.Add((rows.GetText(0) ?? "", rows.GetText(1) ?? "", rows.GetText(2) ?? ""));
            await rows.NextStatementAsync().ConfigureAwait(false);
            if (await rows.ReadAsync().ConfigureAwait(false)) counting = (rows.GetText(0) ?? "", rows.GetText(1) ?? "");
            await rows.NextStatementAsync().ConfigureAwait(false);
            if (await rows.ReadAsync().ConfigureAwait(false)) (encoding, isStandby) = (rows.GetText(0), rows.TryGetInt64(1, out long standby) && standby == 1);
        }
        string[] missing = [.. PostgreSqlSchema.OwnNames.Where(name => !names.Contains(name))];
        if (missing.Length > 0)
        {
            findings.Add(new(FindingSeverity.Note,
                $"Tables or indices of the library are missing ({string.Join(", ", missing)}): they are made when the database is next opened for writing by a role that may create them. Until then asking for trials is slower."));
        }
        foreach ((string right, string tables, string grant) in rights)
            findings.Add(new(FindingSeverity.Warning, $"The role lacks the right {right} on {tables}. Let their owner run: {grant}") { Place = "rights" });
        if (counting is { } lacked)
            findings.Add(new(FindingSeverity.Warning, $"The role lacks the right USAGE on the sequences {lacked.Sequences}, and cannot add rows. Let their owner run: {lacked.Grant}") { Place = "rights" });
        if (encoding is not "UTF8")
            findings.Add(new(FindingSeverity.Warning, $"The database's encoding is {encoding}, which cannot hold every name and text. Copy the studies to a database with the encoding UTF8."));
        if (isStandby) findings.Add(new(FindingSeverity.Note, "The server is a standby, which takes no changes and may lag behind. Connect to the primary to work."));
    }
}
