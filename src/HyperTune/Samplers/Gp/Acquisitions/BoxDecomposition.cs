using HyperTune.Pareto;

namespace HyperTune.Samplers.Gp.Acquisitions;

/// <summary>The losses below a reference point that no point of a front dominates, cut into boxes that do not overlap.</summary>
/// <remarks>
/// <para>Each point takes the orthant behind it out of every box that it cuts, which leaves up to one box for each objective. Points are taken by
/// their last loss, so that what lies below is settled. Any exact partition gives the same sums; where there are many objectives the one of R. Lacour, K. Klamroth,
/// C. M. Fonseca, "A Box Decomposition Algorithm to Compute the Hypervolume Indicator", 2017, needs fewer boxes.</para>
/// <para>Bounds are kept as indices into the sorted different coordinates of each objective, of which many boxes share each.</para>
/// </remarks>
internal sealed class BoxDecomposition
{
    private readonly int[] _lower;
    private readonly int[] _upper;

    /// <param name="losses">Row-major [points, objectives]; dominated points and those beyond the reference change nothing.</param>
    /// <param name="reference">The reference point, finite.</param>
    public BoxDecomposition(ReadOnlySpan<double> losses, ReadOnlySpan<double> reference)
    {
        int m = reference.Length;
        Objectives = m;
        List<double[]> front = FrontOf(losses, reference);
        var coordinates = new double[m][];
        for (int k = 0; k < m; k++)
        {
            double[] values = [double.NegativeInfinity, .. front.Select(point => point[k]), reference[k]];
            Array.Sort(values);
            coordinates[k] = [.. values.Distinct()];
        }
        Coordinates = coordinates;
        List<(int[] Lower, int[] Upper)> open = [(new int[m], [.. coordinates.Select(values => values.Length - 1)])];
        List<(int[] Lower, int[] Upper)> closed = [];
        var corner = new int[m];
        foreach (double[] point in front)
        {
            for (int k = 0; k < m; k++) corner[k] = Array.BinarySearch(coordinates[k], point[k]);
            open = Cut(open, closed, corner);
        }
        closed.AddRange(open);
        Count = closed.Count;
        _lower = [.. closed.SelectMany(box => box.Lower)];
        _upper = [.. closed.SelectMany(box => box.Upper)];
    }

    /// <summary>The number of objectives.</summary>
    public int Objectives { get; }

    /// <summary>The number of boxes.</summary>
    public int Count { get; }

    /// <summary>By objective, the different coordinates of bounds in ascending order: -∞ first, the reference last.</summary>
    public IReadOnlyList<double[]> Coordinates { get; }

    /// <summary>The lower bounds of a box as indices of coordinates.</summary>
    public ReadOnlySpan<int> Lower(int box) => _lower.AsSpan(box * Objectives, Objectives);

    /// <summary>The upper bounds of a box as indices of coordinates.</summary>
    public ReadOnlySpan<int> Upper(int box) => _upper.AsSpan(box * Objectives, Objectives);

    private static List<double[]> FrontOf(ReadOnlySpan<double> losses, ReadOnlySpan<double> reference)
    {
        int m = reference.Length, count = losses.Length / m;
        var ranks = new int[count];
        if (count > 0) NonDominatedSort.Rank(losses, m, ranks, needed: 1);
        List<double[]> front = [];
        for (int i = 0; i < count; i++)
        {
            double[] point = losses.Slice(i * m, m).ToArray();
            bool isBelow = true;
            for (int k = 0; k < m; k++) isBelow &= point[k] < reference[k];
            if (ranks[i] == 0 && isBelow && !front.Exists(other => other.AsSpan().SequenceEqual(point))) front.Add(point);
        }
        // By the last objective, then the one before: strips of two objectives stay whole.
        front.Sort((a, b) =>
        {
            int k = m - 1;
            while (k > 0 && a[k] == b[k]) k--;
            return a[k].CompareTo(b[k]);
        });
        return front;
    }

    private static List<(int[] Lower, int[] Upper)> Cut(List<(int[] Lower, int[] Upper)> open, List<(int[] Lower, int[] Upper)> closed, int[] corner)
    {
        int last = corner.Length - 1;
        List<(int[] Lower, int[] Upper)> next = [];
        foreach ((int[] lower, int[] upper) in open)
        {
            bool isCut = true;
            for (int k = 0; k < corner.Length; k++) isCut &= corner[k] < upper[k];
            if (!isCut)
            {
                next.Add((lower, upper));
                continue;
            }
            int[] from = [.. lower];
            for (int k = last; k >= 0; k--)
            {
                if (corner[k] > from[k])
                {
                    int[] to = [.. upper];
                    to[k] = corner[k];
                    // Later points lie above in the last objective and cannot cut what is below.
                    (k == last ? closed : next).Add(([.. from], to));
                    from[k] = corner[k];
                }
            }
        }
        return next;
    }
}
