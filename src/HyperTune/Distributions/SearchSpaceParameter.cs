namespace HyperTune;

/// <summary>One parameter of a search space.</summary>
/// <param name="Name">The name, unique inside the space.</param>
/// <param name="Distribution">The values that it can take.</param>
/// <param name="Condition">When it is active; null for always.</param>
public sealed record SearchSpaceParameter(string Name, Distribution Distribution, ParameterCondition? Condition = null)
{
    /// <summary>The internal value that is tried before anything else; null for none. Set by <see cref="SearchSpace.WithDefaults"/>.</summary>
    public double? Default { get; internal init; }
}
