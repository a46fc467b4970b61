using HyperTune.History;

namespace HyperTune;

/// <summary>What went into a file or a storage.</summary>
public sealed record StudyArchiveResult
{
    /// <summary>The studies with the number of their trials, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> Studies { get; init; } = [];

    /// <summary>Trials that could not be read and were left out, with the names of their studies.</summary>
    public IReadOnlyList<KeyValuePair<string, UnreadableTrial>> Unreadable { get; init; } = [];

    /// <summary>The number of trials of all studies.</summary>
    public int TrialCount => Studies.Sum(study => study.Value);

    internal StudyArchiveResult With(string study, int trials, IReadOnlyList<UnreadableTrial> unreadable) => new()
    {
        Studies = [.. Studies, new(study, trials)],
        Unreadable = [.. Unreadable, .. unreadable.Select(trial => KeyValuePair.Create(study, trial))],
    };
}
