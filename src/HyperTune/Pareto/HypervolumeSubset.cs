using HyperTune.Pareto.Volumes;

namespace HyperTune.Pareto;

/// <summary>Chooses some of many points so that the hypervolume of the chosen is large: the one that adds most, again and again.</summary>
/// <remarks>
/// <para>The volume reached is at least 1 - 1/e of the largest possible. What a point adds never grows while others are chosen, so with three and more
/// objectives a queue keeps what each added last, and only points that lead the queue are computed anew (lazy greedy). With two objectives what
/// a point adds is a rectangle, which each choice cuts.</para>
/// <para>Sources: A. P. Guerreiro, C. M. Fonseca, L. Paquete, "Greedy Hypervolume Subset Selection in Low Dimensions", 2016; M. Minoux, "Accelerated
/// Greedy Algorithms for Maximizing Submodular Set Functions", 1978.</para>
/// </remarks>
internal static class HypervolumeSubset
{
    /// <summary>Chooses as many points as there is room for.</summary>
    /// <param name="losses">Row-major [points, objectives].</param>
    /// <param name="reference">The reference point. If it is not finite, the first points are chosen.</param>
    /// <param name="chosen">Receives indices in the order of choice; of points that add the same, the first in lexicographic order. If all points are
    /// wanted they keep their order; if more than there are distinct ones, repeated ones fill up and indices ascend.</param>
    /// <exception cref="ArgumentException">Rows are not whole, a number is NaN, or more points are wanted than there are.</exception>
    public static void Select(ReadOnlySpan<double> losses, ReadOnlySpan<double> reference, Span<int> chosen)
    {
        int d = reference.Length, count = LossRows.Count(losses, d);
        if (chosen.Length > count) throw new ArgumentException($"{chosen.Length} points are to be chosen of {count}. Ask for at most as many as there are.", nameof(chosen));
        if (chosen.IsEmpty) return;
        bool isFinite = true;
        foreach (double value in reference) isFinite &= double.IsFinite(value);
        if (chosen.Length == count || !isFinite)
        {
            for (int i = 0; i < chosen.Length; i++) chosen[i] = i;
            return;
        }
        int[] order = LossRows.DistinctOrder(losses, d);
        if (order.Length < chosen.Length) FillUp(order, count, chosen);
        else if (d == 2) InPlane(losses, reference, order, chosen);
        else Lazily(losses, reference, order, chosen);
    }

    private static void FillUp(int[] distinct, int count, Span<int> chosen)
    {
        var isChosen = new bool[count];
        foreach (int point in distinct) isChosen[point] = true;
        int missing = chosen.Length - distinct.Length;
        for (int i = 0, length = 0; length < chosen.Length; i++)
        {
            if (isChosen[i] || missing-- > 0) chosen[length++] = i;
        }
    }

    /// <summary>Since a point that dominates another adds at least as much and comes first among equals, no choice leaves more than a rectangle of what another adds.</summary>
    private static void InPlane(ReadOnlySpan<double> losses, ReadOnlySpan<double> reference, int[] order, Span<int> chosen)
    {
        var right = new double[order.Length];
        var top = new double[order.Length];
        Array.Fill(right, reference[0]);
        Array.Fill(top, reference[1]);
        int left = order.Length;
        for (int step = 0; step < chosen.Length; step++)
        {
            int best = 0;
            double most = double.NegativeInfinity;
            for (int i = 0; i < left; i++)
            {
                double width = right[i] - losses[2 * order[i]], height = top[i] - losses[(2 * order[i]) + 1];
                double area = width > 0 && height > 0 ? width * height : 0;
                if (area > most) (best, most) = (i, area);
            }
            chosen[step] = order[best];
            (double x, double y) = (losses[2 * order[best]], losses[(2 * order[best]) + 1]);
            left--;
            for (int i = best; i < left; i++) (order[i], right[i], top[i]) = (order[i + 1], right[i + 1], top[i + 1]);
            for (int i = 0; i < left; i++)
            {
                if (losses[2 * order[i]] < x) right[i] = Math.Min(right[i], x);
                else top[i] = Math.Min(top[i], y);
            }
        }
    }

    private static void Lazily(ReadOnlySpan<double> losses, ReadOnlySpan<double> reference, int[] order, Span<int> chosen)
    {
        int d = reference.Length, length = 0;
        var volume = new SlicedVolume(reference);
        var selected = new double[chosen.Length * d];
        var queue = new PriorityQueue<Candidate, (double NegativeBound, int Place)>(order.Length);
        for (int place = 0; place < order.Length; place++) Enqueue(new(place, 0, true), LossRows.Box(losses.Row(order[place], d), reference));
        for (int step = 0; step < chosen.Length;)
        {
            _ = queue.TryDequeue(out Candidate candidate, out (double NegativeBound, int Place) priority);
            (int place, int seen, bool isExact) = candidate;
            ReadOnlySpan<double> point = losses.Row(order[place], d);
            double bound = -priority.NegativeBound;
            if (bound == 0 || (seen == step && isExact))
            {
                chosen[step++] = order[place];
                if (LossRows.Box(point, reference) > 0) length = SlicedVolume.Insert(selected, length, point);
            }
            else if (seen == step)
            {
                Enqueue(new(place, step, true), HypervolumeEngine.Added(volume, selected.AsSpan(0, length), point));
            }
            else
            {
                // Pairs give a cheap bound first, which mostly sends the point back.
                foreach (int other in chosen[seen..step]) bound = Math.Min(bound, AddedToOne(point, losses.Row(other, d), reference));
                Enqueue(new(place, step, false), bound);
            }
        }

        void Enqueue(Candidate candidate, double bound) => queue.Enqueue(candidate, (-bound, candidate.Place));
    }

    private static double AddedToOne(ReadOnlySpan<double> point, ReadOnlySpan<double> other, ReadOnlySpan<double> reference)
    {
        double all = LossRows.Box(point, reference), common = 1;
        if (double.IsPositiveInfinity(all)) return all;
        for (int k = 0; k < point.Length; k++) common *= Math.Max(0, reference[k] - Math.Max(point[k], other[k]));
        return Math.Max(0, all - common);
    }

    /// <summary>A point by its place in lexicographic order, how many choices its bound takes into account, and whether it is what the point adds.</summary>
    private readonly record struct Candidate(int Place, int Seen, bool IsExact);
}
