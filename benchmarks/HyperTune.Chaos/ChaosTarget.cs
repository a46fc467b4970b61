using HyperTune.Testing;

namespace HyperTune.Chaos;

/// <summary>The storage that a run disturbs, in a temporary folder or on a server of its own. Goes with whoever disposes of it.</summary>
public sealed class ChaosTarget : IAsyncDisposable
{
    private readonly Func<Task>? _restart;
    private readonly Func<ValueTask> _end;

    private ChaosTarget(string url, Func<Task>? restart, Func<ValueTask> end) => (Url, _restart, _end) = (url, restart, end);

    /// <summary>The kinds of storages.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["sqlite", "journal", "postgresql", "redis"];

    /// <summary>The URL that every process opens.</summary>
    public string Url { get; }

    /// <summary>Whether there is a server that can be restarted.</summary>
    public bool CanRestart => _restart is not null;

    /// <summary>Makes a storage. All of them wait for the disk before they say that something is stored.</summary>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <returns>The storage; null if its server is not installed here.</returns>
    /// <exception cref="ArgumentException">There is no such kind.</exception>
    public static async Task<ChaosTarget?> TryStartAsync(string kind)
    {
        switch (kind)
        {
            case "sqlite": return InFolder("sqlite", "chaos.db");
            // Else the whole run would stand still for half a minute whenever a worker is killed while it writes.
            case "journal": return InFolder("journal", "chaos.log", "?stale_lock_age=5");
            case "postgresql":
                PostgresServer? postgres = await PostgresServer.TryStartAsync(isDurable: true);
                return postgres is null ? null : new ChaosTarget(postgres.Url(await postgres.CreateDatabaseAsync()), () => postgres.RestartAsync(), postgres.DisposeAsync);
            case "redis":
                RedisServer? redis = await RedisServer.TryStartAsync(isDurable: true);
                return redis is null ? null : new ChaosTarget($"redis://{redis.Address}", redis.RestartAsync, redis.DisposeAsync);
            default: throw new ArgumentException($"There is no storage '{kind}'. Name one of {string.Join(", ", Kinds)}.", nameof(kind));
        }
    }

    /// <summary>Restarts the server.</summary>
    public Task RestartAsync() => _restart is null ? Task.CompletedTask : _restart();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _end();

    private static ChaosTarget InFolder(string scheme, string file, string options = "")
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("hypertune-chaos-storage-");
        return new ChaosTarget($"{scheme}:///{Path.Combine(folder.FullName, file)}{options}", null, () =>
        {
            folder.Delete(recursive: true);
            return default;
        });
    }
}
