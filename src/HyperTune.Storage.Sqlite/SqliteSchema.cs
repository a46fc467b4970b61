using System.Globalization;
using System.Runtime.CompilerServices;
using HyperTune.Storage.Relational;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace HyperTune.Storage.Sqlite;

/// <summary>Makes sure that a file has the tables, in the revision that this library knows.</summary>
internal static class SqliteSchema
{
    /// <summary>Gives the names of all objects.</summary>
    public const string Names = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view', 'index', 'trigger')";

    /// <summary>Refuses a file that is no database, belongs to another program, or has another revision.</summary>
    public static void Check(SqliteSession session, string file, SqliteStorageOptions options)
    {
        (IReadOnlyList<string> missing, _) = Check(session, session.ReadTexts(Names), file, options is { UpgradeSchema: true, IsReadOnly: false });
        if (options.MustExist && missing.Count == Schema.TableNames.Count) throw new StorageException($"'{file}' has no study tables, and none were made. Check the path; a new study makes them.");
    }

    /// <summary>Makes what is missing.</summary>
    /// <returns>Whether the library's own tables are there.</returns>
    public static bool Prepare(SqliteSession session, SqliteDialect dialect, string file, SqliteStorageOptions options, ILogger logger)
    {
        bool isReadOnly = options.IsReadOnly;
        HashSet<string> names = session.ReadTexts(Names);
        (IReadOnlyList<string> missing, string? old) = Check(session, names, file, options.UpgradeSchema && !isReadOnly);
        if (missing.Count > 0 || old is not null)
        {
            if (isReadOnly) throw new StorageException($"'{file}' lacks tables ({string.Join(", ", missing)}) and was opened read-only. Open it once for writing.");
            if (old is not null) SqliteLog.Upgrading(logger, file, old, Schema.Revision, Backup(session, old, options.TimeProvider));
            Create(session, dialect, file, options.UpgradeSchema);
            if (old is not null) SqliteLog.Upgraded(logger, file, old, Schema.Revision);
            else SqliteLog.TablesCreated(logger, file);
        }
        if (Schema.OwnNames.All(names.Contains) && SqliteAttributeLog.Names.All(names.Contains)) return true;
        if (isReadOnly) return false;
        try
        {
            InTransaction(session, () =>
            {
                foreach (string statement in Schema.OwnObjects(dialect)) session.Run(statement);
                foreach (string statement in SqliteAttributeLog.Statements) session.Run(statement);
            });
            return true;
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH)
        {
            SqliteLog.OwnTablesMissing(logger, exception, file);
            return false;
        }
    }

    /// <summary>Says which tables are missing, and the revision if it has to be upgraded, or refuses the file.</summary>
    private static (IReadOnlyList<string> Missing, string? Old) Check(SqliteSession session, HashSet<string> names, string file, bool isUpgrading)
    {
        string? revision = names.Contains("alembic_version") ? session.ReadText("SELECT version_num FROM alembic_version") : null;
        bool isOld = Schema.NeedsUpgrade($"'{file}'", names, revision, $"sqlite:///{file}", isUpgrading);
        return (Schema.Missing(names), isOld ? revision : null);
    }

    /// <summary>Copies the whole database, which may have a log beside it, to a file beside it.</summary>
    private static string Backup(SqliteSession session, string revision, TimeProvider clock)
    {
        string copy = string.Create(CultureInfo.InvariantCulture, $"{session.Connection.DataSource}.{revision}-{clock.GetUtcNow():yyyyMMddHHmmssfff}.bak");
        // A session of SQLite works synchronously.
        session.RunAsync(new SqlBatch().Add("VACUUM INTO $1", copy)).AsTask().GetAwaiter().GetResult();
        return copy;
    }

    private static void Create(SqliteSession session, SqliteDialect dialect, string file, bool isUpgrading)
    {
        if (!RuntimeFeature.IsDynamicCodeSupported)
        {
            throw new StorageException(
                $"'{file}' has no study tables yet, and a program compiled ahead of time cannot make them: EF Core builds its model at run time. "
                + "Make the file with a program that is not, or set PublishAot to false.");
        }
        var options = new DbContextOptionsBuilder<SqliteStudyContext>().UseSqlite(session.Connection).Options;
        using var context = new SqliteStudyContext(options);
        var tables = Schema.Of(context);
        InTransaction(session, () =>
        {
            // Another process may have been faster.
            HashSet<string> names = session.ReadTexts(Names);
            (IReadOnlyList<string> missing, string? old) = Check(session, names, file, isUpgrading);
            // A session of SQLite works synchronously.
            if (old is not null) new SqliteUpgrade(context, dialect).RunAsync(session, old).AsTask().GetAwaiter().GetResult();
            foreach ((string table, IReadOnlyList<string> statements) in tables)
            {
                if (!missing.Contains(table)) continue;
                foreach (string statement in statements) session.Run(statement);
            }
            session.Run($"INSERT OR IGNORE INTO version_info (version_info_id, schema_version, library_version) VALUES (1, {Schema.Version}, 'HyperTune {Version}')");
            if (missing.Contains("alembic_version")) session.Run($"INSERT INTO alembic_version (version_num) VALUES ('{Schema.Revision}')");
        });
    }

    private static string Version => typeof(SqliteSchema).Assembly.GetName().Version?.ToString(3) ?? "";

    private static void InTransaction(SqliteSession session, Action work)
    {
        session.Begin(isWriting: true, CancellationToken.None);
        try
        {
            work();
            session.Commit();
        }
        catch
        {
            session.Rollback();
            throw;
        }
    }
}
