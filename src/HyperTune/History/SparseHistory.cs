namespace HyperTune.History;

/// <summary>The growing column of numbers that only some trials have.</summary>
internal class SparseHistory
{
    public GrowingColumn<int> Rows { get; } = new();

    public GrowingColumn<double> Values { get; } = new();

    public void Add(int row, double value)
    {
        Values.Add(value);
        // Last: a reader takes the number of entries from the rows.
        Rows.Add(row);
    }

    /// <summary>The number of entries of a history that has <paramref name="rowCount"/> rows.</summary>
    public int EntriesBefore(int rowCount)
    {
        ReadOnlySpan<int> rows = Rows.First(Rows.Count);
        if (rows.Length == 0 || rows[^1] < rowCount) return rows.Length;
        int index = rows.BinarySearch(rowCount);
        return index >= 0 ? index : ~index;
    }
}
