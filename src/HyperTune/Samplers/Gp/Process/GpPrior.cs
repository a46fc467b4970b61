using HyperTune.Numerics;

namespace HyperTune.Samplers.Gp.Process;

/// <summary>What is believed about the parameters before any trial.</summary>
/// <remarks>
/// <para>The scale has a Gamma(2, 1) and the noise a Gamma(1.1, 30) prior. Each inverse squared length scale w has the density exp(-0.1/w - 0.1 w), which
/// keeps it from vanishing and from exploding; this is Optuna's choice. Or each length scale is log-normal with a mean that grows with the square root of the
/// number of dimensions (C. Hvarfner, E. Hellsten, L. Nardi, "Vanilla Bayesian Optimization Performs Great in High Dimensions", 2024).</para>
/// <para>Densities are those of the parameters themselves, also where a fit moves their logarithms.</para>
/// </remarks>
/// <param name="IsDimensionScaled">Whether length scales are log-normal.</param>
internal sealed record GpPrior(bool IsDimensionScaled)
{
    private const double Reciprocal = 0.1;
    private const double ScaleShape = 2, ScaleRate = 1, NoiseShape = 1.1, NoiseRate = 30;

    // Hvarfner et al.: location √2 + ln(d)/2 and deviation √3 of the logarithm.
    private const double Location = 1.41421356237309504880, Variance = 3;

    /// <summary>Where a first fit starts: at likely length scales, and a scale of 1.</summary>
    /// <param name="dimensions">The number of dimensions.</param>
    /// <param name="noise">The noise.</param>
    public GpParameters Start(int dimensions, double noise)
    {
        double weight = IsDimensionScaled ? Math.Exp(-2 * Location) / dimensions : 1;
        return new([.. Enumerable.Repeat(weight, dimensions)], 1, noise);
    }

    /// <summary>The log density of parameters, without its constant.</summary>
    public double LogDensity(GpParameters parameters) => LogDensity(parameters, hasNoise: true, default, 0);

    /// <summary>The log density and its derivatives by the logarithms of weights, scale, and noise above its least value.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="hasNoise">Whether the noise is fitted; else its derivative is 0.</param>
    /// <param name="gradient">From it the derivatives are subtracted; empty if not wanted.</param>
    /// <param name="leastNoise">The least noise.</param>
    public double LogDensity(GpParameters parameters, bool hasNoise, Span<double> gradient, double leastNoise)
    {
        double[] weights = parameters.Weights;
        double sum = 0;
        double location = Location + (0.5 * Math.Log(weights.Length));
        for (int j = 0; j < weights.Length; j++)
        {
            double w = weights[j], slope;
            if (IsDimensionScaled)
            {
                double logLength = -0.5 * Math.Log(w), off = logLength - location;
                sum -= logLength + (off * off / (2 * Variance)) + Logarithms.LogSqrtTwoPi + (0.5 * Math.Log(Variance));
                slope = 0.5 * (1 + (off / Variance));
            }
            else
            {
                sum -= (Reciprocal / w) + (Reciprocal * w);
                slope = (Reciprocal / w) - (Reciprocal * w);
            }
            if (!gradient.IsEmpty) gradient[j] -= slope;
        }
        double scale = parameters.Scale, noise = parameters.Noise;
        sum += ((ScaleShape - 1) * Math.Log(scale)) - (ScaleRate * scale) + ((NoiseShape - 1) * Math.Log(noise)) - (NoiseRate * noise);
        if (gradient.IsEmpty) return sum;
        gradient[weights.Length] -= ScaleShape - 1 - (ScaleRate * scale);
        if (hasNoise) gradient[weights.Length + 1] -= (noise - leastNoise) * (((NoiseShape - 1) / noise) - NoiseRate);
        return sum;
    }
}
