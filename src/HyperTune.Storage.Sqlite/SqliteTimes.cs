using System.Globalization;
using System.Text;
using HyperTune.Storage.Relational;

namespace HyperTune.Storage.Sqlite;

/// <summary>Times as texts: a date, a blank, a time with exactly six digits of a second, since Optuna takes fewer for a count of microseconds.</summary>
internal sealed class SqliteTimes(TimeReading reading, TimeZoneInfo local)
{
    private const string Format = "yyyy-MM-dd HH:mm:ss.ffffff";
    private const int ShortLength = 19;
    private const int FullLength = 26;

    private readonly TimeZoneInfo _zone = reading == TimeReading.Local ? local : TimeZoneInfo.Utc;

    public static SqliteTimes Utc { get; } = new(TimeReading.Utc, TimeZoneInfo.Utc);

    public string ToText(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, _zone).ToString(Format, CultureInfo.InvariantCulture);

    public bool TryParse(ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length != ShortLength && text.Length != FullLength) return false;
        if (text[4] != '-' || text[7] != '-' || text[10] != ' ' || text[13] != ':' || text[16] != ':') return false;
        int microsecond = 0;
        if (text.Length == FullLength && (text[ShortLength] != '.' || !TryDigits(text[(ShortLength + 1)..], out microsecond))) return false;
        if (!TryDigits(text[..4], out int year) || !TryDigits(text.Slice(5, 2), out int month) || !TryDigits(text.Slice(8, 2), out int day)
            || !TryDigits(text.Slice(11, 2), out int hour) || !TryDigits(text.Slice(14, 2), out int minute) || !TryDigits(text.Slice(17, 2), out int second))
        {
            return false;
        }
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59) return false;
        DateTime naive = new DateTime(year, month, day, hour, minute, second).AddTicks(microsecond * TimeSpan.TicksPerMicrosecond);
        if (reading == TimeReading.Utc)
        {
            time = new DateTimeOffset(naive, TimeSpan.Zero);
            return true;
        }
        long ticks = naive.Ticks - _zone.GetUtcOffset(naive).Ticks;
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks) return false;
        time = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }

    public bool TryParse(string text, out DateTimeOffset time) => TryParse(Encoding.UTF8.GetBytes(text), out time);

    private static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (byte digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
            value = (10 * value) + (digit - '0');
        }
        return true;
    }
}
