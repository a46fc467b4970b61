namespace HyperTune.History;

/// <summary>Numbers that only some finished trials have, in order of arrival.</summary>
public readonly struct SparseColumn
{
    private readonly SparseHistory? _history;

    internal SparseColumn(SparseHistory history, int count)
    {
        _history = history;
        Count = count;
    }

    /// <summary>The number of entries: finished trials that have the number.</summary>
    public int Count { get; }

    /// <summary>The row of each entry, ascending.</summary>
    public ReadOnlySpan<int> Rows => _history is null ? [] : _history.Rows.First(Count);

    /// <summary>The value of each entry; NaN and the infinities are possible.</summary>
    public ReadOnlySpan<double> Values => _history is null ? [] : _history.Values.First(Count);
}
