using HyperTune.Numerics;
using HyperTune.Pareto;

namespace HyperTune.Samplers.Evolution.Selection;

/// <summary>The selection of NSGA-III: by rank, and by niches around reference directions within the rank that does not fit as a whole.</summary>
/// <remarks>
/// Source: K. Deb and H. Jain, "An Evolutionary Many-Objective Optimization Algorithm Using Reference-Point-Based Nondominated Sorting Approach,
/// Part I", 2014; constraints after Part II by H. Jain and K. Deb.
/// </remarks>
internal static class NsgaIIISelection
{
    /// <summary>Chooses the elite.</summary>
    /// <param name="losses">Values to be minimized, [points, objectives].</param>
    /// <param name="objectives">The number of objectives.</param>
    /// <param name="violations">The sum of violated constraints of each point; 0 for a feasible one.</param>
    /// <param name="size">How many points to choose; all of them if there are fewer.</param>
    /// <param name="directions">The reference directions, [directions, objectives].</param>
    /// <param name="random">Breaks ties among niches and among their members.</param>
    /// <param name="standings">Receives the rank of each chosen point.</param>
    /// <returns>The chosen points by rank; within a rank in the given order, in the last one in order of choice.</returns>
    public static int[] Elite(
        ReadOnlySpan<double> losses, int objectives, ReadOnlySpan<double> violations, int size, ReadOnlySpan<double> directions, RandomStream random, out int[] standings)
    {
        int count = violations.Length;
        int[] ranks = new int[count];
        int rankCount = NonDominatedSort.Rank(losses, objectives, violations, ranks, size);
        int[][] fronts = NsgaIISelection.Fronts(ranks, rankCount);
        var elite = new List<int>(Math.Min(size, count));
        int rank = 0;
        while (rank < rankCount && elite.Count + fronts[rank].Length <= size) elite.AddRange(fronts[rank++]);
        if (rank < rankCount && elite.Count < size)
        {
            // Normalized together with the elite, whose members count in their niches.
            int[] points = [.. elite, .. fronts[rank]];
            double[] normalized = ReferenceNiches.Normalize(LossRows.Rows(losses, objectives, points), objectives);
            int[] niches = new int[points.Length];
            double[] distances = new double[points.Length];
            ReferenceNiches.Associate(normalized, objectives, directions, niches, distances);
            int[] chosen = ReferenceNiches.Fill(niches, distances, elite.Count, size - elite.Count, directions.Length / objectives, random);
            foreach (int point in chosen) elite.Add(points[point]);
        }
        standings = [.. elite.Select(point => ranks[point])];
        return [.. elite];
    }
}
