using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace HyperTune;

#pragma warning disable CA1720 // Object and Integer are the names that JSON gives its kinds.
/// <summary>An immutable JSON value, as user and system attributes of studies and trials are stored.</summary>
/// <remarks>
/// <para>
/// Whole numbers and doubles are different kinds: <c>1</c> is stored as <c>1</c> and <c>1.0</c> as <c>1.0</c>, so that Python reads back
/// the kind that was written. NaN and the infinities are legal and are stored as the bare words <c>NaN</c>, <c>Infinity</c> and
/// <c>-Infinity</c>, as Python does.
/// </para>
/// <para>Values convert implicitly from <see cref="bool"/>, <see cref="int"/>, <see cref="long"/>, <see cref="double"/>,
/// <see cref="string"/> and arrays of these; safe for concurrent use.</para>
/// </remarks>
public sealed class AttributeValue : IEquatable<AttributeValue>
{
    /// <summary>The deepest nesting of arrays and objects that is accepted.</summary>
    public const int MaxDepth = 512;

    private readonly long _bits;
    private readonly object? _reference;
    private readonly int _depth;

    private AttributeValue(AttributeKind kind, long bits = 0, object? reference = null, int depth = 0)
    {
        Kind = kind;
        _bits = bits;
        _reference = reference;
        _depth = depth;
    }

    /// <summary>The value <c>null</c>.</summary>
    public static AttributeValue Null { get; } = new(AttributeKind.Null);

    /// <summary>The value <c>true</c>.</summary>
    public static AttributeValue True { get; } = new(AttributeKind.Boolean, 1);

    /// <summary>The value <c>false</c>.</summary>
    public static AttributeValue False { get; } = new(AttributeKind.Boolean);

    /// <summary>Which kind of JSON value this is.</summary>
    public AttributeKind Kind { get; }

    /// <summary>Whether this is <c>null</c>.</summary>
    public bool IsNull => Kind == AttributeKind.Null;

    /// <summary>The elements of an array, in order.</summary>
    /// <exception cref="InvalidOperationException">The value is not an array.</exception>
    public IReadOnlyList<AttributeValue> Items => Kind == AttributeKind.Array ? (AttributeValue[])_reference! : throw WrongKind("an array");

    /// <summary>The named values of an object, in the order in which they were given; names are unique.</summary>
    /// <exception cref="InvalidOperationException">The value is not an object.</exception>
    public IReadOnlyList<KeyValuePair<string, AttributeValue>> Members => Kind == AttributeKind.Object ? MemberArray : throw WrongKind("an object");

    internal ReadOnlySpan<AttributeValue> ItemSpan => (AttributeValue[])_reference!;

    internal KeyValuePair<string, AttributeValue>[] MemberArray => (KeyValuePair<string, AttributeValue>[])_reference!;

    internal int Depth => _depth;

    /// <summary>Makes an array of the given values.</summary>
    /// <param name="items">The elements, in order; a null reference stands for <see cref="Null"/>.</param>
    /// <returns>The array.</returns>
    /// <exception cref="ArgumentException">The nesting is deeper than <see cref="MaxDepth"/>.</exception>
    public static AttributeValue Array(params IEnumerable<AttributeValue?> items)
    {
        Guard.NotNull(items);
        return Checked(ArrayOf([.. items.Select(item => item ?? Null)]));
    }

    /// <summary>Makes an object of the given names and values.</summary>
    /// <param name="members">Names, unique, and values, in the order to be stored; a null reference stands for <see cref="Null"/>.</param>
    /// <returns>The object.</returns>
    /// <exception cref="ArgumentException">A name is given twice, or the nesting is deeper than <see cref="MaxDepth"/>.</exception>
    public static AttributeValue Object(params IEnumerable<(string Name, AttributeValue? Value)> members)
    {
        Guard.NotNull(members);
        KeyValuePair<string, AttributeValue>[] array = [.. members.Select(member => KeyValuePair.Create(Guard.NotNull(member.Name), member.Value ?? Null))];
        var names = new HashSet<string>(array.Length, StringComparer.Ordinal);
        foreach (var (name, _) in array)
        {
            if (!names.Add(name)) throw new ArgumentException($"The name '{name}' is given twice, but an object holds each name once. Remove one.", nameof(members));
        }
        return Checked(ObjectOf(array));
    }

