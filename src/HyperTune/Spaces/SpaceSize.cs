namespace HyperTune.Spaces;

/// <summary>Counts the points of a space from its parameters and conditions, without going through them.</summary>
internal static class SpaceSize
{
    /// <summary>The number of points; infinite if some parameter is continuous. Exact up to 2^53.</summary>
    public static double Of(SearchSpace space)
    {
        // Children come after their parents, so that their sizes are known when the parent's turn comes.
        var sizes = new double[space.Count];
        double size = 1;
        for (int i = space.Count - 1; i >= 0; i--)
        {
            sizes[i] = SizeFrom(space, i, sizes);
            if (space[i].Condition is null) size *= sizes[i];
        }
        return size;
    }

    /// <summary>The number of ways to fill a parameter that is active, and all that depends on it.</summary>
    private static double SizeFrom(SearchSpace space, int index, ReadOnlySpan<double> sizes)
    {
        Distribution distribution = space[index].Distribution;
        if (distribution.GridSize is not { } values) return double.PositiveInfinity;
        // Values on which something depends have the ways of all that is active under them; the other ones count once each.
        Dictionary<double, double>? ways = null;
        for (int child = index + 1; child < space.Count; child++)
        {
            if (space[child].Condition is not { } condition || condition.Parent != space[index].Name) continue;
            ways ??= [];
            foreach (double value in condition.Values.Select(distribution.ToInternal).Distinct())
            {
                ways[value] = ways.GetValueOrDefault(value, 1) * sizes[child];
            }
        }
        double size = values - (ways?.Count ?? 0);
        if (ways is null) return size;
        foreach (double way in ways.Values) size += way;
        return size;
    }
}
