using System.Globalization;
using HyperTune.History;
using HyperTune.Pruners;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>Prunes a trial whose report lies outside of fixed limits, or is NaN.</summary>
/// <remarks>
/// <para>The limits hold for either direction and ask no other trial: choose it to end trials that diverged, or that miss what is known to be
/// needed. Where it is not known beforehand what is good, let the other trials say, with <see cref="MedianPruner"/> or a pruner with rungs.</para>
/// <para>The report at the last step counts alone; a report at a limit goes on. The rule is Optuna's; there is no paper.</para>
/// <para>A decision costs O(1). Safe for concurrent use.</para>
/// </remarks>
public sealed class ThresholdPruner : IPruner
{
    private readonly ThresholdPrunerOptions _options;
    private readonly JudgedObjective _objective;

    /// <summary>Makes the pruner.</summary>
    /// <exception cref="ArgumentException">There is no limit, or the lower one lies above the upper one.</exception>
    public ThresholdPruner(ThresholdPrunerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (double.IsNegativeInfinity(options.Lower) && double.IsPositiveInfinity(options.Upper))
        {
            throw new ArgumentException("There is neither a Lower nor an Upper limit. Give at least one.", nameof(options));
        }
        if (options.Lower > options.Upper)
        {
            throw new ArgumentException($"Lower is {Guard.Show(options.Lower)}, above Upper, {Guard.Show(options.Upper)}. Exchange them.", nameof(options));
        }
        _options = options;
        _objective = new JudgedObjective(options.Objective);
    }

    /// <inheritdoc/>
    public FoldReading Folds => FoldReading.EachFold;

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
        _ = _objective.DirectionIn(history);
        IntermediateValues reports = trial.IntermediateValues;
        if (!_objective.TryGetLast(ReportCurve.Raw(trial), out double value)) return PruneDecision.Keep;
        if (!CheckSteps.IsCheckStep(reports.Steps, _options.WarmupSteps, _options.IntervalSteps)) return PruneDecision.Keep;
        if (double.IsNaN(value)) return PruneDecision.Because(string.Create(CultureInfo.InvariantCulture, $"the report at step {reports.LastStep} is NaN"));
        if (value < _options.Lower) return Outside(value, "below the lower limit", _options.Lower, reports.LastStep);
        return value > _options.Upper ? Outside(value, "above the upper limit", _options.Upper, reports.LastStep) : PruneDecision.Keep;
    }

    private static PruneDecision Outside(double value, string where, double limit, long step)
    {
        (string shownValue, string shownLimit) = Wording.Pair(value, limit);
        return PruneDecision.Because(string.Create(CultureInfo.InvariantCulture, $"report {shownValue} at step {step} is {where} {shownLimit}"));
    }
}
