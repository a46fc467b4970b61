using HyperTune.Numerics;

namespace HyperTune.Samplers.Gp.Acquisitions;

/// <summary>Log expected hypervolume improvement of several objectives, with constraints, over fantasies of running trials.</summary>
/// <remarks>
/// <para>Objectives are modelled apart, so that in each box of the non-dominated region the expected improvement is a product of one-dimensional ones, each the
/// difference of two expected improvements: exact, without draws (M. Emmerich, A. Deutz, J. W. Klinkenberg, "Hypervolume-based Expected Improvement: Monotonicity Properties and
/// Exact Computation", 2011; S. Daulton, M. Balandat, E. Bakshy, "Differentiable Expected Hypervolume Improvement", 2020, for the boxes).</para>
/// <para>Expected improvements are computed once for each coordinate, relative to that below the reference, and boxes only multiply.</para>
/// </remarks>
internal sealed class HypervolumeUtility : IUtility
{
    // Relative to the largest improvement possible; below it rounding decides.
    private const double Least = 1e-300;

    private readonly BoxDecomposition[] _boxes;
    private readonly Constraints _constraints;
    private readonly int _objectives;
    private readonly double[][] _shares;
    private readonly double[][] _byShare;
    private readonly double[] _logs;
    private readonly double[] _byMeans;
    private readonly double[] _byVariances;

    /// <param name="boxes">The boxes of each sample.</param>
    /// <param name="constraints">The constraints; their models come after those of the objectives.</param>
    public HypervolumeUtility(BoxDecomposition[] boxes, Constraints constraints)
    {
        _boxes = boxes;
        _constraints = constraints;
        _objectives = boxes[0].Objectives;
        int most = boxes.Max(sample => sample.Coordinates.Max(values => values.Length)), models = _objectives + constraints.Count;
        _shares = [.. Enumerable.Range(0, _objectives).Select(_ => new double[most])];
        _byShare = [.. Enumerable.Range(0, _objectives).Select(_ => new double[most])];
        _logs = new double[boxes.Length];
        _byMeans = new double[boxes.Length * models];
        _byVariances = new double[boxes.Length * models];
    }

    /// <inheritdoc/>
    public double Of(ReadOnlySpan<double> means, ReadOnlySpan<double> variances, Span<double> byMeans, Span<double> byVariances)
    {
        int samples = _boxes.Length, models = _objectives + _constraints.Count;
        for (int s = 0; s < samples; s++)
        {
            Span<double> byMean = _byMeans.AsSpan(s * models, models), byVariance = _byVariances.AsSpan(s * models, models);
            _logs[s] = OfSample(_boxes[s], means, variances, s, !byMeans.IsEmpty, byMean, byVariance);
            _logs[s] += _constraints.LogProbability(means, variances, s, samples, byMean[_objectives..], byVariance[_objectives..]);
        }
        double value = SampleMean.Of(_logs);
        if (byMeans.IsEmpty) return value;
        byVariances.Clear();
        for (int s = 0; s < samples; s++)
        {
            for (int model = 0; model < models; model++)
            {
                byMeans[(model * samples) + s] = _logs[s] * _byMeans[(s * models) + model];
                byVariances[model] += _logs[s] * _byVariances[(s * models) + model];
            }
        }
        return value;
    }

    private double OfSample(BoxDecomposition boxes, ReadOnlySpan<double> means, ReadOnlySpan<double> variances, int sample, bool wantsGradient, Span<double> byMean, Span<double> byVariance)
    {
        double largest = 0;
        for (int k = 0; k < _objectives; k++) largest += FillShares(boxes.Coordinates[k], _shares[k], means[(k * _boxes.Length) + sample], variances[k]);
        double sum = 0;
        for (int box = 0; box < boxes.Count; box++)
        {
            ReadOnlySpan<int> lower = boxes.Lower(box), upper = boxes.Upper(box);
            double product = 1;
            for (int k = 0; k < lower.Length; k++) product *= _shares[k][upper[k]] - _shares[k][lower[k]];
            sum += product;
        }
        sum = Math.Max(sum, Least);
        if (wantsGradient) AddGradients(boxes, means, variances, sample, sum, byMean, byVariance);
        return Math.Log(sum) + largest;
    }

    /// <summary>The expected improvement upon each coordinate relative to that upon the last, whose logarithm is returned.</summary>
    private static double FillShares(double[] coordinates, double[] shares, double mean, double variance)
    {
        double largest = Improvement.LogExpected(mean, variance, coordinates[^1]);
        shares[0] = 0;
        for (int i = 1; i < coordinates.Length - 1; i++) shares[i] = Math.Exp(Improvement.LogExpected(mean, variance, coordinates[i]) - largest);
        shares[coordinates.Length - 1] = 1;
        return largest;
    }

    private void AddGradients(BoxDecomposition boxes, ReadOnlySpan<double> means, ReadOnlySpan<double> variances, int sample, double sum, Span<double> byMean, Span<double> byVariance)
    {
        for (int k = 0; k < _objectives; k++) Array.Clear(_byShare[k]);
        for (int box = 0; box < boxes.Count; box++)
        {
            ReadOnlySpan<int> lower = boxes.Lower(box), upper = boxes.Upper(box);
            for (int k = 0; k < lower.Length; k++)
            {
                double others = 1;
                for (int i = 0; i < lower.Length; i++)
                {
                    if (i != k) others *= _shares[i][upper[i]] - _shares[i][lower[i]];
                }
                _byShare[k][upper[k]] += others;
                _byShare[k][lower[k]] -= others;
            }
        }
        for (int k = 0; k < _objectives; k++)
        {
            double[] coordinates = boxes.Coordinates[k];
            double mean = means[(k * _boxes.Length) + sample], sigma = Math.Sqrt(variances[k] + Improvement.LeastVariance);
            double largest = Improvement.LogExpected(mean, variances[k], coordinates[^1]), slope = 0, spread = 0;
            for (int i = 1; i < coordinates.Length; i++)
            {
                double z = (coordinates[i] - mean) / sigma;
                slope -= _byShare[k][i] * Math.Exp(NormalDistribution.LogCdf(z) - largest);
                spread += _byShare[k][i] * Math.Exp(NormalDistribution.LogDensity(z) - largest);
            }
            byMean[k] = slope / sum;
            byVariance[k] = spread / (2 * sigma * sum);
        }
    }
}
