namespace HyperTune;

/// <summary>Options of <see cref="RandomSampler"/>.</summary>
public sealed record RandomSamplerOptions
{
    /// <summary>The seed; null (the default) lets each study draw one.</summary>
    public ulong? Seed { get; init; }
}
