using System.Numerics.Tensors;
using HyperTune.Numerics;

namespace HyperTune.Samplers.Gp.Process;

/// <summary>Minus the log posterior of the parameters given losses, with its gradient by their logarithms.</summary>
/// <remarks>
/// <para>With T = (K⁻¹ - K⁻¹yyᵀK⁻¹)/2 the derivative by a parameter p is tr(T ∂K/∂p) (Rasmussen and Williams, 2006, equation 5.9). The constant n/2 ln 2π is left out.</para>
/// <para>One evaluation costs n³/2 multiply-adds and n²(d + 1) further ones.</para>
/// </remarks>
internal sealed class GpLikelihood : IGradientFunction
{
    private readonly GpPoints _points;
    private readonly double[] _losses;
    private readonly double[] _moreNoise;
    private readonly GpPrior _prior;
    private readonly bool _isDeterministic;
    private readonly double _leastNoise;
    private readonly CholeskyFactor _factor;
    private readonly double[] _kernel;
    private readonly double[] _slopes;
    private readonly double[] _inverse;
    private readonly double[] _alpha;
    private readonly double[] _factors;
    private readonly double[] _row;

    /// <param name="points">The points.</param>
    /// <param name="losses">Standardized losses of the first ones.</param>
    /// <param name="prior">What is believed about the parameters.</param>
    /// <param name="isDeterministic">Whether the noise stays at its least value.</param>
    /// <param name="leastNoise">The least noise.</param>
    /// <param name="moreNoise">By how much the noise of each loss is known to be larger; empty for none.</param>
    public GpLikelihood(
        GpPoints points, ReadOnlySpan<double> losses, GpPrior prior, bool isDeterministic, double leastNoise = GpParameters.LeastNoise, ReadOnlySpan<double> moreNoise = default)
    {
        _points = points;
        _losses = losses.ToArray();
        _moreNoise = moreNoise.ToArray();
        _prior = prior;
        _isDeterministic = isDeterministic;
        _leastNoise = leastNoise;
        _factor = new(points.Capacity);
        int stride = points.Stride;
        // Whole blocks of the inverse are written.
        _kernel = new double[stride * stride];
        _slopes = new double[stride * stride];
        _inverse = new double[stride * stride];
        _alpha = new double[stride];
        _factors = new double[stride];
        _row = new double[points.Dimensions];
    }

    /// <summary>The log marginal likelihood of parameters, without its constant.</summary>
    public double LogLikelihood(GpParameters parameters) => FillAndFactor(parameters) ? -NegativeLogLikelihood() : double.NaN;

    /// <inheritdoc/>
    public double Evaluate(ReadOnlySpan<double> x, Span<double> gradient)
    {
        var parameters = GpParameters.FromLogs(x, _isDeterministic, _leastNoise);
        gradient.Clear();
        if (!FillAndFactor(parameters)) return double.PositiveInfinity;
        double loss = NegativeLogLikelihood();
        _factor.SolveTransposed(_alpha);
        _factor.Invert(_inverse);
        AddGradient(parameters, gradient);
        return loss - _prior.LogDensity(parameters, !_isDeterministic, gradient, _leastNoise);
    }

    private bool FillAndFactor(GpParameters parameters)
    {
        int n = _losses.Length, stride = _factor.Stride;
        for (int i = 0; i < n; i++)
        {
            _points.CopyTo(i, _row);
            Span<double> values = _kernel.AsSpan(i * stride, (i + 8) / 8 * 8);
            _points.SquaredDistances(_row, parameters.Weights, i + 1, values);
            Matern52.Values(values, parameters.Scale, _slopes.AsSpan(i * stride, values.Length));
            if (_moreNoise.Length > 0) values[i] += _moreNoise[i];
        }
        return _factor.TryFactor(_kernel, n, parameters.Noise);
    }

    /// <summary>Leaves the whitened losses in alpha.</summary>
    private double NegativeLogLikelihood()
    {
        _losses.CopyTo(_alpha, 0);
        _factor.SolveOne(_alpha);
        return _factor.HalfLogDeterminant + (0.5 * TensorPrimitives.SumOfSquares<double>(_alpha.AsSpan(0, _losses.Length)));
    }

    private void AddGradient(GpParameters parameters, Span<double> gradient)
    {
        int n = _losses.Length, d = _points.Dimensions, stride = _factor.Stride;
        double trace = 0, byScale = 0;
        for (int i = 0; i < n; i++)
        {
            Span<double> t = _inverse.AsSpan(i * stride, i + 1);
            // Twice T, once for either triangle; half of it on the diagonal.
            TensorPrimitives.MultiplyAdd(_alpha.AsSpan(0, i + 1), -_alpha[i], t, t);
            t[i] *= 0.5;
            trace += t[i];
            byScale += TensorPrimitives.Dot<double>(t, _kernel.AsSpan(i * stride, i + 1));
            if (_moreNoise.Length > 0) byScale -= t[i] * _moreNoise[i];
            int vectors = (i + 8) / 8 * 8;
            TensorPrimitives.Multiply<double>(t, _slopes.AsSpan(i * stride, i + 1), _factors);
            _factors.AsSpan(i + 1, vectors - i - 1).Clear();
            _points.CopyTo(i, _row);
            _points.AddSquares(_row, _factors.AsSpan(0, vectors), i + 1, gradient[..d]);
        }
        for (int j = 0; j < d; j++) gradient[j] *= parameters.Weights[j];
        gradient[d] = byScale;
        if (!_isDeterministic) gradient[d + 1] = (parameters.Noise - _leastNoise) * trace;
    }
}
