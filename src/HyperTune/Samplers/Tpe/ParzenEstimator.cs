using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using HyperTune.Numerics;

namespace HyperTune.Samplers.Tpe;

/// <summary>A mixture of product kernels, one for each observation and a wide prior kernel, from which one can draw.</summary>
/// <remarks>
/// The density estimate of the tree-structured Parzen estimator (Bergstra et al. 2011; Watanabe 2023; several dimensions jointly
/// as Falkner et al., "BOHB", 2018). Observations come and go by <see cref="Insert"/> and <see cref="Remove"/>, each at the cost
/// of its own neighbourhood; densities and draws depend on the set of observations alone, to the last bit, never on
/// the sequence that led to it. Not safe for concurrent use: reading prepares what changes left undone, in buffers that are reused.
/// </remarks>
internal sealed partial class ParzenEstimator
{
    /// <summary>What stands for a kernel's constant until it is summed anew; no sum of finite logarithms is this.</summary>
    internal const double Outdated = double.NegativeInfinity;

    private const int FirstCapacity = 4 * WideMath.Lanes;

    // On a larger grid log masses may have to be computed kernel by kernel.
    private const int SmallGrid = 128;

    private readonly ParzenOptions _options;
    private readonly ParzenColumn[] _columns;

    // Columns by rising cost and falling power to rule kernels out: the order in which densities take them.
    private readonly int[] _sequence;

    private int[] _orders = [];
    private int _count;

    // By slot, the prior kernel last in the weights; past the last observation the weights that vectors see are 0.
    private readonly SlotArray _weights = new();
    private readonly SlotArray _constants = new();
    private double _priorWeight = 1;
    private double _largestWeight;
    private int _weighedCount = -1;
    private bool _hasGivenWeights;
    private bool _isPrepared;

    /// <summary>Creates an estimator without observations: the prior kernel alone.</summary>
    /// <param name="dimensions">The dimensions, one or more, in the order of values and candidates.</param>
    /// <param name="options">How to fit; null for the defaults.</param>
    /// <exception cref="ArgumentException">There is no dimension, or a distance of choices is negative or not finite.</exception>
    public ParzenEstimator(IReadOnlyList<ParzenDimension> dimensions, ParzenOptions? options = null)
    {
        if (dimensions.Count == 0) throw new ArgumentException("An estimator needs at least one dimension.", nameof(dimensions));
        _options = options ?? ParzenOptions.Default;
        _columns = [.. dimensions.Select(Create)];
        _sequence = [.. Enumerable.Range(0, _columns.Length).OrderBy(i => Cost(_columns[i]))];
        Dimensions = [.. dimensions];
        _totals.Resize(BlockSlots);
        _bounds.Resize(BlockSlots);
    }

    /// <summary>The dimensions, in the order of values and candidates.</summary>
    public IReadOnlyList<ParzenDimension> Dimensions { get; }

    /// <summary>The number of observations.</summary>
    public int Count => _count;

    /// <summary>The keys of the observations, ascending.</summary>
    public ReadOnlySpan<int> Orders => _orders.AsSpan(0, _count);

    /// <summary>Adds an observation.</summary>
    /// <param name="order">Its place in trial order, such as the trial number; unique among the present observations.</param>
    /// <param name="values">Its values by dimension: numbers as the user sees them, indices of choices. Numbers may lie outside the bounds.</param>
    /// <exception cref="ArgumentException">The order is taken, a number is not finite, or a choice does not exist.</exception>
    public void Insert(int order, ReadOnlySpan<double> values)
    {
        if (values.Length != _columns.Length)
            throw new ArgumentException($"An observation has {_columns.Length} values, not {values.Length}.", nameof(values));
        int slot = ~Orders.BinarySearch(order);
        if (slot < 0) throw new ArgumentException($"There is an observation of order {order} already.", nameof(order));
        for (int i = 0; i < _columns.Length; i++) _columns[i].Check(values[i]);
        Reserve(_count + 1);
        _orders.AsSpan(slot, _count - slot).CopyTo(_orders.AsSpan(slot + 1));
        _orders[slot] = order;
        _count++;
        _constants.Insert(slot, _count - 1, Outdated);
        for (int i = 0; i < _columns.Length; i++) _columns[i].Insert(slot, values[i], Orders, _constants);
        OnChanged();
    }

    /// <summary>Removes an observation and restores the state without it exactly.</summary>
    /// <returns>Whether there was one of this order.</returns>
    public bool Remove(int order)
    {
        int slot = Orders.BinarySearch(order);
        if (slot < 0) return false;
        _orders.AsSpan(slot + 1, _count - slot - 1).CopyTo(_orders.AsSpan(slot));
        _count--;
        _constants.Remove(slot, _count + 1);
        foreach (var column in _columns) column.Remove(slot, order, Orders, _constants);
        OnChanged();
        return true;
    }

