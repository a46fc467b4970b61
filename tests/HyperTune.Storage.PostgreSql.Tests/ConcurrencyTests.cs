using System.Globalization;
using HyperTune.Testing;
using HyperTune.Worker;

namespace HyperTune.Storage.PostgreSql.Tests;

public sealed class ConcurrencyTests(PostgresFixture fixture)
{
    [Fact]
    public async Task Threads_and_storages_number_trials_without_gaps()
    {
        const int trials = 800;
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await using PostgreSqlStorage first = await database.OpenAsync(), second = await database.OpenAsync();
        StudyRecord study = await first.CreateAsync();
        var acknowledged = new AcknowledgedTrials();
        await WorkAsync([first, second], 16, study, trials, acknowledged);
        acknowledged.CheckAll(await second.ReadAsync(study), trials);
    }

    [Fact]
    public async Task Sixty_four_connected_workers_all_get_their_turn()
    {
        const int workers = 64, each = 5;
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        PostgreSqlStorage[] storages = await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => database.OpenAsync()));
        StudyRecord study = await storages[0].CreateAsync();
        var acknowledged = new AcknowledgedTrials();
        await Task.WhenAll(storages.Select(storage => Task.Run(
            async () =>
            {
                for (int i = 0; i < each; i++) await TrialLoop.RunOneAsync(storage, study, total: null, acknowledged.Add, Requests.Token);
            },
            Requests.Token)));
        acknowledged.CheckAll(await storages[0].ReadAsync(study), workers * each);
        foreach (PostgreSqlStorage storage in storages) await storage.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Workers_go_on_after_the_server_was_restarted(bool isCrash)
    {
        const int trials = 400;
        await using PostgresServer server = await PostgresServer.StartOrSkipAsync(isDurable: true);
        await using PostgresDatabase database = await PostgresDatabase.CreateAsync(server);
        await using PostgreSqlStorage first = await database.OpenAsync(), second = await database.OpenAsync();
        StudyRecord study = await first.CreateAsync();
        var acknowledged = new AcknowledgedTrials();
        Task working = WorkAsync([first, second], 8, study, trials, acknowledged);
        foreach (int progress in new[] { 50, 150, 250 })
        {
            while (acknowledged.Count < progress && !working.IsCompleted) await Task.Yield();
            await server.RestartAsync(isCrash);
        }
        await working;
        acknowledged.CheckAll(await first.ReadAsync(study), trials);
        Assert.Equal(trials.ToString(CultureInfo.InvariantCulture), await database.CellAsync("SELECT COUNT(*) FROM trials"));
    }

    private static Task WorkAsync(PostgreSqlStorage[] storages, int threads, StudyRecord study, int total, AcknowledgedTrials acknowledged) =>
        Task.WhenAll(Enumerable.Range(0, threads).Select(thread => Task.Run(
            () => TrialLoop.RunAsync(storages[thread % storages.Length], study, total, acknowledged.Add, Requests.Token), Requests.Token)));
}
