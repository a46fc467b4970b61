namespace HyperTune.Samplers.Gp.Acquisitions;

/// <summary>What a point is worth, by the posterior of each model there.</summary>
internal interface IUtility
{
    /// <summary>The logarithm of the utility; larger is better.</summary>
    /// <param name="means">The means [models, samples].</param>
    /// <param name="variances">One for each model.</param>
    /// <param name="byMeans">Receives the derivatives by the means; empty if not wanted.</param>
    /// <param name="byVariances">Receives the derivatives by the variances.</param>
    double Of(ReadOnlySpan<double> means, ReadOnlySpan<double> variances, Span<double> byMeans, Span<double> byVariances);
}
