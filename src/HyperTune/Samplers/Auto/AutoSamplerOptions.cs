namespace HyperTune;

/// <summary>Options of <see cref="AutoSampler"/>.</summary>
public sealed record AutoSamplerOptions
{
    /// <summary>The seed of all draws; null (the default) lets each study draw one.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Whether places where trials failed are avoided. False by default: a failed trial says nothing of its place but that it was tried.</summary>
    public bool AvoidsFailures { get; init; }
}
