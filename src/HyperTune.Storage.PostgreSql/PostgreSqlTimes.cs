using HyperTune.Storage.Relational;

namespace HyperTune.Storage.PostgreSql;

/// <summary>Times as <c>timestamp without time zone</c>: UTC, or the local time of this machine.</summary>
internal sealed class PostgreSqlTimes(TimeReading reading, TimeZoneInfo local)
{
    private readonly TimeZoneInfo _zone = reading == TimeReading.Local ? local : TimeZoneInfo.Utc;

    public static PostgreSqlTimes Utc { get; } = new(TimeReading.Utc, TimeZoneInfo.Utc);

    public DateTime ToStored(DateTimeOffset time) =>
        DateTime.SpecifyKind(TimeZoneInfo.ConvertTime(SqlDialect.Truncated(time), _zone).DateTime, DateTimeKind.Unspecified);

    public bool TryRead(DateTime stored, out DateTimeOffset time)
    {
        time = default;
        long ticks = stored.Ticks - _zone.GetUtcOffset(DateTime.SpecifyKind(stored, DateTimeKind.Unspecified)).Ticks;
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks) return false;
        time = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }
}
