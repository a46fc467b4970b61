namespace HyperTune.Importance.Anova;

/// <summary>The Pearson divergence between the values of some trials and those of the trials that they stand out from.</summary>
internal static class PedAnova
{
    // What keeps a quotient of densities finite.
    private const double LeastDensity = 1e-12;

    /// <summary>The importance of one parameter: (target/region)² times the sum, over its distributions, of (share of target)² / (share of region) times the divergence.</summary>
    /// <param name="column">The parameter.</param>
    /// <param name="isTarget">Whether each trial belongs to the target; at least one does.</param>
    /// <param name="isRegion">Whether each trial belongs to the region; at least one does.</param>
    /// <param name="isLocal">Whether the divergence is that from the region's values, or else from an even spread.</param>
    public static double Importance(ImportanceColumn column, ReadOnlySpan<bool> isTarget, ReadOnlySpan<bool> isRegion, bool isLocal)
    {
        double targets = isTarget.Count(true), regions = isRegion.Count(true), sum = 0;
        for (int i = 0; i < column.Distributions.Count; i++)
        {
            Distribution distribution = column.Distributions[i];
            if (distribution.IsSingle) continue;
            ReadOnlySpan<int> trials = column.TrialsOf(i);
            int inTarget = 0, inRegion = 0;
            foreach (int trial in trials)
            {
                if (isTarget[trial]) inTarget++;
                if (isRegion[trial]) inRegion++;
            }
            if (inTarget == 0 || inRegion < 2) continue;

            (double Low, double High) range = distribution is CategoricalDistribution ? (0, 1) : column.RangeOf(i);
            if (range.Low == range.High) continue;
            var grid = ValueGrid.Of(distribution, range);
            var targetCounts = new int[grid.Cells];
            var regionCounts = new int[grid.Cells];
            foreach (int trial in trials)
            {
                int cell = grid.CellOf(column.Values[trial]);
                if (isTarget[trial]) targetCounts[cell]++;
                if (isRegion[trial]) regionCounts[cell]++;
            }
            double targetShare = inTarget / targets, regionShare = inRegion / regions;
            sum += targetShare * targetShare / regionShare * Divergence(targetCounts, regionCounts, grid.IsCategorical, isLocal);
        }
        double quantile = targets / regions;
        return quantile * quantile * sum;
    }

    /// <summary>Σ f(t/f − 1)² over the cells, of the smoothed histograms t and f.</summary>
    private static double Divergence(ReadOnlySpan<int> targetCounts, ReadOnlySpan<int> regionCounts, bool isCategorical, bool isLocal)
    {
        int cells = targetCounts.Length;
        double[] target = new double[cells], region = new double[cells];
        GridDensity.Fill(targetCounts, isCategorical, target);
        if (isLocal) GridDensity.Fill(regionCounts, isCategorical, region);
        double sum = 0;
        for (int g = 0; g < cells; g++)
        {
            double f = isLocal ? region[g] + LeastDensity : 1.0 / cells, excess = ((target[g] + LeastDensity) / f) - 1;
            sum += f * excess * excess;
        }
        return sum;
    }
}
