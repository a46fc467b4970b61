using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HyperTune.Numerics;

namespace HyperTune.Samplers.Tpe;

internal sealed partial class ParzenEstimator
{
    // 32 vectors: the block's totals and ten dimensions of centres and widths stay in the first-level cache.
    private const int BlockSlots = 256;

    // A kernel this much below the sum's known size adds less than 2⁻⁶⁰ of it: ten thousand of them 1e-14.
    private const double NegligibleLog = -60 * 0.69314718055994530942;

    // Where a total exceeds the reference by this much, the sum is rescaled so that it cannot overflow.
    private const double RescaleLog = 100;

    private const double Log2 = 0.69314718055994530942;

    private readonly SlotArray _totals = new();
    private readonly SlotArray _bounds = new();
    private readonly int[] _alive = new int[BlockSlots / WideMath.Lanes];
    private double[] _coordinates = [];
    private double[] _references = [];
    private Vector512<double>[] _sums = [];

    /// <summary>The log densities of candidates.</summary>
    /// <remarks>
    /// The time is linear in candidates, kernels and dimensions at worst. Kernels whose share of the sum is below 2⁻⁶⁰ are left
    /// out as soon as that shows: the error is below 1e-14·(kernels/10⁴).
    /// </remarks>
    /// <param name="candidates">The candidates, row-major [candidates, dimensions], as in <see cref="Insert"/>.</param>
    /// <param name="result">Their ln densities; -∞ outside the bounds.</param>
    public void LogPdf(ReadOnlySpan<double> candidates, Span<double> result)
    {
        int d = _columns.Length, count = result.Length;
        if (candidates.Length != count * d)
            throw new ArgumentException($"{count} candidates of {d} dimensions are {count * d} numbers, not {candidates.Length}.", nameof(candidates));
        Prepare();
        if (_references.Length < count)
        {
            _coordinates = new double[count * d];
            _references = new double[count];
            _sums = new Vector512<double>[count];
        }
        for (int c = 0; c < count; c++)
        {
            _references[c] = LogPriorTerm(candidates.Slice(c * d, d), _coordinates.AsSpan(c * d, d));
            _sums[c] = Vector512.CreateScalar(1.0);
        }
        for (int first = 0; first < _count; first += BlockSlots)
        {
            for (int c = 0; c < count; c++)
            {
                if (!double.IsNegativeInfinity(_references[c])) AddBlock(c, first, _coordinates.AsSpan(c * d, d));
            }
        }
        for (int c = 0; c < count; c++) result[c] = _references[c] + Math.Log(Vector512.Sum(_sums[c]));
    }

    /// <summary>Takes a candidate to the kernels' scales and returns the prior kernel's term of its sum, -∞ outside the bounds.</summary>
    private double LogPriorTerm(ReadOnlySpan<double> candidate, Span<double> coordinates)
    {
        double term = Math.Log(_priorWeight);
        for (int i = 0; i < candidate.Length; i++)
        {
            coordinates[i] = _columns[i].ToCoordinate(candidate[i]);
            if (double.IsNaN(coordinates[i])) return double.NegativeInfinity;
            term += _columns[i].LogPrior(coordinates[i]);
        }
        return term;
    }

    /// <summary>Adds a block of kernels to a candidate's sum of exp(ln density - reference).</summary>
    private void AddBlock(int candidate, int first, ReadOnlySpan<double> coordinates)
    {
        int length = Math.Min(BlockSlots, (_count - first + WideMath.Lanes - 1) & -WideMath.Lanes);
        // The sum is at least 2^ILogB of itself; a kernel's factor beside its weight must reach the share that matters.
        double bound = _references[candidate] + Log2 * Math.ILogB(Vector512.Sum(_sums[candidate]));
        double limit = Math.Log(_largestWeight) - bound - NegligibleLog;
        var totals = _totals.Span[..length];
        _constants.Span.Slice(first, length).CopyTo(totals);
        int alive = length / WideMath.Lanes;
        for (int i = 0; i < alive; i++) _alive[i] = i * WideMath.Lanes;
        bool hasBounds = false;
        for (int i = 0; i < _sequence.Length && alive > 0; i++)
        {
            int dimension = _sequence[i];
            var column = _columns[dimension];
            if (column is ContinuousColumn continuous && i + 1 < _sequence.Length && _columns[_sequence[i + 1]] is ContinuousColumn second)
            {
                double x = coordinates[_sequence[++i]];
                alive = continuous.AccumulateWith(second, coordinates[dimension], x, first, totals, _alive.AsSpan(0, alive), limit);
                continue;
            }
            if (!hasBounds && column is SteppedColumn { IsCostly: true })
            {
                hasBounds = true;
                alive = RuleOut(i, coordinates, first, totals, alive, limit);
            }
            alive = column.Accumulate(coordinates[dimension], first, totals, _alive.AsSpan(0, alive), limit);
        }
        if (alive == 0) return;
        ref double total = ref MemoryMarshal.GetReference(totals);
        ref double weight = ref _weights.From(first);
        var sum = _sums[candidate];
        double reference = _references[candidate];
        foreach (int offset in _alive.AsSpan(0, alive))
        {
            var relative = Vector512.Create(-reference) - Vector512.LoadUnsafe(ref total, (nuint)offset);
            if (Vector512.GreaterThanAny(relative, Vector512.Create(RescaleLog)))
            {
                double rise = Largest(relative);
                sum *= Math.Exp(-rise);
                reference += rise;
                relative -= Vector512.Create(rise);
            }
            sum = Vector512.FusedMultiplyAdd(WideMath.Exp(relative), Vector512.LoadUnsafe(ref weight, (nuint)offset), sum);
        }
        _sums[candidate] = sum;
        _references[candidate] = reference;
    }

    /// <summary>Drops the vectors that the bounds of all costly dimensions from a place in the sequence on rule out together.</summary>
    private int RuleOut(int place, ReadOnlySpan<double> coordinates, int first, ReadOnlySpan<double> totals, int alive, double limit)
    {
        var bounds = _bounds.Span[..totals.Length];
        totals.CopyTo(bounds);
        for (int i = place; i < _sequence.Length && alive > 0; i++)
        {
            if (_columns[_sequence[i]] is SteppedColumn { IsCostly: true } costly)
                alive = costly.AccumulateBounds(coordinates[_sequence[i]], first, bounds, _alive.AsSpan(0, alive), limit);
        }
        return alive;
    }

    private static double Largest(Vector512<double> vector)
    {
        double largest = vector[0];
        for (int lane = 1; lane < WideMath.Lanes; lane++) largest = Math.Max(largest, vector[lane]);
        return largest;
    }
}
