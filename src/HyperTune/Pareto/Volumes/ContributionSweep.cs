using System.Runtime.InteropServices;

namespace HyperTune.Pareto.Volumes;

/// <summary>The hypervolume contributions of all points of three objectives, in one sweep along the third.</summary>
/// <remarks>
/// <para>Each step of the staircase holds the area that its point alone dominates, as strips with ascending x and descending tops. A new point cuts
/// the strips of the one step that covers it, or those of its neighbours, and ends the steps that it covers; a strip that changes books its volume
/// first. Each point makes a constant number of strips beyond those that it ends, so that the sweep costs O(n log n), apart from steps over strips
/// that a cut leaves alone.</para>
/// <para>Source: M. T. M. Emmerich, C. M. Fonseca, "Computing Hypervolume Contributions in Low Dimensions: Asymptotically Optimal Algorithm and
/// Complexity Results", 2011. Here points may also be dominated or repeated.</para>
/// </remarks>
internal sealed class ContributionSweep
{
    private const int None = -1;

    private readonly SweptPlane _plane;
    private readonly double[] _volumes;
    private readonly int[] _head;
    private readonly int[] _tail;
    private readonly List<Strip> _strips = [];
    private int _unused = None;
    private double _depth;

    private ContributionSweep(ReadOnlySpan<double> points)
    {
        _plane = new SweptPlane(points);
        _volumes = new double[_plane.X.Length];
        _head = new int[_volumes.Length];
        _tail = new int[_volumes.Length];
        Array.Fill(_head, None);
        Array.Fill(_tail, None);
    }

    /// <summary>What the volume would lose without each point. All points lie strictly below the reference and are finite.</summary>
    public static void Contributions(ReadOnlySpan<double> points, ReadOnlySpan<double> reference, Span<double> contributions)
    {
        var sweep = new ContributionSweep(points);
        foreach (int rank in sweep._plane.ByDepth) sweep.Meet(rank, reference[0], reference[1]);
        sweep._depth = reference[2];
        for (int rank = 0; rank < sweep._volumes.Length; rank++)
        {
            sweep.End(rank);
            contributions[sweep._plane.Points[rank]] = sweep._volumes[rank];
        }
    }

    private void Meet(int rank, double cornerX, double cornerY)
    {
        _depth = _plane.Z[rank];
        (double x, double y) = (_plane.X[rank], _plane.Y[rank]);
        int left = _plane.Steps.Before(rank);
        if (left >= 0 && _plane.Y[left] <= y)
        {
            CutCorner(left, x, y);
            return;
        }
        if (left >= 0) CutRight(left, x);
        double start = x, top = left >= 0 ? _plane.Y[left] : cornerY;
        int right = _plane.Steps.After(rank);
        while (right >= 0 && _plane.Y[right] >= y)
        {
            Append(rank, start, _plane.X[right], top);
            (start, top) = (_plane.X[right], _plane.Y[right]);
            End(right);
            _plane.Steps.Remove(right);
            right = _plane.Steps.After(right);
        }
        Append(rank, start, right >= 0 ? _plane.X[right] : cornerX, top);
        if (right >= 0) CutCorner(right, _plane.X[right], y);
        _plane.Steps.Add(rank);
    }

    /// <summary>Takes from a step's area all that lies at or beyond both coordinates.</summary>
    private void CutCorner(int rank, double x, double y)
    {
        int first = _head[rank];
        while (first != None && At(first).End <= x) first = At(first).Next;
        if (first == None || At(first).Top <= y) return;
        double end = x;
        int next = first;
        while (next != None && At(next).Top > y)
        {
            Book(rank, next);
            end = At(next).End;
            int after = At(next).Next;
            if (next != first) Drop(rank, next);
            next = after;
        }
        if (At(first).Start < x)
        {
            At(first).End = x;
            InsertAfter(rank, first, new Strip { Start = x, End = end, Top = y });
        }
        else
        {
            At(first).End = end;
            At(first).Top = y;
        }
    }

    /// <summary>Takes from a step's area all that lies at or beyond x.</summary>
    private void CutRight(int rank, double x)
    {
        while (_tail[rank] != None && At(_tail[rank]).End > x)
        {
            int last = _tail[rank];
            Book(rank, last);
            if (At(last).Start < x) At(last).End = x;
            else Drop(rank, last);
        }
    }

    private void End(int rank)
    {
        while (_head[rank] != None)
        {
            Book(rank, _head[rank]);
            Drop(rank, _head[rank]);
        }
    }

    private void Append(int rank, double start, double end, double top)
    {
        if (start < end) InsertAfter(rank, _tail[rank], new Strip { Start = start, End = end, Top = top });
    }

    /// <summary>Adds a strip's volume since it last changed to its point's.</summary>
    private void Book(int rank, int strip)
    {
        ref Strip at = ref At(strip);
        _volumes[rank] += (at.End - at.Start) * (at.Top - _plane.Y[rank]) * (_depth - at.Since);
        at.Since = _depth;
    }

    private void InsertAfter(int rank, int previous, Strip strip)
    {
        strip.Since = _depth;
        strip.Previous = previous;
        strip.Next = previous == None ? _head[rank] : At(previous).Next;
        int place = _unused;
        if (place == None)
        {
            place = _strips.Count;
            _strips.Add(strip);
        }
        else
        {
            _unused = At(place).Next;
            At(place) = strip;
        }
        if (previous == None) _head[rank] = place;
        else At(previous).Next = place;
        if (strip.Next == None) _tail[rank] = place;
        else At(strip.Next).Previous = place;
    }

    private void Drop(int rank, int strip)
    {
        (int previous, int next) = (At(strip).Previous, At(strip).Next);
        if (previous == None) _head[rank] = next;
        else At(previous).Next = next;
        if (next == None) _tail[rank] = previous;
        else At(next).Previous = previous;
        At(strip).Next = _unused;
        _unused = strip;
    }

    private ref Strip At(int strip) => ref CollectionsMarshal.AsSpan(_strips)[strip];

    /// <summary>A rectangle over a step, from the step's y to the top, and its neighbours over the same step.</summary>
    private struct Strip
    {
        public double Start;
        public double End;
        public double Top;
        public double Since;
        public int Previous;
        public int Next;
    }
}
