using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HyperTune.Numerics;

namespace HyperTune.Samplers.Tpe;

/// <summary>Kernels over grid values: the mass of a cut-off normal within half a step of the value, on its scale.</summary>
/// <remarks>
/// On a small grid many kernels are equal. Each distinct (centre, width) is a class, and the log masses of all classes at a
/// grid value are tabulated once and kept; a kernel then costs one look-up. On a large grid masses are computed eight
/// kernels at a time.
/// </remarks>
internal sealed class SteppedColumn : NumericColumn
{
    /// <summary>The largest grid that is tabulated: beyond, kernels on the same value become rare.</summary>
    private const int LargestTable = 128;

    private const int SpareClasses = 64;

    private readonly int _gridSize;
    private readonly double _priorNorm;

    // The tabulated case: classes by (centre, width), the prior kernel's first, and ln masses by [grid value][class].
    private readonly Dictionary<(double Mu, double Sigma), int> _classOf = [];
    private readonly double[][] _table = [];
    private readonly int[] _filled = [];
    private double[] _classMu = [];
    private double[] _classInverse = [];
    private int[] _class = [];

    public SteppedColumn(ParzenDimension dimension, ParzenOptions options) : base(dimension, options)
    {
        _priorNorm = LogNormOf(PriorMu, Range);
        double intervals = Math.Round((dimension.High - dimension.Low) / dimension.Step);
        IsTabulated = intervals < LargestTable;
        if (!IsTabulated) return;
        _gridSize = (int)intervals + 1;
        _table = new double[_gridSize][];
        Array.Fill(_table, []);
        _filled = new int[_gridSize];
        ClearClasses();
    }

    /// <summary>Whether equal kernels share table entries.</summary>
    public bool IsTabulated { get; }

    protected override double InverseOf(double sigma) => 1 / sigma;

    protected override double LogNormOf(double mu, double sigma) => -NormalDistribution.LogMass((Low - mu) / sigma, (High - mu) / sigma);

    public override void Resize(int capacity)
    {
        base.Resize(capacity);
        if (IsTabulated) Array.Resize(ref _class, capacity);
    }

    protected override void OnInserted(int slot)
    {
        if (IsTabulated) InsertAt(_class, slot, Count, 0);
    }

    protected override void OnRemoved(int slot)
    {
        if (IsTabulated) RemoveAt(_class, slot, Count);
    }

    protected override void OnRefresh()
    {
        if (IsTabulated) ClearClasses();
    }

    protected override void OnChanged(int slot)
    {
        if (IsTabulated) _class[slot] = ClassOf(Mu[slot], Sigma[slot]);
    }

    public override void Prepare(ReadOnlySpan<int> orders)
    {
        base.Prepare(orders);
        if (!IsTabulated || _classOf.Count <= 2 * Count + SpareClasses) return;
        ClearClasses();
        for (int slot = 0; slot < Count; slot++) _class[slot] = ClassOf(Mu[slot], Sigma[slot]);
    }

    public override double ToCoordinate(double candidate)
    {
        double half = 0.5 * Dimension.Step;
        return candidate >= Dimension.Low - half && candidate <= Dimension.High + half ? candidate : double.NaN;
    }

    public override double LogPrior(double coordinate)
    {
        if (TableAt(coordinate) is { } table) return table[0] + _priorNorm;
        (double middle, double width) = Interval(coordinate);
        double z = (middle - PriorMu) / Range, half = 0.5 * width / Range;
        return NormalDistribution.LogMass(z - half, z + half) + _priorNorm;
    }

    public override double Draw(int slot, double uniform)
    {
        double value = base.Draw(slot, uniform);
        double nearest = Dimension.Low + Math.Round((value - Dimension.Low) / Dimension.Step) * Dimension.Step;
        return Math.Min(Math.Max(nearest, Dimension.Low), Dimension.High);
    }

    public override int Accumulate(double coordinate, int firstSlot, Span<double> totals, Span<int> alive, double threshold) =>
        TableAt(coordinate) is { } table
            ? AccumulateFromTable(table, firstSlot, totals, alive, threshold)
            : AccumulateMasses(coordinate, firstSlot, totals, alive, threshold);

