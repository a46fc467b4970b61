namespace HyperTune;

/// <summary>Options of <see cref="TargetTerminator"/>.</summary>
public sealed record TargetTerminatorOptions
{
    /// <summary>The value that is good enough, or one for each objective, as the objective returns it. Not NaN.</summary>
    public required ObjectiveValues Target { get; init; }
}
