namespace HyperTune.Pareto;

/// <summary>The non-dominated points of a plane, both coordinates minimized, as steps with ascending x and descending y.</summary>
/// <remarks>A sorted array: a search costs the logarithm of the steps, an insertion a move of those behind it, which is less than a tree costs up to many thousands.</remarks>
internal sealed class Staircase
{
    private double[] _x = new double[8];
    private double[] _y = new double[8];
    private int _count;

    public void Clear() => _count = 0;

    /// <summary>Whether a step is at least as good as a point in both coordinates.</summary>
    public bool Covers(double x, double y)
    {
        int end = UpTo(x);
        return end > 0 && _y[end - 1] <= y;
    }

    /// <summary>Adds a point that is not covered; the steps that it covers go.</summary>
    public void Add(double x, double y)
    {
        (int start, int end) = CoveredBy(x, y);
        Replace(start, end, x, y);
    }

    /// <summary>Adds a point, unless it is covered, and gives the area that it adds to what the steps dominate below a corner.</summary>
    public double AddArea(double x, double y, double cornerX, double cornerY)
    {
        if (Covers(x, y)) return 0;
        (int start, int end) = CoveredBy(x, y);
        double area = 0, left = x, top = start > 0 ? _y[start - 1] : cornerY;
        for (int i = start; i < end; i++)
        {
            area += (_x[i] - left) * (top - y);
            (left, top) = (_x[i], _y[i]);
        }
        area += ((end < _count ? _x[end] : cornerX) - left) * (top - y);
        Replace(start, end, x, y);
        return area;
    }

    /// <summary>The number of steps that lie at or before x.</summary>
    private int UpTo(double x)
    {
        int low = 0, high = _count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_x[middle] <= x) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private (int Start, int End) CoveredBy(double x, double y)
    {
        int start = UpTo(x);
        if (start > 0 && _x[start - 1] == x) start--;
        int end = start;
        while (end < _count && _y[end] >= y) end++;
        return (start, end);
    }

    private void Replace(int start, int end, double x, double y)
    {
        if (start == end && _count == _x.Length)
        {
            Array.Resize(ref _x, 2 * _count);
            Array.Resize(ref _y, 2 * _count);
        }
        if (end != start + 1)
        {
            Array.Copy(_x, end, _x, start + 1, _count - end);
            Array.Copy(_y, end, _y, start + 1, _count - end);
            _count += start + 1 - end;
        }
        _x[start] = x;
        _y[start] = y;
    }
}