    private int AccumulateFromTable(double[] table, int firstSlot, Span<double> totals, Span<int> alive, double threshold)
    {
        ref double logMass = ref MemoryMarshal.GetArrayDataReference(table);
        ref int kernelClass = ref MemoryMarshal.GetReference(_class.AsSpan(firstSlot));
        ref double total = ref MemoryMarshal.GetReference(totals);
        ref int kept = ref MemoryMarshal.GetReference(alive);
        var limit = Vector512.Create(threshold);
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
            var sum = Vector512.LoadUnsafe(ref total, (nuint)offset) + logs;
            sum.StoreUnsafe(ref total, (nuint)offset);
            Unsafe.Add(ref kept, count) = offset;
            count += Vector512.GreaterThanAny(sum, limit) ? 1 : 0;
        }
        return count;
    }

    private int AccumulateMasses(double coordinate, int firstSlot, Span<double> totals, Span<int> alive, double threshold)
    {
        ref double mu = ref MemoryMarshal.GetReference(Mu.AsSpan(firstSlot));
        ref double inverse = ref MemoryMarshal.GetReference(Inverse.AsSpan(firstSlot));
        ref double total = ref MemoryMarshal.GetReference(totals);
        ref int kept = ref MemoryMarshal.GetReference(alive);
        (double middle, double width) = Interval(coordinate);
        var x = Vector512.Create(middle);
        var h = Vector512.Create(width);
        var limit = Vector512.Create(threshold);
        int count = 0;
        for (int i = 0; i < alive.Length; i++)
        {
            int offset = Unsafe.Add(ref kept, i);
            var scale = Vector512.LoadUnsafe(ref inverse, (nuint)offset);
            var logs = WideMath.LogMassAround((x - Vector512.LoadUnsafe(ref mu, (nuint)offset)) * scale, h * scale);
            var sum = Vector512.LoadUnsafe(ref total, (nuint)offset) + logs;
            sum.StoreUnsafe(ref total, (nuint)offset);
            Unsafe.Add(ref kept, count) = offset;
            count += Vector512.GreaterThanAny(sum, limit) ? 1 : 0;
        }
        return count;
    }

    /// <summary>Middle and width of the interval of a value on the kernels' scale.</summary>
    private (double Middle, double Width) Interval(double value)
    {
        double half = 0.5 * Dimension.Step;
        if (!Dimension.IsLog) return (value, Dimension.Step);
        double low = Math.Log(value - half);
        // ln((v + h)/(v - h)) keeps its digits where the step is small beside the value.
        double width = Logarithms.LogOnePlus(Dimension.Step / (value - half));
        return (low + 0.5 * width, width);
    }

    /// <summary>The ln masses of all classes at a grid value; null for a large grid or a value off the grid.</summary>
    private double[]? TableAt(double value)
    {
        if (!IsTabulated) return null;
        double index = Math.Round((value - Dimension.Low) / Dimension.Step);
        if (!(index >= 0 && index < _gridSize) || Dimension.Low + index * Dimension.Step != value) return null;
        int row = (int)index;
        if (_filled[row] < _classOf.Count) FillRow(row, value);
        return _table[row];
    }

    private void FillRow(int row, double value)
    {
        if (_table[row].Length < _classMu.Length) Array.Resize(ref _table[row], _classMu.Length);
        var logs = _table[row];
        (double middle, double width) = Interval(value);
        for (int c = _filled[row] & -WideMath.Lanes; c < _classOf.Count; c += WideMath.Lanes)
        {
            var scale = Vector512.Create<double>(_classInverse, c);
            var z = (Vector512.Create(middle) - Vector512.Create<double>(_classMu, c)) * scale;
            WideMath.LogMassAround(z, width * scale).CopyTo(logs, c);
        }
        _filled[row] = _classOf.Count;
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
        }
        _classOf.Add((mu, sigma), added);
        _classMu[added] = mu;
        _classInverse[added] = InverseOf(sigma);
        return added;
    }

    private void ClearClasses()
    {
        _classOf.Clear();
        Array.Clear(_filled);
        ClassOf(PriorMu, Range);
    }
}
