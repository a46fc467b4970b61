namespace HyperTune.Quality;

/// <summary>The running best of a study's values.</summary>
/// <param name="isMaximized">Whether larger values are better.</param>
/// <param name="capacity">How many trials are expected.</param>
internal sealed class BestSoFar(bool isMaximized, int capacity)
{
    private readonly List<double> _best = new(capacity);

    /// <summary>Adds the next trial's value; NaN, as of a failed trial, leaves the best as it is.</summary>
    public void Add(double value)
    {
        double last = _best.Count == 0 ? double.NaN : _best[^1];
        bool isBetter = double.IsNaN(last) || (isMaximized ? value > last : value < last);
        _best.Add(isBetter ? value : last);
    }

    /// <summary>The best value after each trial so far; NaN as long as there is none.</summary>
    public double[] ToArray() => [.. _best];
}
