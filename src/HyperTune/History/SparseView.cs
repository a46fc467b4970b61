using System.Collections.Concurrent;

namespace HyperTune.History;

/// <summary>Sparse columns that are read from the trials' records: made when first asked for, then extended by new rows.</summary>
/// <remarks>What is written never changes, and each snapshot reads up to its own row, so that a view ahead of it does not show.</remarks>
internal sealed class SparseView<TKey>
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, SparseHistory> _columns = new();
    private int _rows;

    /// <summary>The columns of a snapshot.</summary>
    /// <param name="history">The snapshot.</param>
    /// <param name="key">Names the view.</param>
    /// <param name="read">Adds the numbers of a trial to the view.</param>
    public static SparseColumns<TKey> Of(StudyHistory history, object key, Reader read)
    {
        SparseView<TKey> view = history.View<SparseView<TKey>>(key, (snapshot, former) => (former ?? new()).Extend(snapshot, read));
        return new SparseColumns<TKey>(view._columns, history.Count);
    }

    public void Add(TKey key, int row, double value) => _columns.GetOrAdd(key, static _ => new()).Add(row, value);

    private SparseView<TKey> Extend(StudyHistory history, Reader read)
    {
        for (; _rows < history.Count; _rows++) read(this, _rows, history[_rows]);
        return this;
    }

    /// <summary>Adds the numbers of the trial of a row.</summary>
    public delegate void Reader(SparseView<TKey> view, int row, TrialRecord trial);
}
