using System.Globalization;
using HyperTune.History;
using HyperTune.Testing;
using HyperTune.Worker;

namespace HyperTune.Storage.Sqlite.Tests;

/// <summary>One study, one file, many workers: what samplers promise then.</summary>
public sealed class SharedSamplerTests
{
    private const int Trials = 150;
    private const string StopKey = "hypertune:stop";

    [Theory]
    [InlineData("cma")]
    [InlineData("nsga2")]
    [InlineData("nsga3")]
    public async Task Processes_share_generations_and_survive_a_kill(string sampler)
    {
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync();
        StudyRecord study = await CreateAsync(storage, sampler);
        using WorkerProcess victim = Launch(file, Trials, sampler), second = Launch(file, Trials, sampler), third = Launch(file, Trials, sampler);
        await KillAsync(victim, storage, study, Trials / 3);
        await second.EndStudyAsync(Requests.Token);
        await third.EndStudyAsync(Requests.Token);
        string[] proposals = [await second.ProposalsAsync(Requests.Token), await third.ProposalsAsync(Requests.Token)];

        await using Study late = await OpenAsync(storage, sampler);
        Assert.All(proposals, proposal => Assert.Equal(SharedSamplers.Proposals(late.History, sampler), proposal));
        CheckGenerations(await storage.ReadAsync(study), most: 2);
    }

    [Theory]
    [InlineData("cma")]
    [InlineData("nsga2")]
    [InlineData("nsga3")]
    public async Task Studies_of_one_process_share_generations(string sampler)
    {
        using var file = new SqliteFile();
        SqliteStorage[] storages = [await file.OpenAsync(), await file.OpenAsync(), await file.OpenAsync()];
        StudyRecord study = await CreateAsync(storages[0], sampler);
        Study[] studies = [.. await Task.WhenAll(storages.Select(storage => OpenAsync(storage, sampler)))];
        await Task.WhenAll(studies.Select(shared => OptimizeAsync(shared, sampler, Trials)));
        foreach (Study shared in studies) await shared.RefreshAsync(Requests.Token);

        await using (Study late = await OpenAsync(storages[0], sampler))
        {
            string expected = SharedSamplers.Proposals(late.History, sampler);
            Assert.All(studies, shared => Assert.Equal(expected, SharedSamplers.Proposals(shared.History, sampler)));
        }
        CheckGenerations(await storages[0].ReadAsync(study), most: 0);
        foreach (Study shared in studies) await shared.DisposeAsync();
        foreach (SqliteStorage storage in storages) await storage.DisposeAsync();
    }

    [Theory]
    [InlineData("grid")]
    [InlineData("brute")]
    public async Task Processes_try_each_combination_and_the_last_one_stops_all(string sampler)
    {
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync();
        StudyRecord study = await CreateAsync(storage, sampler);
        using WorkerProcess first = Launch(file, 1000, sampler), second = Launch(file, 1000, sampler), third = Launch(file, 1000, sampler);
        foreach (WorkerProcess worker in new[] { first, second, third }) await worker.EndStudyAsync(Requests.Token);
        foreach (WorkerProcess worker in new[] { first, second, third }) await worker.EndAsync(Requests.Token);
        StudyDelta delta = await storage.ReadAsync(study);
        CheckCells(delta, isOnce: sampler == "grid");
        Assert.True(delta.Study!.SystemAttributes.ContainsKey(StopKey));
    }

    [Fact]
    public async Task A_killed_process_leaves_its_cells_to_those_that_come_after_it()
    {
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync();
        StudyRecord study = await CreateAsync(storage, "grid");
        using WorkerProcess victim = Launch(file, 1000, "grid"), other = Launch(file, 1000, "grid");
        await KillAsync(victim, storage, study, SharedSamplers.Cells / 4);
        await other.EndStudyAsync(Requests.Token);
        await other.EndAsync(Requests.Token);
        // The leases of the killed process lapse.
        await storage.TakeBackAsync(study.Id, new LeaseRules(TimeSpan.Zero, MaxRetries: 0), Requests.Token);
        await using Study late = await OpenAsync(storage, "grid");
        await OptimizeAsync(late, "grid", 1000);
        CheckCells(await storage.ReadAsync(study), isOnce: true);
    }

