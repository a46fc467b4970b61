using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace HyperTune;

/// <summary>The values of all objectives of one trial, in the order of the study's directions.</summary>
/// <remarks>Converts from a <see cref="double"/>, a tuple of two or three, an array and a collection expression. Copies what it is given.</remarks>
[CollectionBuilder(typeof(ObjectiveValues), nameof(Create))]
public readonly struct ObjectiveValues : IReadOnlyList<double>, IEquatable<ObjectiveValues>
{
    // One value, by far the commonest case, needs no array.
    private readonly double _single;
    private readonly double[]? _several;

    /// <summary>Makes a single value.</summary>
    public ObjectiveValues(double value)
    {
        _single = value;
        Count = 1;
    }

    /// <summary>Makes the values of several objectives.</summary>
    public ObjectiveValues(params ReadOnlySpan<double> values)
    {
        Count = values.Length;
        if (Count == 1) _single = values[0];
        else _several = values.ToArray();
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public double this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return _several is null ? _single : _several[index];
        }
    }

    /// <summary>Makes the values of several objectives.</summary>
    public static ObjectiveValues Create(ReadOnlySpan<double> values) => new(values);

    /// <summary>A single value.</summary>
    public static implicit operator ObjectiveValues(double value) => new(value);

    /// <summary>The values of two objectives.</summary>
    public static implicit operator ObjectiveValues((double First, double Second) values) => new([values.First, values.Second]);

    /// <summary>The values of three objectives.</summary>
    public static implicit operator ObjectiveValues((double First, double Second, double Third) values) => new([values.First, values.Second, values.Third]);

    /// <summary>The values of several objectives; the array is copied.</summary>
    public static implicit operator ObjectiveValues(double[] values) => new((ReadOnlySpan<double>)(values ?? throw new ArgumentNullException(nameof(values))));

    /// <summary>Whether both hold the same values.</summary>
    public static bool operator ==(ObjectiveValues left, ObjectiveValues right) => left.Equals(right);

    /// <summary>Whether the values differ.</summary>
    public static bool operator !=(ObjectiveValues left, ObjectiveValues right) => !left.Equals(right);

    /// <summary>The values in a new array.</summary>
    public double[] ToArray() => _several is not null ? [.. _several] : Count == 0 ? [] : [_single];

    /// <inheritdoc/>
    public bool Equals(ObjectiveValues other) => this.SequenceEqual(other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ObjectiveValues other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (double value in this) hash.Add(value);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", this.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));

    /// <inheritdoc/>
    public IEnumerator<double> GetEnumerator()
    {
        for (int i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
