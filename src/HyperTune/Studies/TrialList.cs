using System.Collections.Immutable;
using HyperTune.History;

namespace HyperTune;

/// <summary>The trials of a study in ascending order of number. Kept as a view of the history, so that each finished trial is put in its place once.</summary>
internal static class TrialList
{
    private static readonly object Key = new();

    private static readonly Comparer<TrialRecord> ByNumber = Comparer<TrialRecord>.Create(static (a, b) => a.Number.CompareTo(b.Number));

    public static IReadOnlyList<TrialRecord> Of(StudyHistory history)
    {
        // May be newer than the history: a trial that runs there may have finished here.
        ImmutableList<TrialRecord>.Builder trials = history.View<State>(Key, Extend).Finished.ToBuilder();
        foreach (RunningTrial running in history.Running) Insert(trials, running.Record);
        foreach (TrialRecord waiting in history.Waiting) Insert(trials, waiting);
        return trials.ToImmutable();
    }

    private static State Extend(StudyHistory history, State? former)
    {
        int first = former?.Rows ?? 0;
        var added = new TrialRecord[history.Count - first];
        for (int i = 0; i < added.Length; i++) added[i] = history[first + i];
        Array.Sort(added, ByNumber);
        ImmutableList<TrialRecord> finished = former?.Finished ?? [];
        bool isAfterAll = added.Length == 0 || finished.IsEmpty || ByNumber.Compare(finished[^1], added[0]) < 0;
        if (isAfterAll) return new State(history.Count, finished.AddRange(added));
        ImmutableList<TrialRecord>.Builder trials = finished.ToBuilder();
        foreach (TrialRecord trial in added) Insert(trials, trial);
        return new State(history.Count, trials.ToImmutable());
    }

    private static void Insert(ImmutableList<TrialRecord>.Builder trials, TrialRecord trial)
    {
        int place = trials.BinarySearch(trial, ByNumber);
        if (place < 0) trials.Insert(~place, trial);
    }

    private sealed record State(int Rows, ImmutableList<TrialRecord> Finished);
}
