using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HyperTune.Numerics;

namespace HyperTune.Samplers.Tpe;

/// <summary>Kernels over grid values: the mass of a cut-off normal within half a step of the value, on its scale.</summary>
/// <remarks>
/// Where many kernels are equal, each distinct (centre, width) is a class, the log masses of all classes at a value are
/// tabulated once and kept, and a kernel costs one look-up. Where few are equal, masses are computed eight kernels at a
/// time. Both ways give the same numbers to the last bit.
/// </remarks>
internal sealed class SteppedColumn : NumericColumn
{
    /// <summary>As many classes are always worth a table; more are if each serves several kernels.</summary>
    private const int FewClasses = 256;

    private const int KernelsPerClass = 16;

    /// <summary>Classes that no kernel uses any more are kept up to this many beyond the number of kernels.</summary>
    private const int SpareClasses = 64;

    /// <summary>The most numbers a table holds before it starts afresh: a megabyte.</summary>
    private const int LargestTable = 1 << 17;

    // What keeps a bound below the cost in spite of rounding.
    private const double BoundSlack = 1e-9;

    private readonly double _priorNorm;

    // Classes by (centre, width), the prior kernel's first, and ln masses by row and class, a row for each value asked for.
    private readonly Dictionary<(double Mu, double Sigma), int> _classOf = [];
    private readonly Dictionary<double, int> _rowOf = [];
    private readonly List<double[]> _rows = [];
    private readonly List<int> _filled = [];
    private double[] _classMu = [];
    private double[] _classInverse = [];
    private double[] _classLogInverse = [];

    // ln of Inverse by slot.
    private readonly SlotArray _logInverse = new();
    private int[] _class = [];

    public SteppedColumn(ParzenDimension dimension, ParzenOptions options) : base(dimension, options)
    {
        _priorNorm = LogNormOf(PriorMu, Range);
        ClearClasses();
    }

    /// <summary>Whether masses are computed kernel by kernel, which is slow enough for a cheap bound to pay first.</summary>
    public bool IsCostly { get; private set; }

    protected override double InverseOf(double sigma) => 1 / sigma;

    protected override double LogNormOf(double mu, double sigma) => -NormalDistribution.LogMass((Low - mu) / sigma, (High - mu) / sigma);

    public override void Resize(int capacity)
    {
        base.Resize(capacity);
        Array.Resize(ref _class, capacity);
        _logInverse.Resize(capacity);
    }

    protected override void OnInserted(int slot)
    {
        InsertAt(_class, slot, Count, 0);
        _logInverse.Insert(slot, Count, 0);
    }

    protected override void OnRemoved(int slot)
    {
        RemoveAt(_class, slot, Count);
        _logInverse.Remove(slot, Count);
    }

    protected override void OnReset()
    {
        Array.Clear(_class);
        _logInverse.Set([]);
    }

    protected override void OnRefresh() => ClearClasses();

    protected override void OnChanged(int slot)
    {
        int kernelClass = ClassOf(Mu[slot], Sigma[slot]);
        _class[slot] = kernelClass;
        _logInverse[slot] = _classLogInverse[kernelClass];
    }

    public override void Prepare(ReadOnlySpan<int> orders, SlotArray constants)
    {
        base.Prepare(orders, constants);
        if (_classOf.Count > 2 * Count + SpareClasses)
        {
            ClearClasses();
            for (int slot = 0; slot < Count; slot++) OnChanged(slot);
        }
        IsCostly = _classOf.Count > Math.Max(FewClasses, Count / KernelsPerClass);
    }

    public override double ToCoordinate(double candidate)
    {
        double half = 0.5 * Dimension.Step;
        return candidate >= Dimension.Low - half && candidate <= Dimension.High + half ? candidate : double.NaN;
    }

    public override double LogPrior(double coordinate)
    {
        if (!IsCostly) return RowOf(coordinate)[0] + _priorNorm;
        (double middle, double width) = Interval(coordinate);
        return LogMasses(middle, width, Math.Log(width), Vector512.Create(PriorMu), Vector512.Create(_classInverse[0]), Vector512.Create(_classLogInverse[0]))[0] + _priorNorm;
    }

