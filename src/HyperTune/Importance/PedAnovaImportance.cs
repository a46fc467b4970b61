using HyperTune.Importance;
using HyperTune.Importance.Anova;
using HyperTune.Pareto;

namespace HyperTune;

/// <summary>Importance by PED-ANOVA: how differently a parameter is distributed among the good trials and among the trials that they are compared with.</summary>
/// <remarks>
/// <para>The value of a parameter is drawn as a histogram of up to 50 cells, smoothed, once for the best trials (the target) and once for the trials that
/// they stand out from (the region); the importance is the Pearson divergence of both, scaled by the square of target / region.</para>
/// <para>Choose it by default: it takes milliseconds, no seed, any number of objectives, and parameters that not every trial has. It looks at one
/// parameter at a time: what matters only together with another one it sees in part. <see cref="FanovaImportance"/> shows interactions.</para>
/// <para>Trials that have a parameter in the same distribution are compared with one another; the parts are weighted by their share of target and region, and
/// trials without the parameter count in the shares alone.</para>
/// <para>Source: S. Watanabe, A. Bansal, F. Hutter, "PED-ANOVA: Efficiently Quantifying Hyperparameter Importance in Arbitrary Subspaces", 2023. Cells, widths
/// of kernels and parts by distribution are those of Optuna 5.</para>
/// </remarks>
public sealed record PedAnovaImportance : ImportanceEvaluator
{
    /// <summary>The share of best trials that make the target. Above 0, below 1; 0.1 by default.</summary>
    public double TargetQuantile { get; init => field = Guard.Between(value, 0, 1); } = 0.1;

    /// <summary>The share of best trials that make the region. Above 0, at most 1 (the default); larger than <see cref="TargetQuantile"/>.</summary>
    /// <remarks>At 0.5 the question is: what makes the best tenth out of the better half? Parameters that only tell bad trials from middling ones then lose their importance.</remarks>
    public double RegionQuantile { get; init => field = Guard.InRange(Guard.Above(value, 0), 0, 1); } = 1;

    /// <summary>Whether the target is compared with the region's trials (local, the default), or with an even spread over the range (global).</summary>
    /// <remarks>A sampler that searches where it is good leaves few trials elsewhere. Compared with these trials, a parameter that the sampler has settled matters little any more; compared
    /// with an even spread it still does.</remarks>
    public bool IsLocal { get; init; } = true;

    internal override bool TakesSeveralObjectives => true;

    internal override bool NeedsEveryValue => false;

    internal override double[] Evaluate(ImportanceTable table)
    {
        if (TargetQuantile >= RegionQuantile)
        {
            throw new ArgumentException(
                $"The target quantile is {Guard.Show(TargetQuantile)}, but the region quantile is {Guard.Show(RegionQuantile)}, so that no trials are left to compare with. Give a larger RegionQuantile.");
        }
        bool[] isTarget = Best(table, TargetQuantile), isRegion = Best(table, RegionQuantile);
        return Array.ConvertAll(table.Columns, column => PedAnova.Importance(column, isTarget, isRegion, IsLocal));
    }

    /// <summary>Marks the share of best trials. Ties at its end belong to it with one objective.</summary>
    private static bool[] Best(ImportanceTable table, double quantile)
    {
        double[] losses = table.Losses;
        int count = (int)Math.Ceiling(quantile * table.Trials);
        if (count >= table.Trials) return [.. Enumerable.Repeat(true, table.Trials)];
        if (table.Objectives > 1) return FrontSelection.Best(losses, table.Objectives, count);
        double[] sorted = [.. losses];
        Array.Sort(sorted);
        return Array.ConvertAll(losses, loss => loss <= sorted[count - 1]);
    }
}