    /// <summary>Makes a whole number of any size.</summary>
    /// <param name="value">The number.</param>
    /// <returns>A value of kind <see cref="AttributeKind.Integer"/>.</returns>
    public static AttributeValue Integer(BigInteger value) => value >= long.MinValue && value <= long.MaxValue
        ? new(AttributeKind.Integer, (long)value)
        : new(AttributeKind.Integer, 0, value);

    /// <summary>Makes a value of a plain object: null, a bool, a number, a text or another <see cref="AttributeValue"/>.</summary>
    /// <param name="value">The object; numbers of every built-in kind except <see cref="decimal"/> are taken.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException">The object is of another kind.</exception>
    public static AttributeValue From(object? value) => TryFrom(value, out var result)
        ? result
        : throw new ArgumentException($"A {value!.GetType()} is no kind of JSON value. Give null, a bool, a number or a text.", nameof(value));

    /// <summary>Reads a JSON text, with Python's bare words NaN, Infinity and -Infinity.</summary>
    /// <param name="json">The text, as JSON or as Python writes it. Of a name given twice in an object the last value counts.</param>
    /// <returns>The value.</returns>
    /// <exception cref="FormatException">The text is not JSON, or nested deeper than <see cref="MaxDepth"/>; the message has the position.</exception>
    public static AttributeValue Parse(string json)
    {
        Guard.NotNull(json);
        return PythonJsonReader.Read(json);
    }

    /// <summary>Wraps a bool.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator AttributeValue(bool value) => value ? True : False;

    /// <summary>Wraps a whole number.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator AttributeValue(int value) => new(AttributeKind.Integer, value);

    /// <summary>Wraps a whole number.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator AttributeValue(long value) => new(AttributeKind.Integer, value);

    /// <summary>Wraps a double; NaN and the infinities are kept.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator AttributeValue(double value) => new(AttributeKind.Number, BitConverter.DoubleToInt64Bits(value));

    /// <summary>Wraps a text; a null reference becomes <see cref="Null"/>.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator AttributeValue(string? value) => value is null ? Null : new(AttributeKind.String, 0, value);

    /// <summary>Wraps an array of texts; a null reference becomes <see cref="Null"/>.</summary>
    /// <param name="values">The elements; they are copied.</param>
    public static implicit operator AttributeValue(string?[]? values) => values is null ? Null : ArrayOf(System.Array.ConvertAll(values, value => (AttributeValue)value));

    /// <summary>Wraps an array of doubles; a null reference becomes <see cref="Null"/>.</summary>
    /// <param name="values">The elements; they are copied.</param>
    public static implicit operator AttributeValue(double[]? values) => values is null ? Null : ArrayOf(System.Array.ConvertAll(values, value => (AttributeValue)value));

    /// <summary>Wraps an array of whole numbers; a null reference becomes <see cref="Null"/>.</summary>
    /// <param name="values">The elements; they are copied.</param>
    public static implicit operator AttributeValue(int[]? values) => values is null ? Null : ArrayOf(System.Array.ConvertAll(values, value => (AttributeValue)value));

    /// <summary>Reads a bool.</summary>
    /// <returns>The bool.</returns>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public bool AsBoolean() => TryGetBoolean(out bool value) ? value : throw WrongKind("a bool");

    /// <summary>Reads a whole number of 64 bits.</summary>
    /// <returns>The number.</returns>
    /// <exception cref="InvalidOperationException">The value is of another kind, or beyond 64 bits.</exception>
    public long AsInt64() => TryGetInt64(out long value) ? value : throw WrongKind("a whole number of 64 bits");

