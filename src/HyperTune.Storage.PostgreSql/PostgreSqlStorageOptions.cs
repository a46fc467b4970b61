using HyperTune.Storage.Relational;
using Microsoft.Extensions.Logging;

namespace HyperTune;

/// <summary>Options of <see cref="PostgreSqlStorage"/>.</summary>
public sealed record PostgreSqlStorageOptions
{
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>The schema that holds the tables, made if it is not there; null, the default, for the first one of the role's search path, as Optuna does it.</summary>
    public string? Schema
    {
        get;
        init
        {
            if (value is { Length: 0 } || value?.Contains('\0', StringComparison.Ordinal) == true)
                throw new ArgumentException("The schema's name is empty or has a character U+0000. Give the name of a schema, or null for the role's own choice.", nameof(Schema));
            field = value;
        }
    }

    /// <summary>How long a statement may take, a wait for another worker's lock included. Above 0, at most 24 days; 60 seconds by default.</summary>
    public TimeSpan CommandTimeout
    {
        get;
        init
        {
            Guard.Above(value, TimeSpan.Zero);
            field = Guard.InRange(value, TimeSpan.Zero, LongestTimeout);
        }
    } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a request whose connection failed, or that the server could not take at the moment, is tried again. At least 0, which is never; 2 minutes by default.
    /// </summary>
    public TimeSpan RetryTimeout { get; init => field = Guard.InRange(value, TimeSpan.Zero, LongestTimeout); } = TimeSpan.FromMinutes(2);

    /// <summary>Connections that this storage uses at most at the same time; further requests wait for their turn. At least 1; 4 by default, of which a study seldom needs more than 1.</summary>
    public int MaxConnections { get; init => field = Guard.AtLeast(value, 1); } = 4;

    /// <summary>What the times in the database mean; UTC by default. Set it to local for a database that workers of Optuna 4 or earlier share.</summary>
    public TimeReading Times { get; init => field = Guard.Defined(value); }

    /// <summary>Whether tables of an earlier revision of Optuna's schema (v2.6.0.a or later) are brought to the present one; refused if not. False by default. Take a backup first.</summary>
    public bool UpgradeSchema { get; init; }

    /// <summary>Whether the database is only read: nothing is created, and requests that write are refused. False by default.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Whether a database without study tables is refused rather than furnished with them, as <see cref="StorageUrlOptions.MustExist"/> asks.</summary>
    internal bool MustExist { get; init; }

    /// <summary>The clock of times that are written and of waits between tries; the system's by default. Leases go by the clock of the server.</summary>
    public TimeProvider TimeProvider { get; init => field = Guard.NotNull(value); } = TimeProvider.System;

    /// <summary>Where to log; nowhere by default.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }
}
