using HyperTune.Numerics;

namespace HyperTune.Samplers.Evolution.Selection;

/// <summary>The three steps of NSGA-III's niching: normalization, association with reference directions, and choice from the emptiest niches.</summary>
/// <remarks>Deb and Jain, 2014, algorithms 2 to 4.</remarks>
internal static class ReferenceNiches
{
    /// <summary>The weight of the other axes when the extreme point of an axis is looked for.</summary>
    private const double OtherAxes = 1e6;

    /// <summary>How far beyond the finite values of an objective its infinite ones are put, in ranges of the finite ones.</summary>
    private const double InfinityMargin = 3;

    /// <summary>Scales each objective so that the ideal point becomes 0 and the intercepts of the plane through the extreme points become 1.</summary>
    /// <param name="losses">Values to be minimized, [points, objectives].</param>
    /// <param name="objectives">The number of objectives.</param>
    /// <returns>The scaled values.</returns>
    public static double[] Normalize(ReadOnlySpan<double> losses, int objectives)
    {
        double[] scaled = losses.ToArray();
        int count = scaled.Length / objectives;
        ReplaceInfinities(scaled, objectives);
        for (int k = 0; k < objectives; k++)
        {
            double ideal = double.PositiveInfinity;
            for (int i = 0; i < count; i++) ideal = Math.Min(ideal, scaled[i * objectives + k]);
            for (int i = 0; i < count; i++) scaled[i * objectives + k] -= ideal;
        }
        double[] inverse = InverseIntercepts(scaled, objectives);
        for (int i = 0; i < scaled.Length; i++)
        {
            scaled[i] *= inverse[i % objectives];
            // Where values go beyond what a double can scale, that objective says nothing.
            if (!double.IsFinite(scaled[i])) scaled[i] = 1;
        }
        return scaled;
    }

    /// <summary>Finds the reference direction whose line is nearest to each point; of equally near ones the first.</summary>
    /// <param name="normalized">Scaled values, [points, objectives].</param>
    /// <param name="objectives">The number of objectives.</param>
    /// <param name="directions">[directions, objectives].</param>
    /// <param name="niches">Receives the index of a direction for each point.</param>
    /// <param name="distances">Receives the distance from its line.</param>
    public static void Associate(ReadOnlySpan<double> normalized, int objectives, ReadOnlySpan<double> directions, Span<int> niches, Span<double> distances)
    {
        double[] squares = new double[directions.Length / objectives];
        for (int j = 0; j < squares.Length; j++) squares[j] = Product(directions.Slice(j * objectives, objectives), directions.Slice(j * objectives, objectives));
        for (int i = 0; i < niches.Length; i++)
        {
            ReadOnlySpan<double> point = normalized.Slice(i * objectives, objectives);
            double smallest = double.PositiveInfinity;
            for (int j = 0; j < squares.Length; j++)
            {
                ReadOnlySpan<double> direction = directions.Slice(j * objectives, objectives);
                double share = Product(point, direction) / squares[j], square = 0;
                for (int k = 0; k < objectives; k++) square += (point[k] - share * direction[k]) * (point[k] - share * direction[k]);
                if (!(square < smallest)) continue;
                smallest = square;
                niches[i] = j;
            }
            distances[i] = Math.Sqrt(smallest);
        }
    }

    /// <summary>Chooses points of the crossing rank, each time for a niche that has the fewest members.</summary>
    /// <param name="niches">The niche of each point, those that are chosen already first.</param>
    /// <param name="distances">The distance of each point from its niche's line.</param>
    /// <param name="chosen">How many points are chosen already.</param>
    /// <param name="needed">How many more to choose, at most as many as there are.</param>
    /// <param name="nicheCount">The number of niches.</param>
    /// <param name="random">Breaks ties.</param>
    /// <returns>Indices of points, in order of choice.</returns>
    public static int[] Fill(ReadOnlySpan<int> niches, ReadOnlySpan<double> distances, int chosen, int needed, int nicheCount, RandomStream random)
    {
        int[] members = new int[nicheCount];
        for (int i = 0; i < chosen; i++) members[niches[i]]++;
        var left = new List<int>?[nicheCount];
        for (int i = chosen; i < niches.Length; i++) (left[niches[i]] ??= []).Add(i);
        int[] result = new int[needed];
        for (int i = 0; i < needed; i++)
        {
            int niche = Emptiest(members, left, random);
            List<int> candidates = left[niche]!;
            int pick = members[niche] == 0 ? Nearest(candidates, distances) : random.NextInt(candidates.Count);
            result[i] = candidates[pick];
            candidates.RemoveAt(pick);
            members[niche]++;
        }
        return result;
    }

