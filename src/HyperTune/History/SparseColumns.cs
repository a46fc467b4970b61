using System.Collections.Concurrent;

namespace HyperTune.History;

/// <summary>Sparse columns of one snapshot by name or step. Immutable and safe for concurrent use.</summary>
/// <typeparam name="TKey">Names or steps.</typeparam>
public sealed class SparseColumns<TKey>
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, SparseHistory> _columns;
    private readonly int _rowCount;

    internal SparseColumns(ConcurrentDictionary<TKey, SparseHistory> columns, int rowCount)
    {
        _columns = columns;
        _rowCount = rowCount;
    }

    /// <summary>The keys that any finished trial has, ascending; names by code units.</summary>
    public IReadOnlyList<TKey> Keys
    {
        get
        {
            var keys = new List<TKey>();
            foreach ((TKey key, SparseHistory column) in _columns)
            {
                if (column.EntriesBefore(_rowCount) > 0) keys.Add(key);
            }
            keys.Sort(typeof(TKey) == typeof(string) ? (IComparer<TKey>)StringComparer.Ordinal : null);
            return keys;
        }
    }

    /// <summary>The column of a key; empty when no finished trial has it.</summary>
    public SparseColumn this[TKey key] => _columns.TryGetValue(key, out SparseHistory? column) ? new(column, column.EntriesBefore(_rowCount)) : default;
}
