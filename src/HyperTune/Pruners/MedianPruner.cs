using HyperTune.History;
using HyperTune.Pruners;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>Prunes a trial whose best report so far is worse than the median of what the complete trials reported at the same step.</summary>
/// <remarks>
/// <para>About half of the trials go on at each step. It needs no knowledge of the budget; where a trial may run
/// for long and most are bad, a pruner with rungs saves more. Where learning curves cross choose
/// <see cref="LearningCurvePruner"/>. The default for several objectives.</para>
/// <para>A trial all of whose reports are NaN is pruned; NaN is left out of the median. Ties go on.</para>
/// <para>Source: D. Golovin et al., "Google Vizier: A Service for Black-Box Optimization", KDD 2017, section 3.2 (the median stopping rule).
/// Deviation, as in Optuna: the paper compares with running averages of the earlier trials, this rule with their values at the step.</para>
/// <para>A decision costs O(log n + own reports) for n complete trials. Safe for concurrent use.</para>
/// </remarks>
public sealed class MedianPruner : IPruner
{
    private const double Median = 50;

    private readonly PercentileRule _rule;

    /// <summary>Makes the pruner.</summary>
    /// <exception cref="ArgumentException">An objective is chosen, although all are compared.</exception>
    public MedianPruner(MedianPrunerOptions? options = null)
    {
        options ??= new MedianPrunerOptions();
        var rule = new PercentilePrunerOptions
        {
            Percentile = Median,
            StartupTrials = options.StartupTrials,
            WarmupSteps = options.WarmupSteps,
            IntervalSteps = options.IntervalSteps,
            MinTrials = options.MinTrials,
            Objective = options.Objective,
            UseDominance = options.UseDominance,
        };
        _rule = new PercentileRule(rule, "the median");
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
