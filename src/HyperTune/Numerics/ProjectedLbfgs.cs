using System.Numerics.Tensors;

namespace HyperTune.Numerics;

/// <summary>Minimizes a smooth function inside a box by limited-memory quasi-Newton steps along the projected path.</summary>
/// <remarks>
/// <para>Numbers that a bound holds are left out of the quasi-Newton step, and the line search bends at the bounds (D. P. Bertsekas, "Projected Newton
/// Methods for Optimization Problems with Simple Constraints", 1982; J. Nocedal and S. J. Wright, "Numerical Optimization", 2006, algorithm 7.4).
/// Steps are accepted by Armijo's rule; pairs without positive curvature are not remembered. Finds a local minimum.</para>
/// <para>An instance holds the work space of one size and serves one thread.</para>
/// </remarks>
internal sealed class ProjectedLbfgs(int size)
{
    private const int Memory = 10;
    private const double SufficientDecrease = 1e-4;
    private const double RelativeDecrease = 2e-9;
    private const int LineSteps = 20;

    private readonly double[] _steps = new double[Memory * size];
    private readonly double[] _changes = new double[Memory * size];
    private readonly double[] _factors = new double[Memory];
    private readonly double[] _gradient = new double[size];
    private readonly double[] _nextGradient = new double[size];
    private readonly double[] _next = new double[size];
    private readonly double[] _direction = new double[size];
    private readonly bool[] _isFree = new bool[size];
    private int _pairs;
    private int _newest;

    /// <summary>How often the function was evaluated by the last search.</summary>
    public int Evaluations { get; private set; }

    /// <summary>Moves a point downhill.</summary>
    /// <param name="function">What to minimize; it must have a finite value at the start.</param>
    /// <param name="x">The start, cut to the bounds first; receives the minimum.</param>
    /// <param name="lower">The lower bounds, which may be infinite. A number whose bounds are equal stays as it is.</param>
    /// <param name="upper">The upper bounds.</param>
    /// <param name="tolerance">Ends where no component of the projected gradient is larger.</param>
    /// <param name="evaluations">Ends after so many evaluations.</param>
    /// <returns>The value at the point.</returns>
    public double Minimize(IGradientFunction function, Span<double> x, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper, double tolerance, int evaluations)
    {
        for (int i = 0; i < size; i++) x[i] = Math.Clamp(x[i], lower[i], upper[i]);
        double value = function.Evaluate(x, _gradient);
        Evaluations = 1;
        _pairs = 0;
        while (Evaluations < evaluations && double.IsFinite(value) && ProjectedGradient(x, lower, upper) > tolerance)
        {
            if (!Descend(function, x, ref value, lower, upper, evaluations, out bool isStill) || isStill) break;
        }
        return value;
    }

    /// <summary>The largest component of the projected gradient; notes which numbers no bound holds.</summary>
    private double ProjectedGradient(ReadOnlySpan<double> x, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper)
    {
        double largest = 0;
        for (int i = 0; i < size; i++)
        {
            _isFree[i] = !(x[i] <= lower[i] && _gradient[i] > 0) && !(x[i] >= upper[i] && _gradient[i] < 0) && lower[i] < upper[i];
            if (_isFree[i]) largest = Math.Max(largest, Math.Abs(Math.Clamp(x[i] - _gradient[i], lower[i], upper[i]) - x[i]));
        }
        return largest;
    }

