using System.Globalization;

namespace HyperTune.Cli.Output;

/// <summary>Values as they stand in cells of tables and files, the same in every culture.</summary>
internal static class CellText
{
    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss.ffffff";

    public static string Of(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    public static string Of(IEnumerable<double> values) => string.Join(", ", values.Select(Of));

    /// <summary>UTC, to the microsecond; empty for none.</summary>
    public static string Of(DateTimeOffset? time) => time?.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture) ?? "";

    /// <summary>Seconds; empty for none.</summary>
    public static string Of(TimeSpan? time) => time?.TotalSeconds.ToString("R", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A parameter's value: texts as they are, the rest as JSON.</summary>
    public static string Of(object? external) => Of(AttributeValue.From(external));

    public static string Of(AttributeValue value) => value.TryGetString(out string? text) ? text : value.ToJson();

    public static string Of(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A text of somebody else's on one line, without what a terminal would obey: blanks for tabs and ends of lines, <c>\u001b</c> and the like for other control characters.</summary>
    public static string Printable(string text)
    {
        text = text.Replace('\t', ' ').ReplaceLineEndings(" ");
        return text.Any(IsObeyed) ? string.Concat(text.Select(c => IsObeyed(c) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : c.ToString())) : text;
    }

    /// <summary>Control characters, and those that turn the direction of what follows.</summary>
    private static bool IsObeyed(char c) => char.IsControl(c) || c is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
