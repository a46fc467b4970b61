using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HyperTune.Numerics;

namespace HyperTune.Samplers.Gp.Process;

/// <summary>Points of a mixed space as columns: numbers scaled to [0, 1], choices as their index.</summary>
internal sealed class GpPoints
{
    private readonly bool[] _isCategorical;
    private readonly double[] _columns;

    /// <param name="isCategorical">One flag for each dimension.</param>
    /// <param name="capacity">The most points that will be added.</param>
    public GpPoints(ReadOnlySpan<bool> isCategorical, int capacity)
    {
        _isCategorical = isCategorical.ToArray();
        Capacity = capacity;
        Stride = CholeskyFactor.StrideOf(capacity);
        _columns = new double[Stride * _isCategorical.Length];
    }

    /// <summary>The number of points.</summary>
    public int Count { get; private set; }

    /// <summary>The most points that fit in.</summary>
    public int Capacity { get; }

    /// <summary>The number of dimensions.</summary>
    public int Dimensions => _isCategorical.Length;

    /// <summary>The distance of two columns: the capacity filled up to whole vectors.</summary>
    public int Stride { get; }

    /// <summary>Which dimensions are choices.</summary>
    public ReadOnlySpan<bool> IsCategorical => _isCategorical;

    /// <summary>Appends a point.</summary>
    public void Add(ReadOnlySpan<double> point)
    {
        for (int j = 0; j < _isCategorical.Length; j++) _columns[(j * Stride) + Count] = point[j];
        Count++;
    }

    /// <summary>Copies a point out of the columns.</summary>
    public void CopyTo(int index, Span<double> point)
    {
        for (int j = 0; j < _isCategorical.Length; j++) point[j] = _columns[(j * Stride) + index];
    }

    /// <summary>The weighted squared distances of a point to the first ones of these: Σ w (x - x')² over numbers and Σ w [x ≠ x'] over choices.</summary>
    /// <param name="x">The point.</param>
    /// <param name="weights">One weight for each dimension.</param>
    /// <param name="count">To how many points.</param>
    /// <param name="distances">Receives them; whole vectors are written.</param>
    public void SquaredDistances(ReadOnlySpan<double> x, ReadOnlySpan<double> weights, int count, Span<double> distances)
    {
        ref double columns = ref MemoryMarshal.GetArrayDataReference(_columns);
        ref double result = ref MemoryMarshal.GetReference(distances);
        int vectors = Vectors(count, distances.Length);
        for (int k = 0; k < vectors; k += Vector512<double>.Count)
        {
            Vector512<double> sum = default;
            for (int j = 0; j < x.Length; j++)
            {
                Vector512<double> square = Square(ref columns, (j * Stride) + k, x[j], _isCategorical[j]);
                sum = Vector512.MultiplyAddEstimate(square, Vector512.Create(weights[j]), sum);
            }
            sum.StoreUnsafe(ref result, (nuint)k);
        }
    }

    /// <summary>Adds Σ f (x - x')², or Σ f [x ≠ x'], over the first points to each dimension's sum.</summary>
    /// <param name="x">The point.</param>
    /// <param name="factors">One factor for each point, 0 up to the next whole vector.</param>
    /// <param name="count">The number of points.</param>
    /// <param name="sums">One sum for each dimension.</param>
    public void AddSquares(ReadOnlySpan<double> x, ReadOnlySpan<double> factors, int count, Span<double> sums)
    {
        ref double columns = ref MemoryMarshal.GetArrayDataReference(_columns);
        ref double factor = ref MemoryMarshal.GetReference(factors);
        int vectors = Vectors(count, factors.Length);
        for (int j = 0; j < x.Length; j++)
        {
            Vector512<double> sum = default;
            for (int k = 0; k < vectors; k += Vector512<double>.Count)
            {
                sum = Vector512.MultiplyAddEstimate(Square(ref columns, (j * Stride) + k, x[j], _isCategorical[j]), Vector512.LoadUnsafe(ref factor, (nuint)k), sum);
            }
            sums[j] += Vector512.Sum(sum);
        }
    }

    /// <summary>Adds Σ f (x - x') over the first points to each number's sum; choices have no slope.</summary>
    public void AddDifferences(ReadOnlySpan<double> x, ReadOnlySpan<double> factors, int count, Span<double> sums)
    {
        ref double columns = ref MemoryMarshal.GetArrayDataReference(_columns);
        ref double factor = ref MemoryMarshal.GetReference(factors);
        int vectors = Vectors(count, factors.Length);
        for (int j = 0; j < x.Length; j++)
        {
            if (_isCategorical[j]) continue;
            Vector512<double> sum = default, at = Vector512.Create(x[j]);
            for (int k = 0; k < vectors; k += Vector512<double>.Count)
            {
                Vector512<double> difference = at - Vector512.LoadUnsafe(ref columns, (nuint)((j * Stride) + k));
                sum = Vector512.MultiplyAddEstimate(difference, Vector512.LoadUnsafe(ref factor, (nuint)k), sum);
            }
            sums[j] += Vector512.Sum(sum);
        }
    }

    private static Vector512<double> Square(ref double columns, int index, double x, bool isCategorical)
    {
        Vector512<double> difference = Vector512.LoadUnsafe(ref columns, (nuint)index) - Vector512.Create(x);
        return isCategorical
            ? Vector512.ConditionalSelect(Vector512.Equals(difference, Vector512<double>.Zero), Vector512<double>.Zero, Vector512<double>.One)
            : difference * difference;
    }

    private int Vectors(int count, int length)
    {
        int vectors = (count + Vector512<double>.Count - 1) / Vector512<double>.Count * Vector512<double>.Count;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(vectors, Math.Min(Stride, length), nameof(count));
        return vectors;
    }
}
