namespace HyperTune;

/// <summary>One line of a list of studies.</summary>
public sealed record StudySummary
{
    /// <summary>The study without its trials.</summary>
    public required StudyRecord Study { get; init; }

    /// <summary>The number of trials of any state.</summary>
    public required int TrialCount { get; init; }

    /// <summary>When the first trial began; null when none has.</summary>
    public DateTimeOffset? StartedAt { get; init; }
}
