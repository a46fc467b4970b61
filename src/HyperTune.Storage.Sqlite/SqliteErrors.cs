using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace HyperTune.Storage.Sqlite;

/// <summary>What SQLite's error codes mean to a user.</summary>
internal static class SqliteErrors
{
    /// <summary>Says what was not done, why, and what to do.</summary>
    public static StorageException Translate(SqliteException exception, string file, string request, bool isWriting, TimeSpan busyTimeout)
    {
        string stored = isWriting ? " Nothing of it was stored." : "";
        (string why, bool isTransient) = exception.SqliteErrorCode switch
        {
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => (string.Create(CultureInfo.InvariantCulture,
                $"another program kept the file locked for {busyTimeout.TotalSeconds:0.###} s. Try again, or raise BusyTimeout."), true),
            raw.SQLITE_READONLY => ("the file or its folder is read-only. Give this user the right to write both, or open it with IsReadOnly.", false),
            raw.SQLITE_FULL => ("the disk is full. Make room and try again.", true),
            raw.SQLITE_CORRUPT => ("the file is damaged. Keep a copy, then restore a backup or salvage it with the '.recover' command of the sqlite3 program.", false),
            raw.SQLITE_NOTADB => ("it is no SQLite database, or an encrypted one. Give another path.", false),
            raw.SQLITE_CANTOPEN => ("the file cannot be opened. Check that its folder exists and that this user may read and write both.", false),
            raw.SQLITE_PERM or raw.SQLITE_AUTH => ("the right to do so is missing.", false),
            raw.SQLITE_IOERR => ("the disk or the network drive failed. Check it, and try again.", true),
            raw.SQLITE_NOMEM => ("memory ran out.", true),
            _ => ("SQLite reports an error.", false),
        };
        return new StorageException($"The request {request} failed on '{file}': {why}{stored} (SQLite error {exception.SqliteExtendedErrorCode}: {exception.Message})", exception, isTransient);
    }
}
