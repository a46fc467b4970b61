using System.Globalization;

namespace HyperTune.Termination;

/// <summary>Numbers as reasons show them.</summary>
internal static class Shown
{
    /// <summary>Six digits, the same in every culture.</summary>
    public static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    /// <summary>A count with its noun.</summary>
    public static string Count(long count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");
}
