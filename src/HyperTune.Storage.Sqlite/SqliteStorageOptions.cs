using HyperTune.Storage.Relational;
using Microsoft.Extensions.Logging;

namespace HyperTune;

/// <summary>Options of <see cref="SqliteStorage"/>.</summary>
public sealed record SqliteStorageOptions
{
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>How long a request waits while another process writes. At least 0, at most 24 days; 60 seconds by default.</summary>
    public TimeSpan BusyTimeout { get; init => field = Guard.InRange(value, TimeSpan.Zero, LongestTimeout); } = TimeSpan.FromSeconds(60);

    /// <summary>When SQLite waits for the disk; <see cref="SqliteSynchronous.Full"/> by default, so that nothing acknowledged is ever lost.</summary>
    public SqliteSynchronous Synchronous { get; init => field = Guard.Defined(value); }

    /// <summary>What the times in the file mean; UTC by default. Set it to local for a file that workers of Optuna 4 or earlier share.</summary>
    public TimeReading Times { get; init => field = Guard.Defined(value); }

    /// <summary>
    /// Whether tables of an earlier revision of Optuna's schema (v2.6.0.a or later) are brought to the present one, after the file was copied beside itself; refused if not.
    /// False by default.
    /// </summary>
    public bool UpgradeSchema { get; init; }

    /// <summary>Whether the file is only read: nothing is created, and requests that write are refused. False by default.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Whether a file without study tables is refused rather than furnished with them, as <see cref="StorageUrlOptions.MustExist"/> asks.</summary>
    internal bool MustExist { get; init; }

    /// <summary>The clock, also of leases: on one machine the database has no other; the system's by default.</summary>
    public TimeProvider TimeProvider { get; init => field = Guard.NotNull(value); } = TimeProvider.System;

    /// <summary>Where to log; nowhere by default.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }
}
