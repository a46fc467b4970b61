using HyperTune.Numerics;

namespace HyperTune.Samplers.Tpe;

/// <summary>Centres and widths of the kernels of a numeric dimension.</summary>
/// <remarks>
/// A width is the larger gap to the two neighbours in value order, clipped (Bergstra et al., "Algorithms for Hyper-Parameter
/// Optimization", 2011, section 4.2; Watanabe, "Tree-Structured Parzen Estimator", 2023). An index sorted by value lets an
/// insertion or a removal touch the two or three kernels whose gaps it changes; all are redone only while the
/// lower limit of the widths moves with the number of observations.
/// </remarks>
internal abstract class NumericColumn : ParzenColumn
{
    private const double SmallestSigmaWithoutClip = 1e-12;
    private const double InfiniteDeviations = 9;

    private readonly ParzenOptions _options;

    private readonly SlotArray _mu = new();
    private readonly SlotArray _sigma = new();
    private readonly SlotArray _inverse = new();
    private readonly SlotArray _logNorm = new();

    // By value, ties by trial order.
    private readonly SlotArray _sortedMu = new();
    private int[] _sortedOrder = [];

    private int _count;
    private double _floor = double.NaN;
    private bool _isStale;

    protected NumericColumn(ParzenDimension dimension, ParzenOptions options) : base(dimension)
    {
        _options = options;
        Low = dimension.AdaptedLow;
        High = dimension.AdaptedHigh;
        PriorMu = 0.5 * (Low + High);
    }

    /// <summary>The bounds of all kernels, on their scale.</summary>
    public double Low { get; }

    /// <inheritdoc cref="Low"/>
    public double High { get; }

    /// <summary>The centre of the prior kernel.</summary>
    public double PriorMu { get; }

    /// <summary>The width of the prior kernel and the largest of any.</summary>
    public double Range => High - Low;

    public override SlotArray LogNorm => _logNorm;

    /// <summary>The centres by slot.</summary>
    public SlotArray Mu => _mu;

    /// <summary>The widths by slot.</summary>
    public SlotArray Sigma => _sigma;

    /// <summary>What distances from a centre are multiplied with, by slot.</summary>
    protected SlotArray Inverse => _inverse;

    /// <summary>The number of observations.</summary>
    protected int Count => _count;

    /// <summary>The lower limit of the widths.</summary>
    protected double SmallestSigma => _floor;

    /// <summary>The factor for distances from the centre of a kernel of this width.</summary>
    protected abstract double InverseOf(double sigma);

    /// <summary>ln of what makes a kernel integrate to 1.</summary>
    protected abstract double LogNormOf(double mu, double sigma);

    /// <summary>The kernel of a slot has a new centre or width.</summary>
    protected virtual void OnChanged(int slot) { }

    /// <summary>The widths of all kernels are about to be redone.</summary>
    protected virtual void OnRefresh() { }

    public override void Resize(int capacity)
    {
        _mu.Resize(capacity);
        _sigma.Resize(capacity);
        _inverse.Resize(capacity);
        _logNorm.Resize(capacity);
        _sortedMu.Resize(capacity);
        Array.Resize(ref _sortedOrder, capacity);
    }

    public override void Check(double value)
    {
        if (!double.IsFinite(value)) throw new ArgumentOutOfRangeException(nameof(value), value, "An observation must be finite.");
    }

    public override void Insert(int slot, double value, ReadOnlySpan<int> orders, SlotArray constants)
    {
        double mu = CentreOf(value);
        int order = orders[slot];
        int position = PositionOf(mu, order);
        _mu.Insert(slot, _count, mu);
        _sigma.Insert(slot, _count, double.NaN);
        _inverse.Insert(slot, _count, 0);
        _logNorm.Insert(slot, _count, 0);
        _sortedMu.Insert(position, _count, mu);
        InsertAt(_sortedOrder, position, _count, order);
        OnInserted(slot);
        _count++;
        Update(position - 1, position + 1, orders, constants);
    }

    public override void Remove(int slot, int order, ReadOnlySpan<int> orders, SlotArray constants)
    {
        int position = PositionOf(_mu[slot], order);
        _mu.Remove(slot, _count);
        _sigma.Remove(slot, _count);
        _inverse.Remove(slot, _count);
        _logNorm.Remove(slot, _count);
        _sortedMu.Remove(position, _count);
        RemoveAt(_sortedOrder, position, _count);
        OnRemoved(slot);
        _count--;
        Update(position - 1, position, orders, constants);
    }

