namespace HyperTune;

/// <summary>How many trials are asked for at once, and how.</summary>
public sealed record AskOptions
{
    /// <summary>The trials that are wanted. 1 or more; 1 by default.</summary>
    public int Count { get; init => field = Guard.AtLeast(value, 1); } = 1;

    /// <summary>The number of trials that the study may have over all workers, reserved in the storage when a trial starts; null for no limit.</summary>
    /// <remarks>Running, complete and pruned trials count, and failed ones that were not enqueued again.</remarks>
    public int? TotalTrials { get; init => field = value is { } count ? Guard.AtLeast(count, 0, nameof(TotalTrials)) : null; }

    /// <summary>What to do with a proposal that repeats an earlier trial.</summary>
    public RepeatPolicy Repeats { get; init => field = Guard.Defined(value); }

    /// <summary>Whether the trials are leases, kept alive by this process and taken back when it dies. True by default.</summary>
    /// <remarks>
    /// Without, a trial belongs to nobody: it stays running when the study is disposed, nobody takes it back, and any process may tell its end by its number. For programs
    /// that end while the trial runs elsewhere, as the command line does.
    /// </remarks>
    public bool IsLeased { get; init; } = true;

    /// <summary>Parameters to suggest at once; null to ask for them one by one.</summary>
    public SearchSpace? SearchSpace { get; init; }
}
