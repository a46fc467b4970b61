namespace HyperTune.History;

/// <summary>What changed in a study since a cursor: one consistent snapshot.</summary>
public sealed record StudyDelta
{
    /// <summary>Where the next read goes on.</summary>
    public required StudyCursor Cursor { get; init; }

    /// <summary>The study, if it is new to the reader or its attributes changed; else null.</summary>
    public StudyRecord? Study { get; init; }

    /// <summary>Trials that are new or changed, each in full, in ascending order of number.</summary>
    public IReadOnlyList<TrialRecord> Trials { get; init; } = [];

    /// <summary>Trials of which something could not be read. They are left out of <see cref="Trials"/>; the rest is served.</summary>
    public IReadOnlyList<UnreadableTrial> Unreadable { get; init; } = [];

    /// <summary>Whether the study was made anew under the same id since the cursor, so that the reader must forget what it has.</summary>
    public bool IsReset { get; init; }
}
