using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace HyperTune;

/// <summary>Checks of arguments and options. Every message says what is wrong, what was given and what to do.</summary>
/// <remarks>Inside a property initializer the argument is called <c>value</c>; the property's own name is reported instead.</remarks>
internal static class Guard
{
    /// <summary>The most characters a name may have: what the column of a shared storage takes.</summary>
    internal const int LongestName = 512;

    /// <summary>The largest magnitude up to which every whole number is a double, 2^53.</summary>
    internal const long LargestExactInteger = 1L << 53;

    internal static int AtLeast(int value, int least, [CallerArgumentExpression(nameof(value))] string? argument = null, [CallerMemberName] string? member = null)
    {
        if (value < least) throw TooSmall(Of(argument, member), value, Show(least));
        return value;
    }

    internal static long AtLeast(long value, long least, [CallerArgumentExpression(nameof(value))] string? argument = null, [CallerMemberName] string? member = null)
    {
        if (value < least) throw TooSmall(Of(argument, member), value, Show(least));
        return value;
    }

    /// <summary>Refuses NaN and anything below <paramref name="least"/>.</summary>
    internal static double AtLeast(double value, double least, [CallerArgumentExpression(nameof(value))] string? argument = null, [CallerMemberName] string? member = null)
    {
        if (!(value >= least)) throw TooSmall(Of(argument, member), value, Show(least));
        return value;
    }

    internal static TimeSpan AtLeast(TimeSpan value, TimeSpan least, [CallerArgumentExpression(nameof(value))] string? argument = null, [CallerMemberName] string? member = null)
    {
        if (value < least) throw TooSmall(Of(argument, member), value, Show(least));
        return value;
    }

    /// <summary>Refuses NaN and anything not above <paramref name="bound"/>.</summary>
    internal static double Above(double value, double bound, [CallerArgumentExpression(nameof(value))] string? argument = null, [CallerMemberName] string? member = null)
    {
        if (value > bound) return value;
        string name = Of(argument, member);
        throw new ArgumentOutOfRangeException(name, value, $"{name} is {Show(value)}, but must be above {Show(bound)}. Give a larger number.");
    }

    internal static TimeSpan Above(TimeSpan value, TimeSpan bound, [CallerArgumentExpression(nameof(value))] string? argument = null, [CallerMemberName] string? member = null)
    {
        if (value > bound) return value;
        string name = Of(argument, member);
        throw new ArgumentOutOfRangeException(name, value, $"{name} is {Show(value)}, but must be above {Show(bound)}. Give a longer time.");
    }

    /// <summary>Takes the closed range.</summary>
    internal static int InRange(int value, int low, int high, [CallerArgumentExpression(nameof(value))] string? argument = null, [CallerMemberName] string? member = null)
    {
        if (value < low || value > high) throw OutOfRange(Of(argument, member), value, $"from {Show(low)} to {Show(high)}");
        return value;
    }

    /// <summary>Takes the closed range; refuses NaN.</summary>
    internal static double InRange(double value, double low, double high, [CallerArgumentExpression(nameof(value))] string? argument = null, [CallerMemberName] string? member = null)
    {
        if (!(value >= low && value <= high)) throw OutOfRange(Of(argument, member), value, $"from {Show(low)} to {Show(high)}");
        return value;
    }

    /// <summary>Takes the closed range.</summary>
    internal static TimeSpan InRange(TimeSpan value, TimeSpan low, TimeSpan high, [CallerArgumentExpression(nameof(value))] string? argument = null, [CallerMemberName] string? member = null)
    {
        if (value < low || value > high) throw OutOfRange(Of(argument, member), value, $"from {Show(low)} to {Show(high)}");
        return value;
    }

    /// <summary>Takes what lies strictly between the bounds; refuses NaN.</summary>
    internal static double Between(double value, double low, double high, [CallerArgumentExpression(nameof(value))] string? argument = null, [CallerMemberName] string? member = null)
    {
        if (!(value > low && value < high)) throw OutOfRange(Of(argument, member), value, $"above {Show(low)} and below {Show(high)}");
        return value;
    }

