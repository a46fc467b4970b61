using System.Globalization;

namespace HyperTune;

/// <summary>How much one parameter matters.</summary>
/// <param name="Name">The parameter's name.</param>
/// <param name="Value">0 or more; what the number means is said by the evaluator, and whether all sum to 1 by <see cref="ImportanceOptions.IsNormalized"/>.</param>
public readonly record struct ParameterImportance(string Name, double Value)
{
    /// <summary>The name and the value.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} {Value:G3}");
}
