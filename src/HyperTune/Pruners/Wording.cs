using System.Globalization;

namespace HyperTune.Pruners;

/// <summary>How reasons show numbers, the same in every culture.</summary>
internal static class Wording
{
    /// <summary>A number in at most six digits.</summary>
    public static string Short(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    /// <summary>Two numbers in at most six digits, or in full where they would look the same.</summary>
    public static (string First, string Second) Pair(double first, double second)
    {
        (string shownFirst, string shownSecond) = (Short(first), Short(second));
        return shownFirst != shownSecond
            ? (shownFirst, shownSecond)
            : (first.ToString("R", CultureInfo.InvariantCulture), second.ToString("R", CultureInfo.InvariantCulture));
    }
}
