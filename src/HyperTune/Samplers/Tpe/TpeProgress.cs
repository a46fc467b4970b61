using HyperTune.History;
using HyperTune.Spaces;

namespace HyperTune.Samplers.Tpe;

/// <summary>How far the complete and pruned trials of a study came, in all and by bracket, as of a snapshot of its history. Not safe for concurrent use.</summary>
/// <remarks>
/// The rungs are the steps at which trials were pruned, whatever pruner did it, and the end: so they need no notes of a pruner, and are those of the ladder where there is
/// one. Then the highest rung with at least k trials is simply how far the k-th of them came, counted from the furthest.
/// </remarks>
/// <param name="branch">Where trials have to lie; null for anywhere.</param>
internal sealed class TpeProgress(SpaceBranch? branch)
{
    /// <summary>With more new rows than this sorting all is faster than inserting each.</summary>
    private const int BulkRows = 64;

    // Ascending.
    private readonly List<long> _all = [];
    private readonly SortedDictionary<int, List<long>> _byBracket = [];
    private StudyHistory? _history;

    /// <summary>Goes to another snapshot of the study.</summary>
    public void MoveTo(StudyHistory history)
    {
        int known = _history?.Count ?? 0;
        for (int row = history.Count; row < known; row++)
        {
            TrialRecord trial = _history![row];
            (List<long>? all, List<long>? bracket) = ListsOf(trial);
            Remove(all, TpeScope.ReachOf(trial));
            Remove(bracket, TpeScope.ReachOf(trial));
        }
        bool isBulk = history.Count - known > BulkRows;
        for (int row = known; row < history.Count; row++)
        {
            (List<long>? all, List<long>? bracket) = ListsOf(history[row]);
            Add(all, TpeScope.ReachOf(history[row]), isBulk);
            Add(bracket, TpeScope.ReachOf(history[row]), isBulk);
        }
        if (isBulk)
        {
            _all.Sort();
            foreach (List<long> reaches in _byBracket.Values) reaches.Sort();
        }
        _history = history;
    }

    /// <summary>The bracket to learn from: a trial's own if it has enough trials, else the highest that has, whose trials ran longest; null where none has.</summary>
    public int? BracketFor(int own, int enough)
    {
        int? highest = null;
        foreach ((int bracket, List<long> reaches) in _byBracket)
        {
            if (reaches.Count < enough) continue;
            if (bracket == own) return own;
            highest = bracket;
        }
        return highest;
    }

    /// <summary>The highest rung to which enough trials came; null where there is none.</summary>
    /// <param name="bracket">The bracket whose trials count; null for all.</param>
    /// <param name="enough">How many are enough; 1 or more.</param>
    /// <param name="running">Running trials, which count as far as they have reported.</param>
    public long? RungFor(int? bracket, int enough, IReadOnlyList<RunningTrial> running)
    {
        List<long> reaches = bracket is { } known ? _byBracket[known] : _all;
        var reported = new List<long>();
        var scope = new TpeScope(branch, bracket);
        foreach (RunningTrial trial in running)
        {
            // A trial may have ended since the caller looked; it counts once.
            if (_history!.Numbers.Contains(trial.Number)) continue;
            if (TpeScope.ReachOf(trial.Record) is >= 0 and long reach && scope.Holds(trial.Record, trial.Parameters)) reported.Add(reach);
        }
        reported.Sort();
        long last = -1;
        for (int i = reaches.Count - 1, j = reported.Count - 1, k = 0; k < enough; k++)
        {
            if (i < 0 && j < 0) return null;
            last = j < 0 || (i >= 0 && reaches[i] >= reported[j]) ? reaches[i--] : reported[j--];
        }
        // A running trial may be between two rungs.
        int above = UpperBound(reaches, last);
        return above > 0 && reaches[above - 1] >= 0 ? reaches[above - 1] : null;
    }

    /// <summary>Where a finished trial is counted: nowhere, among all, or with its bracket as well.</summary>
    private (List<long>? All, List<long>? Bracket) ListsOf(TrialRecord trial)
    {
        if (trial.State == TrialState.Failed || branch?.Holds(trial.Parameters) == false) return (null, null);
        if (TpeScope.BracketOf(trial) is not { } bracket) return (_all, null);
        if (!_byBracket.TryGetValue(bracket, out List<long>? reaches)) _byBracket.Add(bracket, reaches = []);
        return (_all, reaches);
    }

    private static void Add(List<long>? ascending, long reach, bool isBulk) => ascending?.Insert(isBulk ? ascending.Count : UpperBound(ascending, reach), reach);

    private static void Remove(List<long>? ascending, long reach) => ascending?.RemoveAt(ascending.BinarySearch(reach));

    private static int UpperBound(List<long> ascending, long reach)
    {
        int low = 0, high = ascending.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (ascending[middle] <= reach) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
