using HyperTune.Numerics;

namespace HyperTune.Samplers.Gp.Acquisitions;

/// <summary>Logarithms of the expected improvement and of the probability of improvement, and confidence bounds, for losses.</summary>
/// <remarks>
/// The expected improvement below a threshold is σ h(z) with z = (threshold - mean)/σ and h(z) = z Φ(z) + φ(z). Its logarithm keeps slopes where the improvement itself
/// underflows (S. Ament et al., "Unexpected Improvements to Expected Improvement for Bayesian Optimization", 2023).
/// </remarks>
internal static class Improvement
{
    /// <summary>Added to variances, so that none is 0.</summary>
    public const double LeastVariance = 1e-12;

    private const double SqrtHalfPi = 1.2533141373155002512;
    private const double SqrtHalf = 0.70710678118654752440;

    // Beyond, 1 - z·Mills(z) cancels; the asymptotic series is exact to 1e-16 there.
    private const double Asymptotic = -1e3;

    /// <summary>ln h(z).</summary>
    public static double LogH(double z)
    {
        if (z > -1) return Math.Log((z * NormalDistribution.Cdf(z)) + Math.Exp(NormalDistribution.LogDensity(z)));
        double rest = z > Asymptotic
            ? Logarithms.LogOnePlus(SqrtHalfPi * z * ErrorFunction.Erfcx(-z * SqrtHalf))
            : Logarithms.LogOnePlus((-3 + (15 / (z * z))) / (z * z)) - (2 * Math.Log(-z));
        return NormalDistribution.LogDensity(z) + rest;
    }

    /// <summary>The logarithm of the expected improvement, with its derivatives.</summary>
    /// <param name="mean">The mean of the loss.</param>
    /// <param name="variance">Its variance.</param>
    /// <param name="threshold">The loss to improve upon.</param>
    /// <param name="byMean">The derivative by the mean.</param>
    /// <param name="byVariance">The derivative by the variance.</param>
    public static double LogExpected(double mean, double variance, double threshold, out double byMean, out double byVariance)
    {
        double sigma = Math.Sqrt(variance + LeastVariance), z = (threshold - mean) / sigma, h = LogH(z);
        byMean = -Math.Exp(NormalDistribution.LogCdf(z) - h) / sigma;
        byVariance = Math.Exp(NormalDistribution.LogDensity(z) - h) / (2 * sigma * sigma);
        return h + Math.Log(sigma);
    }

    /// <summary>The logarithm of the expected improvement.</summary>
    public static double LogExpected(double mean, double variance, double threshold)
    {
        double sigma = Math.Sqrt(variance + LeastVariance);
        return LogH((threshold - mean) / sigma) + Math.Log(sigma);
    }

    /// <summary>The logarithm of the probability of a loss at most the threshold, with its derivatives.</summary>
    public static double LogProbability(double mean, double variance, double threshold, out double byMean, out double byVariance)
    {
        double sigma = Math.Sqrt(variance + LeastVariance), z = (threshold - mean) / sigma, log = NormalDistribution.LogCdf(z);
        double ratio = Math.Exp(NormalDistribution.LogDensity(z) - log);
        byMean = -ratio / sigma;
        byVariance = -ratio * z / (2 * sigma * sigma);
        return log;
    }

    /// <summary>The confidence bound mean - √(β·variance); with a negative sign the upper one.</summary>
    /// <param name="mean">The mean of the loss.</param>
    /// <param name="variance">Its variance.</param>
    /// <param name="beta">The squared number of deviations.</param>
    /// <param name="sign">1 for the lower, -1 for the upper bound.</param>
    public static double Bound(double mean, double variance, double beta, int sign = 1) => mean - (sign * Math.Sqrt(beta * variance));
}
