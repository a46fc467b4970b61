using HyperTune.Numerics;

namespace HyperTune.Pareto;

/// <summary>Fronts of points that come one by one, and the rank that a further point would have. Immutable.</summary>
/// <remarks>
/// <para>A new point finds its front by bisection, since a front with a point that dominates it lies behind others that have one, too. The points that
/// it dominates there go down to the next front, and so on. Many points at once are sorted anew.</para>
/// <para>Source: K. Li, K. Deb, Q. Zhang, Q. Zhang, "Efficient Nondomination Level Update Method for Steady-State Evolutionary
/// Multiobjective Optimization", IEEE Transactions on Cybernetics 47, 2017.</para>
/// </remarks>
internal sealed class GrowingFronts
{
    private readonly int _objectives;

    // Row-major points of each front.
    private readonly double[][] _fronts;

    // The number of points in the fronts before each one, and of all.
    private readonly int[] _starts;

    private GrowingFronts(int objectives, double[][] fronts)
    {
        _objectives = objectives;
        _fronts = fronts;
        _starts = new int[fronts.Length + 1];
        for (int i = 0; i < fronts.Length; i++) _starts[i + 1] = _starts[i] + (fronts[i].Length / objectives);
    }

    /// <summary>The number of points.</summary>
    public int Count => _starts[^1];

    /// <summary>No points.</summary>
    public static GrowingFronts Empty(int objectives) => new(objectives, []);

    /// <summary>The front, from 0, to which a point would belong: behind all that have a point dominating it.</summary>
    public int RankOf(ReadOnlySpan<double> losses)
    {
        int low = 0, high = _fronts.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (IsDominated(losses, _fronts[middle])) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /// <summary>The number of points in the fronts before one.</summary>
    public int CountBefore(int rank) => _starts[Math.Min(rank, _fronts.Length)];

    /// <summary>The percentile of the points' ranks with linear interpolation; NaN without points.</summary>
    /// <param name="percent">0 to 100.</param>
    public double Percentile(double percent)
    {
        if (Count == 0) return double.NaN;
        (int place, double fraction) = Percentiles.Position(Count, percent);
        double rank = RankAt(place);
        return fraction == 0 ? rank : Percentiles.Interpolate(rank, RankAt(place + 1), fraction);
    }

    /// <summary>These points and further ones.</summary>
    /// <param name="losses">Row-major; any number but NaN.</param>
    public GrowingFronts With(ReadOnlySpan<double> losses)
    {
        int added = losses.Length / _objectives;
        // One by one costs a few fronts each, sorting anew all points.
        if ((long)added * added > Count) return Sorted(losses);
        GrowingFronts result = this;
        for (int i = 0; i < added; i++) result = result.Inserted(losses.Row(i, _objectives));
        return result;
    }

    private int RankAt(int place)
    {
        int index = Array.BinarySearch(_starts, place);
        return index >= 0 ? index : ~index - 1;
    }

    private bool IsDominated(ReadOnlySpan<double> losses, ReadOnlySpan<double> front)
    {
        for (int start = 0; start < front.Length; start += _objectives)
        {
            if (Dominance.Dominates(front.Slice(start, _objectives), losses)) return true;
        }
        return false;
    }

    private GrowingFronts Inserted(ReadOnlySpan<double> losses)
    {
        var fronts = new List<double[]>(_fronts.Length + 1);
        fronts.AddRange(_fronts);
        double[] coming = losses.ToArray();
        for (int rank = RankOf(losses); coming.Length > 0; rank++)
        {
            if (rank == fronts.Count)
            {
                fronts.Add(coming);
                break;
            }
            var (staying, leaving) = (new List<double>(fronts[rank].Length + coming.Length), new List<double>());
            ReadOnlySpan<double> front = fronts[rank];
            for (int start = 0; start < front.Length; start += _objectives)
            {
                ReadOnlySpan<double> member = front.Slice(start, _objectives);
                (IsDominated(member, coming) ? leaving : staying).AddRange(member);
            }
            staying.AddRange(coming);
            fronts[rank] = [.. staying];
            coming = [.. leaving];
        }
        return new GrowingFronts(_objectives, [.. fronts]);
    }

    private GrowingFronts Sorted(ReadOnlySpan<double> losses)
    {
        var points = new List<double>((Count * _objectives) + losses.Length);
        foreach (double[] front in _fronts) points.AddRange(front);
        points.AddRange(losses);
        double[] all = [.. points];
        var ranks = new int[all.Length / _objectives];
        var fronts = new List<double>[NonDominatedSort.Rank(all, _objectives, ranks)];
        for (int i = 0; i < fronts.Length; i++) fronts[i] = [];
        for (int i = 0; i < ranks.Length; i++) fronts[ranks[i]].AddRange(all.AsSpan(i * _objectives, _objectives));
        return new GrowingFronts(_objectives, [.. fronts.Select(front => front.ToArray())]);
    }
}
