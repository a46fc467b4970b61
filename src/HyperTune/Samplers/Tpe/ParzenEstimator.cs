using System.Numerics.Tensors;
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
    private const int FirstCapacity = 4 * WideMath.Lanes;

    private readonly ParzenOptions _options;
    private readonly ParzenColumn[] _columns;

    // Columns by rising cost and falling power to rule kernels out: the order in which densities take them.
    private readonly int[] _sequence;

    private int[] _orders = [];
    private int _count;

    // By slot, the prior kernel last in the weights; past the last observation the weights that vectors see are 0.
    private double[] _weights = [];
    private double[] _constants = [];
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
        for (int i = 0; i < _columns.Length; i++) _columns[i].Insert(slot, values[i], Orders);
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
        foreach (var column in _columns) column.Remove(slot, order, Orders);
        OnChanged();
        return true;
    }

    /// <summary>Whether there is an observation of this order.</summary>
    public bool Contains(int order) => Orders.BinarySearch(order) >= 0;

    /// <summary>Weighs the present observations by given numbers, in trial order, until the next insertion or removal.</summary>
    /// <exception cref="ArgumentException">Their number is not that of the observations, one is negative or not finite, or all are 0.</exception>
    public void UseWeights(ReadOnlySpan<double> weights)
    {
        if (weights.Length != _count) throw new ArgumentException($"There are {_count} observations, not {weights.Length}.", nameof(weights));
        ReserveWeights();
        weights.CopyTo(_weights);
        Normalize();
        _weighedCount = _count;
        _hasGivenWeights = true;
    }

    /// <summary>Brings weights and kernels up to date; densities and draws do so themselves.</summary>
    public void Prepare()
    {
        if (_isPrepared) return;
        if (_weighedCount != _count)
        {
            // A rule of weights that throws leaves none behind.
            _weighedCount = -1;
            ReserveWeights();
            if (_count > 0) _options.Weights(_weights.AsSpan(0, _count));
            Normalize();
            _weighedCount = _count;
        }
        foreach (var column in _columns) column.Prepare(Orders);
        var constants = _constants.AsSpan(0, _count);
        constants.Clear();
        foreach (var column in _columns)
        {
            if (column.LogNorm is { } logNorm) TensorPrimitives.Add(constants, logNorm.AsSpan(0, _count), constants);
        }
        _constants.AsSpan(_count).Fill(double.NegativeInfinity);
        _isPrepared = true;
    }

    /// <summary>The mixture weights, which sum to 1; the prior kernel's is the last.</summary>
    public double[] CopyWeights()
    {
        Prepare();
        return [.. _weights.AsSpan(0, _count), _priorWeight];
    }

    /// <summary>The dimension's kernels; for inspection.</summary>
    public ParzenColumn Column(int dimension)
    {
        Prepare();
        return _columns[dimension];
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
        int capacity = Math.Max(FirstCapacity, 2 * _orders.Length);
        Array.Resize(ref _orders, capacity);
        Array.Resize(ref _constants, capacity);
        foreach (var column in _columns) column.Resize(capacity);
    }

    private void ReserveWeights()
    {
        if (_weights.Length < _orders.Length) Array.Resize(ref _weights, _orders.Length);
        _weights.AsSpan(_count).Clear();
    }

    private void Normalize()
    {
        var weights = _weights.AsSpan(0, _count);
        double sum = 0, largest = 0;
        foreach (double weight in weights)
        {
            if (!(weight >= 0)) throw new ArgumentException($"A weight is {weight}; weights must not be negative.", nameof(weights));
            sum += weight;
            largest = Math.Max(largest, weight);
        }
        if (!double.IsFinite(sum) || (_count > 0 && sum == 0))
            throw new ArgumentException($"The weights sum to {sum}; the sum must be finite and above 0.", nameof(weights));
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
        SteppedColumn { IsTabulated: true } => 1,
        CategoricalColumn => 2,
        _ => 3,
    };
}
