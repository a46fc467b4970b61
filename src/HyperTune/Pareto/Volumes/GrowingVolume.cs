namespace HyperTune.Pareto.Volumes;

/// <summary>A hypervolume that grows point by point.</summary>
internal sealed class GrowingVolume(ReadOnlySpan<double> reference)
{
    private readonly SlicedVolume _volume = new(reference);
    private readonly Staircase _steps = new();
    private double[] _front = [];
    private int _length;

    /// <summary>The hypervolume of the points so far.</summary>
    public double Value { get; private set; }

    public void Add(ReadOnlySpan<double> losses)
    {
        double box = LossRows.Box(losses, _volume.Reference);
        if (box == 0 || double.IsPositiveInfinity(Value)) return;
        if (double.IsPositiveInfinity(box)) Value = box;
        else if (losses.Length == 2) Value += _steps.AddArea(losses[0], losses[1], _volume.Reference[0], _volume.Reference[1]);
        else
        {
            double added = _volume.Added(losses, _front.AsSpan(0, _length));
            if (added <= 0) return;
            Value += added;
            if (_length == _front.Length) Array.Resize(ref _front, Math.Max(16 * losses.Length, 2 * _length));
            _length = SlicedVolume.Insert(_front, _length, losses);
        }
    }
}
