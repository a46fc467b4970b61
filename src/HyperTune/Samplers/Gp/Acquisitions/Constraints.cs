namespace HyperTune.Samplers.Gp.Acquisitions;

/// <summary>The probability that all constraints hold: the product of each one's, as they are modelled apart.</summary>
/// <remarks>J. R. Gardner et al., "Bayesian Optimization with Inequality Constraints", 2014.</remarks>
/// <param name="first">The place of the first constraint among the models.</param>
/// <param name="thresholds">The standardized value up to which each holds.</param>
internal sealed class Constraints(int first, double[] thresholds)
{
    /// <summary>No constraints.</summary>
    public static Constraints None { get; } = new(0, []);

    /// <summary>The number of constraints.</summary>
    public int Count => thresholds.Length;

    /// <summary>The log probability for one sample, with its derivatives, which are overwritten.</summary>
    public double LogProbability(ReadOnlySpan<double> means, ReadOnlySpan<double> variances, int sample, int samples, Span<double> byMeans, Span<double> byVariances)
    {
        double sum = 0;
        for (int i = 0; i < thresholds.Length; i++)
        {
            sum += Improvement.LogProbability(means[((first + i) * samples) + sample], variances[first + i], thresholds[i], out double byMean, out double byVariance);
            if (byMeans.IsEmpty) continue;
            byMeans[i] = byMean;
            byVariances[i] = byVariance;
        }
        return sum;
    }

    /// <summary>Whether a fantasy holds all constraints.</summary>
    /// <param name="losses">The fantasies of each constraint [samples, points].</param>
    /// <param name="index">Which of them.</param>
    public bool Holds(IReadOnlyList<double[]> losses, int index)
    {
        for (int i = 0; i < thresholds.Length; i++)
        {
            if (losses[first + i][index] > thresholds[i]) return false;
        }
        return true;
    }
}
