using System.Runtime.InteropServices;

namespace HyperTune.Pareto;

/// <summary>Chooses the best of points with several losses: whole fronts, and of the first front that is too large those points that add most hypervolume.</summary>
/// <remarks>
/// Y. Ozaki et al., "Multiobjective Tree-Structured Parzen Estimator for Computationally Expensive Optimization Problems", 2020. The hypervolume
/// is that of the cut front alone, below a reference point a little beyond its worst losses.
/// </remarks>
internal static class FrontSelection
{
    /// <summary>Marks the best points.</summary>
    /// <param name="losses">Row-major [points, objectives]; infinities are ordinary numbers.</param>
    /// <param name="objectives">1 or more.</param>
    /// <param name="count">How many points are wanted: from 0 to the number of points.</param>
    public static bool[] Best(ReadOnlySpan<double> losses, int objectives, int count)
    {
        var ranks = new int[LossRows.Count(losses, objectives)];
        var isBest = new bool[ranks.Length];
        NonDominatedSort.Rank(losses, objectives, ranks, count);
        var cut = new List<int>();
        for (int rank = 0, left = count; left > 0; rank++)
        {
            cut.Clear();
            for (int i = 0; i < ranks.Length; i++)
            {
                if (ranks[i] == rank) cut.Add(i);
            }
            if (cut.Count > left)
            {
                double[] front = LossRows.Rows(losses, objectives, CollectionsMarshal.AsSpan(cut));
                var chosen = new int[left];
                HypervolumeSubset.Select(front, ReferencePoint.Of(front, objectives), chosen);
                foreach (int i in chosen) isBest[cut[i]] = true;
                break;
            }
            foreach (int i in cut) isBest[i] = true;
            left -= cut.Count;
        }
        return isBest;
    }
}
