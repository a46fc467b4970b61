using HyperTune.Testing;

namespace HyperTune.Samples.Distributed;

/// <summary>What the study is shared through when no URL is given: a file, and servers that are started for this run where their programs are installed.</summary>
internal sealed class Servers : IAsyncDisposable
{
    private readonly List<string> _urls = [];
    private readonly Stack<Func<ValueTask>> _ends = [];

    public IReadOnlyList<string> Urls => _urls;

    public static async Task<Servers> StartAsync()
    {
        var servers = new Servers();
        PostgresServer? postgres = await PostgresServer.TryStartAsync();
        if (postgres is not null) servers.Add(postgres.Url(await postgres.CreateDatabaseAsync("studies")), postgres.DisposeAsync);
        else Console.WriteLine("PostgreSQL is left out: there are no programs of a server here (package postgresql). Or give the URL of a database: postgresql://user@host/database");
        RedisServer? redis = await RedisServer.TryStartAsync();
        if (redis is not null) servers.Add($"redis://{redis.Address}", redis.DisposeAsync);
        else Console.WriteLine("Redis is left out: there is no redis-server here (package redis-server). Or give the URL of one: redis://host");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("hypertune-distributed-");
        servers.Add($"sqlite:///{Path.Combine(folder.FullName, "study.db")}", () =>
        {
            folder.Delete(recursive: true);
            return default;
        });
        return servers;
    }

    public async ValueTask DisposeAsync()
    {
        while (_ends.TryPop(out Func<ValueTask>? end)) await end();
    }

    private void Add(string url, Func<ValueTask> end)
    {
        _urls.Add(url);
        _ends.Push(end);
    }
}
