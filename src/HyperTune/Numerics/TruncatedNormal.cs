using static HyperTune.Numerics.Logarithms;

namespace HyperTune.Numerics;

/// <summary>The normal distribution cut off at two bounds, also where both lie far in one tail.</summary>
internal static class TruncatedNormal
{
    // Beyond this many deviations tail probabilities come near underflow and the quantile works on logarithms.
    private const double FarTail = 30;

    /// <summary>The x in [a, b] with a share u of the mass of the standard normal on [a, b] below it.</summary>
    /// <param name="u">The share, in [0, 1]: 0 gives a, 1 gives b.</param>
    /// <param name="a">The lower bound.</param>
    /// <param name="b">The upper bound, above a.</param>
    public static double Quantile(double u, double a, double b)
    {
        if (u <= 0) return a;
        if (u >= 1) return b;
        double x = a + b < 0 ? -UpperQuantile(1 - u, u, -b, -a) : UpperQuantile(u, 1 - u, a, b);
        return Math.Min(Math.Max(x, a), b);
    }

    /// <summary>The log density at x of a normal(location, scale) cut off at location + scale·a and location + scale·b; -∞ outside.</summary>
    public static double LogPdf(double x, double a, double b, double location, double scale)
    {
        double z = (x - location) / scale;
        if (z < a || z > b) return double.NegativeInfinity;
        return NormalDistribution.LogDensity(z) - Math.Log(scale) - NormalDistribution.LogMass(a, b);
    }

    /// <summary>The quantile where the midpoint of [a, b] is not negative: probabilities are counted from above.</summary>
    private static double UpperQuantile(double u, double complement, double a, double b)
    {
        if (a > FarTail)
        {
            double above = LogAddExp(Math.Log(complement) + NormalDistribution.LogCdf(-a), Math.Log(u) + NormalDistribution.LogCdf(-b));
            return -NormalDistribution.LogQuantile(above);
        }
        double aboveB = NormalDistribution.UpperTail(b);
        double beyondA = NormalDistribution.UpperTail(Math.Abs(a));
        double upper = complement * (a < 0 ? 1 - beyondA : beyondA) + u * aboveB;
        return upper <= 0.5
            ? -NormalDistribution.Quantile(upper)
            : NormalDistribution.Quantile(complement * (a < 0 ? beyondA : 1 - beyondA) + u * (1 - aboveB));
    }
}
