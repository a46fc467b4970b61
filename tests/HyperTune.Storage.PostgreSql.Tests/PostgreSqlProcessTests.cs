using HyperTune.Worker;

namespace HyperTune.Storage.PostgreSql.Tests;

/// <summary>Workers in processes of their own, on a database for each test.</summary>
public sealed class PostgreSqlProcessTests(PostgresFixture fixture) : ProcessContract, IAsyncDisposable
{
    private PostgresDatabase? _database;

    protected override int Trials => 800;

    public async ValueTask DisposeAsync()
    {
        if (_database is not null) await _database.DisposeAsync();
    }

    protected override async ValueTask<string> CreateStorageAsync()
    {
        _database = await fixture.CreateDatabaseAsync();
        return _database.Url;
    }
}
