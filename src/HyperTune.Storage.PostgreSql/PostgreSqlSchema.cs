using System.Runtime.CompilerServices;
using HyperTune.Storage.Relational;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace HyperTune.Storage.PostgreSql;

/// <summary>Makes sure that a database has the tables, in the revision that this library knows.</summary>
internal sealed class PostgreSqlSchema(PostgreSqlSession session, PostgreSqlDialect dialect, PostgreSqlStorageOptions options, string database, ILogger logger)
{
    /// <summary>Keeps creators and upgraders of this library apart: the letters "HyperTun" as a number.</summary>
    private const long LockKey = 0x4879706572_54756E;

    /// <summary>Optuna knows nothing of the lock: where it makes the same tables at the same moment, one of both has to look again.</summary>
    private const int MostAttempts = 5;

    private const string NextTrials = "hypertune_trials_study";

    public static readonly string[] OwnNames = [.. Schema.OwnNames, NextTrials];

    public static readonly string Names =
        $"SELECT relname::text FROM pg_class WHERE pg_table_is_visible(oid) AND relname IN ({string.Join(", ", Schema.TableNames.Concat(OwnNames).Select(name => $"'{name}'"))})";

    /// <summary>Whether this role may do with the library's own tables what a worker does.</summary>
    private static readonly string MayUseOwnTables =
        $"SELECT bool_and(has_table_privilege(name, 'SELECT') AND has_table_privilege(name, 'INSERT') AND has_table_privilege(name, 'UPDATE') AND has_table_privilege(name, 'DELETE'))::int "
        + "FROM (VALUES ('hypertune_requests'), ('hypertune_budgets')) AS own (name)";

