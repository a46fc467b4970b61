using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HyperTune.Numerics;

namespace HyperTune.Samplers.Tpe;

/// <summary>Normal kernels cut off at the bounds. On a logarithmic scale there is no Jacobian: it cancels in a ratio of densities.</summary>
internal sealed class ContinuousColumn : NumericColumn
{
    private const double SqrtHalf = 0.70710678118654752440;

    private readonly double _priorNorm;

    public ContinuousColumn(ParzenDimension dimension, ParzenOptions options) : base(dimension, options) =>
        _priorNorm = LogNormOf(PriorMu, Range);

    /// <summary>With 1/(σ√2) the square of a scaled distance is the exponent itself.</summary>
    protected override double InverseOf(double sigma) => SqrtHalf / sigma;

    protected override double LogNormOf(double mu, double sigma) =>
        -Math.Log(sigma) - Logarithms.LogSqrtTwoPi - NormalDistribution.LogMass((Low - mu) / sigma, (High - mu) / sigma);

    public override double ToCoordinate(double candidate) =>
        candidate >= Dimension.Low && candidate <= Dimension.High ? Dimension.ToScale(candidate) : double.NaN;

    public override double LogPrior(double coordinate)
    {
        double z = (coordinate - PriorMu) / Range;
        return _priorNorm - 0.5 * z * z;
    }

    public override double Draw(int slot, double uniform) => Math.Min(Math.Max(base.Draw(slot, uniform), Dimension.Low), Dimension.High);

    public override int Accumulate(double coordinate, int firstSlot, Span<double> totals, Span<int> alive, double limit)
    {
        ref double mu = ref Mu.From(firstSlot);
        ref double inverse = ref Inverse.From(firstSlot);
        ref double total = ref MemoryMarshal.GetReference(totals);
        ref int kept = ref MemoryMarshal.GetReference(alive);
        var x = Vector512.Create(coordinate);
        var bound = Vector512.Create(limit);
        int count = 0;
        for (int i = 0; i < alive.Length; i++)
        {
            int offset = Unsafe.Add(ref kept, i);
            var z = (x - Vector512.LoadUnsafe(ref mu, (nuint)offset)) * Vector512.LoadUnsafe(ref inverse, (nuint)offset);
            var sum = Vector512.FusedMultiplyAdd(z, z, Vector512.LoadUnsafe(ref total, (nuint)offset));
            sum.StoreUnsafe(ref total, (nuint)offset);
            Unsafe.Add(ref kept, count) = offset;
            count += Vector512.LessThanAny(sum, bound) ? 1 : 0;
        }
        return count;
    }

    /// <summary>Does as <see cref="Accumulate"/> for this column and then another, in one pass.</summary>
    public int AccumulateWith(
        ContinuousColumn other, double coordinate, double otherCoordinate, int firstSlot, Span<double> totals, Span<int> alive, double limit)
    {
        ref double mu = ref Mu.From(firstSlot);
        ref double inverse = ref Inverse.From(firstSlot);
        ref double otherMu = ref other.Mu.From(firstSlot);
        ref double otherInverse = ref other.Inverse.From(firstSlot);
        ref double total = ref MemoryMarshal.GetReference(totals);
        ref int kept = ref MemoryMarshal.GetReference(alive);
        var x = Vector512.Create(coordinate);
        var y = Vector512.Create(otherCoordinate);
        var bound = Vector512.Create(limit);
        int count = 0;
        for (int i = 0; i < alive.Length; i++)
        {
            int offset = Unsafe.Add(ref kept, i);
            var z = (x - Vector512.LoadUnsafe(ref mu, (nuint)offset)) * Vector512.LoadUnsafe(ref inverse, (nuint)offset);
            var sum = Vector512.FusedMultiplyAdd(z, z, Vector512.LoadUnsafe(ref total, (nuint)offset));
            z = (y - Vector512.LoadUnsafe(ref otherMu, (nuint)offset)) * Vector512.LoadUnsafe(ref otherInverse, (nuint)offset);
            sum = Vector512.FusedMultiplyAdd(z, z, sum);
            sum.StoreUnsafe(ref total, (nuint)offset);
            Unsafe.Add(ref kept, count) = offset;
            count += Vector512.LessThanAny(sum, bound) ? 1 : 0;
        }
        return count;
    }
}