    public override double Draw(int slot, double uniform)
    {
        double value = base.Draw(slot, uniform);
        double nearest = Dimension.Low + Math.Round((value - Dimension.Low) / Dimension.Step) * Dimension.Step;
        return Math.Min(Math.Max(nearest, Dimension.Low), Dimension.High);
    }

    public override int Accumulate(double coordinate, int firstSlot, Span<double> totals, Span<int> alive, double limit) =>
        IsCostly
            ? AccumulateMasses(coordinate, firstSlot, totals, alive, limit)
            : AccumulateFromRow(RowOf(coordinate), firstSlot, totals, alive, limit);

    /// <summary>Does as <see cref="Accumulate"/> with cheap lower bounds of the costs.</summary>
    /// <remarks>A mass is at most its width times the largest density in it, and at most e^(-z²/2), z its edge nearer the centre.</remarks>
    public int AccumulateBounds(double coordinate, int firstSlot, Span<double> totals, Span<int> alive, double limit)
    {
        ref double mu = ref Mu.From(firstSlot);
        ref double inverse = ref Inverse.From(firstSlot);
        ref double total = ref MemoryMarshal.GetReference(totals);
        ref int kept = ref MemoryMarshal.GetReference(alive);
        (double middle, double width) = Interval(coordinate);
        var x = Vector512.Create(middle);
        var halfWidth = Vector512.Create(0.5 * width);
        var least = Vector512.Create(Math.Max(0, Logarithms.LogSqrtTwoPi - Math.Log(width / SmallestSigma)) - BoundSlack);
        var bound = Vector512.Create(limit);
        int count = 0;
        for (int i = 0; i < alive.Length; i++)
        {
            int offset = Unsafe.Add(ref kept, i);
            var distance = Vector512.Abs(x - Vector512.LoadUnsafe(ref mu, (nuint)offset)) - halfWidth;
            var z = Vector512.Max(distance, Vector512<double>.Zero) * Vector512.LoadUnsafe(ref inverse, (nuint)offset);
            var sum = Vector512.LoadUnsafe(ref total, (nuint)offset) + Vector512.FusedMultiplyAdd(z * 0.5, z, least);
            sum.StoreUnsafe(ref total, (nuint)offset);
            Unsafe.Add(ref kept, count) = offset;
            count += Vector512.LessThanAny(sum, bound) ? 1 : 0;
        }
        return count;
    }

    private int AccumulateFromRow(double[] row, int firstSlot, Span<double> totals, Span<int> alive, double limit)
    {
        ref double logMass = ref MemoryMarshal.GetArrayDataReference(row);
        ref int kernelClass = ref MemoryMarshal.GetReference(_class.AsSpan(firstSlot));
        ref double total = ref MemoryMarshal.GetReference(totals);
        ref int kept = ref MemoryMarshal.GetReference(alive);
        var bound = Vector512.Create(limit);
        int count = 0;
        for (int i = 0; i < alive.Length; i++)
        {
            int offset = Unsafe.Add(ref kept, i);
            ref int c = ref Unsafe.Add(ref kernelClass, offset);
            var logs = Vector512.Create(
                Unsafe.Add(ref logMass, c), Unsafe.Add(ref logMass, Unsafe.Add(ref c, 1)),
                Unsafe.Add(ref logMass, Unsafe.Add(ref c, 2)), Unsafe.Add(ref logMass, Unsafe.Add(ref c, 3)),
                Unsafe.Add(ref logMass, Unsafe.Add(ref c, 4)), Unsafe.Add(ref logMass, Unsafe.Add(ref c, 5)),
                Unsafe.Add(ref logMass, Unsafe.Add(ref c, 6)), Unsafe.Add(ref logMass, Unsafe.Add(ref c, 7)));
            var sum = Vector512.LoadUnsafe(ref total, (nuint)offset) - logs;
            sum.StoreUnsafe(ref total, (nuint)offset);
            Unsafe.Add(ref kept, count) = offset;
            count += Vector512.LessThanAny(sum, bound) ? 1 : 0;
        }
        return count;
    }

