namespace HyperTune.Trials;

/// <summary>The end of a trial: written together with all that is left of its changes.</summary>
public sealed record TrialFinish
{
    /// <summary>Complete, pruned or failed.</summary>
    public required TrialState State { get; init; }

    /// <summary>One value for each objective of a complete trial; the last report of a pruned trial with one objective; else empty.</summary>
    public IReadOnlyList<double> Values { get; init; } = [];

    /// <summary>When the trial ended.</summary>
    public required DateTimeOffset CompletedAt { get; init; }

    /// <summary>Made by the client. Repeating a request whose answer was lost gives the first answer.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>A waiting trial to be added in the same step, so that a failed trial is tried again; null for none, and for every other end.</summary>
    public TrialTemplate? Retry { get; init; }
}