    /// <summary>Reads a whole number of any size.</summary>
    /// <returns>The number.</returns>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public BigInteger AsBigInteger() => Kind == AttributeKind.Integer ? (_reference is BigInteger big ? big : _bits) : throw WrongKind("a whole number");

    /// <summary>Reads a number, whole or not, as a double; a whole number beyond ±2^53 is rounded.</summary>
    /// <returns>The number; NaN and the infinities are possible.</returns>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public double AsDouble() => TryGetDouble(out double value) ? value : throw WrongKind("a number");

    /// <summary>Reads a text.</summary>
    /// <returns>The text.</returns>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public string AsString() => TryGetString(out string? value) ? value : throw WrongKind("a text");

    /// <summary>Reads a bool, if this is one.</summary>
    /// <param name="value">The bool, or false.</param>
    /// <returns>Whether the value is a bool.</returns>
    public bool TryGetBoolean(out bool value)
    {
        bool isBoolean = Kind == AttributeKind.Boolean;
        value = isBoolean && _bits != 0;
        return isBoolean;
    }

    /// <summary>Reads a whole number, if this is one of at most 64 bits.</summary>
    /// <param name="value">The number, or 0.</param>
    /// <returns>Whether the value is such a number.</returns>
    public bool TryGetInt64(out long value)
    {
        bool fits = Kind == AttributeKind.Integer && _reference is null;
        value = fits ? _bits : 0;
        return fits;
    }

    /// <summary>Reads a number, whole or not, if this is one.</summary>
    /// <param name="value">The number, or 0.</param>
    /// <returns>Whether the value is a number.</returns>
    public bool TryGetDouble(out double value)
    {
        value = Kind switch
        {
            AttributeKind.Number => BitConverter.Int64BitsToDouble(_bits),
            AttributeKind.Integer => _reference is BigInteger big ? (double)big : _bits,
            _ => 0,
        };
        return Kind is AttributeKind.Number or AttributeKind.Integer;
    }

    /// <summary>Reads a text, if this is one.</summary>
    /// <param name="value">The text, or null.</param>
    /// <returns>Whether the value is a text.</returns>
    public bool TryGetString([NotNullWhen(true)] out string? value)
    {
        value = Kind == AttributeKind.String ? (string)_reference! : null;
        return value is not null;
    }

    /// <summary>Looks up a named value of an object.</summary>
    /// <param name="name">The name, compared by code units.</param>
    /// <param name="value">The value, or null.</param>
    /// <returns>Whether this is an object that has the name. Linear in the number of members.</returns>
    public bool TryGetMember(string name, [NotNullWhen(true)] out AttributeValue? value)
    {
        Guard.NotNull(name);
        if (Kind == AttributeKind.Object)
        {
            foreach (var (key, member) in MemberArray)
            {
                if (!string.Equals(key, name, StringComparison.Ordinal)) continue;
                value = member;
                return true;
            }
        }
        value = null;
        return false;
    }

    /// <summary>Unwraps the value: null, a <see cref="bool"/>, <see cref="long"/>, <see cref="BigInteger"/>, <see cref="double"/> or <see cref="string"/>.</summary>
    /// <returns>The plain object; an array or object is returned as this instance.</returns>
    public object? ToObject() => Kind switch
    {
        AttributeKind.Null => null,
        AttributeKind.Boolean => _bits != 0,
        AttributeKind.Integer => _reference ?? _bits,
        AttributeKind.Number => BitConverter.Int64BitsToDouble(_bits),
        AttributeKind.String => _reference,
        _ => this,
    };

    /// <summary>Writes the text that Python's <c>json.dumps</c> writes for the same value.</summary>
    /// <returns>
    /// The text: separators <c>", "</c> and <c>": "</c>, everything beyond ASCII as <c>\uXXXX</c>, doubles in their shortest form with a
    /// point or an exponent.
    /// </returns>
    public string ToJson()
    {
        var builder = new StringBuilder();
        PythonJson.Append(builder, this);
        return builder.ToString();
    }

