using Microsoft.Extensions.Logging;

namespace HyperTune;

/// <summary>How a storage is opened by its URL, whatever its kind.</summary>
public sealed record StorageUrlOptions
{
    /// <summary>Whether the storage is only read, where its kind knows such an opening: nothing is created or changed. False by default.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Whether a storage that is not there is refused with a <see cref="StorageException"/>, and nothing is made. False by default.</summary>
    /// <remarks>
    /// Not there are a file that does not exist, a SQLite file or a PostgreSQL database without study tables, and a Redis database without a journal under the prefix of its keys. A storage in
    /// memory is new each time, whatever this says. A kind of one's own decides for itself.
    /// </remarks>
    public bool MustExist { get; init; }

    /// <summary>Whether a storage in an earlier revision is brought to the present one, where its kind can do that. False by default: it is refused.</summary>
    public bool UpgradeSchema { get; init; }

    /// <summary>The clock. The system's by default.</summary>
    public TimeProvider TimeProvider { get; init => field = Guard.NotNull(value); } = TimeProvider.System;

    /// <summary>Where to log; nowhere by default.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }
}
