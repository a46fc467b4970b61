using HyperTune.Pareto;

namespace HyperTune.Quality;

/// <summary>The running hypervolume of a study's feasible values.</summary>
/// <param name="referencePoint">Points that do not dominate it count nothing.</param>
/// <param name="capacity">How many trials are expected.</param>
internal sealed class HypervolumeSoFar(double[] referencePoint, int capacity)
{
    private readonly List<double> _volumes = new(capacity);
    private readonly List<double[]> _front = [];

    /// <summary>Adds the next trial's values.</summary>
    public void Add(IReadOnlyList<double> values, bool isFeasible)
    {
        double[] point = [.. values];
        double last = _volumes.Count == 0 ? 0 : _volumes[^1];
        bool counts = isFeasible && Covers(point, referencePoint) && !_front.Exists(other => Covers(other, point));
        if (counts)
        {
            _front.RemoveAll(other => Covers(point, other));
            _front.Add(point);
        }
        _volumes.Add(counts ? HypervolumeEngine.Volume([.. _front.SelectMany(p => p)], referencePoint) : last);
    }

    /// <summary>The hypervolume after each trial so far.</summary>
    public double[] ToArray() => [.. _volumes];

    private static bool Covers(double[] point, double[] other) => point.Zip(other).All(pair => pair.First <= pair.Second);
}
