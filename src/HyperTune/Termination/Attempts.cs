using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune.Termination;

/// <summary>The trials that a study made to get better: those that ended complete or pruned, but for imported ones.</summary>
internal static class Attempts
{
    /// <summary>The number of the oldest of the newest attempts.</summary>
    /// <param name="history">The snapshot.</param>
    /// <param name="count">How many of the newest; 1 or more.</param>
    /// <param name="first">The number of the oldest of them.</param>
    /// <returns>Whether there are so many.</returns>
    public static bool TryGetFirst(StudyHistory history, int count, out int first)
    {
        first = -1;
        if (history.CountOf(TrialState.Complete) + history.CountOf(TrialState.Pruned) < count) return false;
        ReadOnlySpan<int> numbers = history.Numbers;
        ReadOnlySpan<TrialState> states = history.States;
        // The least number comes out first. Late rows mostly have high numbers, so that from behind most rows are passed over at once.
        var newest = new PriorityQueue<int, int>(count);
        for (int row = history.Count - 1; row >= 0; row--)
        {
            int number = numbers[row];
            bool isFull = newest.Count == count;
            if (isFull && number < newest.Peek()) continue;
            if (states[row] == TrialState.Failed || history.OriginOf(row) == TrialOrigin.Imported) continue;
            if (isFull) newest.DequeueEnqueue(number, number);
            else newest.Enqueue(number, number);
        }
        if (newest.Count < count) return false;
        first = newest.Peek();
        return true;
    }
}
