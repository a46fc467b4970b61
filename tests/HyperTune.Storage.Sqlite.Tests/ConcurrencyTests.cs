using HyperTune.Testing;
using HyperTune.Worker;

namespace HyperTune.Storage.Sqlite.Tests;

public sealed class ConcurrencyTests
{
    private const int Trials = 2000;

    [Fact]
    public async Task Threads_of_one_storage_number_trials_without_gaps()
    {
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync();
        await NumberAsync(16, storage);
    }

    [Fact]
    public async Task Two_storages_of_one_process_share_a_file()
    {
        using var file = new SqliteFile();
        await using SqliteStorage first = await file.OpenAsync();
        await using SqliteStorage second = await file.OpenAsync();
        await NumberAsync(4, first, second);
    }

    private static async Task NumberAsync(int threads, params SqliteStorage[] storages)
    {
        StudyRecord study = await storages[0].CreateAsync();
        var acknowledged = new AcknowledgedTrials();
        await Task.WhenAll(Enumerable.Range(0, threads).Select(thread => Task.Run(
            () => TrialLoop.RunAsync(storages[thread % storages.Length], study, Trials, acknowledged.Add, Requests.Token), Requests.Token)));
        acknowledged.CheckAll(await storages[^1].ReadAsync(study), Trials);
    }
}
