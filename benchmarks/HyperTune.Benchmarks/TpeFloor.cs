using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HyperTune.Benchmarks;

/// <summary>The arithmetic that a joint TPE suggestion cannot do without: 24 candidates against n kernels of d dimensions, then an exponential each.</summary>
/// <remarks>
/// The straightforward loop: for each candidate and vector of kernels d scaled squared distances are added up by fused multiply-adds, then the
/// exponentials of all kernels are added up. No kernel is left out, nothing is blocked, nothing is drawn, weighted or kept up to date.
/// </remarks>
internal sealed class TpeFloor
{
    public const int Candidates = 24;

    private readonly int _dimensions;
    private readonly int _padded;
    private readonly double[] _mu;
    private readonly double[] _inverse;
    private readonly double[] _points;
    private readonly double[] _logs;

    public TpeFloor(int kernels, int dimensions)
    {
        _dimensions = dimensions;
        _padded = (kernels + 7) / 8 * 8;
        _mu = new double[dimensions * _padded];
        _inverse = new double[dimensions * _padded];
        _points = new double[Candidates * dimensions];
        _logs = new double[_padded];
        var random = Numerics.RandomStream.Create(3, 0, "floor");
        for (int i = 0; i < _mu.Length; i++) _mu[i] = (10 * random.NextDouble()) - 5;
        _inverse.AsSpan().Fill(0.5);
        for (int i = 0; i < _points.Length; i++) _points[i] = (10 * random.NextDouble()) - 5;
    }

    public double Run()
    {
        double total = 0;
        for (int candidate = 0; candidate < Candidates; candidate++)
        {
            if (Vector512.IsHardwareAccelerated) Distances512(candidate * _dimensions);
            else Distances256(candidate * _dimensions);
            TensorPrimitives.Exp(_logs, _logs);
            total += TensorPrimitives.Sum(_logs.AsSpan());
        }
        return total;
    }

    private void Distances512(int point)
    {
        ref double mu = ref MemoryMarshal.GetArrayDataReference(_mu);
        ref double inverse = ref MemoryMarshal.GetArrayDataReference(_inverse);
        ref double logs = ref MemoryMarshal.GetArrayDataReference(_logs);
        for (int kernel = 0; kernel < _padded; kernel += Vector512<double>.Count)
        {
            Vector512<double> sum = Vector512<double>.Zero;
            int at = kernel;
            for (int i = 0; i < _dimensions; i++, at += _padded)
            {
                Vector512<double> z = (Vector512.Create(_points[point + i]) - Vector512.LoadUnsafe(ref mu, (nuint)at)) * Vector512.LoadUnsafe(ref inverse, (nuint)at);
                sum = Vector512.FusedMultiplyAdd(-z, z, sum);
            }
            sum.StoreUnsafe(ref logs, (nuint)kernel);
        }
    }

    private void Distances256(int point)
    {
        ref double mu = ref MemoryMarshal.GetArrayDataReference(_mu);
        ref double inverse = ref MemoryMarshal.GetArrayDataReference(_inverse);
        ref double logs = ref MemoryMarshal.GetArrayDataReference(_logs);
        for (int kernel = 0; kernel < _padded; kernel += Vector256<double>.Count)
        {
            Vector256<double> sum = Vector256<double>.Zero;
            int at = kernel;
            for (int i = 0; i < _dimensions; i++, at += _padded)
            {
                Vector256<double> z = (Vector256.Create(_points[point + i]) - Vector256.LoadUnsafe(ref mu, (nuint)at)) * Vector256.LoadUnsafe(ref inverse, (nuint)at);
                sum = Vector256.FusedMultiplyAdd(-z, z, sum);
            }
            sum.StoreUnsafe(ref logs, (nuint)kernel);
        }
    }
}
