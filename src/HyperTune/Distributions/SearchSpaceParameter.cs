namespace HyperTune;

/// <summary>One parameter of a search space.</summary>
/// <param name="Name">The name, unique inside the space.</param>
/// <param name="Distribution">The values that it can take.</param>
/// <param name="Condition">When it is active; null for always.</param>
public sealed record SearchSpaceParameter(string Name, Distribution Distribution, ParameterCondition? Condition = null);
