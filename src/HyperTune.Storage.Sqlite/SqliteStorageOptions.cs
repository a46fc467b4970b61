using HyperTune.Storage.Relational;
using Microsoft.Extensions.Logging;

namespace HyperTune;

/// <summary>Options of <see cref="SqliteStorage"/>.</summary>
public sealed record SqliteStorageOptions
{
    /// <summary>How long a request waits while another process writes. At least 0, at most 24 days; 60 seconds by default.</summary>
    public TimeSpan BusyTimeout
    {
        get;
        init
        {
            if (value < TimeSpan.Zero || value.TotalMilliseconds > int.MaxValue)
                throw new ArgumentOutOfRangeException(nameof(BusyTimeout), value, $"BusyTimeout is {value}, but must be from 0 to {int.MaxValue} ms. Give a time of that range.");
            field = value;
        }
    } = TimeSpan.FromSeconds(60);

    /// <summary>When SQLite waits for the disk; <see cref="SqliteSynchronous.Full"/> by default, so that nothing acknowledged is ever lost.</summary>
    public SqliteSynchronous Synchronous
    {
        get;
        init
        {
            if (!Enum.IsDefined(value)) throw new ArgumentOutOfRangeException(nameof(Synchronous), value, $"Synchronous is {value}, but must be Full, Normal or Off. Give one of these.");
            field = value;
        }
    }

    /// <summary>What the times in the file mean; UTC by default. Set it to local for a file that workers of Optuna 4 or earlier share.</summary>
    public TimeReading Times
    {
        get;
        init
        {
            if (!Enum.IsDefined(value)) throw new ArgumentOutOfRangeException(nameof(Times), value, $"Times is {value}, but must be Utc or Local. Give one of these.");
            field = value;
        }
    }

    /// <summary>
    /// Whether tables of an earlier revision of Optuna's schema (v2.6.0.a or later) are brought to the present one, after the file was copied beside itself; refused if not.
    /// False by default.
    /// </summary>
    public bool UpgradeSchema { get; init; }

    /// <summary>Whether the file is only read: nothing is created, and requests that write are refused. False by default.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>The clock, also of leases: on one machine the database has no other; the system's by default.</summary>
    public TimeProvider TimeProvider { get; init => field = value ?? throw new ArgumentNullException(nameof(TimeProvider)); } = TimeProvider.System;

    /// <summary>Where to log; nowhere by default.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }
}
