namespace HyperTune.Pruners;

/// <summary>What a pruner decided, and why.</summary>
/// <param name="Prune">Whether the trial should stop.</param>
/// <param name="Reason">Why; null when there is nothing to say.</param>
public readonly record struct PruneDecision(bool Prune, string? Reason)
{
    /// <summary>The trial goes on.</summary>
    public static PruneDecision Keep => default;

    /// <summary>The trial should stop.</summary>
    public static PruneDecision Because(string reason) => new(true, reason);
}
