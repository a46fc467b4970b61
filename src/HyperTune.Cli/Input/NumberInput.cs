using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace HyperTune.Cli.Input;

/// <summary>Reads numbers of options, the same in every culture. The parser's own message would name a type of .NET.</summary>
internal static class NumberInput
{
    /// <summary>What reads an option's number; a text that is none becomes an error of the command line.</summary>
    /// <param name="option">The option's name.</param>
    /// <param name="rule">What to give, such as "a whole number".</param>
    public static Func<ArgumentResult, T> Of<T>(string option, string rule)
        where T : struct, INumberBase<T> => result => Read<T>(option, rule, result) ?? default;

    /// <inheritdoc cref="Of{T}"/>
    public static Func<ArgumentResult, T?> OrNull<T>(string option, string rule)
        where T : struct, INumberBase<T> => result => Read<T>(option, rule, result);

    private static T? Read<T>(string option, string rule, ArgumentResult result)
        where T : struct, INumberBase<T>
    {
        string text = result.Tokens[0].Value;
        // Of a whole number a point with digits behind it is refused in spite of the style.
        if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out T number)) return number;
        result.AddError($"'{text}' is no value of {option}. Give {rule}.");
        return null;
    }
}
