using System.Numerics.Tensors;
using HyperTune.Numerics;

namespace HyperTune.Samplers.Gp.Process;

/// <summary>A Gaussian process with known parameters, conditioned on losses: a mean and a variance at every point.</summary>
/// <remarks>
/// <para>Points that are still being evaluated can be appended as fantasies: draws from the process itself. They lower the variance like observations,
/// and each draw has its own mean. In whitened coordinates a draw is a row of standard normal numbers (J. Snoek, H. Larochelle, R. P. Adams, "Practical Bayesian
/// Optimization of Machine Learning Algorithms", 2012, section 3.2).</para>
/// <para>Not safe for concurrent use.</para>
/// </remarks>
internal sealed class GaussianProcess
{
    private const int Chunk = 16;

    private readonly CholeskyFactor _factor;
    private readonly double[] _whitened;
    private readonly double[] _queries;
    private readonly double[] _row;
    private double[] _fantasies = [];
    private double[] _moreNoise = [];

    private GaussianProcess(GpPoints points, GpParameters parameters, CholeskyFactor factor)
    {
        Points = points;
        Parameters = parameters;
        _factor = factor;
        _whitened = new double[factor.Stride];
        _queries = new double[Chunk * factor.Stride];
        _row = new double[factor.Stride];
    }

    /// <summary>The points: the observed ones come first.</summary>
    public GpPoints Points { get; }

    /// <summary>The parameters.</summary>
    public GpParameters Parameters { get; }

    /// <summary>Points with a loss.</summary>
    public int Observed { get; private set; }

    /// <summary>Draws of the fantasies; 1 without any.</summary>
    public int Samples { get; private set; } = 1;

    /// <summary>The points that count, fantasies included.</summary>
    internal int Count => _factor.Count;

    internal int Stride => _factor.Stride;

    /// <summary>Conditions a process on losses.</summary>
    /// <param name="points">The points, as many of the first ones as there are losses; further ones may be appended.</param>
    /// <param name="losses">The standardized losses.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="moreNoise">By how much the noise of each loss is known to be larger; empty for none.</param>
    /// <exception cref="ArgumentException">The matrix has no factor: a number is not finite.</exception>
    public static GaussianProcess Condition(GpPoints points, ReadOnlySpan<double> losses, GpParameters parameters, ReadOnlySpan<double> moreNoise = default)
    {
        CholeskyFactor factor = Factor(points, losses.Length, losses.Length, parameters, moreNoise);
        return Condition(points, losses, parameters, factor, moreNoise);
    }

    /// <summary>Conditions a process on losses, its matrix being factored.</summary>
    /// <param name="points">The points, as many of the first ones as there are losses; further ones may be appended.</param>
    /// <param name="losses">The standardized losses.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="factor">The factor of the points' matrix, which becomes the process's own.</param>
    /// <param name="moreNoise">By how much the noise of each loss is known to be larger; empty for none.</param>
    public static GaussianProcess Condition(GpPoints points, ReadOnlySpan<double> losses, GpParameters parameters, CholeskyFactor factor, ReadOnlySpan<double> moreNoise = default)
    {
        var process = new GaussianProcess(points, parameters, factor) { _moreNoise = moreNoise.ToArray(), Observed = losses.Length };
        losses.CopyTo(process._whitened);
        factor.SolveOne(process._whitened);
        return process;
    }

    /// <summary>Factors the matrix of points.</summary>
    /// <param name="points">The points.</param>
    /// <param name="count">How many of the first ones.</param>
    /// <param name="together">How many of these at once; the others are appended one by one, so that the factor is the same as one to which they were appended later.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="moreNoise">By how much the noise of each is known to be larger; empty for none.</param>
    /// <exception cref="ArgumentException">The matrix has no factor: a number is not finite.</exception>
    public static CholeskyFactor Factor(GpPoints points, int count, int together, GpParameters parameters, ReadOnlySpan<double> moreNoise = default)
    {
        var factor = new CholeskyFactor(points.Capacity);
        int stride = factor.Stride;
        var kernel = new double[together * stride];
        var point = new double[points.Dimensions];
        for (int i = 0; i < together; i++)
        {
            points.CopyTo(i, point);
            Span<double> values = kernel.AsSpan(i * stride, (i + 8) / 8 * 8);
            points.SquaredDistances(point, parameters.Weights, i + 1, values);
            Matern52.Values(values, parameters.Scale);
            if (moreNoise.Length > 0) values[i] += moreNoise[i];
        }
        if (!factor.TryFactor(kernel, together, parameters.Noise)) throw new ArgumentException("The points or parameters hold a number that is not finite. Leave it out.", nameof(points));
        AppendTo(factor, points, count, parameters, moreNoise);
        return factor;
    }

