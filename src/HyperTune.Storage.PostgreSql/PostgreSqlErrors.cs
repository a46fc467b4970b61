using System.Globalization;
using Npgsql;

namespace HyperTune.Storage.PostgreSql;

/// <summary>What the driver's errors mean to a user.</summary>
internal static class PostgreSqlErrors
{
    /// <summary>The server ended the session because its transaction had stood still.</summary>
    private const string IdleInTransaction = "25P03";

    /// <summary>Whether the same request may succeed a little later.</summary>
    public static bool IsWorthRetrying(NpgsqlException exception) =>
        // A study that is deleted while others write to it; the next try finds that it is gone.
        exception.IsTransient || exception.SqlState is PostgresErrorCodes.ForeignKeyViolation or IdleInTransaction;

    /// <summary>Whether a server that was reached cannot serve at this moment. A server that cannot be reached at all is rather one with another address.</summary>
    public static bool IsNotReady(NpgsqlException exception) =>
        exception.SqlState is PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown;

    /// <summary>Says what was not done, why, and what to do.</summary>
    public static StorageException Translate(NpgsqlException exception, string database, string request, bool isWriting, bool isInDoubt, bool isRepeatable, TimeSpan commandTimeout)
    {
        string stored = !isWriting ? "" : isInDoubt
            ? " It is not known whether it was stored, because the answer to the commit was lost. "
                + (isRepeatable ? "Repeat the request with the same id." : "Read the study before you repeat the request: without the library's own tables it would be done twice.")
            : " Nothing of it was stored.";
        string code = exception.SqlState is { } state ? $"SQLSTATE {state}: " : "";
        return new StorageException($"The request {request} failed on {database}: {Why(exception, commandTimeout)}{stored} ({code}{exception.Message})", exception, IsWorthRetrying(exception) && (!isInDoubt || isRepeatable));
    }

    private static string Why(NpgsqlException exception, TimeSpan commandTimeout) => exception.SqlState switch
    {
        PostgresErrorCodes.InsufficientPrivilege => "the role lacks a right. Give it SELECT, INSERT, UPDATE and DELETE on the tables and USAGE on their sequences; for reading only, open it with IsReadOnly.",
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => "the server does not accept the role or its password. Check both, and the server's pg_hba.conf.",
        PostgresErrorCodes.InvalidCatalogName => "there is no such database. Create it, or correct its name.",
        PostgresErrorCodes.TooManyConnections => "all connections of the server are taken. Raise max_connections, lower MaxConnections, or put a pooler in between.",
        PostgresErrorCodes.DiskFull => "the server's disk is full. Make room and try again.",
        PostgresErrorCodes.ReadOnlySqlTransaction => "the server takes no changes: it is a standby, or set to read-only. Connect to the primary.",
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedObject or PostgresErrorCodes.UndefinedColumn => "a table is missing or was changed since the storage was opened. Open it anew.",
        PostgresErrorCodes.StringDataRightTruncation => "a text is longer than its column allows.",
        PostgresErrorCodes.UntranslatableCharacter or PostgresErrorCodes.CharacterNotInRepertoire => "the database's encoding cannot hold a character. Use a database with the encoding UTF8.",
        PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown => "the server is starting, stopping or recovering. Try again.",
        PostgresErrorCodes.DeadlockDetected => "it waited for another request that waited for it. Try again.",
        PostgresErrorCodes.ForeignKeyViolation => "what it belongs to was deleted at the same moment.",
        IdleInTransaction => "the server ended the session because its transaction had stood still. Try again.",
        not null => "PostgreSQL reports an error.",
        null when exception.InnerException is TimeoutException => string.Create(CultureInfo.InvariantCulture,
            $"there was no answer in time ({commandTimeout.TotalSeconds:0.###} s for a statement). Another program may hold a lock. Try again, or raise CommandTimeout."),
        null when exception.IsTransient => "the connection failed. Check that the server runs and can be reached.",
        null => "the connection could not be made.",
    };
}
