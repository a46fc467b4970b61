namespace HyperTune.Noise;

/// <summary>Parameters compared by name and internal value, whatever their order; values on a grid as the grid has them.</summary>
internal readonly struct ConfigurationKey(ParameterSet parameters) : IEquatable<ConfigurationKey>
{
    private readonly ParameterSet _parameters = parameters;

    public bool Equals(ConfigurationKey other)
    {
        if (_parameters.Count != other._parameters.Count) return false;
        for (int i = 0; i < _parameters.Count; i++)
        {
            int j = other._parameters.IndexOf(_parameters.Names[i]);
            if (j < 0 || !ValueOf(_parameters, i).Equals(ValueOf(other._parameters, j))) return false;
        }
        return true;
    }

    public override bool Equals(object? obj) => obj is ConfigurationKey other && Equals(other);

    public override int GetHashCode()
    {
        int hash = _parameters.Count;
        for (int i = 0; i < _parameters.Count; i++) hash += HashCode.Combine(_parameters.Names[i], ValueOf(_parameters, i));
        return hash;
    }

    private static double ValueOf(ParameterSet parameters, int index)
    {
        double value = parameters.Values[index];
        return parameters.Schema.Distributions[index] is FloatDistribution range ? range.OnGrid(value) : value;
    }
}
