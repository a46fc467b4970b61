using System.Collections;

namespace HyperTune;

/// <summary>An immutable ordered set of parameters with their distributions and internal values.</summary>
/// <remarks>The order is the one in which the parameters were added, for a trial the one in which they were suggested.</remarks>
public sealed class ParameterSet : IReadOnlyList<Parameter>, IEquatable<ParameterSet>
{
    // May be longer than the set: sets that grow out of one another share an array, whose written part never changes.
    private readonly double[] _values;

    internal ParameterSet(ParameterSchema schema, double[] values)
    {
        Schema = schema;
        _values = values;
    }

    /// <summary>The set of no parameters.</summary>
    public static ParameterSet Empty { get; } = new(ParameterSchema.Empty, []);

    /// <summary>The number of parameters.</summary>
    public int Count => Schema.Count;

    /// <summary>The internal values, in the order of the parameters.</summary>
    public ReadOnlySpan<double> Values => _values.AsSpan(0, Schema.Count);

    /// <summary>The names, in the order of the parameters.</summary>
    public IReadOnlyList<string> Names => Schema.Names;

    internal ParameterSchema Schema { get; }

    /// <inheritdoc/>
    public Parameter this[int index] => new(Schema.Names[index], Schema.Distributions[index], Values[index]);

    /// <summary>Makes a set of parameters.</summary>
    /// <param name="parameters">The parameters, in order.</param>
    /// <exception cref="ArgumentException">A name occurs twice, or a value is not in its distribution's internal form.</exception>
    public static ParameterSet Of(IEnumerable<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return Of(ParameterSchema.Empty, parameters);
    }

    /// <summary>The position of a parameter, or -1.</summary>
    public int IndexOf(string name) => Schema.IndexOf(name);

    /// <summary>Whether the set has a parameter of this name.</summary>
    public bool Contains(string name) => Schema.IndexOf(name) >= 0;

    /// <summary>Gives the internal value of a parameter.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="value">Its internal value, or NaN when the set lacks it.</param>
    /// <returns>Whether the set has the parameter.</returns>
    public bool TryGetValue(string name, out double value)
    {
        int index = Schema.IndexOf(name);
        value = index >= 0 ? _values[index] : double.NaN;
        return index >= 0;
    }

    /// <summary>This set with one more parameter.</summary>
    /// <exception cref="ArgumentException">The set has a parameter of this name already.</exception>
    public ParameterSet With(string name, Distribution distribution, double value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(distribution);
        if (Contains(name)) throw new ArgumentException($"The parameter '{name}' is in the set already.", nameof(name));
        return new ParameterSet(Schema.Append(name, distribution), [.. Values, value]);
    }

    /// <inheritdoc/>
    public IEnumerator<Parameter> GetEnumerator()
    {
        for (int i = 0; i < Count; i++) yield return this[i];
    }

    /// <summary>Whether the other set has the same parameters, in the same order, with equal distributions and values.</summary>
    public bool Equals(ParameterSet? other) =>
        other is not null && Values.SequenceEqual(other.Values)
        && (ReferenceEquals(Schema, other.Schema)
            || (Schema.Names.AsSpan().SequenceEqual(other.Schema.Names) && Schema.Distributions.AsSpan().SequenceEqual(other.Schema.Distributions)));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ParameterSet);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (Parameter parameter in this)
        {
            hash.Add(parameter.Name);
            hash.Add(parameter.Value);
        }
        return hash.ToHashCode();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>A set over a tree of schemas that a study or storage owns.</summary>
    internal static ParameterSet Of(ParameterSchema root, IEnumerable<Parameter> parameters)
    {
        ParameterSchema schema = root;
        var values = new List<double>();
        foreach (Parameter parameter in parameters)
        {
            if (schema.IndexOf(parameter.Name) >= 0) throw new ArgumentException($"The parameter '{parameter.Name}' is given twice.", nameof(parameters));
            schema = schema.Append(parameter.Name, parameter.Distribution);
            values.Add(parameter.Value);
        }
        return new ParameterSet(schema, [.. values]);
    }
}
