namespace HyperTune.Pareto.Volumes;

/// <summary>Hypervolumes of four and more objectives, cut into slices along the last one, and the volume that one point adds to others.</summary>
/// <remarks>
/// <para>Points are taken in ascending order of the last objective. Each adds, from there to the reference, what it alone dominates in the
/// others: its own box less the volume of the front of the points before it, each moved into the box. So the number of objectives falls by one with
/// each level; with three, a sweep gives what a point adds directly. n points of four objectives cost O(n² log n) at worst.</para>
/// <para>Sources: L. While, L. Bradstreet, L. Barone, "A Fast Way of Calculating Exact Hypervolumes", 2012 (limited sets, slicing); A. P. Guerreiro,
/// C. M. Fonseca, "Computing and Updating Hypervolume Contributions in Up to Four Dimensions", 2018 (the volume that a point adds, by a sweep).</para>
/// <para>Keeps its buffers between calls; not safe for concurrent use. All points must lie strictly below the reference and be finite.</para>
/// </remarks>
internal sealed class SlicedVolume
{
    private readonly double[] _reference;
    private readonly Level[] _levels;
    private readonly Staircase _steps = new();

    public SlicedVolume(ReadOnlySpan<double> reference)
    {
        _reference = reference.ToArray();
        _levels = new Level[reference.Length + 1];
        for (int d = 0; d < _levels.Length; d++) _levels[d] = new Level();
    }

    public ReadOnlySpan<double> Reference => _reference;

    /// <summary>The hypervolume of points in the first objectives, as many as there are.</summary>
    /// <param name="points">Row-major [points, objectives], in any order.</param>
    /// <param name="objectives">1 or more.</param>
    public double Volume(ReadOnlySpan<double> points, int objectives)
    {
        if (points.IsEmpty) return 0;
        if (points.Length == objectives) return LossRows.Box(points, _reference);
        return objectives switch
        {
            1 => _reference[0] - Least(points),
            2 => Area(points),
            3 => SpaceSweep.Volume(points, _reference),
            _ => Slice(points, objectives),
        };
    }

    /// <summary>The volume that a point adds to that of others, in the first objectives.</summary>
    /// <param name="point">As many losses as there are objectives.</param>
    /// <param name="others">Row-major [points, objectives]; of three objectives in ascending order of the third.</param>
    public double Added(ReadOnlySpan<double> point, ReadOnlySpan<double> others)
    {
        int objectives = point.Length;
        if (objectives == 3) return AddedInSpace(point, others);
        double[] limited = _levels[objectives].Limited(others.Length);
        int length = 0;
        for (int start = 0; start < others.Length; start += objectives)
        {
            Span<double> row = limited.AsSpan(length, objectives);
            bool isCovered = true;
            for (int k = 0; k < objectives; k++)
            {
                row[k] = Math.Max(point[k], others[start + k]);
                isCovered &= row[k] == point[k];
            }
            if (isCovered) return 0;
            length = KeepFront(limited, length, objectives);
        }
        return Math.Max(0, LossRows.Box(point, _reference) - Volume(limited.AsSpan(0, length), objectives));
    }

    /// <summary>Adds a point to rows that are sorted by the last objective, in place of those that it covers.</summary>
    /// <returns>The length of the rows, which have to have room for one more.</returns>
    public static int Insert(double[] front, int length, ReadOnlySpan<double> point)
    {
        int d = point.Length, kept = 0;
        for (int start = 0; start < length; start += d)
        {
            if (LossRows.Covers(point, front.AsSpan(start, d))) continue;
            if (kept != start) front.AsSpan(start, d).CopyTo(front.AsSpan(kept));
            kept += d;
        }
        int place = kept;
        while (place > 0 && front[place - 1] > point[^1]) place -= d;
        front.AsSpan(place, kept - place).CopyTo(front.AsSpan(place + d));
        point.CopyTo(front.AsSpan(place));
        return kept + d;
    }

