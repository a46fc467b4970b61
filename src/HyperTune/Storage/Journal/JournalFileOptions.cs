using Microsoft.Extensions.Logging;

namespace HyperTune;

/// <summary>Options of a journal file.</summary>
public sealed record JournalFileOptions
{
    /// <summary>Whether each group of entries is flushed to the disk before it counts as stored. True by default.</summary>
    /// <remarks>Without it a killed process loses nothing either; a power failure may take the last seconds.</remarks>
    public bool FlushToDisk { get; init; } = true;

    /// <summary>What stands for the lock.</summary>
    public JournalFileLock Lock { get; init => field = Guard.Defined(value); }

    /// <summary>How long a request waits for the lock. Above 0; 2 minutes by default.</summary>
    public TimeSpan LockTimeout { get; init => field = Guard.Above(value, TimeSpan.Zero); } = TimeSpan.FromMinutes(2);

    /// <summary>How long nothing may happen under the lock until it counts as left behind by a killed process. Above 0; 30 seconds by default, as in Optuna.</summary>
    public TimeSpan StaleLockAge { get; init => field = Guard.Above(value, TimeSpan.Zero); } = TimeSpan.FromSeconds(30);

    /// <inheritdoc cref="JournalStorageOptions.SnapshotInterval"/>
    public int SnapshotInterval { get; init => field = Guard.AtLeast(value, 1); } = 10_000;

    /// <summary>Whether the file is only read: nothing is made or changed beside it either, and requests that write are refused. False by default.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>The clock of waiting, and the time zone of times without one; the system's by default. Leases go by the clock of the file system, but by this one where the file is only read.</summary>
    public TimeProvider TimeProvider { get; init => field = Guard.NotNull(value); } = TimeProvider.System;

    /// <summary>Where to log; nowhere by default.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    internal JournalStorageOptions ToStorageOptions() =>
        new() { SnapshotInterval = SnapshotInterval, IsReadOnly = IsReadOnly, TimeProvider = TimeProvider, LoggerFactory = LoggerFactory };
}
