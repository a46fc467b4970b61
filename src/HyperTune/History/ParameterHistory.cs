using HyperTune.Trials;

namespace HyperTune.History;

/// <summary>The growing column of one parameter: only the trials that have it.</summary>
internal sealed class ParameterHistory(string name) : SparseHistory
{
    public string Name { get; } = name;

    public GrowingColumn<ParameterOrigin> Origins { get; } = new();

    /// <summary>Where the distribution changed from one trial to the next.</summary>
    public GrowingColumn<(int FirstEntry, Distribution Distribution)> Runs { get; } = new();

    /// <summary>The distribution of the last entry; null before the first.</summary>
    public Distribution? Latest => Runs.Count > 0 ? Runs.First(Runs.Count)[^1].Distribution : null;

    public void Add(int row, in Parameter parameter, ParameterOrigin origin)
    {
        Distribution? latest = Latest;
        if (!ReferenceEquals(latest, parameter.Distribution) && !parameter.Distribution.Equals(latest)) Runs.Add((Rows.Count, parameter.Distribution));
        Origins.Add(origin);
        Add(row, parameter.Value);
    }
}
