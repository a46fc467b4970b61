using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using HyperTune.History;
using HyperTune.Numerics;
using HyperTune.Pruners;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>Prunes a trial that a signed-rank test finds worse than the best one on the instances that both have seen.</summary>
/// <remarks>
/// <para>For objectives that are the mean over independent instances - folds, seeds, data sets, problem instances - each of which is reported
/// with its id as the step: the reports of the trial are paired with those of the best complete trial. Choose it there, and shuffle
/// the instances anew in each trial. Do not choose it for learning curves, whose reports depend on one another.</para>
/// <para>A trial whose mean is at least as good as that of the best one goes on, whatever the test says; so does one that has reported, or whose
/// opponent has reported, anything but finite numbers.</para>
/// <para>The test is repeated at each report, which makes a false alarm likelier than the threshold: see the page of the documentation for
/// measured rates, and lower the threshold for many instances, as S. J. Pocock, "Group Sequential Methods in the Design and Analysis of
/// Clinical Trials", Biometrika 64, 1977, does.</para>
/// <para>Source: F. Wilcoxon, "Individual Comparisons by Ranking Methods", Biometrics Bulletin 1, 1945. Zeros are split between both sides; up to
/// 50 instances without zeros the test is exact. The pruner is Optuna's idea.</para>
/// <para>A decision costs O(r log r) for r own reports, whatever the number of trials. Safe for concurrent use.</para>
/// </remarks>
public sealed class WilcoxonPruner : IPruner
{
    private const int LeastPairs = 2;

    private readonly WilcoxonPrunerOptions _options;
    private readonly JudgedObjective _objective;

    /// <summary>Makes the pruner.</summary>
    public WilcoxonPruner(WilcoxonPrunerOptions? options = null)
    {
        _options = options ?? new WilcoxonPrunerOptions();
        _objective = new JudgedObjective(_options.Objective);
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
        Direction direction = _objective.DirectionIn(history);
        IntermediateValues reports = trial.IntermediateValues;
        if (reports.Count < LeastPairs || !TryGetBest(history, out TrialRecord? best)) return PruneDecision.Keep;
        double[] losses = ArrayPool<double>.Shared.Rent(reports.Count + best.IntermediateValues.Count);
        try
        {
            Span<double> own = losses.AsSpan(0, reports.Count), others = losses.AsSpan(reports.Count, best.IntermediateValues.Count);
            return TryRead(reports, trial.SystemAttributes, direction, own) && TryRead(best.IntermediateValues, best.SystemAttributes, direction, others)
                ? Judge(reports.Steps, own, best, others)
                : PruneDecision.Keep;
        }
        finally
        {
            ArrayPool<double>.Shared.Return(losses);
        }
    }

    private PruneDecision Judge(ReadOnlySpan<long> steps, Span<double> own, TrialRecord best, ReadOnlySpan<double> others)
    {
        double mean = Mean(own), bestMean = Mean(others);
        int pairs = Subtract(steps, own, best.IntermediateValues.Steps, others);
        if (pairs < Math.Max(LeastPairs, _options.StartupSteps)) return PruneDecision.Keep;
        double p = SignedRankTest.PGreater(own[..pairs]);
        return p < _options.Threshold && mean > bestMean
            ? PruneDecision.Because(string.Create(
                CultureInfo.InvariantCulture,
                $"worse than the best trial {best.Number} on {pairs} common instances: p = {Wording.Short(p)}, below {Wording.Short(_options.Threshold)}"))
            : PruneDecision.Keep;
    }

    /// <summary>The best complete and feasible trial by its value of the objective.</summary>
    private bool TryGetBest(StudyHistory history, [NotNullWhen(true)] out TrialRecord? best)
    {
        int objective = _objective.Index;
        best = RunningBest.TryGet(history, new BestKey(objective), (snapshot, row) => LossOf(snapshot, row, objective), out int found, out _) ? history[found] : null;
        return best is not null;
    }

    private static double LossOf(StudyHistory history, int row, int objective) => history.States[row] == TrialState.Complete && history.Violations[row] <= 0
        ? StepStatistics.Loss(history.Values(objective)[row], history.Directions[objective])
        : double.NaN;

    /// <summary>The reports as losses; false when one is missing, NaN or infinite.</summary>
    private bool TryRead(IntermediateValues reports, AttributeSet attributes, Direction direction, Span<double> losses)
    {
        for (int i = 0; i < losses.Length; i++)
        {
            if (!ReportedValues.TryGet(reports, attributes, _objective.Index, i, out double value) || !double.IsFinite(value)) return false;
            losses[i] = StepStatistics.Loss(value, direction);
        }
        return true;
    }

    /// <summary>Puts the differences at common steps in the place of the first losses.</summary>
    private static int Subtract(ReadOnlySpan<long> steps, Span<double> losses, ReadOnlySpan<long> otherSteps, ReadOnlySpan<double> otherLosses)
    {
        int pairs = 0;
        for (int i = 0, j = 0; i < steps.Length && j < otherSteps.Length;)
        {
            if (steps[i] == otherSteps[j]) losses[pairs++] = losses[i++] - otherLosses[j++];
            else if (steps[i] < otherSteps[j]) i++;
            else j++;
        }
        return pairs;
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values) sum += value;
        return sum / values.Length;
    }

    private sealed record BestKey(int Objective);
}
