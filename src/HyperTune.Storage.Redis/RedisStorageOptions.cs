using Microsoft.Extensions.Logging;

namespace HyperTune;

/// <summary>Options of a journal in Redis.</summary>
public sealed record RedisStorageOptions
{
    /// <summary>What all keys begin with, followed by a colon. Empty by default, as in Optuna, whose dashboard finds only that.</summary>
    /// <remarks>On a cluster all keys must lie on one node: give a prefix with a hash tag, such as <c>{digits}</c>.</remarks>
    public string KeyPrefix { get; init => field = Guard.NotNull(value); } = "";

    /// <summary>The number of the database, at least 0; null, the default, for that of the connection.</summary>
    public int? Database { get; init => field = value is { } number ? Guard.AtLeast(number, 0, nameof(Database)) : null; }

    /// <summary>How often a request that met a lost connection or a server that is starting is repeated, after 0.1 s at first and up to 5 s later. 0 or more; 8 by default.</summary>
    public int Retries { get; init => field = Guard.AtLeast(value, 0); } = 8;

    /// <inheritdoc cref="JournalStorageOptions.SnapshotInterval"/>
    public int SnapshotInterval { get; init => field = Guard.AtLeast(value, 1); } = 10_000;

    /// <summary>Whether nothing is written: requests that write are refused. False by default.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Whether a database without a journal under the prefix is refused, as <see cref="StorageUrlOptions.MustExist"/> asks.</summary>
    internal bool MustExist { get; init; }

    /// <summary>The clock of waiting, and the time zone of times without one; the system's by default. Leases go by the server's clock.</summary>
    public TimeProvider TimeProvider { get; init => field = Guard.NotNull(value); } = TimeProvider.System;

    /// <summary>Where to log; nowhere by default.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    internal JournalStorageOptions ToStorageOptions() =>
        new() { SnapshotInterval = SnapshotInterval, IsReadOnly = IsReadOnly, TimeProvider = TimeProvider, LoggerFactory = LoggerFactory };
}
