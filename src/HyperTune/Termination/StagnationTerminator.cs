using System.Runtime.InteropServices;
using HyperTune.History;
using HyperTune.Pareto;
using HyperTune.Termination;

namespace HyperTune;

/// <summary>Stops a study whose best value has not improved by more than a tolerance over its last trials; with several objectives, whose front has not.</summary>
/// <remarks>
/// <para>The best value of all trials is compared with that of all but the last ones, by number; of several objectives, the hypervolumes. Many small steps in a row so count as the
/// improvement that they add up to. Choose it where nothing is known of the objective; a window of a few times the sampler's first random trials is a good one. It says
/// nothing about how far the best value is from the optimum: a sampler that is about to find another valley is stopped as well. See <see cref="RegretBoundTerminator"/> for that.</para>
/// <para>Only complete and feasible trials with finite values are the best; until there is one before the last trials, the study goes on. Imported trials can be the best, but are not among the last ones.</para>
/// <para>Source: the rule is that of early stopping, L. Prechelt, "Early Stopping - But When?", 1998, with trials in the place of epochs. Deviation: the tolerance is one for the whole window, rather than for each step.</para>
/// <para>A decision costs O(n) over columns for n trials; with several objectives O(n log n), more from four on. Safe for concurrent use.</para>
/// </remarks>
public sealed class StagnationTerminator : ITerminator
{
    private readonly StagnationTerminatorOptions _options;

    /// <summary>Makes the terminator.</summary>
    /// <param name="options">How it works; null for the defaults.</param>
    /// <exception cref="ArgumentException">The reference point holds NaN.</exception>
    public StagnationTerminator(StagnationTerminatorOptions? options = null)
    {
        _options = options ?? new();
        if (_options.ReferencePoint.Contains(double.NaN)) throw new ArgumentException($"The ReferencePoint is ({_options.ReferencePoint}), but NaN lies nowhere. Give numbers.", nameof(options));
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The reference point has another number of values than the study has objectives, or the study has one objective.</exception>
    public TerminationDecision ShouldStop(StudyHistory history)
    {
        Guard.NotNull(history);
        CheckReference(history);
        if (!Attempts.TryGetFirst(history, _options.Trials, out int first)) return TerminationDecision.GoOn;
        return history.Directions.Count == 1 ? JudgeValue(history, first) : JudgeFront(history, first);
    }

    private TerminationDecision JudgeValue(StudyHistory history, int first)
    {
        ReadOnlySpan<double> values = history.Values(0);
        ReadOnlySpan<int> numbers = history.Numbers;
        Direction direction = history.Directions[0];
        double before = double.PositiveInfinity, best = double.PositiveInfinity;
        for (int row = 0; row < values.Length; row++)
        {
            double loss = direction.ToLoss(values[row]);
            if (!(loss < before) || !double.IsFinite(loss) || !CanBeBest(history, row)) continue;
            best = Math.Min(best, loss);
            if (numbers[row] < first) before = loss;
        }
        if (double.IsPositiveInfinity(before) || before - best > _options.Tolerance) return TerminationDecision.GoOn;
        string shown = Shown.Number(direction.ToLoss(best));
        return Because(before == best ? $"the best value {shown} has not improved" : $"the best value {shown} has improved by {Shown.Number(before - best)} only");
    }

    private TerminationDecision JudgeFront(StudyHistory history, int first)
    {
        int objectives = history.Directions.Count;
        List<double> all = [], former = [];
        var point = new double[objectives];
        for (int row = 0; row < history.Count; row++)
        {
            if (!CanBeBest(history, row)) continue;
            bool isFinite = true;
            for (int k = 0; k < objectives; k++)
            {
                point[k] = history.Directions[k].ToLoss(history.Values(k)[row]);
                isFinite &= double.IsFinite(point[k]);
            }
            if (!isFinite) continue;
            all.AddRange(point);
            if (history.Numbers[row] < first) former.AddRange(point);
        }
        if (former.Count == 0) return TerminationDecision.GoOn;
        double[] reference = _options.ReferencePoint.Count > 0
            ? history.Directions.ToLosses(_options.ReferencePoint.ToArray(), "reference point")
            : ReferencePoint.Of(FrontOf(CollectionsMarshal.AsSpan(all), objectives), objectives);
        double volume = HypervolumeEngine.Volume(CollectionsMarshal.AsSpan(all), reference);
        double gain = all.Count == former.Count ? 0 : volume - HypervolumeEngine.Volume(CollectionsMarshal.AsSpan(former), reference);
        // Nothing has come inside of the reference point yet.
        if (volume == 0 || gain > _options.Tolerance * volume) return TerminationDecision.GoOn;
        return Because(gain == 0 ? "the hypervolume has not grown" : $"the hypervolume has grown by {Shown.Number(gain / volume)} of its size only");
    }

    private TerminationDecision Because(string what) => TerminationDecision.Because($"{what} over the last {Shown.Count(_options.Trials, "trial")}");

    private static bool CanBeBest(StudyHistory history, int row) => history.States[row] == TrialState.Complete && history.Violations[row] <= 0;

    private static double[] FrontOf(ReadOnlySpan<double> losses, int objectives)
    {
        var ranks = new int[losses.Length / objectives];
        NonDominatedSort.Rank(losses, objectives, ranks, needed: 1);
        int[] front = [.. Enumerable.Range(0, ranks.Length).Where(i => ranks[i] == 0)];
        return LossRows.Rows(losses, objectives, front);
    }

    private void CheckReference(StudyHistory history)
    {
        int given = _options.ReferencePoint.Count, objectives = history.Directions.Count;
        if (given == 0 || (given == objectives && objectives > 1)) return;
        throw new InvalidOperationException(objectives == 1
            ? $"A ReferencePoint is given, but the study '{history.Study.Name}' has one objective and so no hypervolume. Leave it out."
            : $"The ReferencePoint has {Shown.Count(given, "value")}, but the study '{history.Study.Name}' has {objectives} objectives. Give one for each.");
    }
}
