namespace HyperTune.Pareto;

/// <summary>Ranks points by fronts: rank 0 is dominated by none, rank 1 by points of rank 0 only, and so on.</summary>
/// <remarks>
/// <para>Points are taken in lexicographic order, so that none is dominated by a later one, and each looks for the first front that does not
/// dominate it by bisection (efficient non-dominated sort). What a front keeps for that depends on the number of objectives: its least second loss
/// (two), a staircase (three), its members by columns (more). n points in k fronts cost O(n log n) with two objectives, O(n log n log k) with three
/// apart from moves inside arrays, and with more objectives at worst the square of the largest front in comparisons of vectors.</para>
/// <para>Sources: X. Zhang, Y. Tian, R. Cheng, Y. Jin, "An Efficient Approach to Nondominated Sorting for Evolutionary Multiobjective
/// Optimization", 2015 (ENS-BS); M. T. Jensen, "Reducing the Run-Time Complexity of Multiobjective EAs", 2003 (two objectives); K. Deb et al.,
/// "A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II", 2002 (ranks, constraints).</para>
/// </remarks>
internal static class NonDominatedSort
{
    /// <summary>Ranks points; equal ones share a rank.</summary>
    /// <param name="losses">Row-major [points, objectives]; infinities are ordinary numbers.</param>
    /// <param name="objectives">1 or more. With one objective the rank is the index among the distinct losses.</param>
    /// <param name="ranks">Receives one rank for each point.</param>
    /// <param name="needed">Stops once so many points are ranked: all the others share the next rank. Not looked at with one objective.</param>
    /// <returns>The number of ranks given.</returns>
    /// <exception cref="ArgumentException">Rows are not whole, a loss is NaN, or the number of ranks is another.</exception>
    public static int Rank(ReadOnlySpan<double> losses, int objectives, Span<int> ranks, int needed = int.MaxValue)
    {
        CheckLength(LossRows.Count(losses, objectives), ranks.Length, nameof(ranks));
        return RankChecked(losses, objectives, ranks, needed);
    }

    /// <summary>Ranks points with constraints: feasible ones first, then infeasible ones by violation.</summary>
    /// <param name="losses">Row-major [points, objectives].</param>
    /// <param name="objectives">1 or more.</param>
    /// <param name="violations">The sum of each point's violated constraints, above 0 for infeasible ones; empty when all are feasible.</param>
    /// <param name="ranks">Receives one rank for each point.</param>
    /// <param name="needed">Stops once so many points are ranked: of the others, those that are feasible share a rank, and so do those that are not.</param>
    /// <returns>The number of ranks given.</returns>
    /// <exception cref="ArgumentException">Rows are not whole, a number is NaN, or the number of ranks or violations is another.</exception>
    public static int Rank(ReadOnlySpan<double> losses, int objectives, ReadOnlySpan<double> violations, Span<int> ranks, int needed = int.MaxValue)
    {
        if (!violations.ContainsAnyExceptInRange(double.NegativeInfinity, 0)) return Rank(losses, objectives, ranks, needed);
        int count = LossRows.Count(losses, objectives);
        CheckLength(count, ranks.Length, nameof(ranks));
        CheckLength(LossRows.Count(violations, 1), count, nameof(violations));
        var points = new int[count];
        int feasible = 0, infeasible = count;
        for (int i = 0; i < count; i++) points[violations[i] > 0 ? --infeasible : feasible++] = i;

        double[] values = LossRows.Rows(losses, objectives, points.AsSpan(0, feasible));
        var found = new int[Math.Max(feasible, count - feasible)];
        int first = RankChecked(values, objectives, found.AsSpan(0, feasible), needed);
        for (int i = 0; i < feasible; i++) ranks[points[i]] = found[i];

        values = new double[count - feasible];
        for (int i = 0; i < values.Length; i++) values[i] = violations[points[feasible + i]];
        int second = needed > feasible ? RankChecked(values, 1, found.AsSpan(0, values.Length), needed - feasible) : 1;
        if (needed <= feasible) found.AsSpan().Clear();
        for (int i = 0; i < values.Length; i++) ranks[points[feasible + i]] = first + found[i];
        return first + second;
    }

    private static int RankChecked(ReadOnlySpan<double> losses, int objectives, Span<int> ranks, int needed)
    {
        int[] order = LossRows.Order(losses, objectives);
        if (objectives == 1) return RankDistinct(losses, order, ranks);
        var fronts = new List<SortedFront>();
        int kept = 0;
        for (int i = 0; i < order.Length; i++)
        {
            ReadOnlySpan<double> point = losses.Row(order[i], objectives);
            bool isRepeated = i > 0 && point.SequenceEqual(losses.Row(order[i - 1], objectives));
            int rank = isRepeated ? ranks[order[i - 1]] : FirstNotDominating(fronts, point);
            ranks[order[i]] = rank;
            if (rank >= fronts.Count)
            {
                if (isRepeated || kept >= needed) continue;
                fronts.Add(SortedFront.Create(objectives));
            }
            if (!isRepeated) fronts[rank].Add(point);
            fronts[rank].Size++;
            kept++;
            // Counts only grow, so a front that is not needed now never will be, and its points are as good as unranked.
            while (kept - fronts[^1].Size >= needed)
            {
                kept -= fronts[^1].Size;
                fronts.RemoveAt(fronts.Count - 1);
            }
        }
        for (int i = 0; i < ranks.Length; i++) ranks[i] = Math.Min(ranks[i], fronts.Count);
        return kept < order.Length ? fronts.Count + 1 : fronts.Count;
    }

    /// <summary>Bisects: a point dominated by a member of one front is dominated by one of each front before.</summary>
    private static int FirstNotDominating(List<SortedFront> fronts, ReadOnlySpan<double> point)
    {
        int low = 0, high = fronts.Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (fronts[middle].Dominates(point)) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private static int RankDistinct(ReadOnlySpan<double> losses, int[] order, Span<int> ranks)
    {
        int rank = -1;
        for (int i = 0; i < order.Length; i++)
        {
            if (i == 0 || losses[order[i]] != losses[order[i - 1]]) rank++;
            ranks[order[i]] = rank;
        }
        return rank + 1;
    }

    private static void CheckLength(int expected, int given, string argument)
    {
        if (expected != given) throw new ArgumentException($"{argument} has {given} elements, but there are {expected} points. Give one for each.", argument);
    }
}