    private int AccumulateMasses(double coordinate, int firstSlot, Span<double> totals, Span<int> alive, double limit)
    {
        ref double mu = ref Mu.From(firstSlot);
        ref double inverse = ref Inverse.From(firstSlot);
        ref double total = ref MemoryMarshal.GetReference(totals);
        ref int kept = ref MemoryMarshal.GetReference(alive);
        ref double logInverse = ref _logInverse.From(firstSlot);
        (double middle, double width) = Interval(coordinate);
        double logWidth = Math.Log(width);
        var bound = Vector512.Create(limit);
        int count = 0;
        for (int i = 0; i < alive.Length; i++)
        {
            int offset = Unsafe.Add(ref kept, i);
            var logs = LogMasses(middle, width, logWidth, Vector512.LoadUnsafe(ref mu, (nuint)offset),
                Vector512.LoadUnsafe(ref inverse, (nuint)offset), Vector512.LoadUnsafe(ref logInverse, (nuint)offset));
            var sum = Vector512.LoadUnsafe(ref total, (nuint)offset) - logs;
            sum.StoreUnsafe(ref total, (nuint)offset);
            Unsafe.Add(ref kept, count) = offset;
            count += Vector512.LessThanAny(sum, bound) ? 1 : 0;
        }
        return count;
    }

    private static Vector512<double> LogMasses(double middle, double width, double logWidth, Vector512<double> mu, Vector512<double> inverse, Vector512<double> logInverse) =>
        WideMath.LogMassAround((Vector512.Create(middle) - mu) * inverse, Vector512.Create(width) * inverse, Vector512.Create(logWidth) + logInverse);

    /// <summary>Middle and width of the interval of a value on the kernels' scale.</summary>
    private (double Middle, double Width) Interval(double value)
    {
        if (!Dimension.IsLog) return (value, Dimension.Step);
        double edge = value - 0.5 * Dimension.Step;
        // ln((v + h)/(v - h)) keeps its digits where the step is small beside the value.
        double width = Logarithms.LogOnePlus(Dimension.Step / edge);
        return (Math.Log(edge) + 0.5 * width, width);
    }

    /// <summary>The ln masses of all classes at a value.</summary>
    private double[] RowOf(double value)
    {
        if (!_rowOf.TryGetValue(value, out int row))
        {
            if ((_rowOf.Count + 1) * _classMu.Length > LargestTable) ForgetRows();
            row = _rowOf.Count;
            _rowOf.Add(value, row);
            if (row == _rows.Count)
            {
                _rows.Add([]);
                _filled.Add(0);
            }
        }
        return _filled[row] < _classOf.Count ? Fill(row, value) : _rows[row];
    }

    private double[] Fill(int row, double value)
    {
        double[] logs = _rows[row];
        if (logs.Length < _classMu.Length)
        {
            Array.Resize(ref logs, _classMu.Length);
            _rows[row] = logs;
        }
        (double middle, double width) = Interval(value);
        double logWidth = Math.Log(width);
        for (int c = _filled[row] & -WideMath.Lanes; c < _classOf.Count; c += WideMath.Lanes)
        {
            LogMasses(middle, width, logWidth, Vector512.Create(_classMu, c), Vector512.Create(_classInverse, c), Vector512.Create(_classLogInverse, c))
                .CopyTo(logs, c);
        }
        _filled[row] = _classOf.Count;
        return logs;
    }

    private int ClassOf(double mu, double sigma)
    {
        if (_classOf.TryGetValue((mu, sigma), out int found)) return found;
        int added = _classOf.Count;
        if (added == _classMu.Length)
        {
            int capacity = Math.Max(2 * added, WideMath.Lanes);
            Array.Resize(ref _classMu, capacity);
            Array.Resize(ref _classInverse, capacity);
            Array.Resize(ref _classLogInverse, capacity);
        }
        _classOf.Add((mu, sigma), added);
        _classMu[added] = mu;
        _classInverse[added] = InverseOf(sigma);
        _classLogInverse[added] = Math.Log(_classInverse[added]);
        return added;
    }

    private void ClearClasses()
    {
        _classOf.Clear();
        ForgetRows();
        ClassOf(PriorMu, Range);
    }

    private void ForgetRows()
    {
        _rowOf.Clear();
        CollectionsMarshal.AsSpan(_filled).Clear();
    }
}
