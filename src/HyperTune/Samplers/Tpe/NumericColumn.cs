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
    private const double SmallestSigma = 1e-12;
    private const int MagicLimit = 100;

    private readonly bool _hasMagicClip;
    private readonly bool _considersEndpoints;

    private double[] _mu = [];
    private double[] _sigma = [];
    private double[] _inverse = [];
    private double[] _logNorm = [];

    // By value, ties by trial order.
    private double[] _sortedMu = [];
    private int[] _sortedOrder = [];

    private int _count;
    private double _floor = double.NaN;
    private bool _isStale;

    protected NumericColumn(ParzenDimension dimension, ParzenOptions options) : base(dimension)
    {
        _hasMagicClip = options.HasMagicClip;
        _considersEndpoints = options.ConsidersEndpoints;
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

    public override double[] LogNorm => _logNorm;

    /// <summary>The centres by slot.</summary>
    public double[] Mu => _mu;

    /// <summary>The widths by slot.</summary>
    public double[] Sigma => _sigma;

    /// <summary>What distances from a centre are multiplied with, by slot.</summary>
    protected double[] Inverse => _inverse;

    /// <summary>The number of observations.</summary>
    protected int Count => _count;

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
        Array.Resize(ref _mu, capacity);
        Array.Resize(ref _sigma, capacity);
        Array.Resize(ref _inverse, capacity);
        Array.Resize(ref _logNorm, capacity);
        Array.Resize(ref _sortedMu, capacity);
        Array.Resize(ref _sortedOrder, capacity);
    }

    public override void Check(double value)
    {
        if (!double.IsFinite(value)) throw new ArgumentOutOfRangeException(nameof(value), value, "An observation must be finite.");
    }

    public override void Insert(int slot, double value, ReadOnlySpan<int> orders)
    {
        // Bounds may have changed since the observation was made: what has no logarithm counts as the low bound.
        double mu = Dimension.IsLog && !(value > 0) ? Low : Dimension.ToScale(value);
        int order = orders[slot];
        int position = PositionOf(mu, order);
        InsertAt(_mu, slot, _count, mu);
        InsertAt(_sigma, slot, _count, double.NaN);
        InsertAt(_inverse, slot, _count, 0);
        InsertAt(_logNorm, slot, _count, 0);
        InsertAt(_sortedMu, position, _count, mu);
        InsertAt(_sortedOrder, position, _count, order);
        OnInserted(slot);
        _count++;
        Update(position - 1, position + 1, orders);
    }

    public override void Remove(int slot, int order, ReadOnlySpan<int> orders)
    {
        int position = PositionOf(_mu[slot], order);
        RemoveAt(_mu, slot, _count);
        RemoveAt(_sigma, slot, _count);
        RemoveAt(_inverse, slot, _count);
        RemoveAt(_logNorm, slot, _count);
        RemoveAt(_sortedMu, position, _count);
        RemoveAt(_sortedOrder, position, _count);
        OnRemoved(slot);
        _count--;
        Update(position - 1, position, orders);
    }

    /// <summary>Makes room for a slot in further arrays, before <see cref="Count"/> changes.</summary>
    protected virtual void OnInserted(int slot) { }

    /// <summary>Closes the gap of a slot in further arrays, before <see cref="Count"/> changes.</summary>
    protected virtual void OnRemoved(int slot) { }

    public override void Prepare(ReadOnlySpan<int> orders)
    {
        if (!_isStale && _floor == FloorOf(_count)) return;
        _floor = FloorOf(_count);
        _isStale = false;
        OnRefresh();
        for (int position = 0; position < _count; position++) UpdateOne(position, orders);
    }

    public override double Draw(int slot, double uniform)
    {
        (double mu, double sigma) = slot < _count ? (_mu[slot], _sigma[slot]) : (PriorMu, Range);
        double z = TruncatedNormal.Quantile(uniform, (Low - mu) / sigma, (High - mu) / sigma);
        double value = Math.Min(Math.Max(mu + sigma * z, Low), High);
        return Dimension.IsLog ? Math.Exp(value) : value;
    }

    private double FloorOf(int count) => _hasMagicClip ? Range / Math.Min(MagicLimit, count + 2) : SmallestSigma;

    /// <summary>Redoes the widths between two places in value order, or defers that where all must be redone anyway.</summary>
    private void Update(int first, int last, ReadOnlySpan<int> orders)
    {
        _isStale |= _floor != FloorOf(_count);
        if (_isStale) return;
        for (int position = Math.Max(first, 0); position <= last && position < _count; position++) UpdateOne(position, orders);
    }

    private void UpdateOne(int position, ReadOnlySpan<int> orders)
    {
        int slot = orders.BinarySearch(_sortedOrder[position]);
        double mu = _sortedMu[position];
        double sigma = Math.Min(Math.Max(WidestGap(position), _floor), Range);
        if (sigma == _sigma[slot])
        {
            OnChanged(slot);
            return;
        }
        _sigma[slot] = sigma;
        _inverse[slot] = InverseOf(sigma);
        _logNorm[slot] = LogNormOf(mu, sigma);
        OnChanged(slot);
    }

    private double WidestGap(int position)
    {
        double mu = _sortedMu[position];
        bool isFirst = position == 0, isLast = position == _count - 1;
        double left = mu - (isFirst ? Low : _sortedMu[position - 1]);
        double right = (isLast ? High : _sortedMu[position + 1]) - mu;
        if (_considersEndpoints || _count < 2) return Math.Max(left, right);
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
