using System.Numerics;
using System.Text;

namespace HyperTune;

/// <summary>A list of choices without order: null, bools, whole numbers, doubles and texts, also mixed.</summary>
/// <remarks>The internal value of a choice is its index.</remarks>
public sealed class CategoricalDistribution : Distribution
{
    private readonly AttributeValue[] _values;
    private readonly object?[] _choices;
    private int _hash;

    /// <summary>Makes a list of choices.</summary>
    /// <param name="choices">
    /// At least one choice: null, <see cref="bool"/>, <see cref="string"/>, whole numbers (kept as <see cref="long"/>) or other numbers (kept
    /// as <see cref="double"/>). No two may be equal as Optuna sees it, where <c>true</c>, <c>1</c> and <c>1.0</c> are equal and NaN equals NaN.
    /// </param>
    /// <exception cref="ArgumentException">One of these rules is broken.</exception>
    public CategoricalDistribution(IEnumerable<object?> choices)
        : this(DistributionRules.Choices(choices, null))
    {
    }

    private CategoricalDistribution(AttributeValue[] values)
        : base(null)
    {
        _values = values;
        _choices = Array.ConvertAll(values, value => value.ToObject());
        Choices = Array.AsReadOnly(_choices);
    }

    /// <summary>The choices in order: null, <see cref="bool"/>, <see cref="long"/>, <see cref="double"/> or <see cref="string"/>.</summary>
    /// <remarks>
    /// A stored list may hold what cannot be made here: a whole number beyond 64 bits is a <see cref="BigInteger"/>, an array or object an
    /// <see cref="AttributeValue"/>.
    /// </remarks>
    public IReadOnlyList<object?> Choices { get; }

    /// <inheritdoc/>
    public override bool IsSingle => _values.Length == 1;

    /// <inheritdoc/>
    public override long? GridSize => _values.Length;

    /// <summary>Finds a choice.</summary>
    /// <param name="choice">The external value; numbers of any built-in kind are taken.</param>
    /// <returns>The index of the first choice that is equal as Optuna sees it (<c>true</c>, <c>1</c> and <c>1.0</c> are), or -1.</returns>
    public int IndexOf(object? choice)
    {
        if (!AttributeValue.TryFrom(choice, out var value)) return -1;
        for (int i = 0; i < _values.Length; i++)
        {
            if (StoredEquality.Instance.Equals(_values[i], value)) return i;
        }
        return -1;
    }

    /// <inheritdoc/>
    public override bool Contains(double internalValue) =>
        internalValue >= 0 && internalValue < _values.Length && internalValue == Math.Truncate(internalValue);

    /// <inheritdoc/>
    public override object? ToExternal(double internalValue)
    {
        if (internalValue > -1 && internalValue < _choices.Length) return _choices[(int)internalValue];
        throw new ArgumentException(
            $"The index {Guard.Show(internalValue)} is none of {this}, which has the indices 0 to {Guard.Show(_choices.Length - 1)}. Give one of these.",
            nameof(internalValue));
    }

    /// <inheritdoc/>
    public override double ToInternal(object? external)
    {
        int index = IndexOf(external);
        return index >= 0
            ? index
            : throw new ArgumentException($"The value {Guard.Show(external)} is none of the choices of {this}. Give one of them.", nameof(external));
    }

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        if (_hash != 0) return _hash;
        var hash = new HashCode();
        foreach (var value in _values) hash.Add(value);
        return _hash = hash.ToHashCode();
    }

    /// <summary>The choices in words.</summary>
    /// <returns>A text such as <c>categorical ["rbf", null, 1]</c>.</returns>
    public override string ToString()
    {
        var builder = new StringBuilder("categorical ");
        PythonJson.Append(builder, AttributeValue.ArrayOf(_values));
        return builder.ToString();
    }

    /// <summary>As the constructor, with messages that name the parameter.</summary>
    internal static CategoricalDistribution For(string parameter, IEnumerable<object?> choices) => new(DistributionRules.Choices(choices, parameter));

    /// <summary>As the constructor, for stored choices: equal ones and arrays are taken.</summary>
    internal static CategoricalDistribution Stored(AttributeValue[] choices)
    {
        DistributionRules.NotEmpty(choices, null);
        return new(choices);
    }

    private protected override double GridValueCore(long index) => index;

    private protected override bool IsCompatibleCore(Distribution other) =>
        _values.AsSpan().SequenceEqual(((CategoricalDistribution)other)._values, StoredEquality.Instance);

    private protected override bool EqualsCore(Distribution other) => _values.AsSpan().SequenceEqual(((CategoricalDistribution)other)._values);

    private protected override void WriteJson(StringBuilder builder)
    {
        builder.Append("{\"name\": \"").Append(nameof(CategoricalDistribution)).Append("\", \"attributes\": {\"choices\": [");
        for (int i = 0; i < _values.Length; i++)
        {
            if (i > 0) builder.Append(", ");
            PythonJson.Append(builder, _values[i]);
        }
        builder.Append("]}}");
    }
}
