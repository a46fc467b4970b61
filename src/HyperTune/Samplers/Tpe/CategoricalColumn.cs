using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HyperTune.Numerics;

namespace HyperTune.Samplers.Tpe;

/// <summary>Kernels over choices: a row of probabilities for each observed choice.</summary>
internal sealed class CategoricalColumn : ParzenColumn
{
    // The rate at which a kernel over distances narrows: it falls to 1/n of its peak at the largest distance of 6 choices.
    private static readonly double LogReferenceChoices = Math.Log(6);

    private readonly double _priorWeight;
    private readonly double[] _squaredDistances = [];
    private readonly double[] _rows;
    private readonly double[] _logRows;
    private readonly double _logPrior;

    private readonly SlotArray _choices = new();
    private int _count;
    private int _preparedCount = -1;

    public CategoricalColumn(ParzenDimension dimension, ParzenOptions options) : base(dimension)
    {
        _priorWeight = options.PriorWeight;
        int k = dimension.Choices;
        _logPrior = -Math.Log(k);
        _rows = new double[k * k];
        _logRows = new double[k * k];
        if (dimension.Distance is { } distance) _squaredDistances = SquareDistances(k, distance);
    }

    public override SlotArray? LogNorm => null;

    public override void Resize(int capacity) => _choices.Resize(capacity);

    public override void Check(double value)
    {
        if (!(value >= 0 && value < Dimension.Choices && value == Math.Floor(value)))
            throw new ArgumentOutOfRangeException(nameof(value), value, $"A choice is an index below {Dimension.Choices}.");
    }

    public override void Insert(int slot, double value, ReadOnlySpan<int> orders, SlotArray constants) => _choices.Insert(slot, _count++, value);

    public override void Remove(int slot, int order, ReadOnlySpan<int> orders, SlotArray constants) => _choices.Remove(slot, _count--);

    public override void Reset(ReadOnlySpan<double> values, ReadOnlySpan<int> orders)
    {
        _count = values.Length;
        _choices.Set(values);
    }

    /// <summary>Redoes the rows: they depend on the number of kernels n, the prior's included.</summary>
    public override void Prepare(ReadOnlySpan<int> orders, SlotArray constants)
    {
        if (_preparedCount == _count) return;
        _preparedCount = _count;
        int k = Dimension.Choices;
        double n = _count + 1;
        double rate = Math.Log(n / _priorWeight) * Math.Log(k) / LogReferenceChoices;
        for (int observed = 0; observed < k; observed++)
        {
            var row = _rows.AsSpan(observed * k, k);
            double sum = 0;
            for (int choice = 0; choice < k; choice++)
            {
                row[choice] = Dimension.Distance is null
                    ? _priorWeight / n + (choice == observed ? 1 : 0)
                    : Math.Exp(-_squaredDistances[observed * k + choice] * rate);
                sum += row[choice];
            }
            for (int choice = 0; choice < k; choice++)
            {
                row[choice] /= sum;
                _logRows[observed * k + choice] = Math.Log(row[choice]);
            }
        }
    }

    /// <summary>The probabilities of all choices under the kernel of a slot, or under the prior kernel.</summary>
    public void CopyRow(int slot, Span<double> row)
    {
        int k = Dimension.Choices;
        if (slot < _count) _rows.AsSpan((int)_choices[slot] * k, k).CopyTo(row);
        else row[..k].Fill(1.0 / k);
    }

    public override double ToCoordinate(double candidate) => candidate >= 0 && candidate < Dimension.Choices ? Math.Floor(candidate) : double.NaN;

    public override double LogPrior(double coordinate) => _logPrior;

    public override double Draw(int slot, double uniform)
    {
        int k = Dimension.Choices;
        if (slot >= _count) return Math.Min(Math.Floor(uniform * k), k - 1);
        var row = _rows.AsSpan((int)_choices[slot] * k, k);
        double sum = 0;
        for (int choice = 0; choice < k - 1; choice++)
        {
            sum += row[choice];
            if (uniform < sum) return choice;
        }
        return k - 1;
    }

    public override int Accumulate(double coordinate, int firstSlot, Span<double> totals, Span<int> alive, double limit)
    {
        int candidate = (int)coordinate;
        if (Dimension.Distance is not null) return AccumulateRows(candidate, firstSlot, totals, alive, limit);
        ref double choices = ref _choices.From(firstSlot);
        ref double total = ref MemoryMarshal.GetReference(totals);
        ref int kept = ref MemoryMarshal.GetReference(alive);
        int k = Dimension.Choices;
        var bound = Vector512.Create(limit);
        var wanted = Vector512.Create(coordinate);
        var same = Vector512.Create(_logRows[candidate * k + candidate]);
        var other = Vector512.Create(_logRows[(candidate == 0 ? k - 1 : 0) * k + candidate]);
        int count = 0;
        for (int i = 0; i < alive.Length; i++)
        {
            int offset = Unsafe.Add(ref kept, i);
            var isSame = Vector512.Equals(Vector512.LoadUnsafe(ref choices, (nuint)offset), wanted);
            var sum = Vector512.LoadUnsafe(ref total, (nuint)offset) - Vector512.ConditionalSelect(isSame, same, other);
            sum.StoreUnsafe(ref total, (nuint)offset);
            Unsafe.Add(ref kept, count) = offset;
            count += Vector512.LessThanAny(sum, bound) ? 1 : 0;
        }
        return count;
    }

    private int AccumulateRows(int candidate, int firstSlot, Span<double> totals, Span<int> alive, double limit)
    {
        int count = 0;
        for (int i = 0; i < alive.Length; i++)
        {
            int offset = alive[i];
            bool matters = false;
            for (int lane = offset; lane < offset + WideMath.Lanes; lane++)
            {
                totals[lane] -= _logRows[(int)_choices[firstSlot + lane] * Dimension.Choices + candidate];
                matters |= totals[lane] < limit;
            }
            alive[count] = offset;
            count += matters ? 1 : 0;
        }
        return count;
    }

    private static double[] SquareDistances(int k, Func<int, int, double> distance)
    {
        var squares = new double[k * k];
        for (int from = 0; from < k; from++)
        {
            double largest = 0;
            for (int to = 0; to < k; to++)
            {
                double d = distance(from, to);
                if (!(d >= 0) || !double.IsFinite(d))
                    throw new ArgumentException($"The distance of choices {from} and {to} is {d}; it must be finite and not negative.", nameof(distance));
                squares[from * k + to] = d;
                largest = Math.Max(largest, d);
            }
            for (int to = 0; to < k; to++)
            {
                double share = largest > 0 ? squares[from * k + to] / largest : 0;
                squares[from * k + to] = share * share;
            }
        }
        return squares;
    }
}
