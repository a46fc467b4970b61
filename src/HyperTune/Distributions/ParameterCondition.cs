namespace HyperTune;

/// <summary>Says when a parameter is active: when another one, its parent, is active and has one of some values.</summary>
/// <remarks>The parent may have a condition of its own, so conditions nest. Immutable; equality is by content.</remarks>
public sealed class ParameterCondition : IEquatable<ParameterCondition>
{
    private readonly AttributeValue[] _values;

    /// <summary>Makes a condition.</summary>
    /// <param name="parent">The name of the parent.</param>
    /// <param name="values">At least one external value of the parent; copied.</param>
    /// <exception cref="ArgumentException">There is no value, or one is of a kind that no parameter has.</exception>
    public ParameterCondition(string parent, IEnumerable<object?> values)
    {
        Parent = Guard.NotNull(parent);
        Guard.NotNull(values);
        _values = [.. values.Select(AttributeValue.From)];
        if (_values.Length == 0)
            throw new ArgumentException($"The condition on '{parent}' has no values, so it would never hold. Give at least one.", nameof(values));
        Values = Array.AsReadOnly(Array.ConvertAll(_values, value => value.ToObject()));
    }

    /// <summary>The name of the parent.</summary>
    public string Parent { get; }

    /// <summary>The external values of the parent under which the parameter is active.</summary>
    public IReadOnlyList<object?> Values { get; }

    /// <summary>Lets a condition be written as <c>("kernel", ["poly"])</c>.</summary>
    /// <param name="condition">The parent's name and the values.</param>
    public static implicit operator ParameterCondition((string Parent, object?[] Values) condition) => new(condition.Parent, condition.Values);

    /// <inheritdoc/>
    public bool Equals(ParameterCondition? other) =>
        ReferenceEquals(this, other) || (other is not null && Parent == other.Parent && _values.AsSpan().SequenceEqual(other._values));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ParameterCondition);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Parent, _values.Length, _values[0]);

    /// <summary>The condition in words.</summary>
    /// <returns>A text such as <c>kernel in ["poly"]</c>.</returns>
    public override string ToString() => $"{Parent} in {AttributeValue.ArrayOf(_values)}";
}
