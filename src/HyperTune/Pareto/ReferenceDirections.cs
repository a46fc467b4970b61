namespace HyperTune.Pareto;

/// <summary>Directions that are evenly spread over the simplex of objectives, for selection by niches.</summary>
/// <remarks>
/// Sources: I. Das, J. E. Dennis, "Normal-Boundary Intersection", 1998 (lattice); K. Deb, H. Jain, "An Evolutionary Many-Objective Optimization
/// Algorithm Using Reference-Point-Based Nondominated Sorting Approach, Part I", 2014, section IV-B and V (two layers).
/// </remarks>
internal static class ReferenceDirections
{
    /// <summary>The number of directions of a lattice: (objectives + divisions - 1) over divisions.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There would be more than an <see cref="int"/> counts.</exception>
    public static int Count(int objectives, int divisions)
    {
        Guard.AtLeast(objectives, 1);
        Guard.AtLeast(divisions, 1);
        if (objectives == 1) return 1;
        long count = 1;
        for (int i = 1; i <= divisions; i++)
        {
            // A product of binomials is divisible at each step.
            count = count * (objectives - 1 + i) / i;
            if (count > int.MaxValue / objectives)
                throw new ArgumentOutOfRangeException(nameof(divisions), divisions, $"{divisions} divisions of {objectives} objectives make too many directions. Give fewer, or two layers.");
        }
        return (int)count;
    }

    /// <summary>All points with whole non-negative coordinates whose sum is the number of divisions, from the first axis to the last.</summary>
    /// <returns>Row-major [directions, objectives].</returns>
    public static double[] Lattice(int objectives, int divisions)
    {
        var rows = new double[Count(objectives, divisions) * objectives];
        Span<double> row = rows.AsSpan(0, objectives);
        row[0] = divisions;
        for (int start = objectives; start < rows.Length; start += objectives)
        {
            // The next one: one unit of the last coordinate that can give goes to its right neighbour, and so does all that lies further right.
            Span<double> next = rows.AsSpan(start, objectives);
            row.CopyTo(next);
            double rest = next[^1];
            next[^1] = 0;
            int giver = next.LastIndexOfAnyExcept(0.0);
            next[giver]--;
            next[giver + 1] = rest + 1;
            row = next;
        }
        return rows;
    }

    /// <summary>A lattice on the simplex and a second, coarser one inside it, half as large: for many objectives, where one lattice has only points of the border.</summary>
    /// <param name="objectives">1 or more.</param>
    /// <param name="outer">Divisions of the outer lattice, 1 or more.</param>
    /// <param name="inner">Divisions of the inner one; 0 for none.</param>
    /// <returns>Row-major [directions, objectives]; each sums to 1.</returns>
    public static double[] TwoLayers(int objectives, int outer, int inner)
    {
        double[] border = Lattice(objectives, outer);
        for (int i = 0; i < border.Length; i++) border[i] /= outer;
        if (Guard.AtLeast(inner, 0) == 0) return border;
        double[] inside = Lattice(objectives, inner);
        for (int i = 0; i < inside.Length; i++) inside[i] = ((inside[i] / inner) + (1.0 / objectives)) / 2;
        return [.. border, .. inside];
    }
}