    public override void Reset(ReadOnlySpan<double> values, ReadOnlySpan<int> orders)
    {
        _count = values.Length;
        var mu = new double[_count];
        for (int slot = 0; slot < mu.Length; slot++) mu[slot] = CentreOf(values[slot]);
        _mu.Set(mu);
        _sigma.Set([]);
        _inverse.Set([]);
        _logNorm.Set([]);
        orders.CopyTo(_sortedOrder);
        Array.Clear(_sortedOrder, _count, _sortedOrder.Length - _count);
        Array.Sort(mu, _sortedOrder, 0, _count);
        for (int first = 0, end; first < _count; first = end)
        {
            for (end = first + 1; end < _count && mu[end] == mu[first];) end++;
            Array.Sort(_sortedOrder, first, end - first);
        }
        _sortedMu.Set(mu);
        OnReset();
        _isStale = true;
    }

    /// <summary>Forgets what further arrays hold of the former observations.</summary>
    protected virtual void OnReset() { }

    /// <summary>Makes room for a slot in further arrays, before <see cref="Count"/> changes.</summary>
    protected virtual void OnInserted(int slot) { }

    /// <summary>Closes the gap of a slot in further arrays, before <see cref="Count"/> changes.</summary>
    protected virtual void OnRemoved(int slot) { }

    public override void Prepare(ReadOnlySpan<int> orders, SlotArray constants)
    {
        if (!_isStale && _floor == FloorOf(_count)) return;
        _floor = FloorOf(_count);
        _isStale = false;
        OnRefresh();
        for (int position = 0; position < _count; position++) UpdateOne(position, orders, constants);
    }

    public override double Draw(int slot, double uniform)
    {
        (double mu, double sigma) = slot < _count ? (_mu[slot], _sigma[slot]) : (PriorMu, Range);
        double a = (Low - mu) / sigma, b = (High - mu) / sigma;
        // From a centre inside the bounds the mass beyond a far one is below a uniform number's last bit: spare its computation.
        if (a < -InfiniteDeviations && b >= 0) a = double.NegativeInfinity;
        if (b > InfiniteDeviations && a <= 0) b = double.PositiveInfinity;
        double z = TruncatedNormal.Quantile(uniform, a, b);
        double value = Math.Min(Math.Max(mu + sigma * z, Low), High);
        return Dimension.IsLog ? Math.Exp(value) : value;
    }

    /// <summary>A value on the kernels' scale. A zero has no sign, so that equal centres are the same bits.</summary>
    private double CentreOf(double value) =>
        // Bounds may have changed since the observation was made: what has no logarithm counts as the low bound.
        Dimension.IsLog && !(value > 0) ? Low : Dimension.ToScale(value) + 0.0;

    private double FloorOf(int count) =>
        _options.HasMagicClip ? Range / Math.Min(_options.ClipLimit, Math.Pow(count + 2, _options.ClipExponent)) : SmallestSigmaWithoutClip;

    /// <summary>Redoes the widths between two places in value order, or defers that where all must be redone anyway.</summary>
    private void Update(int first, int last, ReadOnlySpan<int> orders, SlotArray constants)
    {
        _isStale |= _floor != FloorOf(_count);
        if (_isStale) return;
        for (int position = Math.Max(first, 0); position <= last && position < _count; position++) UpdateOne(position, orders, constants);
    }

    private void UpdateOne(int position, ReadOnlySpan<int> orders, SlotArray constants)
    {
        int slot = orders.BinarySearch(_sortedOrder[position]);
        double mu = _sortedMu[position];
        double sigma = Math.Min(Math.Max(WidestGap(position), _floor), Range);
        if (sigma != _sigma[slot])
        {
            _sigma[slot] = sigma;
            _inverse[slot] = InverseOf(sigma);
            _logNorm[slot] = LogNormOf(mu, sigma);
            constants[slot] = ParzenEstimator.Outdated;
        }
        OnChanged(slot);
    }

    private double WidestGap(int position)
    {
        double mu = _sortedMu[position];
        bool isFirst = position == 0, isLast = position == _count - 1;
        double left = mu - (isFirst ? Low : _sortedMu[position - 1]);
        double right = (isLast ? High : _sortedMu[position + 1]) - mu;
        if (_options.ConsidersEndpoints || _count < 2) return Math.Max(left, right);
        return isFirst ? right : isLast ? left : Math.Max(left, right);
    }

    /// <summary>Where an observation stands, or would stand, in value order.</summary>
    private int PositionOf(double mu, int order)
    {
        int low = 0, high = _count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            double other = _sortedMu[middle];
            if (other < mu || (other == mu && _sortedOrder[middle] < order)) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
