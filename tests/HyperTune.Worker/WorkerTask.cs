using System.Text.Json;
using HyperTune.Storage;

namespace HyperTune.Worker;

/// <summary>What a worker process is to do. Immutable; the process gets it as one argument.</summary>
public sealed record WorkerTask
{
    /// <summary>The storage.</summary>
    public required string Url { get; init; }

    /// <summary>How many trials the study may have in all.</summary>
    public required int Trials { get; init; }

    /// <summary>The study, which has to be there.</summary>
    public string Study { get; init; } = "study";

    /// <summary>The file that gets a line for each trial that was acknowledged; null for none.</summary>
    public string? Notes { get; init; }

    /// <summary>The one of <see cref="SharedSamplers"/> that proposes the trials; null for random values that are written without a study's help.</summary>
    public string? Sampler { get; init; }

    /// <summary>When a file of SQLite waits for the disk.</summary>
    public SqliteSynchronous Synchronous { get; init; }

    /// <summary>Reads what <see cref="ToArgument"/> wrote.</summary>
    public static WorkerTask Parse(string argument) => JsonSerializer.Deserialize<WorkerTask>(argument) ?? throw new ArgumentException("There is no task.", nameof(argument));

    /// <summary>The task as an argument of the worker program.</summary>
    public string ToArgument() => JsonSerializer.Serialize(this);

    /// <summary>Opens the storage.</summary>
    public Task<IStorage> OpenAsync(CancellationToken cancellationToken = default) =>
        new StorageUrls().AddSqlite(new() { Synchronous = Synchronous }).AddPostgreSql().AddRedis().OpenAsync(Url, cancellationToken: cancellationToken);
}
