using HyperTune.Pareto.Volumes;

namespace HyperTune.Pareto;

/// <summary>The hypervolume: the volume of what is dominated by some points and dominates a reference point.</summary>
/// <remarks>
/// <para>Losses are row-major [points, objectives], with as many objectives as the reference has. A point that is not below the reference in each
/// objective contributes nothing; dominated and repeated points change nothing. A point below it with infinite extent makes the volume infinite.</para>
/// <para>O(n log n) with two and three objectives, about the square with four; the growth with further objectives is exponential.</para>
/// </remarks>
internal static class HypervolumeEngine
{
    /// <summary>The hypervolume of points.</summary>
    /// <exception cref="ArgumentException">Rows are not whole, or a number is NaN.</exception>
    public static double Volume(ReadOnlySpan<double> losses, ReadOnlySpan<double> reference)
    {
        ReadOnlySpan<double> points = Below(losses, reference, [], out bool isInfinite);
        return isInfinite ? double.PositiveInfinity : new SlicedVolume(reference).Volume(points, reference.Length);
    }

    /// <summary>What the hypervolume would lose without each point: 0 for dominated and repeated ones.</summary>
    /// <param name="losses">Row-major [points, objectives].</param>
    /// <param name="reference">The reference point.</param>
    /// <param name="contributions">Receives one volume for each point; infinity for a point of infinite extent that no other one covers.</param>
    /// <exception cref="ArgumentException">Rows are not whole, a number is NaN, or the number of contributions is another.</exception>
    public static void Contributions(ReadOnlySpan<double> losses, ReadOnlySpan<double> reference, Span<double> contributions)
    {
        int d = reference.Length;
        var indices = new List<int>();
        ReadOnlySpan<double> points = Below(losses, reference, indices, out bool isInfinite);
        if (contributions.Length != losses.Length / d)
            throw new ArgumentException($"There is room for {contributions.Length} contributions, but there are {losses.Length / d} points. Give one place for each.", nameof(contributions));
        contributions.Clear();
        var found = new double[indices.Count];
        if (d > 3 || isInfinite) OneByOne(points, reference, found);
        else ContributionSweep.Contributions(InSpace(points, d, 0), InSpace(reference, d, 1), found);
        for (int i = 0; i < found.Length; i++) contributions[indices[i]] = found[i];
    }

    /// <summary>How much the hypervolume of points grows by one more.</summary>
    /// <exception cref="ArgumentException">Rows are not whole, or a number is NaN.</exception>
    public static double Improvement(ReadOnlySpan<double> losses, ReadOnlySpan<double> reference, ReadOnlySpan<double> query)
    {
        ReadOnlySpan<double> points = Below(losses, reference, [], out _);
        LossRows.Count(query, reference.Length);
        return LossRows.Box(query, reference) == 0 ? 0 : Added(new SlicedVolume(reference), SortedByLast(points, reference.Length), query);
    }

    /// <summary>What a point adds to others that are sorted by the last objective; all lie below the reference.</summary>
    public static double Added(SlicedVolume volume, ReadOnlySpan<double> others, ReadOnlySpan<double> point)
    {
        if (!double.IsPositiveInfinity(LossRows.Box(point, volume.Reference))) return volume.Added(point, others);
        for (int start = 0; start < others.Length; start += point.Length)
        {
            if (LossRows.Covers(others.Slice(start, point.Length), point)) return 0;
        }
        return double.PositiveInfinity;
    }

    /// <summary>The points that lie below the reference in each objective, with their indices and whether one has an infinite volume.</summary>
    private static ReadOnlySpan<double> Below(ReadOnlySpan<double> losses, ReadOnlySpan<double> reference, List<int> indices, out bool isInfinite)
    {
        LossRows.Count(reference, reference.Length);
        int d = reference.Length, count = LossRows.Count(losses, d), length = 0;
        double[] points = [];
        isInfinite = false;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<double> point = losses.Row(i, d);
            double box = LossRows.Box(point, reference);
            if (box == 0)
            {
                // The first one that is left out: up to here the rows were their own copy.
                if (points.Length == 0)
                {
                    points = new double[losses.Length];
                    losses[..length].CopyTo(points);
                }
                continue;
            }
            isInfinite |= double.IsPositiveInfinity(box);
            if (points.Length > 0) point.CopyTo(points.AsSpan(length));
            length += d;
            indices.Add(i);
        }
        return points.Length == 0 ? losses : points.AsSpan(0, length);
    }

    /// <summary>The same points in ascending order of the last objective.</summary>
    private static double[] SortedByLast(ReadOnlySpan<double> points, int objectives)
    {
        int count = points.Length / objectives;
        var keys = new double[count];
        var order = new int[count];
        for (int i = 0; i < count; i++) (keys[i], order[i]) = (points[(i * objectives) + objectives - 1], i);
        Array.Sort(keys, order);
        return LossRows.Rows(points, objectives, order);
    }

    private static void OneByOne(ReadOnlySpan<double> points, ReadOnlySpan<double> reference, double[] contributions)
    {
        int d = reference.Length, count = contributions.Length;
        var volume = new SlicedVolume(reference);
        var others = new double[Math.Max(0, points.Length - d)];
        for (int i = 0; i < count; i++)
        {
            points[..(i * d)].CopyTo(others);
            points[((i + 1) * d)..].CopyTo(others.AsSpan(i * d));
            contributions[i] = Added(volume, d == 3 ? SortedByLast(others, d) : others, points.Row(i, d));
        }
    }

    /// <summary>Points of fewer objectives as points of three; a sweep of depth 1 gives the same numbers.</summary>
    private static ReadOnlySpan<double> InSpace(ReadOnlySpan<double> points, int objectives, double filling)
    {
        if (objectives == 3) return points;
        var filled = new double[points.Length / objectives * 3];
        Array.Fill(filled, filling);
        for (int i = 0; i < points.Length; i++) filled[(i / objectives * 3) + (i % objectives)] = points[i];
        return filled;
    }
}
