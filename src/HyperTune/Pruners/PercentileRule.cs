using System.Globalization;
using HyperTune.History;
using HyperTune.Numerics;
using HyperTune.Pruners.Fronts;
using HyperTune.Trials;

namespace HyperTune.Pruners;

/// <summary>The decision shared by <see cref="PercentilePruner"/> and <see cref="MedianPruner"/>.</summary>
/// <param name="options">The options.</param>
/// <param name="cutName">What a reason calls the percentile.</param>
internal sealed class PercentileRule(PercentilePrunerOptions options, string cutName)
{
    private const string NothingButNaN = "every report so far is NaN";

    private readonly JudgedObjective _objective = JudgedObjective.Of(options.Objective, options.UseDominance, nameof(options));

    /// <summary>Whether a best loss is so bad that its trial should stop: nothing but NaN, or strictly worse than the cut. A cut of NaN says nothing.</summary>
    public static bool IsHopeless(double bestLoss, double cut) => double.IsNaN(bestLoss) || bestLoss > cut;

    public PruneDecision Judge(StudyHistory history, TrialContext trial)
    {
        Direction direction = DirectionOf(history);
        ReportCurve curve = ReportCurve.Of(trial);
        IntermediateValues reports = curve.Values;
        if (reports.Count == 0) return PruneDecision.Keep;
        int complete = history.CountOf(TrialState.Complete);
        if (complete == 0 || complete < options.StartupTrials) return PruneDecision.Keep;
        if (!CheckSteps.IsCheckStep(curve.LastSteps, options.WarmupSteps, options.IntervalSteps)) return PruneDecision.Keep;
        if (options.UseDominance && history.Directions.Count > 1) return JudgeByFronts(history, curve);
        if (!TryGetBestLoss(curve, direction, out double best)) return PruneDecision.Keep;
        if (IsHopeless(best, double.NaN)) return PruneDecision.Because(NothingButNaN);
        OrderedValues others = StepStatistics.At(history, options.Objective, reports.LastStep);
        if (others.Count + others.NanCount < options.MinTrials) return PruneDecision.Keep;
        double cut = others.Percentile(options.Percentile);
        return IsHopeless(best, cut)
            ? PruneDecision.Because(Reason("report", StepStatistics.Loss(best, direction), StepStatistics.Loss(cut, direction), others.Count, reports.LastStep))
            : PruneDecision.Keep;
    }

    /// <summary>The direction of the judged objective.</summary>
    /// <exception cref="InvalidOperationException">The study has no such objective.</exception>
    public Direction DirectionOf(StudyHistory history) => _objective.DirectionIn(history);

    /// <summary>The best of all own reports, over the same folds; NaN when all are NaN. False when none is about the judged objective.</summary>
    private bool TryGetBestLoss(in ReportCurve curve, Direction direction, out double best)
    {
        best = double.NaN;
        bool hasReport = false;
        for (int i = curve.FirstOfLastFold; i < curve.Values.Count; i++)
        {
            if (!ReportedValues.TryGet(curve.Values, curve.Attributes, options.Objective, i, out double value)) continue;
            hasReport = true;
            // MinNumber prefers a number to NaN.
            best = double.MinNumber(best, StepStatistics.Loss(value, direction));
        }
        return hasReport;
    }

    /// <summary>The same rule with fronts for losses: the best front to which an own report belongs against those of the others at the last step.</summary>
    private PruneDecision JudgeByFronts(StudyHistory history, in ReportCurve curve)
    {
        IntermediateValues reports = curve.Values;
        FrontView others = FrontView.Of(history, new StepFronts(reports.LastStep));
        var losses = new double[history.Directions.Count];
        bool hasReport = false;
        double best = double.NaN;
        for (int i = curve.FirstOfLastFold; i < reports.Count; i++)
        {
            if (!ReportedVector.TryRead(history.Directions, reports, curve.Attributes, i, losses)) continue;
            hasReport = true;
            if (!losses.AsSpan().Contains(double.NaN)) best = double.MinNumber(best, others.Fronts.RankOf(losses));
        }
        if (!hasReport) return PruneDecision.Keep;
        if (IsHopeless(best, double.NaN)) return PruneDecision.Because(NothingButNaN);
        if (others.Fronts.Count + others.NanCount < options.MinTrials) return PruneDecision.Keep;
        double cut = others.Fronts.Percentile(options.Percentile);
        // Shown as people count: the first front is the one that nothing dominates.
        return IsHopeless(best, cut) ? PruneDecision.Because(Reason("front", best + 1, cut + 1, others.Fronts.Count, reports.LastStep)) : PruneDecision.Keep;
    }

    private string Reason(string what, double best, double cut, int trials, long step)
    {
        (string shownBest, string shownCut) = Wording.Pair(best, cut);
        string noun = trials == 1 ? "trial" : "trials";
        return string.Create(CultureInfo.InvariantCulture, $"best {what} {shownBest} so far is worse than {cutName} {shownCut} of {trials} completed {noun} at step {step}");
    }
}
