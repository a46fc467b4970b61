namespace HyperTune.Samplers.Gp.Process;

/// <summary>What is fitted to the data: how fast the function varies along each dimension, how much, and how noisy it is.</summary>
/// <param name="Weights">The inverse squared length scales, one for each dimension.</param>
/// <param name="Scale">The variance of the function.</param>
/// <param name="Noise">The variance of the noise.</param>
internal sealed record GpParameters(double[] Weights, double Scale, double Noise)
{
    /// <summary>The least variance of the noise: keeps the matrix well-conditioned.</summary>
    public const double LeastNoise = 1e-6;

    /// <summary>The logarithms that a fit moves: of the weights, the scale, and the noise above its least value.</summary>
    public static GpParameters FromLogs(ReadOnlySpan<double> logs, bool isDeterministic, double leastNoise = LeastNoise)
    {
        int d = logs.Length - 2;
        var weights = new double[d];
        for (int j = 0; j < d; j++) weights[j] = Math.Exp(logs[j]);
        return new(weights, Math.Exp(logs[d]), isDeterministic ? leastNoise : Math.Exp(logs[d + 1]) + leastNoise);
    }

    /// <inheritdoc cref="FromLogs"/>
    public double[] ToLogs(double leastNoise = LeastNoise) =>
        // A noise at its least value has no logarithm: a hundredth above it.
        [.. Weights.Select(w => Math.Log(w)), Math.Log(Scale), Math.Log(Math.Max(Noise - leastNoise, 0.01 * leastNoise))];
}
