using System.Numerics;

namespace HyperTune.Pareto;

/// <summary>One front of a non-dominated sort, filled with distinct points in lexicographic order.</summary>
/// <remarks>A point that comes later in this order is dominated by a member iff the member is at least as good in all objectives but the first.</remarks>
internal abstract class SortedFront
{
    /// <summary>The points of this rank, equal ones included.</summary>
    public int Size { get; set; }

    public static SortedFront Create(int objectives) => objectives switch
    {
        2 => new PlaneFront(),
        3 => new SpaceFront(),
        _ => new WideFront(objectives),
    };

    /// <summary>Whether a member dominates a point.</summary>
    public abstract bool Dominates(ReadOnlySpan<double> point);

    /// <summary>Takes in a point that no member dominates.</summary>
    public abstract void Add(ReadOnlySpan<double> point);

    /// <summary>Of two objectives: the last member has the least second loss.</summary>
    private sealed class PlaneFront : SortedFront
    {
        private double _least;

        public override bool Dominates(ReadOnlySpan<double> point) => _least <= point[1];

        public override void Add(ReadOnlySpan<double> point) => _least = point[1];
    }

    /// <summary>Of three objectives: the members' staircase in the second and third.</summary>
    private sealed class SpaceFront : SortedFront
    {
        private readonly Staircase _steps = new();

        public override bool Dominates(ReadOnlySpan<double> point) => _steps.Covers(point[1], point[2]);

        public override void Add(ReadOnlySpan<double> point) => _steps.Add(point[1], point[2]);
    }

    /// <summary>Of more objectives: all members, by columns, so that a point is compared with a vector of them at once.</summary>
    private sealed class WideFront(int objectives) : SortedFront
    {
        private readonly int _columns = objectives - 1;
        private double[] _values = [];
        private int _capacity;
        private int _members;

        public override bool Dominates(ReadOnlySpan<double> point)
        {
            // From the end: members that came shortly before are the likeliest to dominate. Places without a member hold NaN, which compares to nothing.
            for (int start = (_members - 1) / Vector<double>.Count * Vector<double>.Count; start >= 0; start -= Vector<double>.Count)
            {
                Vector<long> covers = Vector.LessThanOrEqual(new Vector<double>(_values, start), new Vector<double>(point[1]));
                for (int k = 1; k < _columns && covers != Vector<long>.Zero; k++)
                    covers &= Vector.LessThanOrEqual(new Vector<double>(_values, (k * _capacity) + start), new Vector<double>(point[k + 1]));
                if (covers != Vector<long>.Zero) return true;
            }
            return false;
        }

        public override void Add(ReadOnlySpan<double> point)
        {
            if (_members == _capacity) Grow();
            for (int k = 0; k < _columns; k++) _values[(k * _capacity) + _members] = point[k + 1];
            _members++;
        }

        private void Grow()
        {
            int capacity = Math.Max(Vector<double>.Count, 2 * _capacity);
            var values = new double[_columns * capacity];
            Array.Fill(values, double.NaN);
            for (int k = 0; k < _columns; k++) _values.AsSpan(k * _capacity, _members).CopyTo(values.AsSpan(k * capacity));
            (_values, _capacity) = (values, capacity);
        }
    }
}
