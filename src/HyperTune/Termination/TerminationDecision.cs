namespace HyperTune.Termination;

/// <summary>What a terminator decided, and why.</summary>
/// <param name="Stop">Whether no more trials should start.</param>
/// <param name="Reason">Why; null when there is nothing to say.</param>
public readonly record struct TerminationDecision(bool Stop, string? Reason)
{
    /// <summary>The study goes on.</summary>
    public static TerminationDecision GoOn => default;

    /// <summary>The study should stop.</summary>
    public static TerminationDecision Because(string reason) => new(true, reason);

    /// <summary>The study goes on, for a reason worth a message at level Debug.</summary>
    public static TerminationDecision GoOnBecause(string reason) => new(false, reason);
}