    /// <summary>One step; false where no shorter step descends.</summary>
    private bool Descend(IGradientFunction function, Span<double> x, ref double value, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper, int evaluations, out bool isStill)
    {
        isStill = false;
        SetDirection();
        double slope = Slope();
        if (!(slope < 0))
        {
            _pairs = 0;
            SetDirection();
            slope = Slope();
        }
        double step = _pairs > 0 ? 1 : Math.Min(1, 1 / TensorPrimitives.SumOfMagnitudes<double>(_direction));
        for (int i = 0; i < LineSteps && Evaluations < evaluations; i++)
        {
            double decrease = 0;
            for (int j = 0; j < size; j++)
            {
                _next[j] = Math.Clamp(x[j] + (step * _direction[j]), lower[j], upper[j]);
                decrease += _gradient[j] * (_next[j] - x[j]);
            }
            double next = function.Evaluate(_next, _nextGradient);
            Evaluations++;
            if (next <= value + (SufficientDecrease * decrease) && decrease < 0)
            {
                Remember(x);
                _next.CopyTo(x);
                _nextGradient.CopyTo(_gradient, 0);
                isStill = value - next <= RelativeDecrease * Math.Max(1, Math.Max(Math.Abs(value), Math.Abs(next)));
                value = next;
                return true;
            }
            // The minimum of the parabola through value, slope and the new value, kept inside a tenth to a half.
            double curve = 2 * (next - value - (step * slope));
            double shorter = double.IsFinite(curve) && curve > 0 ? -slope * step * step / curve : 0.1 * step;
            step = Math.Clamp(shorter, 0.1 * step, 0.5 * step);
        }
        if (_pairs == 0) return false;
        // The remembered curvature may be what leads astray: once more by the gradient alone.
        _pairs = 0;
        return true;
    }

    private double Slope()
    {
        double slope = 0;
        for (int i = 0; i < size; i++) slope += _gradient[i] * _direction[i];
        return slope;
    }

    /// <summary>Minus the gradient times the approximated inverse Hessian, over the free numbers.</summary>
    private void SetDirection()
    {
        for (int i = 0; i < size; i++) _direction[i] = _isFree[i] ? -_gradient[i] : 0;
        Span<double> weights = stackalloc double[Memory];
        double scale = 0;
        for (int k = 0; k < _pairs; k++)
        {
            int pair = (_newest - k + Memory) % Memory;
            ReadOnlySpan<double> s = _steps.AsSpan(pair * size, size), y = _changes.AsSpan(pair * size, size);
            double curvature = 0, square = 0, along = 0;
            for (int i = 0; i < size; i++)
            {
                if (!_isFree[i]) continue;
                curvature += s[i] * y[i];
                square += y[i] * y[i];
                along += s[i] * _direction[i];
            }
            _factors[pair] = curvature > 1e-12 * square ? 1 / curvature : 0;
            if (_factors[pair] == 0) continue;
            if (scale == 0) scale = curvature / square;
            weights[k] = along * _factors[pair];
            for (int i = 0; i < size; i++)
            {
                if (_isFree[i]) _direction[i] -= weights[k] * y[i];
            }
        }
        if (scale == 0) return;
        for (int i = 0; i < size; i++) _direction[i] *= scale;
        for (int k = _pairs - 1; k >= 0; k--)
        {
            int pair = (_newest - k + Memory) % Memory;
            if (_factors[pair] == 0) continue;
            ReadOnlySpan<double> s = _steps.AsSpan(pair * size, size), y = _changes.AsSpan(pair * size, size);
            double along = 0;
            for (int i = 0; i < size; i++) along += y[i] * _direction[i];
            double weight = weights[k] - (along * _factors[pair]);
            for (int i = 0; i < size; i++)
            {
                if (_isFree[i]) _direction[i] += weight * s[i];
            }
        }
    }

    private void Remember(ReadOnlySpan<double> x)
    {
        int slot = (_newest + 1) % Memory;
        Span<double> s = _steps.AsSpan(slot * size, size), y = _changes.AsSpan(slot * size, size);
        TensorPrimitives.Subtract(_next, x, s);
        TensorPrimitives.Subtract<double>(_nextGradient, _gradient, y);
        if (!(TensorPrimitives.Dot<double>(s, y) > 1e-12 * TensorPrimitives.SumOfSquares<double>(y))) return;
        _newest = slot;
        _pairs = Math.Min(_pairs + 1, Memory);
    }
}
