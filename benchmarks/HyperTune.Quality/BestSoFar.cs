namespace HyperTune.Quality;

/// <summary>The running best of a study's values.</summary>
/// <param name="isMaximized">Whether larger values are better.</param>
/// <param name="capacity">How many trials are expected.</param>
/// <param name="first">What the study is judged by as long as it has no value.</param>
internal sealed class BestSoFar(bool isMaximized, int capacity, double first = double.NaN)
{
    private readonly List<double> _judged = new(capacity);
    private double _best = double.NaN;

    /// <summary>Adds the next trial's value; NaN, as of a failed trial, leaves the best as it is.</summary>
    public void Add(double value) => Add(value, value);

    /// <summary>Adds the next trial.</summary>
    /// <param name="observed">The value by which the best trial is chosen; NaN when the trial cannot be the best.</param>
    /// <param name="judged">What the study is judged by when this trial is its best.</param>
    public void Add(double observed, double judged)
    {
        bool isBetter = double.IsNaN(_best) ? !double.IsNaN(observed) : isMaximized ? observed > _best : observed < _best;
        if (isBetter) _best = observed;
        _judged.Add(isBetter ? judged : _judged.Count == 0 ? first : _judged[^1]);
    }

    /// <summary>What the study is judged by after each trial so far.</summary>
    public double[] ToArray() => [.. _judged];
}
