using Microsoft.Extensions.Logging;

namespace HyperTune.Storage.Sqlite;

/// <summary>The log messages of opening a file.</summary>
internal static partial class SqliteLog
{
    [LoggerMessage(220, LogLevel.Information, "Created the tables in '{File}'.")]
    public static partial void TablesCreated(ILogger logger, string file);

    [LoggerMessage(221, LogLevel.Warning,
        "'{File}' lacks the library's own tables and indices, and they could not be added. It works without them, but starting a trial grows slower with the number of "
        + "trials, and a request repeated after a lost answer may be done twice. Open it once with the right to change tables.")]
    public static partial void OwnTablesMissing(ILogger logger, Exception exception, string file);

    [LoggerMessage(222, LogLevel.Warning,
        "'{File}' stays in journal mode '{Mode}', because another program is using it or its file system does not allow more: readers and writers wait for one another. "
        + "Open it once while nobody else does.")]
    public static partial void NotInWalMode(ILogger logger, string file, string mode);

    [LoggerMessage(223, LogLevel.Warning, "Upgrading the tables in '{File}' from revision {From} of Optuna's schema to {To}. The file as it was is kept as '{Backup}'.")]
    public static partial void Upgrading(ILogger logger, string file, string from, string to, string backup);

    [LoggerMessage(224, LogLevel.Information, "Upgraded the tables in '{File}' from revision {From} of Optuna's schema to {To}.")]
    public static partial void Upgraded(ILogger logger, string file, string from, string to);
}
