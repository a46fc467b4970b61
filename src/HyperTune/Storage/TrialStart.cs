namespace HyperTune.Storage;

/// <summary>A request to start trials.</summary>
public sealed record TrialStart
{
    /// <summary>How many trials are wanted; at least 1.</summary>
    public int Count { get; init; } = 1;

    /// <summary>The number of trials that the study may have over all workers, or null for no limit.</summary>
    /// <remarks>Running, complete and pruned trials count, and failed ones that were not enqueued again.</remarks>
    public int? TotalTrials { get; init; }

    /// <summary>When the trials begin.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Whether the trials are leases from now on: renewed by their process, taken back when it dies.</summary>
    public bool IsLeased { get; init; } = true;

    /// <summary>Made by the client. Repeating a request whose answer was lost gives the first answer and starts nothing.</summary>
    public required Guid RequestId { get; init; }
}
