namespace HyperTune;

/// <summary>Options of <see cref="BruteForceSampler"/>.</summary>
public sealed record BruteForceSamplerOptions
{
    /// <summary>The seed of the order; null (the default) lets each study draw one.</summary>
    public ulong? Seed { get; init; }

    /// <summary>How often a combination is tried while its trials fail; then it counts as finished. 1 or more; 3 by default.</summary>
    public int MaxTries { get; init => field = Guard.AtLeast(value, 1); } = 3;

    /// <summary>Whether a trial that starts while all combinations left are being tried repeats one of them, rather than ending the loop of this process. False by default.</summary>
    /// <remarks>To be set where running trials may yet fail, or ask for parameters that are not known, and the process should go on then.</remarks>
    public bool AvoidsPrematureStop { get; init; }
}
