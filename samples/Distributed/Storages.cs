using HyperTune.Storage;

namespace HyperTune.Samples.Distributed;

/// <summary>The storages that this sample can open by URL.</summary>
internal static class Storages
{
    /// <summary>The environment variable that tells a worker the storage's URL.</summary>
    public const string Variable = "HYPERTUNE_STORAGE";

    public static StorageUrls Known { get; } = new StorageUrls().AddSqlite().AddPostgreSql().AddRedis();

    /// <summary>The study as every process opens it. A worker that dies loses its trial after the grace; another one tries that again.</summary>
    public static StudyOptions StudyOf(IStorage storage, string name) => new()
    {
        Name = name,
        Storage = storage,
        LoadIfExists = true,
        MaxRetries = 2,
        Leases = new() { RenewInterval = TimeSpan.FromSeconds(2), Grace = TimeSpan.FromSeconds(10) },
    };
}
