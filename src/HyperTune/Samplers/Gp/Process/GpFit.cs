using HyperTune.Numerics;

namespace HyperTune.Samplers.Gp.Process;

/// <summary>Finds the most probable parameters for given losses.</summary>
internal static class GpFit
{
    // Far beyond what a prior lets through; they keep exponentials finite.
    private const double LogWeightBound = 14, LogScaleBound = 12, LeastLogNoise = -23, LargestLogNoise = 4;

    /// <summary>Searches from several starts and gives the best end.</summary>
    /// <param name="likelihood">What to minimize.</param>
    /// <param name="starts">The starts; at least one.</param>
    /// <param name="isDeterministic">Whether the noise stays at its least value.</param>
    /// <param name="tolerance">Ends where no component of the gradient is larger.</param>
    /// <param name="evaluations">The most evaluations from each start.</param>
    /// <returns>The logarithms of the parameters, and the loss there.</returns>
    public static (double[] Logs, double Loss) Run(GpLikelihood likelihood, IReadOnlyList<double[]> starts, bool isDeterministic, double tolerance = 1e-2, int evaluations = 100)
    {
        int size = starts[0].Length;
        var search = new ProjectedLbfgs(size);
        var lower = new double[size];
        var upper = new double[size];
        Array.Fill(lower, -LogWeightBound);
        Array.Fill(upper, LogWeightBound);
        (lower[^2], upper[^2]) = (-LogScaleBound, LogScaleBound);
        (lower[^1], upper[^1]) = (LeastLogNoise, LargestLogNoise);
        double[] best = starts[0];
        double least = double.PositiveInfinity;
        foreach (double[] start in starts)
        {
            double[] logs = [.. start];
            if (isDeterministic) lower[^1] = upper[^1] = Math.Clamp(logs[^1], LeastLogNoise, LargestLogNoise);
            double loss = search.Minimize(likelihood, logs, lower, upper, tolerance, evaluations);
            if (!(loss < least)) continue;
            (best, least) = (logs, loss);
        }
        return (best, least);
    }
}
