using Microsoft.Extensions.Logging;

namespace HyperTune.Storage.Relational;

/// <summary>The log messages of the relational storages.</summary>
internal static partial class RelationalLog
{
    [LoggerMessage(202, LogLevel.Warning, "The attribute '{Key}' of the study '{Study}' cannot be read and is left out ({Column}): {Fault}")]
    public static partial void StudyAttributeUnreadable(ILogger logger, string study, string key, string column, string fault);

    [LoggerMessage(203, LogLevel.Warning, "The study '{Study}' (id {Id}) is left out of the list: study_directions has no row of it, or one without a direction.")]
    public static partial void StudyUnreadable(ILogger logger, string study, long id);
}
