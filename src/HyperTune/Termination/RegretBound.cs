using HyperTune.Numerics;
using HyperTune.Samplers.Gp;
using HyperTune.Samplers.Gp.Acquisitions;
using HyperTune.Samplers.Gp.Process;

namespace HyperTune.Termination;

/// <summary>Confidence bounds of a Gaussian process: of the best point that was evaluated, and of the best point of the space.</summary>
/// <remarks>A. Makarova et al., "Automatic Termination for Hyperparameter Optimization", 2022: the least upper bound minus the least lower bound is at least the regret, with a probability of 1 - δ.</remarks>
internal static class RegretBound
{
    // δ, and the factor by which Srinivas et al., 2010, section 6, found β too large in practice.
    private const double Delta = 0.1, Practical = 5;

    private const int DimensionsForScaledPrior = 15;
    private const double LowNoise = 1e-4;

    /// <summary>The width of the bounds: 2 ln(d n² π² / 6δ) / 5.</summary>
    /// <param name="dimensions">d, the number of parameters.</param>
    /// <param name="trials">n, the number of trials.</param>
    public static double Beta(int dimensions, int trials) => 2 * Math.Log(dimensions * (double)trials * trials * Math.PI * Math.PI / (6 * Delta)) / Practical;

    /// <summary>Fits a process and gives its bounds.</summary>
    /// <param name="space">The parameters.</param>
    /// <param name="points">The evaluated points; at least one.</param>
    /// <param name="losses">A standardized loss for each.</param>
    /// <param name="trials">The number of trials in all.</param>
    /// <returns>The least upper bound over the points, and the least lower bound over the space, both of the loss without noise.</returns>
    public static (double OfBest, double OfSpace) Of(GpSpace space, double[][] points, ReadOnlySpan<double> losses, int trials)
    {
        int d = space.Dimensions.Length, n = points.Length;
        var columns = new GpPoints(space.IsCategorical, n);
        foreach (double[] point in points) columns.Add(point);
        var prior = new GpPrior(d > DimensionsForScaledPrior);
        var likelihood = new GpLikelihood(columns, losses, prior, isDeterministic: false);
        (double[] logs, _) = GpFit.Run(likelihood, [prior.Start(d, 1).ToLogs(), prior.Start(d, LowNoise).ToLogs()], isDeterministic: false);
        GaussianProcess process = GaussianProcess.Condition(columns, losses, GpParameters.FromLogs(logs, isDeterministic: false));

        double beta = Beta(d, trials);
        double[] means = new double[n], variances = new double[n], flat = [.. points.SelectMany(point => point)];
        process.Predict(flat, means, variances);
        double ofBest = double.PositiveInfinity, ofSpace = double.PositiveInfinity;
        int best = 0, lowest = 0;
        for (int i = 0; i < n; i++)
        {
            double width = Math.Sqrt(beta * Math.Max(0, variances[i]));
            if (means[i] + width < ofBest) (ofBest, best) = (means[i] + width, i);
            if (means[i] - width < ofSpace) (ofSpace, lowest) = (means[i] - width, i);
        }
        // A seed of its own: the answer is to be the same whoever asks.
        var search = new AcquisitionSearch(space.Dimensions, new Acquisition([process], new LowerBound(beta)), process.Parameters.Weights, SearchRegion.Whole(points[best], points[lowest]), tried: null, RandomStream.Create(0, n, "regret bound"));
        search.Run(out double depth);
        return (ofBest, Math.Min(ofSpace, -depth));
    }

    /// <summary>Minus the lower confidence bound.</summary>
    private sealed class LowerBound(double beta) : IUtility
    {
        // A deviation has no slope where it vanishes.
        private const double LeastVariance = 1e-12;

        public double Of(ReadOnlySpan<double> means, ReadOnlySpan<double> variances, Span<double> byMeans, Span<double> byVariances)
        {
            double width = Math.Sqrt(beta * Math.Max(variances[0], LeastVariance));
            if (!byMeans.IsEmpty)
            {
                byMeans[0] = -1;
                byVariances[0] = variances[0] > LeastVariance ? 0.5 * beta / width : 0;
            }
            return width - means[0];
        }
    }
}
