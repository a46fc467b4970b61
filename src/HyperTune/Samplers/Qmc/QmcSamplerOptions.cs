namespace HyperTune;

/// <summary>Options of <see cref="QmcSampler"/>.</summary>
public sealed record QmcSamplerOptions
{
    /// <summary>The seed of the scrambling and of what is drawn beside the sequence. With null (the default) the scrambling follows from the study's name.</summary>
    public ulong? Seed { get; init; }

    /// <summary>The sequence; Sobol's by default.</summary>
    public QmcSequence Sequence { get; init => field = Guard.Defined(value); }

    /// <summary>Whether the sequence is scrambled. True by default.</summary>
    /// <remarks>The plain sequences begin at the origin, the low end of every range, have simple fractions as coordinates, and are the same in all studies.</remarks>
    public bool IsScrambled { get; init; } = true;
}
