using System.Runtime.InteropServices;
using HyperTune.Pareto;

namespace HyperTune.Samplers.Tpe;

/// <summary>Chooses the good ones of points with several losses: whole fronts, and of the first front that is too large those points that add most hypervolume.</summary>
/// <remarks>
/// Y. Ozaki et al., "Multiobjective Tree-Structured Parzen Estimator for Computationally Expensive Optimization Problems", 2020. The hypervolume
/// is that of the cut front alone, below a reference point a little beyond its worst losses. The last choice is kept, since new trials
/// mostly leave the cut front as it was. Not safe for concurrent use.
/// </remarks>
internal sealed class ParetoSplit
{
    /// <summary>The least weight, of what contributes nothing: so that weights never vanish altogether.</summary>
    public const double NoContribution = 1e-12;

    private double[] _cutFront = [];
    private int[] _chosen = [];

    /// <summary>The indices of the best points, ascending.</summary>
    /// <param name="losses">Row-major [points, objectives]; infinities are ordinary numbers.</param>
    /// <param name="objectives">2 or more.</param>
    /// <param name="count">How many points are wanted: from 0 to the number of points.</param>
    public int[] Best(ReadOnlySpan<double> losses, int objectives, int count)
    {
        int points = losses.Length / objectives;
        if (count == points) return [.. Enumerable.Range(0, points)];
        if (count == 0) return [];
        var ranks = new int[points];
        NonDominatedSort.Rank(losses, objectives, ranks, count);
        int cut = CutRank(ranks, count);
        var best = new List<int>(count);
        var front = new List<int>();
        for (int i = 0; i < points; i++)
        {
            if (ranks[i] < cut) best.Add(i);
            else if (ranks[i] == cut) front.Add(i);
        }
        if (best.Count == count) return [.. best];
        foreach (int i in ChosenOf(losses, objectives, front, count - best.Count)) best.Add(front[i]);
        best.Sort();
        return [.. best];
    }

    /// <summary>Weights of points by what the hypervolume of their front would lose without each; the largest is 1, and none is 0.</summary>
    /// <param name="losses">Row-major [points, objectives].</param>
    /// <param name="objectives">2 or more.</param>
    public static double[] Contributions(ReadOnlySpan<double> losses, int objectives)
    {
        int points = losses.Length / objectives;
        var weights = new double[points];
        Array.Fill(weights, 1);
        // An infinite volume tells no points apart.
        if (points < 2 || !AreFinite(losses)) return weights;
        var ranks = new int[points];
        NonDominatedSort.Rank(losses, objectives, ranks, needed: 1);
        int[] front = [.. Enumerable.Range(0, points).Where(i => ranks[i] == 0)];
        var contributions = new double[front.Length];
        HypervolumeEngine.Contributions(LossRows.Rows(losses, objectives, front), ReferencePoint.Of(losses, objectives), contributions);
        double largest = Math.Max(contributions.Max(), NoContribution);
        Array.Fill(weights, NoContribution);
        for (int i = 0; i < front.Length; i++) weights[front[i]] = Math.Max(contributions[i] / largest, NoContribution);
        return weights;
    }

    /// <summary>The first rank that does not fit whole; beyond all ranks where the last one fits.</summary>
    private static int CutRank(int[] ranks, int count)
    {
        var sizes = new int[ranks.Max() + 1];
        foreach (int rank in ranks) sizes[rank]++;
        int cut = 0;
        for (int left = count; cut < sizes.Length && sizes[cut] <= left; cut++) left -= sizes[cut];
        return cut;
    }

    private int[] ChosenOf(ReadOnlySpan<double> losses, int objectives, List<int> front, int count)
    {
        double[] points = LossRows.Rows(losses, objectives, CollectionsMarshal.AsSpan(front));
        if (_chosen.Length == count && points.AsSpan().SequenceEqual(_cutFront)) return _chosen;
        var chosen = new int[count];
        HypervolumeSubset.Select(points, ReferencePoint.Of(points, objectives), chosen);
        (_cutFront, _chosen) = (points, chosen);
        return chosen;
    }

    private static bool AreFinite(ReadOnlySpan<double> losses)
    {
        foreach (double loss in losses)
        {
            if (!double.IsFinite(loss)) return false;
        }
        return true;
    }
}
