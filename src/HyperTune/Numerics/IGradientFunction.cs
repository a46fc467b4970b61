namespace HyperTune.Numerics;

/// <summary>A function of several numbers with its gradient.</summary>
internal interface IGradientFunction
{
    /// <summary>The value at a point; NaN or +∞ where there is none.</summary>
    /// <param name="x">The point.</param>
    /// <param name="gradient">Receives one derivative for each number.</param>
    double Evaluate(ReadOnlySpan<double> x, Span<double> gradient);
}
