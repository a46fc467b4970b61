namespace HyperTune;

/// <summary>Thrown by an objective to end its trial as pruned; the optimize loop catches it.</summary>
public sealed class TrialPrunedException : HyperTuneException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="reason">Why the trial is pruned; null if that is not known.</param>
    public TrialPrunedException(string? reason = null)
        : base(reason is null ? "The trial is pruned." : $"The trial is pruned: {reason}") => Reason = reason;

    /// <summary>Why the trial is pruned.</summary>
    public string? Reason { get; }
}