    /// <summary>Appends the next points to a factor, up to a number. O(n²) each.</summary>
    public static void AppendTo(CholeskyFactor factor, GpPoints points, int count, GpParameters parameters, ReadOnlySpan<double> moreNoise = default)
    {
        var row = new double[factor.Stride];
        var point = new double[points.Dimensions];
        while (factor.Count < count)
        {
            int i = factor.Count;
            points.CopyTo(i, point);
            Span<double> used = row.AsSpan(0, (i + 7) / 8 * 8);
            points.SquaredDistances(point, parameters.Weights, i, used);
            Matern52.Values(used, parameters.Scale);
            row.AsSpan(i).Clear();
            factor.Append(row, parameters.Scale + parameters.Noise + (moreNoise.Length > 0 ? moreNoise[i] : 0));
        }
    }

    /// <summary>Takes in the loss of the next one of the points. O(n²).</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="moreNoise">How much more noise it has than the others.</param>
    public void Append(double loss, double moreNoise = 0)
    {
        AppendRow(moreNoise);
        int last = Observed;
        double mean = TensorPrimitives.Dot<double>(_row.AsSpan(0, last), _whitened.AsSpan(0, last));
        _whitened[last] = (loss - mean) / _factor[last, last];
        Observed++;
    }

    /// <summary>Takes in the next one of the points as if it had the loss that is expected there, so that only the variance becomes less. O(n²).</summary>
    public void AppendTried()
    {
        AppendRow();
        _whitened[Observed++] = 0;
    }

    /// <summary>Takes in the next points without losses, each as several draws from the process. O(n²) a point.</summary>
    /// <param name="normals">Standard normal numbers [samples, points].</param>
    /// <param name="samples">The number of draws, 1 or more.</param>
    /// <param name="losses">Receives the draws [samples, points].</param>
    public void Fantasize(ReadOnlySpan<double> normals, int samples, Span<double> losses)
    {
        int count = normals.Length / samples;
        _fantasies = normals.ToArray();
        Samples = samples;
        for (int i = 0; i < count; i++)
        {
            AppendRow();
            int n = Observed + i;
            double common = TensorPrimitives.Dot<double>(_row.AsSpan(0, Observed), _whitened.AsSpan(0, Observed));
            for (int s = 0; s < samples; s++)
            {
                ReadOnlySpan<double> draws = normals.Slice(s * count, i);
                losses[(s * count) + i] = common + TensorPrimitives.Dot(_row.AsSpan(Observed, i), draws) + (_factor[n, n] * normals[(s * count) + i]);
            }
        }
    }

    /// <summary>Takes in given losses of the next points, which may differ between samples. O(n²) a point.</summary>
    /// <param name="losses">The losses [samples, points].</param>
    /// <param name="samples">The number of samples, 1 or more.</param>
    public void FantasizeGiven(ReadOnlySpan<double> losses, int samples)
    {
        int count = losses.Length / samples;
        _fantasies = new double[losses.Length];
        Samples = samples;
        for (int i = 0; i < count; i++)
        {
            AppendRow();
            double common = TensorPrimitives.Dot<double>(_row.AsSpan(0, Observed), _whitened.AsSpan(0, Observed));
            for (int s = 0; s < samples; s++)
            {
                double mean = common + TensorPrimitives.Dot<double>(_row.AsSpan(Observed, i), _fantasies.AsSpan(s * count, i));
                _fantasies[(s * count) + i] = (losses[(s * count) + i] - mean) / _factor[Observed + i, Observed + i];
            }
        }
    }

