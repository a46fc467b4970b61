using System.Globalization;
using HyperTune.Testing;
using Microsoft.Data.Sqlite;

namespace HyperTune.Storage.Sqlite.Tests;

/// <summary>The duties of every storage, on a file of its own for each test.</summary>
public sealed class SqliteStorageContractTests : StorageContract, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hypertune-contract-");

    private string File => Path.Combine(_folder.FullName, "study.db");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }

    // Commits that do not wait for the disk show the same behaviour, and sooner.
    protected override async ValueTask<IStorage> OpenAsync() => await SqliteStorage.OpenAsync(File, new() { Synchronous = SqliteSynchronous.Off });

    protected override async ValueTask<IStorage> OpenAgainAsync(IStorage storage) => await OpenAsync();

    protected override async ValueTask AgeLeasesAsync(IStorage storage, StudyId study, TimeSpan age)
    {
        await using var connection = new SqliteConnection($"Data Source={File}");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "UPDATE trial_heartbeats SET heartbeat = datetime(heartbeat, $shift)";
        command.Parameters.AddWithValue("$shift", string.Create(CultureInfo.InvariantCulture, $"-{Math.Ceiling(age.TotalSeconds)} seconds"));
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