    /// <summary>Makes what is missing.</summary>
    /// <returns>Whether the library's own tables are there and may be used.</returns>
    public async Task<bool> PrepareAsync(CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                HashSet<string> names = await ReadNamesAsync(cancellationToken).ConfigureAwait(false);
                if (options.MustExist) CheckExists(names);
                if (options.IsReadOnly) CheckReadable(names);
                else if (IsIncomplete(names) || await NeedsUpgradeAsync(names, cancellationToken).ConfigureAwait(false)) names = await CreateAsync(cancellationToken).ConfigureAwait(false);
                if (!options.IsReadOnly && !OwnNames.All(names.Contains)) names = await AddOwnObjectsAsync(names, cancellationToken).ConfigureAwait(false);
                return names.Contains("hypertune_requests") && names.Contains("hypertune_budgets") && await MayUseAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException exception) when (attempt < MostAttempts && exception.SqlState is PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DuplicateObject
                or PostgresErrorCodes.DuplicateSchema or PostgresErrorCodes.UniqueViolation)
            {
                await session.RollbackAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>The statement that makes an enumerated type where there is none.</summary>
    public static string CreateType(string name) =>
        $"DO $do$ BEGIN CREATE TYPE {name} AS ENUM ({string.Join(", ", Schema.EnumTypes[name].Select(label => $"'{label}'"))}); EXCEPTION WHEN duplicate_object THEN NULL; END $do$";

    private static bool IsIncomplete(HashSet<string> names) => Schema.Missing(names).Count > 0;

    private void CheckExists(HashSet<string> names)
    {
        if (Schema.Missing(names).Count == Schema.TableNames.Count)
            throw new StorageException($"{Capitalized} has no study tables{(options.Schema is { } schema ? $" in the schema '{schema}'" : "")}, and none were made. Check the database's name; a new study makes them.");
    }

    private void CheckReadable(HashSet<string> names)
    {
        IReadOnlyList<string> missing = Schema.Missing(names);
        if (missing.Count > 0) throw new StorageException($"{Capitalized} lacks tables ({string.Join(", ", missing)}) and was opened read-only. Open it once for writing.");
    }

    private string Capitalized => char.ToUpperInvariant(database[0]) + database[1..];

    private async ValueTask<HashSet<string>> ReadNamesAsync(CancellationToken cancellationToken)
    {
        await session.BeginAsync(isWriting: false, cancellationToken).ConfigureAwait(false);
        HashSet<string> names = await ReadTextsAsync(Names, isLast: true).ConfigureAwait(false);
        if (options.IsReadOnly) await NeedsUpgradeAsync(names, cancellationToken).ConfigureAwait(false);
        return names;
    }

    /// <summary>Whether the tables are of an earlier revision that is to be upgraded; refuses other revisions.</summary>
    private async ValueTask<bool> NeedsUpgradeAsync(HashSet<string> names, CancellationToken cancellationToken)
    {
        await session.BeginAsync(isWriting: false, cancellationToken).ConfigureAwait(false);
        bool needs = Judge(names, await ReadRevisionAsync(names, isLast: true).ConfigureAwait(false));
        return needs;
    }

    private bool Judge(HashSet<string> names, string? revision) =>
        Schema.NeedsUpgrade(Capitalized, names, revision, "postgresql://…", options.UpgradeSchema && !options.IsReadOnly);

    private async ValueTask<string?> ReadRevisionAsync(HashSet<string> names, bool isLast = false) =>
        names.Contains("alembic_version") ? (await ReadTextsAsync("SELECT version_num FROM alembic_version", isLast).ConfigureAwait(false)).FirstOrDefault() : null;

    private async ValueTask<HashSet<string>> CreateAsync(CancellationToken cancellationToken)
    {
        if (!RuntimeFeature.IsDynamicCodeSupported)
        {
            throw new StorageException(
                $"{Capitalized} has no study tables of this revision yet, and a program compiled ahead of time cannot make them: EF Core builds its model at run time. "
                + "Make the tables with a program that is not, or set PublishAot to false.");
        }
        using var context = new PostgreSqlStudyContext(new DbContextOptionsBuilder<PostgreSqlStudyContext>().UseNpgsql(session.Connection).Options);
        var tables = Schema.Of(context);
        await session.BeginAsync(isWriting: true, cancellationToken).ConfigureAwait(false);
        await session.RunAsync(new SqlBatch().Add("SELECT pg_advisory_xact_lock($1)", LockKey)).ConfigureAwait(false);
        if (options.Schema is { } schema && (await ReadTextsAsync("SELECT nspname::text FROM pg_namespace WHERE nspname = $1", false, schema).ConfigureAwait(false)).Count == 0)
        {
            await session.RunAsync(new SqlBatch().Add($"CREATE SCHEMA {new NpgsqlCommandBuilder().QuoteIdentifier(schema)}")).ConfigureAwait(false);
        }
        // Another process may have been faster.
        HashSet<string> names = await ReadTextsAsync(Names).ConfigureAwait(false);
        string? revision = await ReadRevisionAsync(names).ConfigureAwait(false);
        if (Judge(names, revision))
        {
            PostgreSqlLog.Upgrading(logger, database, revision!, Schema.Revision);
            await new PostgreSqlUpgrade(dialect).RunAsync(session, revision!).ConfigureAwait(false);
            PostgreSqlLog.Upgraded(logger, database, revision!, Schema.Revision);
        }
        IReadOnlyList<string> missing = Schema.Missing(names);
        var batch = new SqlBatch();
        if (missing.Count > 0) foreach (string name in Schema.EnumTypes.Keys) batch.Add(CreateType(name));
        foreach ((string table, IReadOnlyList<string> statements) in tables)
        {
            if (!missing.Contains(table)) continue;
            foreach (string statement in statements) batch.Add(statement);
        }
        batch.Add($"INSERT INTO version_info (version_info_id, schema_version, library_version) VALUES (1, {Schema.Version}, 'HyperTune {Version}') ON CONFLICT DO NOTHING");
        if (missing.Contains("alembic_version")) batch.Add($"INSERT INTO alembic_version (version_num) VALUES ('{Schema.Revision}')");
        await session.RunAsync(batch).ConfigureAwait(false);
        HashSet<string> made = await ReadTextsAsync(Names).ConfigureAwait(false);
        await session.CommitAsync().ConfigureAwait(false);
        if (missing.Count > 0) PostgreSqlLog.TablesCreated(logger, database);
        return made;
    }

    private static string Version => typeof(PostgreSqlSchema).Assembly.GetName().Version?.ToString(3) ?? "";

    /// <summary>Adds each of the library's own objects that the role may add.</summary>
    private async ValueTask<HashSet<string>> AddOwnObjectsAsync(HashSet<string> names, CancellationToken cancellationToken)
    {
        string[] statements =
        [
            // Optuna's very first revision knew no waiting trials, and its upgrades forgot the label.
            "ALTER TYPE trialstate ADD VALUE IF NOT EXISTS 'WAITING'",
            .. Schema.OwnObjects(dialect),
            // An index of PostgreSQL knows nothing of the primary key, by which the newest trials are found.
            $"CREATE INDEX IF NOT EXISTS {NextTrials} ON trials (study_id, trial_id)",
        ];
        string? refusal = null;
        foreach (string statement in statements)
        {
            try
            {
                await session.BeginAsync(isWriting: true, cancellationToken).ConfigureAwait(false);
                await session.RunAsync(new SqlBatch().Add("SELECT pg_advisory_xact_lock($1)", LockKey).Add(statement)).ConfigureAwait(false);
                await session.CommitAsync().ConfigureAwait(false);
            }
            catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.ReadOnlySqlTransaction)
            {
                await session.RollbackAsync().ConfigureAwait(false);
                refusal ??= exception.MessageText;
            }
        }
        if (refusal is null) return [.. names, .. OwnNames];
        HashSet<string> now = await ReadNamesAsync(cancellationToken).ConfigureAwait(false);
        if (!OwnNames.All(now.Contains)) PostgreSqlLog.OwnObjectsMissing(logger, database, refusal);
        return now;
    }

    private async ValueTask<bool> MayUseAsync(CancellationToken cancellationToken)
    {
        await session.BeginAsync(isWriting: false, cancellationToken).ConfigureAwait(false);
        SqlRows rows = await session.QueryAsync(new SqlBatch().Add(MayUseOwnTables), isLast: true).ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            await rows.NextStatementAsync().ConfigureAwait(false);
            bool may = await rows.ReadAsync().ConfigureAwait(false) && rows.GetInt64(0) == 1;
            if (!may && !options.IsReadOnly) PostgreSqlLog.OwnObjectsMissing(logger, database, "the role may not use hypertune_requests and hypertune_budgets");
            return may;
        }
    }

    private async ValueTask<HashSet<string>> ReadTextsAsync(string sql, bool isLast = false, params object?[] values)
    {
        var texts = new HashSet<string>(StringComparer.Ordinal);
        SqlRows rows = await session.QueryAsync(new SqlBatch().Add(sql, values), isLast).ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            await rows.NextStatementAsync().ConfigureAwait(false);
            while (await rows.ReadAsync().ConfigureAwait(false)) if (rows.GetText(0) is { } text) texts.Add(text);
        }
        return texts;
    }
}
