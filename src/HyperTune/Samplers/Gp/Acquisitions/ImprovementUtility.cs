namespace HyperTune.Samplers.Gp.Acquisitions;

/// <summary>Log expected improvement of one objective, with constraints, over fantasies of running trials.</summary>
/// <remarks>The first model is the objective, the others are constraints. In each sample of the fantasies the best of them is to be improved upon, too.</remarks>
/// <param name="thresholds">The loss to improve upon in each sample; empty while nothing is feasible, when feasibility alone counts.</param>
/// <param name="samples">The number of samples.</param>
/// <param name="constraints">The constraints.</param>
internal sealed class ImprovementUtility(double[] thresholds, int samples, Constraints constraints) : IUtility
{
    private readonly double[] _logs = new double[samples];
    private readonly double[] _byMean = new double[samples];
    private readonly double[] _byVariance = new double[samples];
    private readonly double[] _byConstraintMean = new double[samples * constraints.Count];
    private readonly double[] _byConstraintVariance = new double[samples * constraints.Count];

    /// <inheritdoc/>
    public double Of(ReadOnlySpan<double> means, ReadOnlySpan<double> variances, Span<double> byMeans, Span<double> byVariances)
    {
        int c = constraints.Count;
        for (int s = 0; s < samples; s++)
        {
            _logs[s] = thresholds.Length == 0 ? 0
                : byMeans.IsEmpty ? Improvement.LogExpected(means[s], variances[0], thresholds[s])
                : Improvement.LogExpected(means[s], variances[0], thresholds[s], out _byMean[s], out _byVariance[s]);
            if (c > 0) _logs[s] += constraints.LogProbability(means, variances, s, samples, _byConstraintMean.AsSpan(s * c, c), _byConstraintVariance.AsSpan(s * c, c));
        }
        double value = SampleMean.Of(_logs);
        if (byMeans.IsEmpty) return value;
        byVariances.Clear();
        for (int s = 0; s < samples; s++)
        {
            byMeans[s] = _logs[s] * _byMean[s];
            byVariances[0] += _logs[s] * _byVariance[s];
            for (int i = 0; i < c; i++)
            {
                byMeans[((1 + i) * samples) + s] = _logs[s] * _byConstraintMean[(s * c) + i];
                byVariances[1 + i] += _logs[s] * _byConstraintVariance[(s * c) + i];
            }
        }
        return value;
    }
}
