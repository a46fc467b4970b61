namespace HyperTune.Numerics;

/// <summary>Logarithms and exponentials that keep their digits near 0 and in the tails.</summary>
/// <remarks>The framework's <c>double.LogP1</c> and <c>double.ExpM1</c> return 0 for 1e-20 and lose digits before that.</remarks>
internal static class Logarithms
{
    /// <summary>ln √(2π).</summary>
    public const double LogSqrtTwoPi = 0.91893853320467274178;

    private const double Log2 = 0.69314718055994530942;

    /// <summary>ln(1 + x) to a few units in the last place.</summary>
    /// <remarks>The error of rounding 1 + x is divided out: Kahan's device, Higham, "Accuracy and Stability of Numerical Algorithms", 1.14.</remarks>
    public static double LogOnePlus(double x)
    {
        double u = 1 + x;
        if (u == 1) return x;
        return double.IsPositiveInfinity(u) ? u : Math.Log(u) * (x / (u - 1));
    }

    /// <summary>eˣ - 1 to a few units in the last place.</summary>
    public static double ExpMinusOne(double x)
    {
        double u = Math.Exp(x);
        if (u == 1) return x;
        double difference = u - 1;
        return difference == -1 || double.IsPositiveInfinity(u) ? difference : difference * (x / Math.Log(u));
    }

    /// <summary>ln(1 - eˣ) for x at most 0; -∞ at 0.</summary>
    public static double LogOneMinusExp(double x) => x > -Log2 ? Math.Log(-ExpMinusOne(x)) : LogOnePlus(-Math.Exp(x));

    /// <summary>ln(eᵃ + eᵇ); -∞ where both are -∞.</summary>
    public static double LogAddExp(double a, double b)
    {
        if (a < b) (a, b) = (b, a);
        return double.IsInfinity(a) ? a : a + LogOnePlus(Math.Exp(b - a));
    }

    /// <summary>ln Σ exp(values); -∞ for no value or only -∞, +∞ where one is +∞, NaN where one is NaN.</summary>
    public static double LogSumExp(ReadOnlySpan<double> values)
    {
        double max = double.NegativeInfinity;
        foreach (double value in values)
        {
            if (double.IsNaN(value)) return double.NaN;
            if (value > max) max = value;
        }
        if (double.IsInfinity(max)) return max;
        double sum = 0;
        foreach (double value in values) sum += Math.Exp(value - max);
        return max + Math.Log(sum);
    }
}
