using System.Runtime.InteropServices;
using HyperTune.History;
using HyperTune.Pareto;
using HyperTune.Trials;

namespace HyperTune.Samplers.Tpe;

/// <summary>The complete and pruned trials of a study as of a snapshot of its history, and the best of them.</summary>
/// <remarks>
/// Feasible complete trials come first, by value; then feasible pruned ones, those that went furthest first and then by their last
/// report; then infeasible ones by violation. Equal trials keep the order of their numbers, so that the ranking depends on the
/// set of trials alone and not on the order of their arrival. Where there are several objectives the feasible complete trials have no order,
/// and <see cref="ParetoSplit"/> chooses among them. Source: spec of the split in Watanabe, "Tree-Structured Parzen
/// Estimator: Understanding Its Algorithm Components", 2023, with Optuna's treatment of pruned and infeasible trials.
/// </remarks>
/// <param name="scope">Which trials are ranked. With a rung they are ranked by what they had there, those alike that ended there and those that went on.</param>
internal sealed class TpeRanking(TpeScope scope = default)
{
    /// <summary>With more new rows than this sorting all is faster than inserting each.</summary>
    private const int BulkRows = 64;

    private readonly List<Entry> _entries = [];
    private readonly ParetoSplit _split = new();

    // The last choice among several objectives: the parameters of a trial are mostly drawn from one and the same.
    private int[]? _best;
    private double[]? _weights;

    /// <summary>The history up to which trials are ranked; null before the first.</summary>
    public StudyHistory? History { get; private set; }

    /// <summary>The number of ranked trials.</summary>
    public int Count => _entries.Count;

    /// <summary>Goes to another snapshot of the study: takes in the rows that it has more, or leaves out those that it has less.</summary>
    public void MoveTo(StudyHistory history)
    {
        int known = History?.Count ?? 0;
        if (history.Count == known && History is not null) return;
        if (history.Count < known) _entries.RemoveAll(entry => entry.Row >= history.Count);
        bool isBulk = history.Count - known > BulkRows;
        for (int row = known; row < history.Count; row++)
        {
            TrialRecord trial = history[row];
            if (trial.State == TrialState.Failed || !scope.Holds(trial, trial.Parameters) || EntryOf(history, trial, history.Violations[row], row) is not { } entry) continue;
            int index = isBulk ? _entries.Count : ~CollectionsMarshal.AsSpan(_entries).BinarySearch(entry);
            _entries.Insert(index, entry);
        }
        if (isBulk) _entries.Sort();
        History = history;
        (_best, _weights) = (null, null);
    }

    /// <summary>The rows of the best trials; best first where there is one objective.</summary>
    /// <param name="count">From 0 to <see cref="Count"/>.</param>
    public ReadOnlySpan<int> BestRows(int count)
    {
        if (_best?.Length == count) return _best;
        var best = new int[count];
        int complete = History?.Directions.Count > 1 ? CompleteCount() : 0, chosen = Math.Min(count, complete);
        if (chosen > 0)
        {
            int[] indices = _split.Best(Losses(complete), History!.Directions.Count, chosen);
            for (int i = 0; i < chosen; i++) best[i] = _entries[indices[i]].Row;
        }
        for (int i = chosen; i < count; i++) best[i] = _entries[i].Row;
        (_best, _weights) = (best, null);
        return best;
    }

    /// <summary>A weight for each of <see cref="BestRows"/> by what it contributes to their hypervolume, where there are several objectives.</summary>
    public ReadOnlySpan<double> BestWeights(int count)
    {
        ReadOnlySpan<int> rows = BestRows(count);
        if (_weights is not null) return _weights;
        int objectives = History!.Directions.Count, complete = Math.Min(count, CompleteCount());
        var losses = new double[complete * objectives];
        for (int i = 0; i < complete; i++) ReadLosses(rows[i], losses.AsSpan(i * objectives, objectives));
        _weights = new double[count];
        ParetoSplit.Contributions(losses, objectives).CopyTo(_weights, 0);
        _weights.AsSpan(complete).Fill(ParetoSplit.NoContribution);
        return _weights;
    }

