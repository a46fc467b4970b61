using System.Globalization;
using HyperTune.History;
using HyperTune.Numerics;
using HyperTune.Trials;

namespace HyperTune.Pruners;

/// <summary>The decision shared by <see cref="PercentilePruner"/> and <see cref="MedianPruner"/>.</summary>
/// <param name="options">The options.</param>
/// <param name="cutName">What a reason calls the percentile.</param>
internal sealed class PercentileRule(PercentilePrunerOptions options, string cutName)
{
    private readonly JudgedObjective _objective = new(options.Objective);

    /// <summary>Whether a best loss is so bad that its trial should stop: nothing but NaN, or strictly worse than the cut. A cut of NaN says nothing.</summary>
    public static bool IsHopeless(double bestLoss, double cut) => double.IsNaN(bestLoss) || bestLoss > cut;

    public PruneDecision Judge(StudyHistory history, TrialContext trial)
    {
        Direction direction = DirectionOf(history);
        IntermediateValues reports = trial.IntermediateValues;
        if (reports.Count == 0) return PruneDecision.Keep;
        int complete = history.CountOf(TrialState.Complete);
        if (complete == 0 || complete < options.StartupTrials) return PruneDecision.Keep;
        if (!CheckSteps.IsCheckStep(reports.Steps, options.WarmupSteps, options.IntervalSteps)) return PruneDecision.Keep;
        if (!TryGetBestLoss(reports, trial.SystemAttributes, direction, out double best)) return PruneDecision.Keep;
        if (IsHopeless(best, double.NaN)) return PruneDecision.Because("every report so far is NaN");
        OrderedValues others = StepStatistics.At(history, options.Objective, reports.LastStep);
        if (others.Count + others.NanCount < options.MinTrials) return PruneDecision.Keep;
        double cut = others.Percentile(options.Percentile);
        return IsHopeless(best, cut)
            ? PruneDecision.Because(Reason(StepStatistics.Loss(best, direction), StepStatistics.Loss(cut, direction), others.Count, reports.LastStep))
            : PruneDecision.Keep;
    }

    /// <summary>The direction of the judged objective.</summary>
    /// <exception cref="InvalidOperationException">The study has no such objective.</exception>
    public Direction DirectionOf(StudyHistory history) => _objective.DirectionIn(history);

    /// <summary>The best of all own reports; NaN when all are NaN. False when none is about the judged objective.</summary>
    private bool TryGetBestLoss(IntermediateValues reports, AttributeSet attributes, Direction direction, out double best)
    {
        best = double.NaN;
        bool hasReport = false;
        for (int i = 0; i < reports.Count; i++)
        {
            if (!ReportedValues.TryGet(reports, attributes, options.Objective, i, out double value)) continue;
            hasReport = true;
            // MinNumber prefers a number to NaN.
            best = double.MinNumber(best, StepStatistics.Loss(value, direction));
        }
        return hasReport;
    }

    private string Reason(double best, double cut, int trials, long step)
    {
        (string shownBest, string shownCut) = Wording.Pair(best, cut);
        string noun = trials == 1 ? "trial" : "trials";
        return string.Create(CultureInfo.InvariantCulture, $"best report {shownBest} so far is worse than {cutName} {shownCut} of {trials} completed {noun} at step {step}");
    }
}
