using System.Text;

namespace HyperTune;

/// <summary>The set of values that one parameter can take: its kind, range and scale.</summary>
/// <remarks>
/// <para>
/// A value has two forms. The <em>external</em> form is what an objective sees: a <see cref="double"/>, a <see cref="long"/> or one of the
/// choices. The <em>internal</em> form is one double, as stored: the number itself, or the index of the choice.
/// </para>
/// <para>Immutable, and safe for concurrent use. Equality is by content.</para>
/// </remarks>
public abstract class Distribution : IEquatable<Distribution>
{
    private string? _json;

    private protected Distribution(string? legacyName) => LegacyName = legacyName;

    /// <summary>The class name under which an older version of Optuna stored this distribution; null for a current one.</summary>
    /// <remarks>It is written back as it was read, and counts as a kind of its own: it is not compatible with the current kind of the same range.</remarks>
    public string? LegacyName { get; }

    /// <summary>Whether the distribution holds a single value, so that there is nothing to choose.</summary>
    public abstract bool IsSingle { get; }

    /// <summary>How many distinct values there are; null for a continuous range, or for more than 2^63-1.</summary>
    public abstract long? GridSize { get; }

    /// <summary>Reads a distribution from its stored text.</summary>
    /// <param name="json">
    /// The text in the form Optuna writes, also of its older classes, or its short form without class name. What only a user may not
    /// make is accepted here: equal choices, whole numbers beyond ±2^53, infinite bounds.
    /// </param>
    /// <returns>The distribution; ranges that the step does not divide are shortened.</returns>
    /// <exception cref="FormatException">The text is not JSON, names no known class, has unknown or missing attributes, or breaks a rule of its class.</exception>
    public static Distribution Parse(string json)
    {
        Guard.NotNull(json);
        return DistributionReader.Read(json);
    }

    /// <summary>The internal value at a place of the grid.</summary>
    /// <param name="index">The place, from 0 to <see cref="GridSize"/> - 1, in ascending order or in the order of choices.</param>
    /// <returns>The internal value.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    /// <exception cref="InvalidOperationException">The range is continuous.</exception>
    public double GridValue(long index)
    {
        if (GridSize is not { } size)
            throw new InvalidOperationException($"The distribution {this} is continuous and has no grid. Give it a step.");
        if (index < 0 || index >= size)
        {
            throw new ArgumentOutOfRangeException(
                nameof(index), index, $"The place is {Guard.Show(index)}, but {this} has the places 0 to {Guard.Show(size - 1)}. Give one of these.");
        }
        return GridValueCore(index);
    }

    /// <summary>Whether an internal value belongs to the distribution: inside the bounds and on the grid.</summary>
    /// <param name="internalValue">The internal value; NaN never belongs.</param>
    /// <returns>Whether it belongs. Values of a stepped float range may be off by 1e-8 of a step.</returns>
    public abstract bool Contains(double internalValue);

    /// <summary>Turns an internal value into what an objective sees.</summary>
    /// <param name="internalValue">The internal value. It need not lie inside the bounds.</param>
    /// <returns>A <see cref="double"/>, a <see cref="long"/> or the choice.</returns>
    /// <exception cref="ArgumentException">An integer or categorical value is NaN, or there is no choice of that index.</exception>
    public abstract object? ToExternal(double internalValue);

    /// <summary>Turns what an objective sees into the internal value.</summary>
    /// <param name="external">A number of any built-in kind, or a choice; an <see cref="AttributeValue"/> of one of these too. It need not lie inside the bounds.</param>
    /// <returns>The internal value.</returns>
    /// <exception cref="ArgumentException">The value is of a kind that the distribution does not hold, or is none of the choices.</exception>
    public abstract double ToInternal(object? external);

    /// <summary>Turns what an objective sees into an internal value of the distribution, if it is one.</summary>
    /// <param name="external">As for <see cref="ToInternal"/>.</param>
    /// <param name="internalValue">The internal value, or NaN.</param>
    /// <returns>Whether the value is of the distribution's kind, inside its bounds and on its grid.</returns>
    public bool TryToInternal(object? external, out double internalValue)
    {
        try
        {
            internalValue = ToInternal(external);
        }
        catch (ArgumentException)
        {
            internalValue = double.NaN;
            return false;
        }
        return Contains(internalValue);
    }

    /// <summary>Whether one study may hold both distributions under one parameter name.</summary>
    /// <param name="other">The other distribution.</param>
    /// <returns>
    /// Whether both are of the same kind and scale; bounds and steps may differ, choices may not. Choices are compared as Optuna does:
    /// <c>true</c>, <c>1</c> and <c>1.0</c> are equal.
    /// </returns>
    public bool IsCompatibleWith(Distribution other)
    {
        Guard.NotNull(other);
        return ReferenceEquals(this, other) || (GetType() == other.GetType() && LegacyName == other.LegacyName && IsCompatibleCore(other));
    }

    /// <summary>The stored text, byte for byte as Optuna writes it.</summary>
    /// <returns>The JSON text.</returns>
    public string ToJson()
    {
        if (_json is { } known) return known;
        var builder = new StringBuilder(128);
        WriteJson(builder);
        return _json = builder.ToString();
    }

    /// <summary>Compares kind, bounds, scale, step and choices.</summary>
    /// <param name="other">The distribution to compare with.</param>
    /// <returns>Whether both are the same. Choices of different kinds, such as <c>1</c> and <c>1.0</c>, differ.</returns>
    public bool Equals(Distribution? other) =>
        ReferenceEquals(this, other) || (other is not null && GetType() == other.GetType() && LegacyName == other.LegacyName && EqualsCore(other));

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as Distribution);

    /// <inheritdoc/>
    public abstract override int GetHashCode();

    private protected abstract double GridValueCore(long index);

    private protected abstract bool IsCompatibleCore(Distribution other);

    private protected abstract bool EqualsCore(Distribution other);

    private protected abstract void WriteJson(StringBuilder builder);
}