    /// <summary>Divides finished and running trials into good and bad ones.</summary>
    /// <remarks>A running trial that came to the rung is ranked by what it had there. Any other one is bad, if it counts at all.</remarks>
    /// <param name="running">The running trials.</param>
    /// <param name="hasLiar">Whether running trials without a rank count as bad.</param>
    /// <param name="gamma">How many of so many ranked trials are good.</param>
    public TpeSplit Split(IReadOnlyList<RunningTrial> running, bool hasLiar, Func<int, int> gamma)
    {
        if (scope.Rung is null || running.Count == 0) return new(Math.Clamp(gamma(Count), 0, Count), hasLiar ? running : [], 0);
        List<Entry> ranked = [];
        var taken = new List<RunningTrial>(running.Count);
        for (int i = 0; i < running.Count; i++)
        {
            TrialRecord trial = running[i].Record;
            // A trial may have ended since the caller looked; it counts once.
            if (History!.Numbers.Contains(trial.Number)) continue;
            if (scope.Holds(trial, running[i].Parameters) && EntryOf(History, trial, trial.Violation, i) is { } entry) ranked.Add(entry);
            else if (hasLiar) taken.Add(running[i]);
        }
        ranked.Sort();
        int total = Count + ranked.Count, good = Math.Clamp(gamma(total), 0, total), goodRunning = 0;
        // Better than an entry are the finished ones before it and the running ones that are good already.
        while (goodRunning < ranked.Count && ~CollectionsMarshal.AsSpan(_entries).BinarySearch(ranked[goodRunning]) + goodRunning < good) goodRunning++;
        return new(good - goodRunning, [.. ranked.Select(entry => running[entry.Row]), .. taken], goodRunning);
    }

    /// <summary>The place of a trial; null for one that did not come to the rung.</summary>
    private Entry? EntryOf(StudyHistory history, TrialRecord trial, double violation, int row)
    {
        double valueAtRung = double.NaN;
        if (scope.Rung is not null && !scope.TryGetValueAtRung(trial, out valueAtRung)) return null;
        // A violation of NaN is not feasible, and no better than any other.
        if (!(violation <= 0)) return new Entry(Class.Infeasible, NotNaN(violation), 0, trial.Number, row);
        Direction direction = history.Directions[0];
        if (scope.Rung is not null) return new Entry(Class.Complete, NotNaN(direction.ToLoss(valueAtRung)), 0, trial.Number, row);
        if (trial.State == TrialState.Complete)
            return new Entry(Class.Complete, history.Directions.Count > 1 ? 0 : NotNaN(direction.ToLoss(trial.Values[0])), 0, trial.Number, row);
        IntermediateValues reports = ReportCurve.Of(trial).Values;
        // A pruned trial without reports comes after all others: no step is below -1.
        if (reports.Count == 0) return new Entry(Class.Pruned, 1, 0, trial.Number, row);
        return new Entry(Class.Pruned, -reports.LastStep, NotNaN(direction.ToLoss(reports.LastValue)), trial.Number, row);
    }

    private static double NotNaN(double loss) => double.IsNaN(loss) ? double.PositiveInfinity : loss;

    /// <summary>The number of feasible complete trials, which lead the entries.</summary>
    private int CompleteCount() =>
        ~CollectionsMarshal.AsSpan(_entries).BinarySearch(new Entry(Class.Pruned, double.NegativeInfinity, 0, 0, 0));

    /// <summary>The losses of the first entries, which are in order of number.</summary>
    private double[] Losses(int complete)
    {
        int objectives = History!.Directions.Count;
        var losses = new double[complete * objectives];
        for (int i = 0; i < complete; i++) ReadLosses(_entries[i].Row, losses.AsSpan(i * objectives, objectives));
        return losses;
    }

    private void ReadLosses(int row, Span<double> losses)
    {
        for (int k = 0; k < losses.Length; k++) losses[k] = NotNaN(History!.Directions[k].ToLoss(History.Values(k)[row]));
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
