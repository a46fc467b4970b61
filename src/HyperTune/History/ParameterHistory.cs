using HyperTune.Trials;

namespace HyperTune.History;

/// <summary>The growing column of one parameter: only the trials that have it.</summary>
internal sealed class ParameterHistory(string name)
{
    public string Name { get; } = name;

    public GrowingColumn<int> Rows { get; } = new();

    public GrowingColumn<double> Values { get; } = new();

    public GrowingColumn<ParameterOrigin> Origins { get; } = new();

    /// <summary>Where the distribution changed from one trial to the next.</summary>
    public GrowingColumn<(int FirstEntry, Distribution Distribution)> Runs { get; } = new();

    /// <summary>The distribution of the last entry; null before the first.</summary>
    public Distribution? Latest => Runs.Count > 0 ? Runs.First(Runs.Count)[^1].Distribution : null;

    public void Add(int row, in Parameter parameter, ParameterOrigin origin)
    {
        Distribution? latest = Latest;
        if (!ReferenceEquals(latest, parameter.Distribution) && !parameter.Distribution.Equals(latest)) Runs.Add((Rows.Count, parameter.Distribution));
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
