using System.Collections.Immutable;
using System.Runtime.InteropServices;
using HyperTune.Numerics;
using HyperTune.Trials;

namespace HyperTune.History;

/// <summary>What the complete trials reported for one objective, by step and in order: a view that each new trial extends.</summary>
/// <remarks>
/// Values are losses: a maximized objective enters negated, so that the lowest is the best. Built when it is first asked for. A new trial
/// costs O(√n) block copies for each of its reports; asking costs O(log n). Immutable.
/// </remarks>
internal sealed class StepStatistics
{
    private readonly ImmutableDictionary<long, OrderedValues> _steps;

    // The snapshot whose rows are in.
    private readonly StudyHistory _upTo;

    private StepStatistics(ImmutableDictionary<long, OrderedValues> steps, StudyHistory upTo)
    {
        _steps = steps;
        _upTo = upTo;
    }

    /// <summary>The losses that the complete trials of a snapshot have at a step.</summary>
    public static OrderedValues At(StudyHistory history, int objective, long step)
    {
        StepStatistics statistics = history.View<StepStatistics>(new Key(objective), (snapshot, former) => Extend(snapshot, former, objective));
        OrderedValues values = statistics._steps.GetValueOrDefault(step, OrderedValues.Empty);
        // The view may be ahead of an older snapshot. What came since is few, and taken out again, so that the answer belongs to the snapshot.
        for (int row = history.Count; row < statistics._upTo.Count; row++)
        {
            if (statistics._upTo.States[row] != TrialState.Complete) continue;
            TrialRecord trial = statistics._upTo[row];
            int index = trial.IntermediateValues.Steps.BinarySearch(step);
            if (index >= 0 && TryGetLoss(trial, objective, index, history.Directions[objective], out double loss)) values = values.Without(loss);
        }
        return values;
    }

    /// <summary>A value as a loss and back again. A zero has no sign, so that the order of equal values cannot be seen.</summary>
    public static double Loss(double value, Direction direction) => direction == Direction.Maximize ? 0.0 - value : value + 0.0;

    private static StepStatistics Extend(StudyHistory history, StepStatistics? former, int objective)
    {
        ImmutableDictionary<long, OrderedValues> steps = former?._steps ?? ImmutableDictionary<long, OrderedValues>.Empty;
        Direction direction = history.Directions[objective];
        var added = new Dictionary<long, List<double>>();
        for (int row = former?._upTo.Count ?? 0; row < history.Count; row++)
        {
            if (history.States[row] != TrialState.Complete) continue;
            TrialRecord trial = history[row];
            ReadOnlySpan<long> reported = trial.IntermediateValues.Steps;
            for (int i = 0; i < reported.Length; i++)
            {
                if (!TryGetLoss(trial, objective, i, direction, out double loss)) continue;
                ref List<double>? losses = ref CollectionsMarshal.GetValueRefOrAddDefault(added, reported[i], out _);
                (losses ??= new List<double>(1)).Add(loss);
            }
        }
        if (added.Count == 0) return new StepStatistics(steps, history);
        ImmutableDictionary<long, OrderedValues>.Builder extended = steps.ToBuilder();
        foreach ((long step, List<double> losses) in added)
        {
            extended[step] = extended.GetValueOrDefault(step, OrderedValues.Empty).With(CollectionsMarshal.AsSpan(losses));
        }
        return new StepStatistics(extended.ToImmutable(), history);
    }

    private static bool TryGetLoss(TrialRecord trial, int objective, int index, Direction direction, out double loss)
    {
        bool isReported = ReportedValues.TryGet(trial.IntermediateValues, trial.SystemAttributes, objective, index, out double value);
        loss = Loss(value, direction);
        return isReported;
    }

    private sealed record Key(int Objective);
}
