using HyperTune.History;

namespace HyperTune.Pareto;

/// <summary>The best trials of a study: complete, feasible and not dominated by another. Kept as a view of the history.</summary>
internal static class BestTrials
{
    private static readonly object Key = new();

    /// <summary>The Pareto front in ascending order of number. With one objective, all trials that share the best value.</summary>
    public static IReadOnlyList<TrialRecord> Of(StudyHistory history) => history.View<State>(Key, Extend).Front;

    private static State Extend(StudyHistory history, State? former)
    {
        List<TrialRecord>? front = null;
        IReadOnlyList<TrialRecord> current = former?.Front ?? [];
        for (int row = former?.Rows ?? 0; row < history.Count; row++)
        {
            if (history.States[row] != TrialState.Complete || history.Violations[row] > 0) continue;
            TrialRecord trial = history[row];
            if (current.Any(member => Dominance.Dominates(member.Values, trial.Values, history.Directions))) continue;
            front ??= [.. current];
            front.RemoveAll(member => Dominance.Dominates(trial.Values, member.Values, history.Directions));
            front.Add(trial);
            current = front;
        }
        front?.Sort(static (a, b) => a.Number.CompareTo(b.Number));
        return new State(history.Count, front?.ToArray() ?? current);
    }

    private sealed record State(int Rows, IReadOnlyList<TrialRecord> Front);
}
