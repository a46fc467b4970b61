using HyperTune.History;
using HyperTune.Termination;

namespace HyperTune;

/// <summary>Stops a study once a trial is good enough: at least as good as a target in each objective.</summary>
/// <remarks>
/// <para>Choose it where a value is known beyond which nothing counts, such as an accuracy that a contract names or the known optimum of a test function. With a noisy objective the first trial beyond the
/// target may be a lucky one: evaluate it again, see <see cref="Study.RobustBest"/>.</para>
/// <para>Only complete and feasible trials count, imported ones included. A decision costs O(n) over columns for n trials. Safe for concurrent use.</para>
/// </remarks>
public sealed class TargetTerminator : ITerminator
{
    private readonly ObjectiveValues _target;

    /// <summary>Makes the terminator.</summary>
    /// <exception cref="ArgumentException">The target has no value, or one is NaN.</exception>
    public TargetTerminator(TargetTerminatorOptions options)
    {
        _target = Guard.NotNull(options).Target;
        if (_target.Count == 0 || _target.Contains(double.NaN)) throw new ArgumentException($"The Target is ({_target}), but must be a number for each objective. Give one that is good enough.", nameof(options));
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The target has another number of values than the study has objectives.</exception>
    public TerminationDecision ShouldStop(StudyHistory history)
    {
        int objectives = Guard.NotNull(history).Directions.Count;
        if (_target.Count != objectives)
            throw new InvalidOperationException($"The Target has {Shown.Count(_target.Count, "value")}, but the study '{history.Study.Name}' has {Shown.Count(objectives, "objective")}. Give one for each.");
        int first = -1;
        for (int row = 0; row < history.Count; row++)
        {
            // Of several the oldest is named, so that all processes give the same reason.
            if ((first < 0 || history.Numbers[row] < history.Numbers[first]) && Reaches(history, row)) first = row;
        }
        return first < 0
            ? TerminationDecision.GoOn
            : TerminationDecision.Because($"trial {history.Numbers[first]} has reached the target {_target} with {string.Join(", ", history[first].Values.Select(Shown.Number))}");
    }

    private bool Reaches(StudyHistory history, int row)
    {
        if (history.States[row] != TrialState.Complete || history.Violations[row] > 0) return false;
        for (int k = 0; k < _target.Count; k++)
        {
            double value = history.Values(k)[row];
            if (!(history.Directions[k] == Direction.Maximize ? value >= _target[k] : value <= _target[k])) return false;
        }
        return true;
    }
}
