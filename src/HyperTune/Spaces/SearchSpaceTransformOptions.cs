namespace HyperTune.Spaces;

/// <summary>How a search space is turned into numeric vectors.</summary>
public sealed record SearchSpaceTransformOptions
{
    /// <summary>Whether parameters on a logarithmic scale enter as their natural logarithm. True by default.</summary>
    public bool UsesLog { get; init; } = true;

    /// <summary>Whether ranges with a step are widened by half a step at both ends, so that every grid value has the same share. True by default.</summary>
    public bool WidensSteps { get; init; } = true;

    /// <summary>Whether columns are scaled to [0, 1]. False by default.</summary>
    public bool ScalesToUnit { get; init; }
}
