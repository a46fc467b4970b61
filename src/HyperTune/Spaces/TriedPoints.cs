using System.Collections.Immutable;
using HyperTune.History;
using HyperTune.Numerics;

namespace HyperTune.Spaces;

/// <summary>The points of a space that trials of a study have had, running ones included.</summary>
internal sealed class TriedPoints
{
    private readonly SearchSpace _space;
    private readonly ImmutableHashSet<Point> _points;

    private TriedPoints(SearchSpace space, ImmutableHashSet<Point> points)
    {
        _space = space;
        _points = points;
    }

    /// <summary>Whether the space is finite and every point of it has been tried.</summary>
    public bool IsExhausted => _space.All(parameter => parameter.Distribution.GridSize is not null) && Points().All(point => _points.Contains(point));

    public static TriedPoints Of(StudyHistory history, SearchSpace space)
    {
        ImmutableHashSet<Point> points = history.View<State>(new Key(space), (newer, former) => Extend(newer, former, space)).Points;
        return new TriedPoints(space, points.Union(history.Running.Select(trial => Point.Of(space, trial.Parameters))));
    }

    public bool Contains(ParameterSet parameters) => _points.Contains(Point.Of(_space, parameters));

    /// <summary>A point that has not been tried, all such points being equally likely; null if there is none, or the space is infinite or too large to search.</summary>
    public ParameterSet? FindNew(long largestSpace, RandomStream random)
    {
        double size = 1;
        foreach (SearchSpaceParameter parameter in _space) size *= parameter.Distribution.GridSize ?? double.PositiveInfinity;
        if (size > largestSpace) return null;
        Point? chosen = null;
        int seen = 0;
        foreach (Point point in Points())
        {
            if (!_points.Contains(point) && random.NextInt(++seen) == 0) chosen = point;
        }
        return chosen?.ToParameters(_space);
    }

    private static State Extend(StudyHistory history, State? former, SearchSpace space)
    {
        ImmutableHashSet<Point>.Builder points = (former?.Points ?? []).ToBuilder();
        for (int row = former?.Rows ?? 0; row < history.Count; row++)
        {
            // A failed trial has said nothing about its point.
            if (history.States[row] != TrialState.Failed) points.Add(Point.Of(space, history[row].Parameters));
        }
        return new State(history.Count, points.ToImmutable());
    }

    /// <summary>All points of a finite space, inactive parameters being NaN.</summary>
    private IEnumerable<Point> Points()
    {
        var values = new double[_space.Count];
        Array.Fill(values, double.NaN);
        return PointsFrom(0, values);
    }

    private IEnumerable<Point> PointsFrom(int index, double[] values)
    {
        if (index == values.Length)
        {
            yield return new Point([.. values]);
            yield break;
        }
        if (!_space.IsActive(index, values))
        {
            values[index] = double.NaN;
            foreach (Point point in PointsFrom(index + 1, values)) yield return point;
            yield break;
        }
        Distribution distribution = _space[index].Distribution;
        for (long i = 0; i < distribution.GridSize!.Value; i++)
        {
            values[index] = distribution.GridValue(i);
            foreach (Point point in PointsFrom(index + 1, values)) yield return point;
        }
        values[index] = double.NaN;
    }

    private sealed record Key(SearchSpace Space);

    private sealed record State(int Rows, ImmutableHashSet<Point> Points);

    /// <summary>Internal values in the order of the space; NaN where a parameter is absent.</summary>
    private sealed class Point(double[] values) : IEquatable<Point>
    {
        private readonly double[] _values = values;

        public static Point Of(SearchSpace space, ParameterSet parameters)
        {
            var values = new double[space.Count];
            for (int i = 0; i < values.Length; i++) parameters.TryGetValue(space[i].Name, out values[i]);
            return new Point(values);
        }

        public ParameterSet ToParameters(SearchSpace space) =>
            ParameterSet.Of(space.Select((parameter, i) => new Parameter(parameter.Name, parameter.Distribution, _values[i])).Where(parameter => !double.IsNaN(parameter.Value)));

        public bool Equals(Point? other) => other is not null && _values.AsSpan().SequenceEqual(other._values);

        public override bool Equals(object? obj) => Equals(obj as Point);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (double value in _values) hash.Add(value);
            return hash.ToHashCode();
        }
    }
}
