using HyperTune.Worker;

namespace HyperTune.Storage.Sqlite.Tests;

/// <summary>Workers in processes of their own, on a file for each test.</summary>
public sealed class SqliteProcessTests : ProcessContract, IDisposable
{
    private readonly SqliteFile _file = new();

    [Fact]
    public Task Processes_that_do_not_wait_for_the_disk_number_trials_without_gaps() => NumberAsync(2000, SqliteSynchronous.Off);

    public void Dispose() => _file.Dispose();

    protected override ValueTask<string> CreateStorageAsync() => new(_file.Url);

    protected override void CheckLeft() => Assert.Equal("ok", _file.Cell("PRAGMA integrity_check"));
}
