namespace HyperTune.Importance;

/// <summary>The values of one parameter in the trials of a table, and the distributions that they were drawn from.</summary>
internal sealed class ImportanceColumn
{
    private readonly int[] _members;
    private readonly int[] _starts;

    /// <summary>Makes a column.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="values">The internal value of each trial; NaN where it has none.</param>
    /// <param name="distributions">The distinct distributions.</param>
    /// <param name="distributionOf">The index of each trial's distribution; -1 where it has no value.</param>
    public ImportanceColumn(string name, double[] values, IReadOnlyList<Distribution> distributions, ReadOnlySpan<int> distributionOf)
    {
        Name = name;
        Values = values;
        Distributions = distributions;
        _starts = new int[distributions.Count + 1];
        foreach (int index in distributionOf)
        {
            if (index >= 0) _starts[index + 1]++;
        }
        for (int i = 0; i < distributions.Count; i++) _starts[i + 1] += _starts[i];
        _members = new int[_starts[^1]];
        int[] next = [.. _starts];
        for (int trial = 0; trial < values.Length; trial++)
        {
            if (distributionOf[trial] >= 0) _members[next[distributionOf[trial]]++] = trial;
        }
    }

    public string Name { get; }

    public double[] Values { get; }

    public IReadOnlyList<Distribution> Distributions { get; }

    /// <summary>How many trials have the parameter.</summary>
    public int Count => _members.Length;

    /// <summary>The trials whose value was drawn from a distribution, ascending.</summary>
    public ReadOnlySpan<int> TrialsOf(int distribution) => _members.AsSpan(_starts[distribution].._starts[distribution + 1]);

    /// <summary>The range of a numeric distribution. Where a stored bound is infinite, the outermost value takes its place.</summary>
    public (double Low, double High) RangeOf(int distribution)
    {
        (double low, double high) = Distributions[distribution] switch
        {
            FloatDistribution d => (d.Low, d.High),
            IntDistribution d => (d.Low, d.High),
            _ => throw new InvalidOperationException($"The parameter '{Name}' has no range."),
        };
        if (double.IsFinite(low) && double.IsFinite(high)) return (low, high);
        double least = double.PositiveInfinity, most = double.NegativeInfinity;
        foreach (int trial in TrialsOf(distribution))
        {
            least = Math.Min(least, Values[trial]);
            most = Math.Max(most, Values[trial]);
        }
        return (double.IsFinite(low) ? low : least, double.IsFinite(high) ? high : most);
    }
}