    private double Slice(ReadOnlySpan<double> points, int objectives)
    {
        int last = objectives - 1, count = points.Length / objectives;
        Level level = _levels[objectives];
        (double[] keys, int[] order) = level.Order(count);
        double[] front = level.Front(count * last);
        for (int i = 0; i < count; i++) (keys[i], order[i]) = (points[(i * objectives) + last], i);
        Array.Sort(keys, order, 0, count);
        double volume = 0;
        int length = 0;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<double> point = points.Slice(order[i] * objectives, last);
            double added = Added(point, front.AsSpan(0, length));
            if (added <= 0) continue;
            volume += added * (_reference[last] - keys[i]);
            length = Insert(front, length, point);
        }
        return volume;
    }

    /// <summary>Keeps the row behind the front if no row of it covers the row, and drops those that the row covers. Equal rows would double the work with each level.</summary>
    private static int KeepFront(double[] rows, int length, int objectives)
    {
        ReadOnlySpan<double> row = rows.AsSpan(length, objectives);
        for (int start = 0; start < length; start += objectives)
        {
            if (LossRows.Covers(rows.AsSpan(start, objectives), row)) return length;
        }
        int kept = 0;
        for (int start = 0; start < length; start += objectives)
        {
            if (LossRows.Covers(row, rows.AsSpan(start, objectives))) continue;
            if (kept != start) rows.AsSpan(start, objectives).CopyTo(rows.AsSpan(kept));
            kept += objectives;
        }
        if (kept != length) row.CopyTo(rows.AsSpan(kept));
        return kept + objectives;
    }

    /// <summary>Sweeps the box of the point along the third objective and sums what the others leave free of it.</summary>
    private double AddedInSpace(ReadOnlySpan<double> point, ReadOnlySpan<double> others)
    {
        (double pointX, double pointY, double depth) = (point[0], point[1], point[2]);
        (double cornerX, double cornerY) = (_reference[0], _reference[1]);
        double free = (cornerX - pointX) * (cornerY - pointY), volume = 0;
        _steps.Clear();
        for (int start = 0; start < others.Length; start += 3)
        {
            double x = Math.Max(pointX, others[start]), y = Math.Max(pointY, others[start + 1]), z = others[start + 2];
            double taken = _steps.AddArea(x, y, cornerX, cornerY);
            if (taken <= 0) continue;
            if (z > depth)
            {
                volume += free * (z - depth);
                depth = z;
            }
            if (x == pointX && y == pointY) return volume;
            free -= taken;
        }
        return volume + (Math.Max(0, free) * (_reference[2] - depth));
    }

    private double Area(ReadOnlySpan<double> points)
    {
        int count = points.Length / 2;
        (double[] keys, int[] order) = _levels[2].Order(count);
        for (int i = 0; i < count; i++) (keys[i], order[i]) = (points[2 * i], i);
        Array.Sort(keys, order, 0, count);
        double area = 0, top = _reference[1];
        for (int i = 0; i < count; i++)
        {
            double y = points[(2 * order[i]) + 1];
            if (y >= top) continue;
            area += (_reference[0] - keys[i]) * (top - y);
            top = y;
        }
        return area;
    }

    private static double Least(ReadOnlySpan<double> points)
    {
        double least = points[0];
        foreach (double value in points) least = Math.Min(least, value);
        return least;
    }

    /// <summary>The buffers of one number of objectives.</summary>
    private sealed class Level
    {
        private double[] _keys = [];
        private int[] _order = [];
        private double[] _front = [];
        private double[] _limited = [];

        public (double[] Keys, int[] Order) Order(int count)
        {
            if (_keys.Length < count) (_keys, _order) = (new double[count], new int[count]);
            return (_keys, _order);
        }

        public double[] Front(int length) => _front.Length >= length ? _front : _front = new double[length];

        public double[] Limited(int length) => _limited.Length >= length ? _limited : _limited = new double[length];
    }
}
