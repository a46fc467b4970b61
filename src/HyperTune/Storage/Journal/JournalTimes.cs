using System.Globalization;

namespace HyperTune.Storage.Journal;

/// <summary>Times as journals hold them: UTC with six digits and a numeric offset, as Python before 3.11 needs them.</summary>
internal static class JournalTimes
{
    private const string Form = "yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00'";

    private static readonly string[] WithOffset = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"];

    private static readonly string[] Naive = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF"];

    /// <summary>The number of ticks in the finest unit that is kept, a microsecond.</summary>
    private const long Unit = TimeSpan.TicksPerMicrosecond;

    public static string Write(DateTimeOffset time) => time.UtcDateTime.ToString(Form, CultureInfo.InvariantCulture);

    /// <summary>Reads a time. Older versions wrote local time without an offset, which is taken as that of this reader, as they do themselves.</summary>
    public static DateTimeOffset Read(string text, TimeZoneInfo local)
    {
        if (DateTimeOffset.TryParseExact(text, WithOffset, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset time))
            return time.AddTicks(-(time.Ticks % Unit));
        if (!DateTime.TryParseExact(text, Naive, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime naive))
            throw new FormatException($"'{text}' is no time such as 2026-01-31T12:00:00.000000+00:00.");
        return new DateTimeOffset(naive, local.GetUtcOffset(naive)).ToUniversalTime();
    }
}
