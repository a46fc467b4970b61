using System.Globalization;
using HyperTune.History;
using HyperTune.Pruners;
using HyperTune.Pruners.Curves;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>Prunes a trial that would not reach the best complete one even if it went on as promising ones among the most similar learning curves did.</summary>
/// <remarks>
/// <para>The complete trials whose curves are most like the trial's up to its last step show where it may end: at its last report, less what each of them gained
/// from there on. If the tenth percentile of these ends is worse than the best value, the trial is pruned. So a slow learner is judged by slow learners, and
/// one that looks good early by those that looked good early and overfitted. Choose it for learning curves of any kind; it is the default for one objective. Choose
/// <see cref="WilcoxonPruner"/> for reports in any order, and a pruner with rungs where trials are so long that most have to end at once.</para>
/// <para>How strict the rule is follows from what trials have spent (<see cref="LearningCurvePrunerOptions.ReportShare"/>). Where less is spent, the goal moves from the best value
/// towards worse complete ones, so that trials that are as good as the best ones are not lost to chance; where more is spent, a higher percentile of the ends counts.</para>
/// <para>A trial whose last report is NaN is pruned. A trial that fewer than <see cref="LearningCurvePrunerOptions.Neighbours"/> complete ones can be compared with at its step goes on. Only
/// the 128 complete trials that came last are looked at, at no more than 32 steps.</para>
/// <para>The idea of continuing a curve by those of earlier trials is that of A. Chandrashekaran and I. R. Lane, "Speeding up Hyper-parameter Optimization by Extrapolation of Learning
/// Curves Using Previous Builds", ECML PKDD 2017, and of K. Swersky, J. Snoek and R. P. Adams, "Freeze-Thaw Bayesian Optimization", 2014, that a trial be paused when it is not
/// expected to win. Deviations: nearest curves in place of fitted transformations, and the control by spent reports, which is our own; both were chosen by measurements.</para>
/// <para>A decision costs a bounded number of comparisons, whatever the number of trials. Safe for concurrent use.</para>
/// </remarks>
public sealed class LearningCurvePruner : IPruner
{
    /// <summary>The percentile of the ends that counts while the spent reports are on the mark. Measured; see docs/quality.md.</summary>
    private const double Optimism = 10;

    private readonly LearningCurvePrunerOptions _options;
    private readonly JudgedObjective _objective;

    /// <summary>Makes the pruner.</summary>
    public LearningCurvePruner(LearningCurvePrunerOptions? options = null)
    {
        _options = options ?? new LearningCurvePrunerOptions();
        _objective = new JudgedObjective(_options.Objective);
    }

    /// <inheritdoc/>
    public FoldReading Folds => FoldReading.RunningMeans;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The study has no such objective as the options name.</exception>
    public void BeforeTrial(StudyHistory history, TrialContext trial)
    {
        ArgumentNullException.ThrowIfNull(history);
        _ = _objective.DirectionIn(history);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The study has no such objective as the options name.</exception>
    public PruneDecision ShouldPrune(StudyHistory history, TrialContext trial)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        Direction direction = _objective.DirectionIn(history);
        ReportCurve curve = ReportCurve.Of(trial);
        if (history.CountOf(TrialState.Complete) < _options.StartupTrials || !_objective.TryGetLast(curve, out double last)) return PruneDecision.Keep;
        if (!CheckSteps.IsCheckStep(curve.LastSteps, _options.WarmupSteps, _options.IntervalSteps)) return PruneDecision.Keep;
        if (double.IsNaN(last)) return PruneDecision.Because("the last report is NaN");
        CurveEvidence evidence = CurveEvidence.Of(history, curve, _objective.Index);
        if (evidence.Count < _options.Neighbours) return PruneDecision.Keep;
        double leniency = Leniency(history);
        double goal = evidence.Goal(100 * Math.Max(0, leniency)), end = evidence.Forecast(_options.Neighbours, Optimism * Math.Max(0, 1 - 2 * leniency));
        // Without a finite goal there is nothing to reach; a comparison with NaN is false.
        return double.IsFinite(goal) && end > goal
            ? PruneDecision.Because(Reason(StepStatistics.Loss(end, direction), StepStatistics.Loss(goal, direction), curve.Values.LastStep))
            : PruneDecision.Keep;
    }

    /// <summary>From -1, where trials spend twice their share or more, over 0 to 1, where they spend nothing.</summary>
    private double Leniency(StudyHistory history) => _options.ReportShare is { } share && SpentReports.TryGetShare(history, _options.StartupTrials, out double spent)
        ? Math.Clamp((share - spent) / share, -1, 1)
        : 0;

    private string Reason(double end, double goal, long step)
    {
        (string shownEnd, string shownGoal) = Wording.Pair(end, goal);
        string curves = _options.Neighbours == 1 ? "the most similar curve" : string.Create(CultureInfo.InvariantCulture, $"the {_options.Neighbours} most similar curves");
        return string.Create(CultureInfo.InvariantCulture, $"after step {step} it would end at {shownEnd} if it went on like promising ones of {curves}, and not reach {shownGoal}");
    }
}
