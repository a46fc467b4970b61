namespace HyperTune.History;

/// <summary>The lowest of some loss over the rows: a view that each new trial extends.</summary>
/// <remarks>The rows at which it fell are kept, so that a view ahead of a snapshot does not show.</remarks>
internal sealed class RunningBest
{
    private readonly SparseHistory _bests = new();
    private int _rows;

    private RunningBest()
    {
    }

    /// <summary>The row with the lowest loss, of equal ones that of the trial with the lowest number.</summary>
    /// <param name="history">The snapshot.</param>
    /// <param name="key">Names the view.</param>
    /// <param name="lossOf">A row's loss; NaN if the row does not count.</param>
    /// <param name="row">The row.</param>
    /// <param name="loss">Its loss.</param>
    /// <returns>Whether any row counts.</returns>
    public static bool TryGet(StudyHistory history, object key, Func<StudyHistory, int, double> lossOf, out int row, out double loss)
    {
        SparseHistory bests = history.View<RunningBest>(key, (snapshot, former) => (former ?? new()).Extend(snapshot, lossOf))._bests;
        int count = bests.EntriesBefore(history.Count);
        row = count == 0 ? -1 : bests.Rows.First(count)[^1];
        loss = count == 0 ? double.NaN : bests.Values.First(count)[^1];
        return count > 0;
    }

    private RunningBest Extend(StudyHistory history, Func<StudyHistory, int, double> lossOf)
    {
        for (; _rows < history.Count; _rows++)
        {
            double loss = lossOf(history, _rows);
            if (!double.IsNaN(loss) && IsBetter(history, loss)) _bests.Add(_rows, loss);
        }
        return this;
    }

    private bool IsBetter(StudyHistory history, double loss)
    {
        int count = _bests.Rows.Count;
        if (count == 0) return true;
        double best = _bests.Values.First(count)[^1];
        return loss < best || (loss == best && history.Numbers[_rows] < history.Numbers[_bests.Rows.First(count)[^1]]);
    }
}