    /// <summary>Puts infinities at three ranges of the finite values beyond these.</summary>
    internal static void ReplaceInfinities(Span<double> losses, int objectives)
    {
        for (int k = 0; k < objectives; k++)
        {
            double min = double.PositiveInfinity, max = double.NegativeInfinity;
            for (int i = k; i < losses.Length; i += objectives)
            {
                if (!double.IsFinite(losses[i])) continue;
                min = Math.Min(min, losses[i]);
                max = Math.Max(max, losses[i]);
            }
            if (min > max) min = max = 0;
            double margin = InfinityMargin * (max - min);
            for (int i = k; i < losses.Length; i += objectives)
            {
                if (double.IsFinite(losses[i])) continue;
                losses[i] = losses[i] > 0 ? Math.Min(max + margin, double.MaxValue) : Math.Max(min - margin, double.MinValue);
            }
        }
    }

    /// <summary>For each axis 1 divided by where the plane through the extreme points cuts it, or by the largest value where there is no such plane.</summary>
    private static double[] InverseIntercepts(ReadOnlySpan<double> scaled, int objectives)
    {
        double[] plane = new double[objectives * objectives], inverse = new double[objectives];
        for (int axis = 0; axis < objectives; axis++)
        {
            int extreme = 0;
            double smallest = double.PositiveInfinity;
            for (int i = 0; i < scaled.Length / objectives; i++)
            {
                double largest = 0;
                for (int k = 0; k < objectives; k++) largest = Math.Max(largest, scaled[i * objectives + k] * (k == axis ? 1 : OtherAxes));
                if (!(largest < smallest)) continue;
                smallest = largest;
                extreme = i;
            }
            scaled.Slice(extreme * objectives, objectives).CopyTo(plane.AsSpan(axis * objectives));
        }
        if (TrySolveForOnes(plane, inverse)) return inverse;
        Array.Clear(inverse);
        for (int i = 0; i < scaled.Length; i++) inverse[i % objectives] = Math.Max(inverse[i % objectives], scaled[i]);
        for (int k = 0; k < objectives; k++) inverse[k] = inverse[k] > 0 ? 1 / inverse[k] : 1;
        return inverse;
    }

    /// <summary>Solves A x = (1, …, 1) by elimination with row pivots.</summary>
    /// <returns>Whether A has full rank, as far as doubles can tell, and x is finite.</returns>
    private static bool TrySolveForOnes(double[] a, double[] x)
    {
        int n = x.Length;
        Array.Fill(x, 1);
        double largest = 0;
        foreach (double value in a) largest = Math.Max(largest, Math.Abs(value));
        double tolerance = largest * n * 2.220446049250313e-16;
        for (int column = 0; column < n; column++)
        {
            int pivot = column;
            for (int row = column + 1; row < n; row++)
            {
                if (Math.Abs(a[row * n + column]) > Math.Abs(a[pivot * n + column])) pivot = row;
            }
            if (!(Math.Abs(a[pivot * n + column]) > tolerance)) return false;
            for (int k = 0; k < n && pivot != column; k++) (a[column * n + k], a[pivot * n + k]) = (a[pivot * n + k], a[column * n + k]);
            (x[column], x[pivot]) = (x[pivot], x[column]);
            for (int row = column + 1; row < n; row++)
            {
                double factor = a[row * n + column] / a[column * n + column];
                for (int k = column; k < n; k++) a[row * n + k] -= factor * a[column * n + k];
                x[row] -= factor * x[column];
            }
        }
        for (int row = n - 1; row >= 0; row--)
        {
            for (int k = row + 1; k < n; k++) x[row] -= a[row * n + k] * x[k];
            x[row] /= a[row * n + row];
            if (!double.IsFinite(x[row])) return false;
        }
        return true;
    }

    /// <summary>A niche with the fewest members among those that have candidates; ties at random.</summary>
    private static int Emptiest(int[] members, List<int>?[] left, RandomStream random)
    {
        int fewest = int.MaxValue, ties = 0;
        for (int j = 0; j < members.Length; j++)
        {
            if (left[j] is not { Count: > 0 }) continue;
            if (members[j] < fewest) (fewest, ties) = (members[j], 0);
            if (members[j] == fewest) ties++;
        }
        int wanted = ties > 1 ? random.NextInt(ties) : 0;
        for (int j = 0; ; j++)
        {
            if (left[j] is { Count: > 0 } && members[j] == fewest && wanted-- == 0) return j;
        }
    }

    private static int Nearest(List<int> candidates, ReadOnlySpan<double> distances)
    {
        int nearest = 0;
        for (int i = 1; i < candidates.Count; i++)
        {
            if (distances[candidates[i]] < distances[candidates[nearest]]) nearest = i;
        }
        return nearest;
    }

    private static double Product(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int k = 0; k < a.Length; k++) sum += a[k] * b[k];
        return sum;
    }
}