    /// <summary>Replaces all observations by others at once, as fast as sorting them, with the same result as inserting each.</summary>
    /// <param name="orders">Their places in trial order, ascending.</param>
    /// <param name="values">Their values, row-major [observations, dimensions], as in <see cref="Insert"/>.</param>
    /// <exception cref="ArgumentException">The orders do not ascend, a number is not finite, or a choice does not exist.</exception>
    public void Reset(ReadOnlySpan<int> orders, ReadOnlySpan<double> values)
    {
        int d = _columns.Length;
        if (values.Length != orders.Length * d)
            throw new ArgumentException($"{orders.Length} observations of {d} dimensions have {orders.Length * d} values, not {values.Length}.", nameof(values));
        for (int i = 1; i < orders.Length; i++)
        {
            if (orders[i] <= orders[i - 1]) throw new ArgumentException($"The order {orders[i]} follows {orders[i - 1]}; orders must ascend.", nameof(orders));
        }
        for (int i = 0; i < values.Length; i++) _columns[i % d].Check(values[i]);
        _count = orders.Length;
        Reserve(_count);
        orders.CopyTo(_orders);
        _constants.Span[.._count].Fill(Outdated);
        var column = new double[_count];
        for (int i = 0; i < d; i++)
        {
            for (int slot = 0; slot < column.Length; slot++) column[slot] = values[(slot * d) + i];
            _columns[i].Reset(column, Orders);
        }
        OnChanged();
    }

    /// <summary>Whether there is an observation of this order.</summary>
    public bool Contains(int order) => Orders.BinarySearch(order) >= 0;

    /// <summary>Weighs the present observations by given numbers, in trial order, until the next insertion or removal.</summary>
    /// <exception cref="ArgumentException">Their number is not that of the observations, one is negative or not finite, or all are 0.</exception>
    public void UseWeights(ReadOnlySpan<double> weights)
    {
        if (weights.Length != _count) throw new ArgumentException($"There are {_count} observations, not {weights.Length}.", nameof(weights));
        _weighedCount = -1;
        ReserveWeights();
        weights.CopyTo(_weights.Span);
        Normalize();
        _weighedCount = _count;
        _hasGivenWeights = true;
        _isPrepared = false;
    }

    /// <summary>Brings weights and kernels up to date; densities and draws do so themselves.</summary>
    public void Prepare()
    {
        if (_isPrepared) return;
        if (_weighedCount != _count)
        {
            // Until all went well there are none: the rule may throw.
            _weighedCount = -1;
            ReserveWeights();
            if (_count > 0) _options.Weights(_weights.Span[.._count]);
            Normalize();
            _weighedCount = _count;
        }
        foreach (var column in _columns) column.Prepare(Orders, _constants);
        UpdateConstants();
        _isPrepared = true;
    }

    /// <summary>The mixture weights, which sum to 1; the prior kernel's is the last.</summary>
    public double[] CopyWeights()
    {
        Prepare();
        return [.. _weights.Span[.._count], _priorWeight];
    }

    /// <summary>The dimension's kernels; for inspection.</summary>
    public ParzenColumn Column(int dimension)
    {
        Prepare();
        return _columns[dimension];
    }

    /// <summary>Sums the columns' log norms, negated, always in the same order, where one of them changed.</summary>
    private void UpdateConstants()
    {
        var constants = _constants.Span[.._count];
        // A search for bits is vectorized, one for equal doubles is not.
        var bits = MemoryMarshal.Cast<double, long>(constants);
        long outdated = BitConverter.DoubleToInt64Bits(Outdated);
        for (int slot = 0; slot < _count; slot++)
        {
            int next = bits[slot..].IndexOf(outdated);
            if (next < 0) break;
            slot += next;
            double sum = 0;
            foreach (var column in _columns) sum -= column.LogNorm?[slot] ?? 0;
            constants[slot] = sum;
        }
        _constants.Span[_count..].Fill(double.PositiveInfinity);
    }

    private void OnChanged()
    {
        _isPrepared = false;
        if (!_hasGivenWeights) return;
        _hasGivenWeights = false;
        _weighedCount = -1;
    }

    private void Reserve(int count)
    {
        if (count <= _orders.Length) return;
        int capacity = (Math.Max(Math.Max(FirstCapacity, count), _orders.Length + _orders.Length / 2) + WideMath.Lanes - 1) & -WideMath.Lanes;
        Array.Resize(ref _orders, capacity);
        _constants.Resize(capacity);
        foreach (var column in _columns) column.Resize(capacity);
    }

    private void ReserveWeights()
    {
        if (_weights.Capacity < _orders.Length) _weights.Resize(_orders.Length);
        _weights.Span[_count..].Clear();
    }

    private void Normalize()
    {
        var weights = _weights.Span[.._count];
        double sum = 0, largest = 0;
        if (_count > 0)
        {
            double smallest = TensorPrimitives.Min<double>(weights);
            if (!(smallest >= 0)) throw new ArgumentException($"A weight is {smallest}; weights must not be negative.", nameof(weights));
            sum = TensorPrimitives.Sum<double>(weights);
            largest = TensorPrimitives.Max<double>(weights);
            if (!double.IsFinite(sum) || sum == 0)
                throw new ArgumentException($"The weights sum to {sum}; the sum must be finite and above 0.", nameof(weights));
        }
        sum += _options.PriorWeight;
        TensorPrimitives.Divide(weights, sum, weights);
        _priorWeight = _options.PriorWeight / sum;
        _largestWeight = largest / sum;
        _hasCumulative = false;
    }

    private ParzenColumn Create(ParzenDimension dimension) =>
        dimension.IsCategorical ? new CategoricalColumn(dimension, _options)
        : dimension.Step > 0 ? new SteppedColumn(dimension, _options)
        : new ContinuousColumn(dimension, _options);

    private static int Cost(ParzenColumn column) => column switch
    {
        ContinuousColumn => 0,
        SteppedColumn { Dimension: var d } when (d.High - d.Low) / d.Step < SmallGrid => 1,
        CategoricalColumn => 2,
        _ => 3,
    };
}
