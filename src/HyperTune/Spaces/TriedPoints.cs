using System.Collections.Immutable;
using HyperTune.History;
using HyperTune.Numerics;

namespace HyperTune.Spaces;

/// <summary>The points of a space that trials of a study have had, running ones included.</summary>
internal sealed class TriedPoints
{
    private readonly SearchSpace _space;
    private readonly ImmutableHashSet<SpacePoint> _points;

    private TriedPoints(SearchSpace space, ImmutableHashSet<SpacePoint> points)
    {
        _space = space;
        _points = points;
    }

    /// <summary>Whether the space is finite and every point of it has been tried.</summary>
    public bool IsExhausted => _space.All(parameter => parameter.Distribution.GridSize is not null) && Points().All(point => _points.Contains(point));

    public static TriedPoints Of(StudyHistory history, SearchSpace space)
    {
        ImmutableHashSet<SpacePoint> points = history.View<State>(new Key(space), (newer, former) => Extend(newer, former, space)).Points;
        return new TriedPoints(space, points.Union(history.Running.Select(trial => SpacePoint.Of(space, trial.Parameters))));
    }

    public bool Contains(ParameterSet parameters) => _points.Contains(SpacePoint.Of(_space, parameters));

    /// <summary>A point that has not been tried, all such points being equally likely; null if there is none, or the space is infinite or too large to search.</summary>
    public ParameterSet? FindNew(long largestSpace, RandomStream random)
    {
        double size = 1;
        foreach (SearchSpaceParameter parameter in _space) size *= parameter.Distribution.GridSize ?? double.PositiveInfinity;
        if (size > largestSpace) return null;
        SpacePoint? chosen = null;
        int seen = 0;
        foreach (SpacePoint point in Points())
        {
            if (!_points.Contains(point) && random.NextInt(++seen) == 0) chosen = point;
        }
        return chosen?.ToParameters(_space);
    }

    private static State Extend(StudyHistory history, State? former, SearchSpace space)
    {
        ImmutableHashSet<SpacePoint>.Builder points = (former?.Points ?? []).ToBuilder();
        for (int row = former?.Rows ?? 0; row < history.Count; row++)
        {
            // A failed trial has said nothing about its point.
            if (history.States[row] != TrialState.Failed) points.Add(SpacePoint.Of(space, history[row].Parameters));
        }
        return new State(history.Count, points.ToImmutable());
    }

    /// <summary>All points of a finite space, inactive parameters being NaN.</summary>
    private IEnumerable<SpacePoint> Points()
    {
        var values = new double[_space.Count];
        Array.Fill(values, double.NaN);
        return PointsFrom(0, values);
    }

    private IEnumerable<SpacePoint> PointsFrom(int index, double[] values)
    {
        if (index == values.Length)
        {
            yield return new SpacePoint([.. values]);
            yield break;
        }
        if (!_space.IsActive(index, values))
        {
            values[index] = double.NaN;
            foreach (SpacePoint point in PointsFrom(index + 1, values)) yield return point;
            yield break;
        }
        Distribution distribution = _space[index].Distribution;
        for (long i = 0; i < distribution.GridSize!.Value; i++)
        {
            values[index] = distribution.GridValue(i);
            foreach (SpacePoint point in PointsFrom(index + 1, values)) yield return point;
        }
        values[index] = double.NaN;
    }

    private sealed record Key(SearchSpace Space);

    private sealed record State(int Rows, ImmutableHashSet<SpacePoint> Points);
}