    /// <summary>The posterior at several points.</summary>
    /// <param name="queries">Row-major [points, dimensions].</param>
    /// <param name="means">Receives the means [points, samples].</param>
    /// <param name="variances">Receives the variances of the function without noise, one for each point.</param>
    public void Predict(ReadOnlySpan<double> queries, Span<double> means, Span<double> variances)
    {
        int d = Points.Dimensions, stride = Stride;
        for (int start = 0; start < variances.Length; start += Chunk)
        {
            int count = Math.Min(Chunk, variances.Length - start);
            for (int i = 0; i < count; i++) FillKernel(queries.Slice((start + i) * d, d), _queries.AsSpan(i * stride, stride), []);
            _factor.Solve(_queries, count);
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<double> v = _queries.AsSpan(i * stride, stride);
                MeansOf(v, means.Slice((start + i) * Samples, Samples));
                variances[start + i] = VarianceOf(v);
            }
        }
    }

    /// <summary>The joint covariance of the function at several points.</summary>
    /// <param name="queries">Row-major [points, dimensions].</param>
    /// <param name="covariance">Receives it, row-major [points, points].</param>
    public void JointCovariance(ReadOnlySpan<double> queries, Span<double> covariance)
    {
        int d = Points.Dimensions, count = queries.Length / d, stride = Stride;
        var rows = new double[(count + 3) / 4 * 4 * stride];
        for (int i = 0; i < count; i++) FillKernel(queries.Slice(i * d, d), rows.AsSpan(i * stride, stride), []);
        _factor.Solve(rows, count);
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double prior = Parameters.Scale * Matern52.Value(SquaredDistance(queries.Slice(i * d, d), queries.Slice(j * d, d)));
                covariance[(i * count) + j] = prior - TensorPrimitives.Dot<double>(rows.AsSpan(i * stride, Count), rows.AsSpan(j * stride, Count));
                covariance[(j * count) + i] = covariance[(i * count) + j];
            }
        }
    }

    /// <summary>The means at the observed points, which differ from the losses by what counts as noise.</summary>
    public double[] SmoothedLosses(ReadOnlySpan<double> losses)
    {
        double[] alpha = [.. _whitened];
        _factor.SolveTransposed(alpha);
        var means = new double[losses.Length];
        for (int i = 0; i < means.Length; i++) means[i] = losses[i] - ((Parameters.Noise + _factor.Jitter + (_moreNoise.Length > 0 ? _moreNoise[i] : 0)) * alpha[i]);
        return means;
    }

    /// <summary>The means and variances at the observed points when the loss of each is left out, by one inverse.</summary>
    /// <remarks>Rasmussen and Williams, 2006, equation 5.12. Variances include the noise.</remarks>
    public void LeaveOneOut(ReadOnlySpan<double> losses, Span<double> means, Span<double> variances)
    {
        var inverse = new double[Stride * Stride];
        _factor.Invert(inverse);
        double[] alpha = [.. _whitened];
        _factor.SolveTransposed(alpha);
        for (int i = 0; i < losses.Length; i++)
        {
            variances[i] = 1 / inverse[(i * Stride) + i];
            means[i] = losses[i] - (alpha[i] * variances[i]);
        }
    }

    /// <summary>The kernel between a point and all that count, 0 behind them.</summary>
    internal void FillKernel(ReadOnlySpan<double> x, Span<double> kernel, Span<double> slopes)
    {
        Span<double> used = kernel[..((Count + 7) / 8 * 8)];
        Points.SquaredDistances(x, Parameters.Weights, Count, used);
        Matern52.Values(used, Parameters.Scale, slopes);
        kernel[Count..].Clear();
        if (!slopes.IsEmpty) slopes[Count..].Clear();
    }

    /// <summary>Solves the factor for one kernel row in place.</summary>
    internal void Whiten(Span<double> kernel) => _factor.SolveOne(kernel);

    /// <summary>Solves the factor's transpose in place.</summary>
    internal void Unwhiten(Span<double> v) => _factor.SolveTransposed(v);

    /// <summary>The mean of each sample at a whitened kernel row.</summary>
    internal void MeansOf(ReadOnlySpan<double> v, Span<double> means)
    {
        double common = TensorPrimitives.Dot(v[..Observed], _whitened.AsSpan(0, Observed));
        int pending = Count - Observed;
        for (int s = 0; s < Samples; s++) means[s] = pending == 0 ? common : common + TensorPrimitives.Dot(v.Slice(Observed, pending), _fantasies.AsSpan(s * pending, pending));
    }

    /// <summary>The variance at a whitened kernel row.</summary>
    internal double VarianceOf(ReadOnlySpan<double> v) => Math.Max(0, Parameters.Scale - TensorPrimitives.SumOfSquares(v[..Count]));

    /// <summary>The whitened losses, those of the samples added up by weight.</summary>
    internal void AddWhitened(ReadOnlySpan<double> weights, Span<double> sum)
    {
        int pending = Count - Observed;
        TensorPrimitives.MultiplyAdd(_whitened.AsSpan(0, Observed), TensorPrimitives.Sum(weights), sum[..Observed], sum[..Observed]);
        for (int s = 0; s < Samples && pending > 0; s++)
        {
            Span<double> part = sum.Slice(Observed, pending);
            TensorPrimitives.MultiplyAdd(_fantasies.AsSpan(s * pending, pending), weights[s], part, part);
        }
    }

    private void AppendRow(double moreNoise = 0)
    {
        Span<double> point = stackalloc double[Points.Dimensions];
        Points.CopyTo(Count, point);
        FillKernel(point, _row, []);
        _factor.Append(_row, Parameters.Scale + Parameters.Noise + moreNoise);
    }

    private double SquaredDistance(ReadOnlySpan<double> x, ReadOnlySpan<double> other)
    {
        double sum = 0;
        for (int j = 0; j < x.Length; j++)
        {
            double difference = x[j] - other[j];
            sum += Parameters.Weights[j] * (Points.IsCategorical[j] ? (difference == 0 ? 0 : 1) : difference * difference);
        }
        return sum;
    }
}