    /// <summary>Refuses NaN and the infinities.</summary>
    internal static double Finite(double value, [CallerArgumentExpression(nameof(value))] string? argument = null, [CallerMemberName] string? member = null)
    {
        if (!double.IsFinite(value)) throw OutOfRange(Of(argument, member), value, "finite");
        return value;
    }

    /// <summary>Takes the named members of an enumeration.</summary>
    internal static TEnum Defined<TEnum>(TEnum value, [CallerArgumentExpression(nameof(value))] string? argument = null, [CallerMemberName] string? member = null)
        where TEnum : struct, Enum
    {
        if (!Enum.IsDefined(value)) throw OutOfRange(Of(argument, member), value, $"one of {string.Join(", ", Enum.GetNames<TEnum>())}");
        return value;
    }

    internal static T NotNull<T>([NotNull] T? value, [CallerArgumentExpression(nameof(value))] string? argument = null, [CallerMemberName] string? member = null)
        where T : class
    {
        if (value is not null) return value;
        string name = Of(argument, member);
        throw new ArgumentNullException(name, $"{name} is null, but is needed. Give a value.");
    }

    internal static string NotNullOrEmpty([NotNull] string? value, [CallerArgumentExpression(nameof(value))] string? argument = null, [CallerMemberName] string? member = null)
    {
        _ = NotNull(value, argument, member);
        if (value.Length > 0) return value;
        string name = Of(argument, member);
        throw new ArgumentException($"{name} is an empty text, but must say something. Give at least one character.", name);
    }

    internal static IReadOnlyList<T> NotNullOrEmpty<T>(
        [NotNull] IReadOnlyList<T>? value, [CallerArgumentExpression(nameof(value))] string? argument = null, [CallerMemberName] string? member = null)
    {
        _ = NotNull(value, argument, member);
        if (value.Count > 0) return value;
        string name = Of(argument, member);
        throw new ArgumentException($"{name} is empty, but must have at least one element. Add one.", name);
    }

    /// <summary>Takes a name of a study, parameter, metric, attribute or constraint that every storage can hold.</summary>
    internal static string Name([NotNull] string? value, [CallerArgumentExpression(nameof(value))] string? argument = null, [CallerMemberName] string? member = null)
    {
        _ = NotNullOrEmpty(value, argument, member);
        if (value.Length > LongestName)
        {
            throw new ArgumentException(
                $"The name '{value[..24]}…' has {Show(value.Length)} characters, but a storage takes {LongestName}. Give a shorter name.", Of(argument, member));
        }
        for (int i = 0; i < value.Length; i++)
        {
            char c = value[i];
            if (c == '\0')
            {
                throw new ArgumentException(
                    $"The name '{value.Replace("\0", "\\0", StringComparison.Ordinal)}' holds the character U+0000, which databases refuse. Leave it out.", Of(argument, member));
            }
            if (!char.IsSurrogate(c)) continue;
            if (char.IsHighSurrogate(c) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1])) i++;
            else throw new ArgumentException($"The name holds half of a surrogate pair at position {Show(i)}, which is no character. Leave it out.", Of(argument, member));
        }
        return value;
    }

    /// <summary>A value as a message shows it, the same in every culture.</summary>
    internal static string Show(object? value) => value switch
    {
        null => "null",
        string text => $"'{text}'",
        bool flag => flag ? "true" : "false",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static string Of(string? argument, string? member) => argument is null or "value" ? member ?? "value" : argument;

    private static ArgumentOutOfRangeException TooSmall(string name, object value, string least) =>
        new(name, value, $"{name} is {Show(value)}, but must be at least {least}. Give a larger one.");

    private static ArgumentOutOfRangeException OutOfRange(string name, object value, string range) =>
        new(name, value, $"{name} is {Show(value)}, but must be {range}. Give a value of that range.");
}
