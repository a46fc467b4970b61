namespace HyperTune.Pareto;

/// <summary>How far a point's neighbours on its front are apart: the less crowded of two points of a rank is the better one.</summary>
/// <remarks>
/// Source: K. Deb, A. Pratap, S. Agarwal, T. Meyarivan, "A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II", 2002, section III-B.
/// Beyond the paper: infinite values are left out of an objective's width and are at distance 0 from each other; an objective in which all
/// points agree adds nothing, not even to the ends.
/// </remarks>
internal static class CrowdingDistance
{
    /// <summary>The points of one front from the least to the most crowded; of equally crowded ones that comes first which came last when sorted by the last objective.</summary>
    /// <param name="values">Row-major [points, objectives]. Directions do not matter to distances; ties follow the values as they are given.</param>
    /// <param name="objectives">1 or more.</param>
    /// <param name="distances">Receives one distance for each point; infinity at the ends of an objective.</param>
    /// <exception cref="ArgumentException">Rows are not whole, a value is NaN, or the number of distances is another.</exception>
    public static int[] Order(ReadOnlySpan<double> values, int objectives, Span<double> distances)
    {
        int count = LossRows.Count(values, objectives);
        if (distances.Length != count) throw new ArgumentException($"There is room for {distances.Length} distances, but there are {count} points. Give one place for each.", nameof(distances));
        distances.Clear();
        var order = new int[count];
        for (int i = 0; i < count; i++) order[i] = i;
        var keys = new double[count];
        var places = new int[count];
        for (int objective = 0; objective < objectives; objective++)
        {
            for (int i = 0; i < count; i++) keys[i] = values[(order[i] * objectives) + objective];
            SortStably(keys, order, places);
            AddGaps(keys, order, distances);
        }
        for (int i = 0; i < count; i++) keys[i] = distances[order[i]];
        SortStably(keys, order, places);
        Array.Reverse(order);
        return order;
    }

    private static void AddGaps(ReadOnlySpan<double> sorted, ReadOnlySpan<int> order, Span<double> distances)
    {
        if (sorted.IsEmpty || sorted[0] == sorted[^1]) return;
        double width = Width(sorted);
        if (!(width > 0)) width = 1;
        for (int i = 0; i < sorted.Length; i++)
        {
            double before = i == 0 ? double.NegativeInfinity : sorted[i - 1], after = i == sorted.Length - 1 ? double.PositiveInfinity : sorted[i + 1];
            if (before != after) distances[order[i]] += (after - before) / width;
        }

        static double Width(ReadOnlySpan<double> sorted)
        {
            double least = double.PositiveInfinity, largest = double.NegativeInfinity;
            foreach (double value in sorted)
            {
                if (!double.IsNegativeInfinity(value)) least = Math.Min(least, value);
                if (!double.IsPositiveInfinity(value)) largest = Math.Max(largest, value);
            }
            return largest - least;
        }
    }

    /// <summary>Sorts keys and, with them, the order; equal keys keep theirs.</summary>
    private static void SortStably(double[] keys, int[] order, int[] places)
    {
        for (int i = 0; i < places.Length; i++) places[i] = i;
        Array.Sort(keys, places);
        for (int start = 0; start < keys.Length;)
        {
            int end = start + 1;
            while (end < keys.Length && keys[end] == keys[start]) end++;
            Array.Sort(places, start, end - start);
            start = end;
        }
        // Places become what stood there.
        for (int i = 0; i < places.Length; i++) places[i] = order[places[i]];
        places.CopyTo(order, 0);
    }
}
