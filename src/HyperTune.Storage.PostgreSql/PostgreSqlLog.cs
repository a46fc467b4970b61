using Microsoft.Extensions.Logging;

namespace HyperTune.Storage.PostgreSql;

/// <summary>The log messages of a database.</summary>
internal static partial class PostgreSqlLog
{
    [LoggerMessage(230, LogLevel.Information, "Created the tables in {Database}.")]
    public static partial void TablesCreated(ILogger logger, string database);

    [LoggerMessage(231, LogLevel.Warning,
        "{Database} lacks some of the library's own tables and indices, and they could not be added: {Reason}. It works without them, but starting a trial grows slower with the "
        + "number of trials, and a request repeated by its caller after a lost answer may be done twice. Open it once as the owner of the tables.")]
    public static partial void OwnObjectsMissing(ILogger logger, string database, string reason);

    [LoggerMessage(232, LogLevel.Warning, "A request failed on {Database} ({Reason}) and is tried again in {Delay} ms, for up to {Left} s more.")]
    public static partial void TryingAgain(ILogger logger, string database, string reason, double delay, double left);

    [LoggerMessage(233, LogLevel.Warning,
        "Upgrading the tables in {Database} from revision {From} of Optuna's schema to {To}, in one transaction. There is no way back but a backup: if you have none, stop this program and "
        + "make one with pg_dump.")]
    public static partial void Upgrading(ILogger logger, string database, string from, string to);

    [LoggerMessage(234, LogLevel.Information, "Upgraded the tables in {Database} from revision {From} of Optuna's schema to {To}.")]
    public static partial void Upgraded(ILogger logger, string database, string from, string to);
}
