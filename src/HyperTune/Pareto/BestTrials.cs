using HyperTune.History;

namespace HyperTune.Pareto;

/// <summary>The best trials of a study: complete, feasible and not dominated by another. Kept as a view of the history.</summary>
internal static class BestTrials
{
    private static readonly object Key = new();

    /// <summary>The Pareto front in ascending order of number. With one objective the best trial alone, of equal ones that with the lowest number.</summary>
    public static IReadOnlyList<TrialRecord> Of(StudyHistory history) => history.View<State>(Key, Extend).Front;

    private static State Extend(StudyHistory history, State? former)
    {
        List<TrialRecord>? front = null;
        IReadOnlyList<TrialRecord> current = former?.Front ?? [];
        for (int row = former?.Rows ?? 0; row < history.Count; row++)
        {
            if (history.States[row] != TrialState.Complete || history.Violations[row] > 0) continue;
            TrialRecord trial = history[row];
            if (history.Directions.Count == 1)
            {
                if (current.Count == 0 || IsBetter(trial, current[0], history.Directions)) current = front = [trial];
                continue;
            }
            if (current.Any(member => Dominance.Dominates(member.Values, trial.Values, history.Directions))) continue;
            front ??= [.. current];
            front.RemoveAll(member => Dominance.Dominates(trial.Values, member.Values, history.Directions));
            front.Add(trial);
            current = front;
        }
        front?.Sort(static (a, b) => a.Number.CompareTo(b.Number));
        return new State(history.Count, front?.ToArray() ?? current);
    }

    /// <summary>Whether a trial has a better value, or as good a one and a lower number.</summary>
    private static bool IsBetter(TrialRecord trial, TrialRecord best, IReadOnlyList<Direction> directions) =>
        Dominance.Dominates(trial.Values, best.Values, directions) || (trial.Values[0].Equals(best.Values[0]) && trial.Number < best.Number);

    private sealed record State(int Rows, IReadOnlyList<TrialRecord> Front);
}
