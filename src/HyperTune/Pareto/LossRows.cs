namespace HyperTune.Pareto;

/// <summary>Points as the engines take them: losses (less is better), row-major [points, objectives].</summary>
internal static class LossRows
{
    /// <summary>The number of points.</summary>
    /// <exception cref="ArgumentException">The rows are not whole, or a loss is NaN, which has no place in any order.</exception>
    public static int Count(ReadOnlySpan<double> losses, int objectives)
    {
        Guard.AtLeast(objectives, 1);
        if (losses.Length % objectives != 0)
            throw new ArgumentException($"{losses.Length} losses are not whole points of {objectives} objectives. Give one loss for each objective of each point.", nameof(losses));
        for (int i = 0; i < losses.Length; i++)
        {
            if (double.IsNaN(losses[i]))
                throw new ArgumentException($"The loss of objective {i % objectives} of point {i / objectives} is NaN, which cannot be compared. Leave the point out.", nameof(losses));
        }
        return losses.Length / objectives;
    }

    /// <summary>One point of flat rows.</summary>
    public static ReadOnlySpan<double> Row(this ReadOnlySpan<double> losses, int point, int objectives) => losses.Slice(point * objectives, objectives);

    /// <summary>Some of the points, in the given order.</summary>
    public static double[] Rows(ReadOnlySpan<double> losses, int objectives, ReadOnlySpan<int> points)
    {
        var rows = new double[points.Length * objectives];
        for (int i = 0; i < points.Length; i++) losses.Row(points[i], objectives).CopyTo(rows.AsSpan(i * objectives));
        return rows;
    }

    /// <summary>The points in lexicographic order; equal ones in the order of their indices.</summary>
    /// <remarks>Column by column, so that plain arrays of doubles are sorted and rows are compared only where the columns before are equal.</remarks>
    public static int[] Order(ReadOnlySpan<double> losses, int objectives)
    {
        int count = losses.Length / objectives;
        var order = new int[count];
        for (int i = 0; i < count; i++) order[i] = i;
        SortRun(losses, objectives, 0, new double[count], order);
        return order;
    }

    /// <summary>The distinct points in lexicographic order, of equal ones that with the lowest index.</summary>
    public static int[] DistinctOrder(ReadOnlySpan<double> losses, int objectives)
    {
        int[] order = Order(losses, objectives);
        int distinct = 0;
        for (int i = 0; i < order.Length; i++)
        {
            if (distinct == 0 || !losses.Row(order[i], objectives).SequenceEqual(losses.Row(order[distinct - 1], objectives))) order[distinct++] = order[i];
        }
        return order[..distinct];
    }

    /// <summary>Whether a point is at least as good as another in every objective.</summary>
    public static bool Covers(ReadOnlySpan<double> losses, ReadOnlySpan<double> others)
    {
        for (int k = 0; k < losses.Length; k++)
        {
            if (losses[k] > others[k]) return false;
        }
        return true;
    }

    /// <summary>The volume between a point and the reference; 0 if the point is not below it in each objective.</summary>
    public static double Box(ReadOnlySpan<double> point, ReadOnlySpan<double> reference)
    {
        double volume = 1;
        for (int k = 0; k < point.Length; k++)
        {
            if (!(point[k] < reference[k])) return 0;
            volume *= reference[k] - point[k];
        }
        return volume;
    }

    private static void SortRun(ReadOnlySpan<double> losses, int objectives, int column, Span<double> keys, Span<int> run)
    {
        for (int i = 0; i < run.Length; i++) keys[i] = losses[(run[i] * objectives) + column];
        keys.Sort(run);
        for (int start = 0; start < run.Length;)
        {
            int end = start + 1;
            while (end < run.Length && keys[end] == keys[start]) end++;
            if (end - start > 1)
            {
                if (column + 1 < objectives) SortRun(losses, objectives, column + 1, keys[start..end], run[start..end]);
                else run[start..end].Sort();
            }
            start = end;
        }
    }
}
