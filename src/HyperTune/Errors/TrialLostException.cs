namespace HyperTune;

/// <summary>A trial no longer belongs to this process: it was finished or taken back by another one, or deleted.</summary>
public sealed class TrialLostException(int number, string reason)
    : HyperTuneException($"Trial {number} is lost to this process: {reason}. Nothing more can be stored for it.")
{
    /// <summary>The trial's number.</summary>
    public int Number { get; } = number;

    /// <summary>How it was lost.</summary>
    public string Reason { get; } = reason;
}
