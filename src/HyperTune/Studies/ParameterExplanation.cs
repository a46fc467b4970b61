using HyperTune.Trials;

namespace HyperTune;

/// <summary>How a parameter of a trial got its value.</summary>
/// <param name="Name">The parameter's name.</param>
/// <param name="Value">The value, as the objective saw it.</param>
/// <param name="Origin">How it was drawn.</param>
public sealed record ParameterExplanation(string Name, object? Value, ParameterOrigin Origin);
