using System.Globalization;
using HyperTune.History;
using HyperTune.Pruners;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>Lets a trial go on while it improves, and leaves it to another pruner once it has not for some reports.</summary>
/// <remarks>
/// <para>The best of the last <see cref="PatientPrunerOptions.Patience"/> + 1 reports is compared with the best before them. Choose it around a
/// pruner that would end trials on a plateau or on one noisy report; without an inner pruner it is early stopping of each trial by itself.
/// It saves little where curves rise all the time, and does not see that a trial that improves has no chance.</para>
/// <para>The inner pruner is asked only when patience is over. NaN is left out; where all reports of either part are NaN the trial goes on.
/// The rule is Optuna's; there is no paper.</para>
/// <para>A decision costs O(own reports), and what the inner pruner takes. Safe for concurrent use if the inner pruner is.</para>
/// </remarks>
public sealed class PatientPruner : IPruner
{
    private readonly PatientPrunerOptions _options;
    private readonly JudgedObjective _objective;

    /// <summary>Makes the pruner.</summary>
    public PatientPruner(PatientPrunerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _objective = new JudgedObjective(options.Objective);
    }

    /// <inheritdoc/>
    public FoldReading Folds => _options.Pruner?.Folds is FoldReading.Unaware ? FoldReading.Unaware : FoldReading.RunningMeans;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The study has no such objective as the options name.</exception>
    public void BeforeTrial(StudyHistory history, TrialContext trial)
    {
        ArgumentNullException.ThrowIfNull(history);
        _ = _objective.DirectionIn(history);
        _options.Pruner?.BeforeTrial(history, trial);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The study has no such objective as the options name.</exception>
    public PruneDecision ShouldPrune(StudyHistory history, TrialContext trial)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        Direction direction = _objective.DirectionIn(history);
        ReportCurve curve = ReportCurve.Of(trial);
        (IntermediateValues reports, AttributeSet attributes) = (curve.Values, curve.Attributes);
        // Means over other folds are no better or worse.
        int first = curve.FirstOfLastFold, before = reports.Count - _options.Patience - 1;
        if (before <= first) return PruneDecision.Keep;
        double former = Best(reports, attributes, direction, first, before), latest = Best(reports, attributes, direction, before, reports.Count);
        // False for NaN.
        if (!(former + _options.MinDelta < latest)) return PruneDecision.Keep;
        string plateau = Reason(StepStatistics.Loss(former, direction), StepStatistics.Loss(latest, direction));
        if (_options.Pruner is null) return PruneDecision.Because(plateau);
        PruneDecision decision = _options.Pruner.ShouldPrune(history, trial);
        return decision.Prune ? PruneDecision.Because(decision.Reason is null ? plateau : $"{decision.Reason}; {plateau}") : decision;
    }

    private double Best(IntermediateValues reports, AttributeSet attributes, Direction direction, int start, int end)
    {
        double best = double.NaN;
        for (int i = start; i < end; i++)
        {
            // MinNumber prefers a number to NaN, which stands for reports that are not about the objective as well.
            if (ReportedValues.TryGet(reports, attributes, _objective.Index, i, out double value)) best = double.MinNumber(best, StepStatistics.Loss(value, direction));
        }
        return best;
    }

    private string Reason(double former, double latest)
    {
        (string shownFormer, string shownLatest) = Wording.Pair(former, latest);
        int waited = _options.Patience + 1;
        string noun = waited == 1 ? "report" : $"{waited.ToString(CultureInfo.InvariantCulture)} reports";
        return $"the best of the last {noun} is {shownLatest}, and it was {shownFormer} before";
    }
}
