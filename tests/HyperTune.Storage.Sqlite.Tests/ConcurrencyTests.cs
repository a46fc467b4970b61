using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using HyperTune.History;

namespace HyperTune.Storage.Sqlite.Tests;

public sealed class ConcurrencyTests
{
    private const int Trials = 2000;

    [Fact]
    public async Task Threads_of_one_storage_number_trials_without_gaps()
    {
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        var finished = new ConcurrentDictionary<int, double>();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(thread => Task.Run(() => WorkAsync(storage, study, finished), Requests.Token)));
        await CheckAsync(storage, study, finished);
    }

    [Fact]
    public async Task Two_storages_of_one_process_share_a_file()
    {
        using var file = new SqliteFile();
        await using SqliteStorage first = await file.OpenAsync();
        await using SqliteStorage second = await file.OpenAsync();
        StudyRecord study = await first.CreateAsync();
        var finished = new ConcurrentDictionary<int, double>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() => WorkAsync(thread % 2 == 0 ? first : second, study, finished), Requests.Token)));
        await CheckAsync(second, study, finished);
    }

    [Theory]
    [InlineData(SqliteSynchronous.Off, Trials)]
    [InlineData(SqliteSynchronous.Full, 200)]
    public async Task Processes_number_trials_without_gaps(SqliteSynchronous synchronous, int trials)
    {
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        Process[] workers = [.. Enumerable.Range(0, 4).Select(i => Launch(file, trials, synchronous, i))];
        foreach (Process worker in workers) await EndAsync(worker);
        ConcurrentDictionary<int, double> finished = ReadNotes(file);
        await CheckAsync(storage, study, finished, trials);
    }

    [Fact]
    public async Task A_killed_process_loses_nothing_that_was_acknowledged()
    {
        const int trials = 300;
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        for (int round = 0; round < 3; round++)
        {
            using Process worker = Launch(file, trials, SqliteSynchronous.Full, round);
            // Killed at a moment that its own progress decides: somewhere within the next requests.
            string notes = NotesOf(file, round);
            using var watcher = new FileSystemWatcher(file.Folder) { EnableRaisingEvents = true };
            while (!worker.HasExited && (!File.Exists(notes) || ReadLines(notes).Count < 30)) watcher.WaitForChanged(WatcherChangeTypes.All, 100);
            worker.Kill();
            await worker.WaitForExitAsync(Requests.Token);
        }
        await EndAsync(Launch(file, trials, SqliteSynchronous.Full, 3));
        StudyDelta delta = await storage.ReadAsync(study);
        Assert.Equal(Enumerable.Range(0, trials), delta.Trials.Select(trial => trial.Number));
        Assert.Empty(delta.Unreadable);
        foreach ((int number, double value) in ReadNotes(file))
        {
            Assert.Equal(TrialState.Complete, delta.Trials[number].State);
            Assert.Equal(value, delta.Trials[number].Value);
            Assert.Equal([value, 1 - value], delta.Trials[number].Parameters.Values.ToArray());
        }
        // What was cut off is running and whole: its parameters come with its end.
        TrialRecord[] cut = [.. delta.Trials.Where(trial => trial.State == TrialState.Running)];
        Assert.InRange(cut.Length, 0, 3);
        Assert.All(cut, trial => Assert.Empty(trial.Parameters));
        Assert.Equal("ok", file.Cell("PRAGMA integrity_check"));
    }

    [Fact]
    public async Task Waiting_trials_are_claimed_once()
    {
        const int waiting = 200;
        using var file = new SqliteFile();
        await using SqliteStorage first = await file.OpenAsync();
        await using SqliteStorage second = await file.OpenAsync();
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

    private static async Task WorkAsync(SqliteStorage storage, StudyRecord study, ConcurrentDictionary<int, double> finished)
    {
        var distribution = new FloatDistribution(0, Trials);
        while (true)
        {
            IReadOnlyList<TrialRecord> started = await storage.StartTrialsAsync(study.Id, Requests.Start(total: Trials), Requests.Token);
            if (started.Count == 0) return;
            double value = started[0].Number + 0.5;
            Assert.Equal(WriteOutcome.Stored, await storage.WriteAsync(study, Requests.Finish(started[0], value, new Parameter("x", distribution, value), new Parameter("y", distribution, 1 - value))));
            Assert.True(finished.TryAdd(started[0].Number, value));
        }
    }

    private static async Task CheckAsync(SqliteStorage storage, StudyRecord study, ConcurrentDictionary<int, double> finished, int trials = Trials)
    {
        StudyDelta delta = await storage.ReadAsync(study);
        Assert.Equal(Enumerable.Range(0, trials), delta.Trials.Select(trial => trial.Number));
        Assert.Equal(trials, finished.Count);
        Assert.All(delta.Trials, trial => Assert.Equal(finished[trial.Number], trial.Value));
        Assert.All(delta.Trials, trial => Assert.Equal([finished[trial.Number], 1 - finished[trial.Number]], trial.Parameters.Values.ToArray()));
    }

    private static Process Launch(SqliteFile file, int trials, SqliteSynchronous synchronous, int worker) =>
        file.Launch(trials.ToString(CultureInfo.InvariantCulture), synchronous.ToString(), NotesOf(file, worker));

    private static async Task EndAsync(Process worker)
    {
        string errors = await worker.StandardError.ReadToEndAsync(Requests.Token);
        await worker.WaitForExitAsync(Requests.Token);
        Assert.True(worker.ExitCode == 0, errors);
        worker.Dispose();
    }

    private static string NotesOf(SqliteFile file, int worker) => Path.Combine(file.Folder, $"notes-{worker}.txt");

    private static ConcurrentDictionary<int, double> ReadNotes(SqliteFile file)
    {
        var finished = new ConcurrentDictionary<int, double>();
        foreach (string notes in Directory.GetFiles(file.Folder, "notes-*.txt"))
        {
            foreach (string line in ReadLines(notes))
            {
                string[] parts = line.Split(' ');
                Assert.True(finished.TryAdd(int.Parse(parts[0], CultureInfo.InvariantCulture), double.Parse(parts[1], CultureInfo.InvariantCulture)), $"Trial {parts[0]} was given out twice.");
            }
        }
        return finished;
    }

    /// <summary>The whole lines of a file that another process may be writing.</summary>
    private static List<string> ReadLines(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        string text = reader.ReadToEnd();
        return [.. text.Split('\n')[..^1]];
    }
}
