using System.Runtime.InteropServices;
using HyperTune.History;

namespace HyperTune.Pareto;

/// <summary>The best trials of a study: complete, feasible and not dominated by another. Kept as a view of the history.</summary>
/// <remarks>A new trial is compared with the front alone; many at once are sorted together with it.</remarks>
internal static class BestTrials
{
    private static readonly object Key = new();

    /// <summary>The Pareto front in ascending order of number. With one objective the best trial alone, of equal ones that with the lowest number.</summary>
    public static TrialRecord[] Of(StudyHistory history) => history.View<State>(Key, Extend).Front;

    private static State Extend(StudyHistory history, State? former)
    {
        State state = former ?? new State(0, [], [], []);
        (List<int> rows, List<double> losses) = Candidates(history, state);
        if (rows.Count == state.FrontRows.Length) return state with { Rows = history.Count };
        int objectives = history.Directions.Count, members = state.FrontRows.Length;
        ReadOnlySpan<double> points = CollectionsMarshal.AsSpan(losses);
        bool[] isBest = objectives == 1 ? First(history, rows, points) : rows.Count == members + 1 ? WithOneMore(points, objectives) : OfMany(points, objectives);
        if (!isBest.AsSpan(members).Contains(true)) return state with { Rows = history.Count };

        int[] front = [.. rows.Where((_, i) => isBest[i])];
        var kept = new List<double>(front.Length * objectives);
        for (int i = 0; i < isBest.Length; i++)
        {
            if (isBest[i]) kept.AddRange(points.Row(i, objectives));
        }
        TrialRecord[] trials = Array.ConvertAll(front, row => history[row]);
        Array.Sort(trials, static (a, b) => a.Number.CompareTo(b.Number));
        return new State(history.Count, front, [.. kept], trials);
    }

    /// <summary>The former front followed by the new complete and feasible rows, with their losses.</summary>
    private static (List<int> Rows, List<double> Losses) Candidates(StudyHistory history, State former)
    {
        List<int> rows = [.. former.FrontRows];
        List<double> losses = [.. former.Losses];
        int objectives = history.Directions.Count;
        for (int row = former.Rows; row < history.Count; row++)
        {
            if (history.States[row] != TrialState.Complete || history.Violations[row] > 0) continue;
            for (int k = 0; k < objectives; k++) losses.Add(history.Directions[k].ToLoss(history.Values(k)[row]));
            // A trial without a value, as other programs may store it, is not comparable.
            if (CollectionsMarshal.AsSpan(losses)[^objectives..].Contains(double.NaN)) losses.RemoveRange(losses.Count - objectives, objectives);
            else rows.Add(row);
        }
        return (rows, losses);
    }

    private static bool[] First(StudyHistory history, List<int> rows, ReadOnlySpan<double> losses)
    {
        int best = 0;
        for (int i = 1; i < rows.Count; i++)
        {
            if (losses[i] < losses[best] || (losses[i] == losses[best] && history.Numbers[rows[i]] < history.Numbers[rows[best]])) best = i;
        }
        var isBest = new bool[rows.Count];
        isBest[best] = true;
        return isBest;
    }

    /// <summary>All points but the last are a front.</summary>
    private static bool[] WithOneMore(ReadOnlySpan<double> losses, int objectives)
    {
        var isBest = new bool[losses.Length / objectives];
        int last = isBest.Length - 1;
        isBest.AsSpan().Fill(true);
        ReadOnlySpan<double> point = losses.Row(last, objectives);
        for (int i = 0; i < last && isBest[last]; i++)
        {
            ReadOnlySpan<double> member = losses.Row(i, objectives);
            if (Dominance.Dominates(point, member)) isBest[i] = false;
            else isBest[last] = !Dominance.Dominates(member, point);
        }
        return isBest;
    }

    private static bool[] OfMany(ReadOnlySpan<double> losses, int objectives)
    {
        var ranks = new int[losses.Length / objectives];
        NonDominatedSort.Rank(losses, objectives, ranks, needed: 1);
        return Array.ConvertAll(ranks, rank => rank == 0);
    }

    /// <summary>The front after some rows: its rows and losses in order of arrival, its trials in order of number.</summary>
    private sealed record State(int Rows, int[] FrontRows, double[] Losses, TrialRecord[] Front);
}
