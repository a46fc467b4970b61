namespace HyperTune.Storage;

/// <summary>Builds the parameter sets of one study's trials as a storage reads them.</summary>
/// <remarks>
/// Sets with the same names and equal distributions in the same order share both, so that each further set costs its values only. A storage
/// keeps one builder per study. Not safe for concurrent use.
/// </remarks>
public sealed class ParameterSetBuilder
{
    private readonly ParameterSchema _root = ParameterSchema.CreateRoot();
    private ParameterSchema _schema;
    private double[] _values = new double[16];

    /// <summary>Makes a builder without parameters.</summary>
    public ParameterSetBuilder() => _schema = _root;

    /// <summary>Whether the set being built has a parameter of this name.</summary>
    public bool Contains(string name) => _schema.IndexOf(name) >= 0;

    /// <summary>Adds a parameter to the set being built.</summary>
    /// <exception cref="ArgumentException">The set has a parameter of this name already.</exception>
    public void Add(string name, Distribution distribution, double value)
    {
        Guard.NotNull(name);
        Guard.NotNull(distribution);
        if (Contains(name)) throw new ArgumentException($"The parameter '{name}' is in the set already.", nameof(name));
        int count = _schema.Count;
        if (count == _values.Length) Array.Resize(ref _values, 2 * count);
        _values[count] = value;
        _schema = _schema.Append(name, distribution);
    }

    /// <summary>The set that was built; the builder begins the next one.</summary>
    public ParameterSet Build()
    {
        ParameterSchema schema = _schema;
        _schema = _root;
        return schema.Count == 0 ? ParameterSet.Empty : new ParameterSet(schema, _values[..schema.Count]);
    }

    /// <summary>Forgets the set being built.</summary>
    public void Clear() => _schema = _root;
}
