namespace HyperTune.Samplers.Tpe;

/// <summary>Rules that weigh observations by their place in trial order, the oldest first.</summary>
internal static class TpeWeights
{
    /// <summary>The number of newest observations that count fully.</summary>
    private const int FullWeights = 25;

    /// <summary>The default weights of n observations: the newest 25 weigh 1, older ones a ramp from 1/n up to 1.</summary>
    public static double[] Default(int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        var weights = new double[n];
        Default(weights);
        return weights;
    }

    /// <inheritdoc cref="Default(int)"/>
    public static void Default(Span<double> weights)
    {
        int n = weights.Length;
        int ramp = Math.Max(n - FullWeights, 0);
        weights[ramp..].Fill(1);
        if (ramp == 0) return;
        double start = 1.0 / n;
        double step = ramp > 1 ? (1 - start) / (ramp - 1) : 0;
        for (int i = 0; i < ramp; i++) weights[i] = start + i * step;
        if (ramp > 1) weights[ramp - 1] = 1;
    }

    /// <summary>All observations weigh 1.</summary>
    public static void Uniform(Span<double> weights) => weights.Fill(1);
}
