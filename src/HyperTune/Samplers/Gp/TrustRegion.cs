namespace HyperTune.Samplers.Gp;

/// <summary>How wide the region around the best trial is in which points are trusted to improve it: grows with successes, shrinks with failures.</summary>
/// <remarks>D. Eriksson et al., "Scalable Global Optimization via Local Bayesian Optimization" (TuRBO), 2019. A fold over the losses in order of number, so that every process has the same.</remarks>
internal readonly record struct TrustRegion
{
    private const double FirstSide = 0.8, LargestSide = 1.6, SmallestSide = 0.0078125;
    private const int SuccessesToGrow = 3, LeastFailures = 4;

    // A success improves by more than this part of the best loss.
    private const double LeastGain = 1e-3;

    /// <summary>The side of the region, relative to the space.</summary>
    public double Side { get; private init; }

    /// <summary>Trials since the best loss last improved by whatever little.</summary>
    public int Stalled { get; private init; }

    /// <summary>Follows the trials.</summary>
    /// <param name="losses">The losses in order of number.</param>
    /// <param name="isFeasible">Whether each can be a success.</param>
    /// <param name="startup">The first trials, which do not count.</param>
    /// <param name="dimensions">The number of dimensions.</param>
    public static TrustRegion Follow(ReadOnlySpan<double> losses, ReadOnlySpan<bool> isFeasible, int startup, int dimensions)
    {
        double side = FirstSide, best = double.PositiveInfinity;
        int successes = 0, failures = 0, stalled = 0, failuresToShrink = Math.Max(LeastFailures, dimensions);
        for (int i = 0; i < losses.Length; i++)
        {
            bool isBetter = isFeasible[i] && losses[i] < best;
            bool isSuccess = isBetter && (double.IsInfinity(best) || losses[i] < best - (LeastGain * Math.Abs(best)));
            if (isBetter) best = losses[i];
            if (i < startup) continue;
            stalled = isBetter ? 0 : stalled + 1;
            (successes, failures) = isSuccess ? (successes + 1, 0) : (0, failures + 1);
            if (successes == SuccessesToGrow)
            {
                side = Math.Min(2 * side, LargestSide);
                successes = 0;
            }
            else if (failures == failuresToShrink)
            {
                side /= 2;
                failures = 0;
            }
            if (side < SmallestSide) side = FirstSide;
        }
        return new TrustRegion { Side = side, Stalled = stalled };
    }

    /// <summary>The bounds of numbers around a center: sides in proportion to the length scales, of the region's volume.</summary>
    public void Bounds(ReadOnlySpan<double> center, ReadOnlySpan<double> weights, ReadOnlySpan<bool> isCategorical, Span<double> lower, Span<double> upper)
    {
        double logs = 0;
        int count = 0;
        for (int j = 0; j < center.Length; j++)
        {
            if (isCategorical[j]) continue;
            logs -= 0.5 * Math.Log(weights[j]);
            count++;
        }
        for (int j = 0; j < center.Length; j++)
        {
            (lower[j], upper[j]) = (0, 1);
            if (isCategorical[j]) continue;
            double half = 0.5 * Side * Math.Exp((-0.5 * Math.Log(weights[j])) - (logs / count));
            (lower[j], upper[j]) = (Math.Max(0, center[j] - half), Math.Min(1, center[j] + half));
        }
    }
}
