using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HyperTune.Benchmarks;

/// <summary>The arithmetic that a joint TPE suggestion cannot do without: 24 candidates against n kernels of d dimensions, then an exponential each.</summary>
/// <remarks>
/// For each candidate and vector of kernels exactly d fused multiply-adds over the stored columns (the square expanded, so that nothing is
/// subtracted first), then one exponential, all through the widest vectors. No kernel is left out, nothing is drawn, weighted or kept up to date.
/// </remarks>
internal sealed class TpeFloor
{
    public const int Candidates = 24;

    private readonly int _dimensions;
    private readonly int _padded;
    private readonly double[] _columns;
    private readonly double[] _points;

    public TpeFloor(int kernels, int dimensions)
    {
        _dimensions = dimensions;
        _padded = (kernels + Vector512<double>.Count - 1) / Vector512<double>.Count * Vector512<double>.Count;
        _columns = GC.AllocateArray<double>(dimensions * _padded, pinned: true);
        _points = new double[Candidates * dimensions];
        var random = Numerics.RandomStream.Create(3, 0, "floor");
        for (int i = 0; i < _columns.Length; i++) _columns[i] = -random.NextDouble();
        for (int i = 0; i < _points.Length; i++) _points[i] = random.NextDouble();
    }

    public double Run()
    {
        var total = Vector512<double>.Zero;
        ref double columns = ref MemoryMarshal.GetArrayDataReference(_columns);
        for (int candidate = 0; candidate < Candidates; candidate++)
        {
            ReadOnlySpan<double> point = _points.AsSpan(candidate * _dimensions, _dimensions);
            int kernel = 0;
            // Two vectors at a time: the latency of one chain of additions hides behind the other.
            for (; kernel + (2 * Vector512<double>.Count) <= _padded; kernel += 2 * Vector512<double>.Count)
            {
                Vector512<double> first = Vector512<double>.Zero, second = Vector512<double>.Zero;
                int at = kernel;
                for (int i = 0; i < point.Length; i++, at += _padded)
                {
                    Vector512<double> x = Vector512.Create(point[i]);
                    first = Vector512.FusedMultiplyAdd(x, Vector512.LoadUnsafe(ref columns, (nuint)at), first);
                    second = Vector512.FusedMultiplyAdd(x, Vector512.LoadUnsafe(ref columns, (nuint)(at + Vector512<double>.Count)), second);
                }
                total += Vector512.Exp(first) + Vector512.Exp(second);
            }
            for (; kernel < _padded; kernel += Vector512<double>.Count)
            {
                Vector512<double> sum = Vector512<double>.Zero;
                int at = kernel;
                for (int i = 0; i < point.Length; i++, at += _padded) sum = Vector512.FusedMultiplyAdd(Vector512.Create(point[i]), Vector512.LoadUnsafe(ref columns, (nuint)at), sum);
                total += Vector512.Exp(sum);
            }
        }
        return Vector512.Sum(total);
    }
}
