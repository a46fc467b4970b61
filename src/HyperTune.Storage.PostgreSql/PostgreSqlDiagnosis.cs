using HyperTune.Storage.Diagnosis;
using HyperTune.Storage.Relational;

namespace HyperTune.Storage.PostgreSql;

/// <summary>Looks for what is wrong with a database, and with the role's rights, rather than with its studies.</summary>
internal static class PostgreSqlDiagnosis
{
    private static readonly string Tables = string.Join(", ", Schema.TableNames.Concat(["hypertune_requests", "hypertune_budgets"]).Select(name => $"('{name}')"));

    /// <summary>Each right that the role lacks, with the tables. What is missing needs no right.</summary>
    private static readonly string LackedRights =
        $"""
        SELECT p.name, string_agg(t.name, ', ' ORDER BY t.name)
        FROM (VALUES {Tables}) AS t (name) CROSS JOIN (VALUES ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE')) AS p (name)
        WHERE CASE WHEN to_regclass(t.name) IS NULL THEN false ELSE NOT has_table_privilege(t.name, p.name) END
        GROUP BY p.name ORDER BY p.name
        """;

    /// <summary>The sequences of ids that the role may not count on.</summary>
    private static readonly string LackedSequences =
        $"""
        SELECT s.relname::text FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i') JOIN (VALUES {Tables}) AS t (name) ON d.refobjid = to_regclass(t.name)
        WHERE CASE WHEN s.relkind = 'S' THEN NOT has_sequence_privilege(s.oid, 'USAGE') ELSE false END ORDER BY 1
        """;

    public static async ValueTask RunAsync(SqlSession session, ICollection<StorageFinding> findings)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var rights = new List<(string Right, string Tables)>();
        var sequences = new List<string>();
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
            while (await rows.ReadAsync().ConfigureAwait(false)) rights.Add((rows.GetText(0) ?? "", rows.GetText(1) ?? ""));
            await rows.NextStatementAsync().ConfigureAwait(false);
            while (await rows.ReadAsync().ConfigureAwait(false)) if (rows.GetText(0) is { } name) sequences.Add(name);
            await rows.NextStatementAsync().ConfigureAwait(false);
            if (await rows.ReadAsync().ConfigureAwait(false)) (encoding, isStandby) = (rows.GetText(0), rows.TryGetInt64(1, out long standby) && standby == 1);
        }
        string[] missing = [.. PostgreSqlSchema.OwnNames.Where(name => !names.Contains(name))];
        if (missing.Length > 0)
        {
            findings.Add(new(FindingSeverity.Note,
                $"Tables or indices of the library are missing ({string.Join(", ", missing)}): they are made when the database is next opened for writing by a role that may create them. Until then asking for trials is slower."));
        }
        foreach ((string right, string tables) in rights)
            findings.Add(new(FindingSeverity.Warning, $"The role lacks the right {right} on {tables}. Let their owner run: GRANT {right} ON {tables} TO the role.") { Place = "rights" });
        if (sequences.Count > 0)
        {
            string list = string.Join(", ", sequences);
            findings.Add(new(FindingSeverity.Warning, $"The role lacks the right USAGE on the sequences {list}, and cannot add rows. Let their owner run: GRANT USAGE ON SEQUENCE {list} TO the role.") { Place = "rights" });
        }
        if (encoding is not "UTF8")
            findings.Add(new(FindingSeverity.Warning, $"The database's encoding is {encoding}, which cannot hold every name and text. Copy the studies to a database with the encoding UTF8."));
        if (isStandby) findings.Add(new(FindingSeverity.Note, "The server is a standby, which takes no changes and may lag behind. Connect to the primary to work."));
    }
}
