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
}
