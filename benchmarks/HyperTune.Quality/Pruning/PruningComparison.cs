using HyperTune.Quality.Results;

namespace HyperTune.Quality.Pruning;

/// <summary>A pruner's best final values against those of a pruner of the reference, at equal steps.</summary>
/// <param name="Name">Our pruner.</param>
/// <param name="ReferenceName">The reference's pruner: of the same kind, or else the one with the nearest median of steps.</param>
/// <param name="Ours">Our best final values, one for each seed.</param>
/// <param name="Reference">The reference's.</param>
/// <param name="PWorse">One-sided Mann-Whitney p-value of "ours is worse": small when it is.</param>
internal sealed record PruningComparison(string Name, string ReferenceName, double[] Ours, PruningReference Reference, double PWorse)
{
    /// <summary>Compares studies, which have gone on for as many steps as <see cref="Budgets"/> says.</summary>
    public static PruningComparison Of(string name, string referenceName, PruningReference reference, IReadOnlyList<PruningStudy> studies)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(studies);
        int[] budgets = Budgets(reference, studies.Count);
        // Rounded as the reference's are, so that rounding alone breaks no tie.
        double[] ours = [.. studies.Select((study, seed) => Comparison.Round(study.BestAt(budgets[seed])))];
        return new(name, referenceName, ours, reference, Statistics.MannWhitneyLess(reference.Best, ours));
    }

    /// <summary>The steps of each of our studies: the quantiles of what the reference's spent, evenly spread, so that both spend the same.</summary>
    public static int[] Budgets(PruningReference reference, int studies)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return [.. Enumerable.Range(0, studies).Select(seed => (int)Math.Round(Statistics.Quantile(reference.TotalSteps, (seed + 0.5) / studies)))];
    }
}
