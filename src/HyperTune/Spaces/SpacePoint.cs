namespace HyperTune.Spaces;

/// <summary>Internal values in the order of a space, compared as a whole; NaN where a parameter is absent.</summary>
internal readonly struct SpacePoint(double[] values) : IEquatable<SpacePoint>
{
    private readonly double[] _values = values;

    public ReadOnlySpan<double> Values => _values;

    /// <summary>The point of a trial: without what is inactive, and with the very values of a grid, which stored ones may miss by a rounding.</summary>
    public static SpacePoint Of(SearchSpace space, ParameterSet parameters)
    {
        var values = new double[space.Count];
        for (int i = 0; i < values.Length; i++)
        {
            parameters.TryGetValue(space[i].Name, out values[i]);
            if (!space.IsActive(i, values)) values[i] = double.NaN;
            else if (space[i].Distribution is FloatDistribution range) values[i] = range.OnGrid(values[i]);
        }
        return new SpacePoint(values);
    }

    public ParameterSet ToParameters(SearchSpace space)
    {
        double[] values = _values;
        return ParameterSet.Of(space.Select((parameter, i) => new Parameter(parameter.Name, parameter.Distribution, values[i])).Where(parameter => !double.IsNaN(parameter.Value)));
    }

    public bool Equals(SpacePoint other) => _values.AsSpan().SequenceEqual(other._values);

    public override bool Equals(object? obj) => obj is SpacePoint other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (double value in _values) hash.Add(value);
        return hash.ToHashCode();
    }
}