    [Theory]
    [InlineData("grid")]
    [InlineData("brute")]
    public async Task A_study_that_a_sampler_stopped_goes_on_once_it_is_resumed(string sampler)
    {
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync();
        await using SqliteStorage elsewhere = await file.OpenAsync();
        StudyRecord study = await CreateAsync(storage, sampler);
        await using Study other = await OpenAsync(elsewhere, sampler);
        await using (Study first = await OpenAsync(storage, sampler))
        {
            // Brute force learns the tree from the first trial: others that run beside it could repeat it.
            await first.OptimizeAsync(trial => SharedSamplers.Evaluate(trial, sampler), new OptimizeOptions { Trials = 1 }, Requests.Token);
            await OptimizeAsync(first, sampler, 1000);
        }
        StudyDelta delta = await storage.ReadAsync(study);
        CheckCells(delta, isOnce: true);

        // Another process hears of the end with the trials that it starts, for which nothing is left.
        await OptimizeAsync(other, sampler, 1000);
        Assert.Equal(SharedSamplers.Cells, other.Trials.Count(trial => trial.State == TrialState.Complete));
        Assert.InRange(other.Trials.Count, delta.Trials.Count, delta.Trials.Count + 2);
        await using Study further = await Study.LoadAsync(new() { Name = "study", Storage = storage, Sampler = new RandomSampler(new() { Seed = 1 }) }, Requests.Token);
        int before = further.Trials.Count;
        await further.OptimizeAsync(trial => SharedSamplers.Evaluate(trial, sampler), new OptimizeOptions { Trials = 5 }, Requests.Token);
        Assert.Equal(before, further.Trials.Count);
        await further.ResumeAsync(Requests.Token);
        await further.OptimizeAsync(trial => SharedSamplers.Evaluate(trial, sampler), new OptimizeOptions { Trials = 5 }, Requests.Token);
        Assert.Equal(before + 5, further.Trials.Count(trial => trial.State.IsFinished()));
    }

    private static ValueTask<StudyRecord> CreateAsync(SqliteStorage storage, string sampler) =>
        storage.CreateStudyAsync(new() { Name = "study", Directions = SharedSamplers.DirectionsOf(sampler) }, Requests.Token);

    private static Task<Study> OpenAsync(SqliteStorage storage, string sampler) =>
        Study.LoadAsync(new() { Name = "study", Storage = storage, Sampler = SharedSamplers.Create(sampler) }, Requests.Token);

    private static Task OptimizeAsync(Study study, string sampler, int total) =>
        study.OptimizeAsync(trial => SharedSamplers.Evaluate(trial, sampler), new OptimizeOptions { TotalTrials = total, Parallelism = 2 }, Requests.Token);

    private static WorkerProcess Launch(SqliteFile file, int trials, string sampler) =>
        WorkerProcess.Start(new() { Url = file.Url, Trials = trials, Sampler = sampler, Synchronous = SqliteSynchronous.Off });

    /// <summary>SIGKILL, at a moment that the study's progress decides.</summary>
    private static async Task KillAsync(WorkerProcess worker, SqliteStorage storage, StudyRecord study, int trials)
    {
        while ((await storage.ReadAsync(study)).Trials.Count < trials) Assert.False(worker.HasExited);
        await worker.KillAsync(Requests.Token);
    }

    /// <summary>Trials without gaps; records without gaps, in which no trial counts twice.</summary>
    private static void CheckGenerations(StudyDelta delta, int most)
    {
        Assert.Equal(Enumerable.Range(0, Trials), delta.Trials.Select(trial => trial.Number));
        Assert.InRange(delta.Trials.Count(trial => trial.State != TrialState.Complete), 0, most);
        (string Scheme, int Generation, int[] Numbers)[] records = [.. delta.Study!.SystemAttributes
            .Where(entry => entry.Key.StartsWith("hypertune:gen:", StringComparison.Ordinal))
            .Select(entry => (entry.Key[..entry.Key.LastIndexOf(':')], int.Parse(entry.Key.AsSpan(entry.Key.LastIndexOf(':') + 1), CultureInfo.InvariantCulture), entry.Value.Items.Select(number => (int)number.AsInt64()).ToArray()))
            .OrderBy(record => record.Item2)];
        Assert.InRange(records.Length, 5, Trials / 6);
        Assert.Single(records.Select(record => record.Scheme).Distinct());
        Assert.Equal(Enumerable.Range(0, records.Length), records.Select(record => record.Generation));
        int[] members = [.. records.SelectMany(record => record.Numbers)];
        Assert.Equal(members.Length, members.Distinct().Count());
        Assert.All(members, number => Assert.Equal(TrialState.Complete, delta.Trials[number].State));
    }

    private static void CheckCells(StudyDelta delta, bool isOnce)
    {
        TrialRecord[] complete = [.. delta.Trials.Where(trial => trial.State == TrialState.Complete)];
        Assert.Equal(SharedSamplers.Cells, complete.Select(trial => (trial.Parameters[0].Value, trial.Parameters[1].Value)).Distinct().Count());
        if (isOnce) Assert.Equal(SharedSamplers.Cells, complete.Length);
    }
}
