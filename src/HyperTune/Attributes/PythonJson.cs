using System.Globalization;
using System.Numerics;
using System.Text;

namespace HyperTune;

/// <summary>Writes JSON as Python's <c>json.dumps</c> does: by default with blanks behind commas and colons, else compactly.</summary>
internal static class PythonJson
{
    /// <summary>Characters that the longest double takes, such as <c>-2.2250738585072014e-308</c>.</summary>
    internal const int LongestDouble = 32;

    /// <summary>Digits of the longest shortest form of a double.</summary>
    internal const int MostDigits = 17;

    internal static void Append(StringBuilder builder, AttributeValue value, bool isCompact = false)
    {
        switch (value.Kind)
        {
            case AttributeKind.Null:
                builder.Append("null");
                break;
            case AttributeKind.Boolean:
                Append(builder, value.AsBoolean());
                break;
            case AttributeKind.Integer:
                if (value.TryGetInt64(out long integer)) Append(builder, integer);
                else builder.Append(value.AsBigInteger().ToString(CultureInfo.InvariantCulture));
                break;
            case AttributeKind.Number:
                Append(builder, value.AsDouble());
                break;
            case AttributeKind.String:
                Append(builder, value.AsString());
                break;
            case AttributeKind.Array:
                builder.Append('[');
                var items = value.ItemSpan;
                for (int i = 0; i < items.Length; i++)
                {
                    if (i > 0) builder.Append(isCompact ? "," : ", ");
                    Append(builder, items[i], isCompact);
                }
                builder.Append(']');
                break;
            case AttributeKind.Object:
                builder.Append('{');
                var members = value.MemberArray;
                for (int i = 0; i < members.Length; i++)
                {
                    if (i > 0) builder.Append(isCompact ? "," : ", ");
                    Append(builder, members[i].Key);
                    builder.Append(isCompact ? ":" : ": ");
                    Append(builder, members[i].Value, isCompact);
                }
                builder.Append('}');
                break;
            default:
                throw new InvalidOperationException($"No JSON form for the kind {value.Kind}.");
        }
    }

    internal static void Append(StringBuilder builder, bool value) => builder.Append(value ? "true" : "false");

    internal static void Append(StringBuilder builder, long value) => builder.Append(CultureInfo.InvariantCulture, $"{value}");

    internal static void Append(StringBuilder builder, double value)
    {
        Span<char> text = stackalloc char[LongestDouble];
        builder.Append(text[..Format(value, text)]);
    }

    internal static void Append(StringBuilder builder, string text)
    {
        builder.Append('"');
        int plainFrom = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            // DEL is ASCII and stays as it is.
            if (c is >= ' ' and <= '\x7f' and not '"' and not '\\') continue;
            builder.Append(text, plainFrom, i - plainFrom);
            plainFrom = i + 1;
            switch (c)
            {
                case '"': builder.Append("\\\""); break;
                case '\\': builder.Append(@"\\"); break;
                case '\n': builder.Append("\\n"); break;
                case '\r': builder.Append("\\r"); break;
                case '\t': builder.Append("\\t"); break;
                case '\b': builder.Append("\\b"); break;
                case '\f': builder.Append("\\f"); break;
                default: builder.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"); break;
            }
        }
        builder.Append(text, plainFrom, text.Length - plainFrom).Append('"');
    }

    /// <summary>The text of a double as Python writes it.</summary>
    internal static string Format(double value)
    {
        Span<char> text = stackalloc char[LongestDouble];
        return text[..Format(value, text)].ToString();
    }

    /// <summary>Writes the shortest text that reads back as the same double: fixed from 1e-4 to below 1e16, else with an exponent.</summary>
    /// <returns>The number of characters written, at most <see cref="LongestDouble"/>.</returns>
    internal static int Format(double value, Span<char> text)
    {
        if (!double.IsFinite(value))
        {
            string word = double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
            word.CopyTo(text);
            return word.Length;
        }
        int n = 0;
        if (double.IsNegative(value)) text[n++] = '-';
        Span<char> digits = stackalloc char[MostDigits];
        int count = Digits(value, digits, out int point);
        if (point is > 16 or < -3)
        {
            text[n++] = digits[0];
            if (count > 1)
            {
                text[n++] = '.';
                digits[1..count].CopyTo(text[n..]);
                n += count - 1;
            }
            int exponent = point - 1;
            text[n++] = 'e';
            text[n++] = exponent < 0 ? '-' : '+';
            Math.Abs(exponent).TryFormat(text[n..], out int written, "00", CultureInfo.InvariantCulture);
            return n + written;
        }
        if (point <= 0)
        {
            "0.".CopyTo(text[n..]);
            n += 2;
            text.Slice(n, -point).Fill('0');
            n -= point;
            digits[..count].CopyTo(text[n..]);
            return n + count;
        }
        int whole = Math.Min(point, count);
        digits[..whole].CopyTo(text[n..]);
        n += whole;
        text.Slice(n, point - whole).Fill('0');
        n += point - whole;
        text[n++] = '.';
        if (whole == count)
        {
            text[n++] = '0';
            return n;
        }
        digits[whole..count].CopyTo(text[n..]);
        return n + count - whole;
    }

    /// <summary>The significant digits of the shortest text of a finite double, without leading or trailing zeros.</summary>
    /// <param name="value">The number; its sign is ignored.</param>
    /// <param name="digits">At least <see cref="MostDigits"/> long.</param>
    /// <param name="point">Where the decimal point stands: the number is 0.digits times ten to this power.</param>
    /// <returns>How many digits there are; zero has the one digit 0 and its point after it.</returns>
    internal static int Digits(double value, Span<char> digits, out int point)
    {
        Span<char> text = stackalloc char[LongestDouble];
        value = Math.Abs(value);
        value.TryFormat(text, out int length, "R", CultureInfo.InvariantCulture);
        // The runtime's shortest form of some powers of two (2^-25, 2^-958), whose neighbours lie unevenly, reads back as the double below.
        const long FractionMask = (1L << 52) - 1;
        if ((BitConverter.DoubleToInt64Bits(value) & FractionMask) == 0 && double.Parse(text[..length], NumberStyles.Float, CultureInfo.InvariantCulture) != value)
            value.TryFormat(text, out length, "E16", CultureInfo.InvariantCulture);
        int count = 0;
        point = 0;
        bool seenPoint = false;
        int exponent = 0;
        for (int i = 0; i < length; i++)
        {
            char c = text[i];
            if (c == '.')
            {
                seenPoint = true;
            }
            else if (c == 'E')
            {
                exponent = int.Parse(text[(i + 1)..length], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
                break;
            }
            else
            {
                if (count == 0 && c == '0')
                {
                    if (seenPoint) point--;
                    continue;
                }
                if (!seenPoint) point++;
                digits[count++] = c;
            }
        }
        if (count == 0)
        {
            digits[0] = '0';
            point = 1;
            return 1;
        }
        point += exponent;
        while (count > 1 && digits[count - 1] == '0') count--;
        return count;
    }

    /// <summary>The shortest text of a finite double as a whole number times a power of ten.</summary>
    internal static (BigInteger Mantissa, int Exponent) Decimal(double value)
    {
        Span<char> digits = stackalloc char[MostDigits];
        int count = Digits(value, digits, out int point);
        long mantissa = long.Parse(digits[..count], NumberStyles.None, CultureInfo.InvariantCulture);
        return (double.IsNegative(value) ? -mantissa : mantissa, point - count);
    }
}
