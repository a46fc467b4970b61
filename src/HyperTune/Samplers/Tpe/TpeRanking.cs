using System.Runtime.InteropServices;
using HyperTune.History;

namespace HyperTune.Samplers.Tpe;

/// <summary>The complete and pruned trials of a study with one objective, best first, as of a snapshot of its history.</summary>
/// <remarks>
/// Feasible complete trials come first, by value; then feasible pruned ones, those that went furthest first and then by their last
/// report; then infeasible ones by violation. Equal trials keep the order of their numbers, so that the ranking depends on the
/// set of trials alone and not on the order of their arrival. Source: spec of the split in Watanabe, "Tree-Structured Parzen
/// Estimator: Understanding Its Algorithm Components", 2023, with Optuna's treatment of pruned and infeasible trials.
/// </remarks>
internal sealed class TpeRanking
{
    /// <summary>With more new rows than this sorting all is faster than inserting each.</summary>
    private const int BulkRows = 64;

    private readonly List<Entry> _entries = [];

    /// <summary>The history up to which trials are ranked; null before the first.</summary>
    public StudyHistory? History { get; private set; }

    /// <summary>The number of ranked trials.</summary>
    public int Count => _entries.Count;

    /// <summary>The rows of the best trials, best first.</summary>
    public IEnumerable<int> BestRows(int count) => _entries.Take(count).Select(entry => entry.Row);

    /// <summary>Goes to another snapshot of the study: takes in the rows that it has more, or leaves out those that it has less.</summary>
    public void MoveTo(StudyHistory history)
    {
        int known = History?.Count ?? 0;
        if (history.Count < known) _entries.RemoveAll(entry => entry.Row >= history.Count);
        double sign = history.Directions[0] == Direction.Minimize ? 1 : -1;
        bool isBulk = history.Count - known > BulkRows;
        for (int row = known; row < history.Count; row++)
        {
            if (history.States[row] == TrialState.Failed) continue;
            Entry entry = EntryOf(history, row, sign);
            int index = isBulk ? _entries.Count : ~CollectionsMarshal.AsSpan(_entries).BinarySearch(entry);
            _entries.Insert(index, entry);
        }
        if (isBulk) _entries.Sort();
        History = history;
    }

    private static Entry EntryOf(StudyHistory history, int row, double sign)
    {
        int number = history.Numbers[row];
        double violation = history.Violations[row];
        if (violation > 0) return new Entry(Class.Infeasible, violation, 0, number, row);
        if (history.States[row] == TrialState.Complete) return new Entry(Class.Complete, sign * history.Values(0)[row], 0, number, row);
        IntermediateValues reports = history[row].IntermediateValues;
        // A pruned trial without reports comes after all others: no step is below -1.
        if (reports.Count == 0) return new Entry(Class.Pruned, 1, 0, number, row);
        double last = sign * reports.LastValue;
        return new Entry(Class.Pruned, -reports.LastStep, double.IsNaN(last) ? double.PositiveInfinity : last, number, row);
    }

    private enum Class
    {
        Complete,
        Pruned,
        Infeasible,
    }

    private readonly record struct Entry(Class Class, double First, double Second, int Number, int Row) : IComparable<Entry>
    {
        public int CompareTo(Entry other)
        {
            int order = ((int)Class).CompareTo((int)other.Class);
            if (order == 0) order = First.CompareTo(other.First);
            if (order == 0) order = Second.CompareTo(other.Second);
            return order != 0 ? order : Number.CompareTo(other.Number);
        }
    }
}
