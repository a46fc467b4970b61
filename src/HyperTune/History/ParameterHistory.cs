using HyperTune.Trials;

namespace HyperTune.History;

/// <summary>The growing column of one parameter: only the trials that have it.</summary>
internal sealed class ParameterHistory(string name)
{
    private (int FirstEntry, Distribution Distribution)[] _runs = [];

    public string Name { get; } = name;

    public GrowingColumn<int> Rows { get; } = new();

    public GrowingColumn<double> Values { get; } = new();

    public GrowingColumn<ParameterOrigin> Origins { get; } = new();

    /// <summary>Where the distribution changed from one trial to the next; appended to as a whole.</summary>
    public (int FirstEntry, Distribution Distribution)[] Runs => Volatile.Read(ref _runs);

    public void Add(int row, in Parameter parameter, ParameterOrigin origin)
    {
        if (_runs.Length == 0 || !ReferenceEquals(_runs[^1].Distribution, parameter.Distribution))
        {
            if (_runs.Length == 0 || !_runs[^1].Distribution.Equals(parameter.Distribution)) Volatile.Write(ref _runs, [.. _runs, (Rows.Count, parameter.Distribution)]);
        }
        Values.Add(parameter.Value);
        Origins.Add(origin);
        Rows.Add(row);
    }

    /// <summary>The number of entries of a history that has <paramref name="rowCount"/> rows.</summary>
    public int EntriesBefore(int rowCount, int knownEntries)
    {
        ReadOnlySpan<int> rows = Rows.First(knownEntries);
        if (rows.Length == 0 || rows[^1] < rowCount) return rows.Length;
        int index = rows.BinarySearch(rowCount);
        return index >= 0 ? index : ~index;
    }
}
