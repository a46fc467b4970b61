namespace HyperTune.Chaos;

/// <summary>The storages that a run can disturb.</summary>
internal static class ChaosStorages
{
    public static StorageUrls Known { get; } = new StorageUrls().AddSqlite().AddPostgreSql().AddRedis();
}
