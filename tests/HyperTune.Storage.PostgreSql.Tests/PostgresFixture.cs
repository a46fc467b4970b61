using HyperTune.Storage.PostgreSql.Tests;
using HyperTune.Testing;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace HyperTune.Storage.PostgreSql.Tests;

/// <summary>The server of all tests, started by the first that needs it. Commits do not wait for the disk, which shows the same behaviour sooner.</summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private readonly Lazy<Task<PostgresServer>> _server = new(() => PostgresServer.StartOrSkipAsync());

    public Task<PostgresServer> ServerAsync() => _server.Value;

    internal async Task<PostgresDatabase> CreateDatabaseAsync() => await PostgresDatabase.CreateAsync(await _server.Value);

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated && _server.Value.IsCompletedSuccessfully) await (await _server.Value).DisposeAsync();
    }
}
