using HyperTune.Storage.Journal;
using Microsoft.Extensions.Logging;

namespace HyperTune;

/// <summary>Options of <see cref="JournalStorage"/> over any <see cref="IJournalLog"/>.</summary>
public sealed record JournalStorageOptions
{
    /// <summary>How many new entries make it worth while to write a snapshot beside the log, from which the next opening starts. At least 1; 10,000 by default.</summary>
    /// <remarks>Of a long journal a quarter as much again must have come, so that snapshots cost a constant share of the work.</remarks>
    public int SnapshotInterval { get; init => field = Guard.AtLeast(value, 1); } = 10_000;

    /// <summary>Whether nothing is written: requests that write are refused, and no snapshot is made. False by default.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Gives the time zone of times that old versions of Optuna wrote without one; the system's by default.</summary>
    public TimeProvider TimeProvider { get; init => field = Guard.NotNull(value); } = TimeProvider.System;

    /// <summary>Where to log; nowhere by default.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }
}
