using Microsoft.Extensions.Logging;

namespace HyperTune.Diagnostics;

/// <summary>The log messages of the core. Information for the life of a study, Debug for trials, Warning for fall-backs.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Created the study '{Study}'.")]
    public static partial void StudyCreated(ILogger logger, string study);

    [LoggerMessage(2, LogLevel.Information, "Loaded the study '{Study}' with {Trials} finished trials.")]
    public static partial void StudyLoaded(ILogger logger, string study, int trials);

    [LoggerMessage(3, LogLevel.Information, "Optimizing the study '{Study}' with {Workers} worker(s).")]
    public static partial void OptimizeStarted(ILogger logger, string study, int workers);

    [LoggerMessage(4, LogLevel.Information, "Optimized the study '{Study}': {Trials} trials ended, {Reason}.")]
    public static partial void OptimizeEnded(ILogger logger, string study, int trials, string reason);

    [LoggerMessage(5, LogLevel.Information, "The study '{Study}' stops everywhere: {Reason}")]
    public static partial void StoppedEverywhere(ILogger logger, string study, string reason);

    [LoggerMessage(6, LogLevel.Information, "{Terminator} stops the study '{Study}': {Reason}.")]
    public static partial void Terminated(ILogger logger, string study, string terminator, string reason);

    [LoggerMessage(10, LogLevel.Debug, "Trial {Trial} of '{Study}' started.")]
    public static partial void TrialStarted(ILogger logger, string study, int trial);

    [LoggerMessage(11, LogLevel.Debug, "Trial {Trial} of '{Study}' ended as {State} with {Values}.")]
    public static partial void TrialEnded(ILogger logger, string study, int trial, TrialState state, ObjectiveValues values);

    [LoggerMessage(12, LogLevel.Debug, "Trial {Trial} of '{Study}' should be pruned at step {Step}: {Reason}")]
    public static partial void PruneAdvised(ILogger logger, string study, int trial, long step, string? reason);

    [LoggerMessage(13, LogLevel.Debug, "Trial {Trial} of '{Study}' goes on at step {Step}: {Reason}")]
    public static partial void PruneDeclined(ILogger logger, string study, int trial, long step, string reason);

    [LoggerMessage(14, LogLevel.Debug, "Trial {Trial} of '{Study}' is proposed by {Proposer}: {Reason}")]
    public static partial void TrialProposed(ILogger logger, string study, int trial, string proposer, string reason);

    [LoggerMessage(15, LogLevel.Information, "{Proposer} begins to propose trials of '{Study}', first trial {Trial}: {Reason}")]
    public static partial void ProposerChosen(ILogger logger, string proposer, string study, int trial, string reason);

    [LoggerMessage(16, LogLevel.Debug, "{Terminator} lets the study '{Study}' go on: {Reason}.")]
    public static partial void TerminationDeclined(ILogger logger, string study, string terminator, string reason);

    [LoggerMessage(20, LogLevel.Warning, "Trial {Trial} of '{Study}' failed: {Reason}")]
    public static partial void TrialFailed(ILogger logger, Exception? exception, string study, int trial, string reason);

    [LoggerMessage(21, LogLevel.Warning, "Trial {Trial} of '{Study}' is lost to this process: {Reason}")]
    public static partial void TrialLost(ILogger logger, string study, int trial, string reason);

    [LoggerMessage(22, LogLevel.Warning,
        "The parameter '{Parameter}' of '{Study}' is drawn on its own, not jointly with the others, because not all trials have it with the same distribution. "
        + "Declare it in StudyOptions.SearchSpace to have it modelled jointly. This is said once for each parameter.")]
    public static partial void IndependentFallback(ILogger logger, string study, string parameter);

    [LoggerMessage(23, LogLevel.Warning, "Trial {Trial} of '{Study}' has reported step {Step} before; the second report is ignored. This is said once for each trial.")]
    public static partial void RepeatedReport(ILogger logger, string study, int trial, long step);

    [LoggerMessage(24, LogLevel.Warning, "Trial {Trial} of '{Study}' was enqueued with {Value} for '{Parameter}', which {Distribution} does not have; the sampler draws it instead.")]
    public static partial void GivenValueUnusable(ILogger logger, string study, int trial, string parameter, AttributeValue value, Distribution distribution);

    [LoggerMessage(32, LogLevel.Warning,
        "Trial {Trial} of '{Study}' returned the mean of its reports, so that these seem to be scores of folds, but {Pruner} takes them as a curve: the luckiest fold would count. "
        + "Report them with Trial.ReportFold, or use the WilcoxonPruner. This is said once for each study.")]
    public static partial void RawFolds(ILogger logger, string study, int trial, string pruner);

    [LoggerMessage(33, LogLevel.Warning,
        "Trial {Trial} of '{Study}' reports by fold, which {Pruner} does not say to know: if it takes the best report so far, the luckiest fold counts. "
        + "Have it compare equal folds and say so by IPruner.Folds, or use another pruner. This is said once for each study.")]
    public static partial void UnknownFolds(ILogger logger, string study, int trial, string pruner);

    [LoggerMessage(25, LogLevel.Warning, "Writing to the storage of '{Study}' failed; what was to be written is kept and goes with the next write.")]
    public static partial void BackgroundWriteFailed(ILogger logger, Exception exception, string study);

    [LoggerMessage(26, LogLevel.Warning, "Reading from the storage of '{Study}' failed; the history is as it was before.")]
    public static partial void ReadFailed(ILogger logger, Exception exception, string study);

    [LoggerMessage(27, LogLevel.Warning, "Trial {Trial} of '{Study}' was taken back from a worker that no longer renewed its lease; its retry is trial {Retry}.")]
    public static partial void TrialTakenBack(ILogger logger, string study, int trial, int? retry);

    [LoggerMessage(28, LogLevel.Warning, "Trial id {Trial} (number {Number}) of '{Study}' cannot be read and is left out: {Column}: {Message}")]
    public static partial void TrialUnreadable(ILogger logger, string study, long trial, int? number, string column, string message);

    [LoggerMessage(29, LogLevel.Warning, "Renewing the leases of '{Study}' failed; it is tried again.")]
    public static partial void RenewalFailed(ILogger logger, Exception exception, string study);

    [LoggerMessage(30, LogLevel.Error, "Working with the storage of '{Study}' failed in an unexpected way; those who wait for it get the exception.")]
    public static partial void CycleFailed(ILogger logger, Exception exception, string study);

    [LoggerMessage(31, LogLevel.Warning,
        "The storage of '{Study}' failed; the starts and ends of trials that an optimization waits for are tried again, each for up to {Longest}, before it ends by the failure.")]
    public static partial void StorageRepeated(ILogger logger, Exception exception, string study, TimeSpan longest);

    [LoggerMessage(34, LogLevel.Warning, "The snapshot of the journal '{Journal}' is passed over, since {Reason}; the whole journal is read, and a new snapshot written.")]
    public static partial void SnapshotIgnored(ILogger logger, string journal, string reason);

    [LoggerMessage(35, LogLevel.Warning, "A snapshot of the journal '{Journal}' could not be written; opening it takes longer for that.")]
    public static partial void SnapshotFailed(ILogger logger, Exception exception, string journal);

    [LoggerMessage(36, LogLevel.Warning, "The lock '{Lock}' was left behind, most likely by a killed process, and is removed: nothing happened under it for {Age}.")]
    public static partial void StaleLockRemoved(ILogger logger, string @lock, TimeSpan age);

    [LoggerMessage(37, LogLevel.Warning,
        "The lock '{Lock}' was taken away while it was held: another program judged it left behind. What was written is stored; if others wrote at the same moment, entries may be torn.")]
    public static partial void LockLost(ILogger logger, string @lock);

    [LoggerMessage(38, LogLevel.Warning, "An unfinished line of {Length} byte(s) at the end of the journal '{Journal}', left by a killed process, was cut off.")]
    public static partial void TornLineCut(ILogger logger, string journal, long length);

    [LoggerMessage(39, LogLevel.Warning, "The attribute '{Key}' of the study '{Study}' in the journal '{Journal}' is nested deeper than {Depth} and is left out.")]
    public static partial void AttributeTooDeep(ILogger logger, string key, string study, string journal, int depth);
}
