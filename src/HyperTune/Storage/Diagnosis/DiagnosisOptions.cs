using System.Globalization;

namespace HyperTune.Storage.Diagnosis;

/// <summary>From when on an examination of a storage calls a running trial left behind.</summary>
public sealed record DiagnosisOptions
{
    /// <summary>How far ahead of the clock a renewal may lie: clocks are set right by some seconds now and then.</summary>
    private static readonly TimeSpan ClockAllowance = TimeSpan.FromSeconds(10);

    /// <summary>How old the last renewal of a lease may be. Above 0; one minute by default, as <see cref="LeaseOptions.Grace"/>.</summary>
    public TimeSpan Grace { get; init => field = Guard.Above(value, TimeSpan.Zero); } = TimeSpan.FromMinutes(1);

    /// <summary>How long a trial without a lease may run before it is a warning. Above 0; one day by default.</summary>
    public TimeSpan StaleAge { get; init => field = Guard.Above(value, TimeSpan.Zero); } = TimeSpan.FromDays(1);

    /// <summary>Judges a running trial that has a lease.</summary>
    /// <param name="study">The name of its study.</param>
    /// <param name="trial">Its number.</param>
    /// <param name="silence">The time since the last renewal of the lease; negative if that lies in the future.</param>
    /// <returns>The finding that the lease has lapsed, or that it lies more than 10 seconds in the future; null if it holds.</returns>
    public StorageFinding? JudgeLease(string study, int trial, TimeSpan silence)
    {
        string? message = silence > Grace
            ? $"The lease lapsed: the last heartbeat is {Show(silence)} old, so its worker has died. The next worker of the study takes the trial back."
            : silence < -ClockAllowance
                ? $"The last heartbeat lies {Show(-silence)} in the future, so nobody takes the trial back before that. The clock was put back since; a worker that lives mends it with its next heartbeat. {Advise(study, trial)}"
                : null;
        return message is null ? null : new StorageFinding(FindingSeverity.Warning, message) { Study = study, Trial = trial };
    }

    /// <summary>Judges a running trial whose last renewal of its lease cannot be read.</summary>
    /// <param name="study">The name of its study.</param>
    /// <param name="trial">Its number.</param>
    /// <param name="text">What stands there; null if it is no text.</param>
    /// <returns>The finding.</returns>
    public static StorageFinding JudgeUnreadableLease(string study, int trial, string? text) => new(
        FindingSeverity.Warning,
        $"The heartbeat {(text is null ? "" : $"'{text}' ")}cannot be read, so nobody takes the trial back. A worker that lives mends it with its next heartbeat. {Advise(study, trial)}")
    {
        Study = study,
        Trial = trial,
    };

    /// <summary>Judges a running trial without a lease.</summary>
    /// <param name="study">The name of its study.</param>
    /// <param name="trial">Its number.</param>
    /// <param name="age">How long it has been running; null if that is not known.</param>
    /// <returns>The finding: a warning if it runs for long, else a note.</returns>
    public StorageFinding JudgeUnleased(string study, int trial, TimeSpan? age) => new(
        age is null || age > StaleAge ? FindingSeverity.Warning : FindingSeverity.Note,
        string.Create(CultureInfo.InvariantCulture,
            $"Running for {(age is { } known ? Show(known) : "an unknown time")} without a heartbeat, so nobody takes it back. {Advise(study, trial)}"))
    {
        Study = study,
        Trial = trial,
    };

    private static string Advise(string study, int trial) =>
        string.Create(CultureInfo.InvariantCulture, $"If its worker is gone, end it: hypertune tell --study {Quoted(study)} --number {trial} --state fail.");

    /// <summary>A name as a shell takes it, whatever is in it.</summary>
    private static string Quoted(string name) => $"'{name.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>A span of time in its largest unit.</summary>
    internal static string Show(TimeSpan time) => time.TotalDays >= 2
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:0} days")
        : time.TotalHours >= 2
            ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0} hours")
            : time.TotalMinutes >= 2 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} minutes") : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} seconds");
}
