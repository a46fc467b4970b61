using HyperTune.Storage.Relational;

namespace HyperTune.Storage.PostgreSql;

/// <summary>Times as <c>timestamp without time zone</c>: UTC, or the local time of this machine.</summary>
internal sealed class PostgreSqlTimes(TimeReading reading, TimeZoneInfo local)
{
    private static readonly DateTime Epoch = new(2000, 1, 1);
    private static readonly long Earliest = -Epoch.Ticks / TimeSpan.TicksPerMicrosecond;
    private static readonly long Latest = (DateTime.MaxValue.Ticks - Epoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    private readonly TimeZoneInfo _zone = reading == TimeReading.Local ? local : TimeZoneInfo.Utc;

    public static PostgreSqlTimes Utc { get; } = new(TimeReading.Utc, TimeZoneInfo.Utc);

    public DateTime ToStored(DateTimeOffset time) =>
        DateTime.SpecifyKind(TimeZoneInfo.ConvertTime(SqlDialect.Truncated(time), _zone).DateTime, DateTimeKind.Unspecified);

    /// <summary>Reads a time as the database keeps it, which may be one that has no other form here: its years go from 4713 BC to 294276, and on to infinity.</summary>
    /// <param name="microseconds">Counted from the beginning of the year 2000.</param>
    /// <param name="time">The time.</param>
    public bool TryRead(long microseconds, out DateTimeOffset time)
    {
        time = default;
        if (microseconds < Earliest || microseconds > Latest) return false;
        var stored = new DateTime(Epoch.Ticks + (microseconds * TimeSpan.TicksPerMicrosecond));
        long ticks = stored.Ticks - _zone.GetUtcOffset(stored).Ticks;
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks) return false;
        time = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }
}
