using System.Globalization;
using HyperTune.History;
using HyperTune.Pruners;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>Prunes a trial whose best report so far is worse than a percentile of what the complete trials reported at the same step.</summary>
/// <remarks>
/// <para>A trial is compared with the complete trials at its last step; what it loses against the cut ends it. Choose a percentile below 50
/// where trials are dear and learning curves seldom cross, one above where late bloomers are to survive; with 50 it is
/// <see cref="MedianPruner"/>. Where reports are noisy, or trials report at steps of their own, pruners with rungs do better.</para>
/// <para>The percentile is interpolated linearly; NaN is left out of it. A trial all of whose reports are NaN is pruned. Ties go on.</para>
/// <para>Source: D. Golovin et al., "Google Vizier: A Service for Black-Box Optimization", KDD 2017, section 3.2 (the median stopping rule).
/// Deviation, as in Optuna: the paper compares with running averages of the earlier trials, this rule with their values at the step.</para>
/// <para>A decision costs O(log n + own reports) for n complete trials. Safe for concurrent use.</para>
/// </remarks>
public sealed class PercentilePruner : IPruner
{
    private readonly PercentileRule _rule;

    /// <summary>Makes the pruner.</summary>
    /// <exception cref="ArgumentException">An objective is chosen, although all are compared.</exception>
    public PercentilePruner(PercentilePrunerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _rule = new PercentileRule(options, string.Create(CultureInfo.InvariantCulture, $"the best-{options.Percentile}% cut"));
    }

    /// <inheritdoc/>
    public FoldReading Folds => FoldReading.RunningMeans;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The study has no such objective as the options name.</exception>
    public void BeforeTrial(StudyHistory history, TrialContext trial)
    {
        ArgumentNullException.ThrowIfNull(history);
        _ = _rule.DirectionOf(history);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The study has no such objective as the options name.</exception>
    public PruneDecision ShouldPrune(StudyHistory history, TrialContext trial)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        return _rule.Judge(history, trial);
    }
}
