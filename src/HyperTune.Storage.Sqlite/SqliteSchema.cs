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
    public static void Check(SqliteSession session, string file) => Check(session, session.ReadTexts(Names), file);

    /// <summary>Makes what is missing.</summary>
    /// <returns>Whether the library's own tables are there.</returns>
    public static bool Prepare(SqliteSession session, SqliteDialect dialect, string file, bool isReadOnly, ILogger logger)
    {
        HashSet<string> names = session.ReadTexts(Names);
        string[] missing = Check(session, names, file);
        if (missing.Length > 0)
        {
            if (isReadOnly) throw new StorageException($"'{file}' lacks tables ({string.Join(", ", missing)}) and was opened read-only. Open it once for writing.");
            Create(session, file);
            SqliteLog.TablesCreated(logger, file);
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

    /// <summary>Says which tables are missing, or refuses the file.</summary>
    private static string[] Check(SqliteSession session, HashSet<string> names, string file)
    {
        string[] missing = [.. Schema.TableNames.Where(table => !names.Contains(table))];
        if (missing.Length == Schema.TableNames.Count) return missing;
        string? revision = names.Contains("alembic_version") ? session.ReadText("SELECT version_num FROM alembic_version") : null;
        if (revision == Schema.Revision) return missing;
        if (revision is null)
        {
            string present = string.Join(", ", Schema.TableNames.Where(names.Contains));
            throw new StorageException(
                $"'{file}' has tables named like Optuna's ({present}), but no revision in alembic_version. It belongs to another program or to a very old Optuna. "
                + "Use another file, or open it once with Optuna. Nothing was changed.");
        }
        if (Schema.EarlierRevisions.Contains(revision))
        {
            throw new StorageException(
                $"'{file}' has revision {revision} of Optuna's schema, but {Schema.Revision} is needed. Make a copy, then upgrade it with "
                + $"'optuna storage upgrade --storage sqlite:///{file}'. Nothing was changed.");
        }
        throw new StorageException(
            $"'{file}' has revision '{revision}' of Optuna's schema, which this version does not know ({Schema.Revision} is the newest known). "
            + "A newer Optuna made it: use a newer HyperTune. Nothing was changed.");
    }

    private static void Create(SqliteSession session, string file)
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
            string[] missing = Check(session, names, file);
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
