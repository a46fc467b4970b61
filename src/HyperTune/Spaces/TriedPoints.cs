using System.Collections.Immutable;
using HyperTune.History;
using HyperTune.Numerics;

namespace HyperTune.Spaces;

/// <summary>The points of a space that trials of a study have had, running ones included.</summary>
internal sealed class TriedPoints
{
    private readonly SearchSpace _space;
    private readonly State _tried;

    private TriedPoints(SearchSpace space, State tried)
    {
        _space = space;
        _tried = tried;
    }

    /// <summary>How many points of the space have not been tried; infinite for an infinite space.</summary>
    public double Left => _tried.Size - _tried.Inside;

    /// <summary>Whether the space is finite and every point of it has been tried.</summary>
    public bool IsExhausted => Left <= 0;

    /// <summary>The points of finished trials that have not failed, of running ones as far as they are known, and further ones.</summary>
    public static TriedPoints Of(StudyHistory history, SearchSpace space, IEnumerable<ParameterSet>? further = null)
    {
        State finished = history.View<State>(new Key(space), (newer, former) => Extend(newer, former, space));
        return new TriedPoints(space, finished.With(space, history.Running.Select(static trial => trial.Parameters).Concat(further ?? [])));
    }

    public bool Contains(ParameterSet parameters) => _tried.Points.Contains(SpacePoint.Of(_space, parameters));

    /// <summary>A point that has not been tried, all such points being equally likely; null if there is none, or the space is infinite or too large to search.</summary>
    public ParameterSet? FindNew(long largestSpace, RandomStream random)
    {
        if (_tried.Size > largestSpace || IsExhausted) return null;
        SpacePoint? chosen = null;
        int seen = 0;
        foreach (SpacePoint point in Points())
        {
            if (!_tried.Points.Contains(point) && random.NextInt(++seen) == 0) chosen = point;
        }
        return chosen?.ToParameters(_space);
    }

    private static State Extend(StudyHistory history, State? former, SearchSpace space)
    {
        State state = former ?? new State(0, [], 0, SpaceSize.Of(space));
        // A failed trial has said nothing about its point.
        IEnumerable<int> rows = Enumerable.Range(state.Rows, history.Count - state.Rows).Where(row => history.States[row] != TrialState.Failed);
        return state.With(space, rows.Select(row => history[row].Parameters)) with { Rows = history.Count };
    }

    /// <summary>Whether parameters are a point of the space, rather than a part of one, or one of a range of former times.</summary>
    private static bool IsInside(SearchSpace space, ReadOnlySpan<double> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (space.IsActive(i, values) ? !space[i].Distribution.Contains(values[i]) : !double.IsNaN(values[i])) return false;
        }
        return true;
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

    /// <param name="Rows">The number of rows that are in.</param>
    /// <param name="Points">What was tried.</param>
    /// <param name="Inside">How many of these are points of the space.</param>
    /// <param name="Size">How many points the space has.</param>
    private sealed record State(int Rows, ImmutableHashSet<SpacePoint> Points, int Inside, double Size)
    {
        public State With(SearchSpace space, IEnumerable<ParameterSet> trials)
        {
            ImmutableHashSet<SpacePoint>.Builder points = Points.ToBuilder();
            int inside = Inside;
            foreach (ParameterSet parameters in trials)
            {
                SpacePoint point = SpacePoint.Of(space, parameters);
                if (points.Add(point) && IsInside(space, point.Values)) inside++;
            }
            return this with { Points = points.ToImmutable(), Inside = inside };
        }
    }
}
