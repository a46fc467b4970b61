using System.Diagnostics;
using HyperTune.Storage;

namespace HyperTune.Chaos;

/// <summary>The storages that a run can disturb.</summary>
internal static class ChaosStorages
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static StorageUrls Known { get; } = new StorageUrls().AddSqlite().AddPostgreSql().AddRedis();

    /// <summary>Opens a storage. A server that cannot be reached may be on its way: a worker that starts while it is restarted tries again, as whoever looks after workers would have it do.</summary>
    public static async Task<IStorage> OpenAsync(string url)
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return await Known.OpenAsync(url);
            }
            catch (StorageException) when (Stopwatch.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(Pause);
            }
        }
    }
}
