namespace HyperTune.Trials;

/// <summary>An end with all that belongs to it alone. If it cannot be stored, and another one is told, nothing of it stays.</summary>
internal sealed record TrialEnd(TrialFinish Finish)
{
    /// <summary>System attributes of the trial: why it ended so, how it was drawn, what the sampler noted when it saw the end.</summary>
    public AttributeSet SystemAttributes { get; init; } = AttributeSet.Empty;

    /// <summary>What the sampler noted for the study; null for nothing.</summary>
    public AttributeChanges? Study { get; init; }
}
