using System.Globalization;

namespace HyperTune;

/// <summary>How much two parameters do together, beyond what each does alone.</summary>
/// <param name="First">The name of one parameter, which comes first in order of name.</param>
/// <param name="Second">The name of the other one.</param>
/// <param name="Value">The share of the variance over the whole search space, from 0 to 1.</param>
public readonly record struct ParameterInteraction(string First, string Second, double Value)
{
    /// <summary>Both names and the value.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First} × {Second} {Value:G3}");
}
