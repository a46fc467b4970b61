using HyperTune.Storage.PostgreSql.Tests;
using HyperTune.Testing;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace HyperTune.Storage.PostgreSql.Tests;

/// <summary>The server of all tests, started by the first that needs it. Commits do not wait for the disk, which shows the same behaviour sooner.</summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private readonly Lazy<Task<PostgresServer>> _server = new(() => PostgresServer.StartOrSkipAsync());
    private readonly Lazy<Task<string>> _template;

    public PostgresFixture() => _template = new(MakeTemplateAsync);

    public Task<PostgresServer> ServerAsync() => _server.Value;

    internal async Task<PostgresDatabase> CreateDatabaseAsync() => await PostgresDatabase.CreateAsync(await _server.Value);

    /// <summary>A database that has the tables already: a copy, which takes less time than making them.</summary>
    internal async Task<PostgresDatabase> CreateWithTablesAsync() => await PostgresDatabase.CreateAsync(await _server.Value, await _template.Value);

    private async Task<string> MakeTemplateAsync()
    {
        PostgresServer server = await _server.Value;
        string name = await server.CreateDatabaseAsync();
        await (await PostgreSqlStorage.OpenAsync(server.ConnectionString(name))).DisposeAsync();
        return name;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated && _server.Value.IsCompletedSuccessfully) await (await _server.Value).DisposeAsync();
    }
}
