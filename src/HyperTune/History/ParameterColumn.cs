using HyperTune.Trials;

namespace HyperTune.History;

/// <summary>The values of one parameter in the finished trials that have it, in order of arrival.</summary>
public readonly struct ParameterColumn
{
    private readonly ParameterHistory _history;

    internal ParameterColumn(ParameterHistory history, int count)
    {
        _history = history;
        Count = count;
    }

    /// <summary>The number of entries: finished trials that have the parameter.</summary>
    public int Count { get; }

    /// <summary>The parameter's name.</summary>
    public string Name => _history.Name;

    /// <summary>The row of each entry, ascending.</summary>
    public ReadOnlySpan<int> Rows => _history.Rows.First(Count);

    /// <summary>The internal value of each entry.</summary>
    public ReadOnlySpan<double> Values => _history.Values.First(Count);

    /// <summary>How the value of each entry was drawn.</summary>
    public ReadOnlySpan<ParameterOrigin> Origins => _history.Origins.First(Count);

    /// <summary>The distribution of the last entry.</summary>
    public Distribution Latest => DistributionAt(Count - 1);

    /// <summary>The distribution of an entry. Ranges may change from trial to trial.</summary>
    public Distribution DistributionAt(int entry)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(entry);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(entry, Count);
        ReadOnlySpan<(int FirstEntry, Distribution Distribution)> runs = _history.Runs.First(_history.Runs.Count);
        int low = 0, high = runs.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (runs[middle].FirstEntry <= entry) low = middle;
            else high = middle - 1;
        }
        return runs[low].Distribution;
    }
}