    /// <summary>The JSON text.</summary>
    /// <returns>The same as <see cref="ToJson"/>.</returns>
    public override string ToString() => ToJson();

    /// <summary>Compares kind and content.</summary>
    /// <param name="other">The value to compare with.</param>
    /// <returns>
    /// Whether both are the same: <c>1</c> and <c>1.0</c> differ, NaN equals NaN, the zeros of both signs are equal, the order of an
    /// object's members does not matter.
    /// </returns>
    public bool Equals(AttributeValue? other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (other is null || other.Kind != Kind) return false;
        switch (Kind)
        {
            case AttributeKind.Null:
                return true;
            case AttributeKind.Boolean:
                return _bits == other._bits;
            case AttributeKind.Integer:
                return _bits == other._bits && Equals(_reference, other._reference);
            case AttributeKind.Number:
                return BitConverter.Int64BitsToDouble(_bits).Equals(BitConverter.Int64BitsToDouble(other._bits));
            case AttributeKind.String:
                return string.Equals((string)_reference!, (string)other._reference!, StringComparison.Ordinal);
            case AttributeKind.Array:
                return ItemSpan.SequenceEqual(other.ItemSpan);
            default:
                if (MemberArray.Length != other.MemberArray.Length) return false;
                foreach (var (name, value) in MemberArray)
                {
                    if (!other.TryGetMember(name, out var theirs) || !value.Equals(theirs)) return false;
                }
                return true;
        }
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AttributeValue);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        switch (Kind)
        {
            case AttributeKind.Number:
                return HashCode.Combine(Kind, BitConverter.Int64BitsToDouble(_bits));
            case AttributeKind.Array:
                var hash = new HashCode();
                foreach (var item in ItemSpan) hash.Add(item);
                return hash.ToHashCode();
            case AttributeKind.Object:
                int sum = 0;
                foreach (var (name, value) in MemberArray) sum += HashCode.Combine(name, value);
                return sum;
            default:
                return HashCode.Combine(Kind, _bits, _reference);
        }
    }

    /// <summary>As <see cref="Array"/>, taking the array over.</summary>
    internal static AttributeValue ArrayOf(AttributeValue[] items)
    {
        int depth = 0;
        foreach (var item in items) depth = Math.Max(depth, item._depth);
        return new(AttributeKind.Array, 0, items, depth + 1);
    }

    /// <summary>As <see cref="Object"/>, taking over an array whose names are unique.</summary>
    internal static AttributeValue ObjectOf(KeyValuePair<string, AttributeValue>[] members)
    {
        int depth = 0;
        foreach (var (_, value) in members) depth = Math.Max(depth, value._depth);
        return new(AttributeKind.Object, 0, members, depth + 1);
    }

    private static AttributeValue Checked(AttributeValue value) => value._depth <= MaxDepth
        ? value
        : throw new ArgumentException($"The value is nested {Guard.Show(value._depth)} deep, but at most {MaxDepth} levels can be stored. Flatten it.");

    internal static bool TryFrom(object? value, [NotNullWhen(true)] out AttributeValue? result)
    {
        result = value switch
        {
            null => Null,
            AttributeValue same => same,
            bool flag => flag,
            int number => number,
            long number => number,
            double number => number,
            string text => text,
            float number => (double)number,
            Half number => (double)number,
            byte number => number,
            sbyte number => number,
            short number => number,
            ushort number => number,
            uint number => (long)number,
            ulong number => Integer(number),
            BigInteger number => Integer(number),
            _ => null,
        };
        return result is not null;
    }

    private InvalidOperationException WrongKind(string wanted)
    {
        string text = ToJson();
        if (text.Length > 60) text = text[..60] + "…";
        return new(string.Create(CultureInfo.InvariantCulture, $"The value {text} is of kind {Kind}, not {wanted}. Look at Kind first, or use TryGet."));
    }
}
