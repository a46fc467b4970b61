using HyperTune.Pareto;

namespace HyperTune.Samplers.Evolution.Selection;

/// <summary>The selection of NSGA-II: by rank, and by crowding within the rank that does not fit as a whole.</summary>
/// <remarks>Source: K. Deb, A. Pratap, S. Agarwal, T. Meyarivan, "A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II", 2002, sections III and VI.</remarks>
internal static class NsgaIISelection
{
    /// <summary>Chooses the elite.</summary>
    /// <param name="losses">Values to be minimized, [points, objectives].</param>
    /// <param name="objectives">The number of objectives.</param>
    /// <param name="violations">The sum of violated constraints of each point; 0 for a feasible one.</param>
    /// <param name="size">How many points to choose; all of them if there are fewer.</param>
    /// <param name="standings">Receives a number for each chosen point: the lower, the better by rank and then by crowding; equal ones tie.</param>
    /// <returns>The chosen points by rank; within a rank in the given order, in the last one the least crowded first.</returns>
    public static int[] Elite(ReadOnlySpan<double> losses, int objectives, ReadOnlySpan<double> violations, int size, out int[] standings)
    {
        int count = violations.Length, next = 0, standing = 0;
        int[] ranks = new int[count];
        int rankCount = NonDominatedSort.Rank(losses, objectives, violations, ranks, size);
        int[] elite = new int[Math.Min(size, count)];
        standings = new int[elite.Length];
        int[][] fronts = Fronts(ranks, rankCount);
        for (int rank = 0; next < elite.Length; rank++)
        {
            int[] front = fronts[rank];
            double[] values = LossRows.Rows(losses, objectives, front), distances = new double[front.Length];
            int[] order = CrowdingDistance.Order(values, objectives, distances);
            int[] places = new int[front.Length];
            for (int i = 0; i < order.Length; i++)
            {
                if (i > 0 && distances[order[i]] != distances[order[i - 1]]) standing++;
                places[order[i]] = standing;
            }
            standing++;
            bool isLast = next + front.Length >= elite.Length;
            for (int i = 0; i < front.Length && next < elite.Length; i++, next++)
            {
                int member = isLast ? order[i] : i;
                elite[next] = front[member];
                standings[next] = places[member];
            }
        }
        return elite;
    }

    /// <summary>The points of each rank, in the given order.</summary>
    internal static int[][] Fronts(ReadOnlySpan<int> ranks, int rankCount)
    {
        int[] sizes = new int[rankCount];
        foreach (int rank in ranks) sizes[rank]++;
        int[][] fronts = Array.ConvertAll(sizes, size => new int[size]);
        Array.Clear(sizes);
        for (int i = 0; i < ranks.Length; i++) fronts[ranks[i]][sizes[ranks[i]]++] = i;
        return fronts;
    }
}
