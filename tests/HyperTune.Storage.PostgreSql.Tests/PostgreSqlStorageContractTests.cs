using System.Globalization;
using HyperTune.Testing;

namespace HyperTune.Storage.PostgreSql.Tests;

/// <summary>The duties of every storage, on a database of its own for each test.</summary>
public sealed class PostgreSqlStorageContractTests(PostgresFixture fixture) : StorageContract
{
    private PostgresDatabase? _database;

    protected override int RandomRuns => 25;

    protected override async ValueTask<IStorage> OpenAsync()
    {
        _database = await fixture.CreateWithTablesAsync();
        return await _database.OpenAsync();
    }

    protected override async ValueTask<IStorage> OpenAgainAsync(IStorage storage) => await _database!.OpenAsync();

    protected override async ValueTask<IStorage?> OpenElsewhereAsync(IStorage storage, TimeProvider time) => await _database!.OpenAsync(new() { TimeProvider = time });

    protected override async ValueTask AgeLeasesAsync(IStorage storage, StudyId study, TimeSpan age) =>
        await _database!.RunAsync(string.Create(CultureInfo.InvariantCulture, $"UPDATE trial_heartbeats SET heartbeat = heartbeat - interval '{age.TotalSeconds} seconds'"));

    protected override async ValueTask CloseAsync()
    {
        if (_database is not null) await _database.DisposeAsync();
    }
}
