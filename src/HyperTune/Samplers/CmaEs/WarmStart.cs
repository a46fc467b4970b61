namespace HyperTune.Samplers.CmaEs;

/// <summary>A first distribution from the better points of a similar task.</summary>
/// <remarks>
/// The normal distribution nearest to a mixture of small bumps on the better points. Source: M. Nomura, S. Watanabe, Y. Akimoto, Y. Ozaki,
/// M. Onishi, "Warm Starting CMA-ES for Hyperparameter Optimization", 2021, equations 6 to 9.
/// </remarks>
internal static class WarmStart
{
    /// <summary>The mean, step size and shape for points of the unit box.</summary>
    /// <param name="points">Row-major [points, dimension].</param>
    /// <param name="dimension">1 or more.</param>
    /// <param name="losses">One for each point; less is better.</param>
    /// <param name="share">γ, the share of points that count as good; at least one has to.</param>
    /// <param name="width">α, the deviation of a bump.</param>
    public static (double[] Mean, double Sigma, FullCovariance Covariance) Of(ReadOnlySpan<double> points, int dimension, ReadOnlySpan<double> losses, double share, double width)
    {
        int good = (int)Math.Floor(share * losses.Length);
        if (good < 1) throw new ArgumentException($"{losses.Length} points give none of the best {share:P0}. Give more points, or a larger share.", nameof(points));
        var order = new int[losses.Length];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        // Stable, so that of equal losses the earlier ones count.
        double[] keys = losses.ToArray();
        Array.Sort(order, (a, b) => keys[a].CompareTo(keys[b]) is not 0 and var difference ? difference : a.CompareTo(b));
        var mean = new double[dimension];
        for (int k = 0; k < good; k++)
        {
            for (int i = 0; i < dimension; i++) mean[i] += points[order[k] * dimension + i] / good;
        }
        var matrix = new double[dimension * dimension];
        for (int i = 0; i < dimension; i++)
        {
            for (int j = 0; j < dimension; j++)
            {
                double sum = 0;
                for (int k = 0; k < good; k++)
                {
                    ReadOnlySpan<double> point = points.Slice(order[k] * dimension, dimension);
                    sum += (point[i] - mean[i]) * (point[j] - mean[j]);
                }
                matrix[i * dimension + j] = (i == j ? width * width : 0) + sum / good;
            }
        }
        var covariance = new FullCovariance(matrix, dimension);
        double sigma = Math.Exp(covariance.LogDeterminant / (2 * dimension));
        return (mean, sigma, (FullCovariance)covariance.Scaled(1 / (sigma * sigma)));
    }
}
