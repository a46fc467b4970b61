using Microsoft.Extensions.Logging;

namespace HyperTune;

/// <summary>How a storage is opened by its URL, whatever its kind.</summary>
public sealed record StorageUrlOptions
{
    /// <summary>Whether the storage is only read, where its kind knows such an opening: nothing is created or changed. False by default.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Whether a storage in an earlier revision is brought to the present one, where its kind can do that. False by default: it is refused.</summary>
    public bool UpgradeSchema { get; init; }

    /// <summary>The clock. The system's by default.</summary>
    public TimeProvider TimeProvider { get; init => field = Guard.NotNull(value); } = TimeProvider.System;

    /// <summary>Where to log; nowhere by default.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }
}
