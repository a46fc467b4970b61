using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using HyperTune.History;
using HyperTune.Testing;

namespace HyperTune.Storage.PostgreSql.Tests;

public sealed class ConcurrencyTests(PostgresFixture fixture)
{
    private const int Trials = 800;

    [Fact]
    public async Task Threads_and_storages_number_trials_without_gaps()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await using PostgreSqlStorage first = await database.OpenAsync(), second = await database.OpenAsync();
        StudyRecord study = await first.CreateAsync();
        var finished = new ConcurrentDictionary<int, double>();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(thread => Task.Run(() => WorkAsync(thread % 2 == 0 ? first : second, study, finished, Trials), Requests.Token)));
        await CheckAsync(second, study, finished, Trials);
    }

    [Fact]
    public async Task Sixty_four_connected_workers_all_get_their_turn()
    {
        const int workers = 64, each = 5;
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        PostgreSqlStorage[] storages = await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => database.OpenAsync()));
        StudyRecord study = await storages[0].CreateAsync();
        var finished = new ConcurrentDictionary<int, double>();
        await Task.WhenAll(storages.Select(storage => Task.Run(
            async () =>
            {
                for (int i = 0; i < each; i++) await RunOneAsync(storage, study, finished, total: null);
            },
            Requests.Token)));
        await CheckAsync(storages[0], study, finished, workers * each);
        foreach (PostgreSqlStorage storage in storages) await storage.DisposeAsync();
    }

    [Fact]
    public async Task Processes_number_trials_without_gaps()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await using PostgreSqlStorage storage = await database.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        using var notes = new Notes();
        Process[] workers = [.. Enumerable.Range(0, 4).Select(i => database.Launch(Trials.ToString(CultureInfo.InvariantCulture), notes.PathOf(i)))];
        foreach (Process worker in workers) await EndAsync(worker);
        await CheckAsync(storage, study, notes.Read(), Trials);
    }

    [Fact]
    public async Task A_killed_process_loses_nothing_that_was_acknowledged_and_keeps_no_lock()
    {
        const int trials = 300;
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await using PostgreSqlStorage storage = await database.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        using var notes = new Notes();
        for (int round = 0; round < 3; round++)
        {
            using Process worker = database.Launch(trials.ToString(CultureInfo.InvariantCulture), notes.PathOf(round));
            // Killed at a moment that its own progress decides: somewhere within the next requests.
            while (!worker.HasExited && notes.CountOf(round) < 30) await Task.Yield();
            worker.Kill();
            await worker.WaitForExitAsync(Requests.Token);
        }
        await EndAsync(database.Launch(trials.ToString(CultureInfo.InvariantCulture), notes.PathOf(3)));
        StudyDelta delta = await storage.ReadAsync(study);
        Assert.Equal(Enumerable.Range(0, trials), delta.Trials.Select(trial => trial.Number));
        foreach ((int number, double value) in notes.Read())
        {
            Assert.Equal((TrialState.Complete, value), (delta.Trials[number].State, delta.Trials[number].Value));
            Assert.Equal([value, 1 - value], delta.Trials[number].Parameters.Values.ToArray());
        }
        TrialRecord[] cut = [.. delta.Trials.Where(trial => trial.State == TrialState.Running)];
        Assert.InRange(cut.Length, 0, 3);
        Assert.All(cut, trial => Assert.Empty(trial.Parameters));
    }

    [Fact]
    public async Task Waiting_trials_are_claimed_once()
    {
        const int waiting = 200;
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await using PostgreSqlStorage first = await database.OpenAsync(), second = await database.OpenAsync();
        StudyRecord study = await first.CreateAsync();
        await first.AddTrialsAsync(study.Id, new() { RequestId = Guid.NewGuid(), Trials = [.. Enumerable.Range(0, waiting).Select(i => Requests.Waiting(i))] }, Requests.Token);
        var claimed = new ConcurrentBag<TrialRecord>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(
            async () =>
            {
                for (int i = 0; i < waiting / 8; i++) claimed.Add(Assert.Single(await (worker % 2 == 0 ? first : second).StartAsync(study)));
            },
            Requests.Token)));
        Assert.Equal(Enumerable.Range(0, waiting), claimed.Select(trial => trial.Number).Order());
        Assert.All(claimed, trial => Assert.Equal(trial.Number, trial.SystemAttributes["fixed_params"].Members[0].Value.AsDouble()));
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
        var finished = new ConcurrentDictionary<int, double>();
        Task working = Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() => WorkAsync(thread % 2 == 0 ? first : second, study, finished, trials), Requests.Token)));
        foreach (int progress in new[] { 50, 150, 250 })
        {
            while (finished.Count < progress && !working.IsCompleted) await Task.Yield();
            await server.RestartAsync(isCrash);
        }
        await working;
        await CheckAsync(first, study, finished, trials);
        Assert.Equal(trials.ToString(CultureInfo.InvariantCulture), await database.CellAsync("SELECT COUNT(*) FROM trials"));
    }

    internal static async Task CheckAsync(PostgreSqlStorage storage, StudyRecord study, ConcurrentDictionary<int, double> finished, int trials)
    {
        StudyDelta delta = await storage.ReadAsync(study);
        Assert.Equal(Enumerable.Range(0, trials), delta.Trials.Select(trial => trial.Number));
        Assert.Equal(trials, finished.Count);
        Assert.All(delta.Trials, trial => Assert.Equal(finished[trial.Number], trial.Value));
        Assert.All(delta.Trials, trial => Assert.Equal([finished[trial.Number], 1 - finished[trial.Number]], trial.Parameters.Values.ToArray()));
    }

    private static async Task WorkAsync(PostgreSqlStorage storage, StudyRecord study, ConcurrentDictionary<int, double> finished, int total)
    {
        while (await RunOneAsync(storage, study, finished, total))
        {
        }
    }

    private static async Task<bool> RunOneAsync(PostgreSqlStorage storage, StudyRecord study, ConcurrentDictionary<int, double> finished, int? total)
    {
        var distribution = new FloatDistribution(0, Trials);
        IReadOnlyList<TrialRecord> started = await storage.StartTrialsAsync(study.Id, Requests.Start(total: total), Requests.Token);
        if (started.Count == 0) return false;
        double value = started[0].Number + 0.5;
        Assert.Equal(WriteOutcome.Stored, await storage.WriteAsync(study, Requests.Finish(started[0], value, new Parameter("x", distribution, value), new Parameter("y", distribution, 1 - value))));
        Assert.True(finished.TryAdd(started[0].Number, value));
        return true;
    }

    private static async Task EndAsync(Process worker)
    {
        string errors = await worker.StandardError.ReadToEndAsync(Requests.Token);
        await worker.WaitForExitAsync(Requests.Token);
        Assert.True(worker.ExitCode == 0, errors);
        worker.Dispose();
    }

    /// <summary>What worker processes note of their trials, in files that go with the test.</summary>
    private sealed class Notes : IDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("hypertune-notes-").FullName;

        public string PathOf(int worker) => Path.Combine(_folder, $"{worker}.txt");

        public int CountOf(int worker) => File.Exists(PathOf(worker)) ? ReadLines(PathOf(worker)).Count : 0;

        public ConcurrentDictionary<int, double> Read()
        {
            var finished = new ConcurrentDictionary<int, double>();
            foreach (string line in Directory.GetFiles(_folder).SelectMany(ReadLines))
            {
                string[] parts = line.Split(' ');
                Assert.True(finished.TryAdd(int.Parse(parts[0], CultureInfo.InvariantCulture), double.Parse(parts[1], CultureInfo.InvariantCulture)), $"Trial {parts[0]} was given out twice.");
            }
            return finished;
        }

        public void Dispose() => Directory.Delete(_folder, recursive: true);

        /// <summary>The whole lines of a file that another process may be writing.</summary>
        private static List<string> ReadLines(string path)
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream);
            return [.. reader.ReadToEnd().Split('\n')[..^1]];
        }
    }
}
