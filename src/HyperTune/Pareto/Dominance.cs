namespace HyperTune.Pareto;

/// <summary>Pareto dominance with constraints.</summary>
/// <remarks>Source: K. Deb, A. Pratap, S. Agarwal, T. Meyarivan, "A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II", 2002, section VI.</remarks>
public static class Dominance
{
    /// <summary>Whether one point is at least as good as another in every objective and better in one.</summary>
    /// <param name="values">The first point, one value for each objective; infinities are ordinary numbers.</param>
    /// <param name="others">The second point.</param>
    /// <param name="directions">One direction for each objective.</param>
    public static bool Dominates(IReadOnlyList<double> values, IReadOnlyList<double> others, IReadOnlyList<Direction> directions)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(others);
        ArgumentNullException.ThrowIfNull(directions);
        bool isBetter = false;
        for (int k = 0; k < directions.Count; k++)
        {
            double difference = directions[k] == Direction.Minimize ? values[k].CompareTo(others[k]) : others[k].CompareTo(values[k]);
            if (difference > 0) return false;
            isBetter |= difference < 0;
        }
        return isBetter;
    }

    /// <summary>Dominance with constraints: a feasible point dominates an infeasible one, and of two infeasible ones that with the smaller violation dominates.</summary>
    /// <param name="values">The first point.</param>
    /// <param name="violation">Its sum of violated constraints; 0 when feasible.</param>
    /// <param name="others">The second point.</param>
    /// <param name="otherViolation">Its sum of violated constraints.</param>
    /// <param name="directions">One direction for each objective.</param>
    public static bool Dominates(IReadOnlyList<double> values, double violation, IReadOnlyList<double> others, double otherViolation, IReadOnlyList<Direction> directions) =>
        violation > 0 || otherViolation > 0 ? violation < otherViolation : Dominates(values, others, directions);

    /// <summary>Whether one point of losses is at least as good as another in every objective and better in one.</summary>
    internal static bool Dominates(ReadOnlySpan<double> losses, ReadOnlySpan<double> others) => LossRows.Covers(losses, others) && !LossRows.Covers(others, losses);
}
