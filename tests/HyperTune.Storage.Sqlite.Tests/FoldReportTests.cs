using HyperTune.History;
using HyperTune.Testing;

namespace HyperTune.Storage.Sqlite.Tests;

/// <summary>Reports by fold in the file, and as another process reads them.</summary>
public sealed class FoldReportTests
{
    [Fact]
    public async Task Steps_are_stored_with_the_fold_and_read_back_as_means()
    {
        using var file = new SqliteFile();
        await using (SqliteStorage storage = await file.OpenAsync())
        {
            await using Study study = await Study.CreateAsync(new() { Name = "study", Storage = storage, Sampler = new RandomSampler(new() { Seed = 1 }) }, Requests.Token);
            await study.OptimizeAsync(trial =>
            {
                for (int fold = 0; fold < 3; fold++)
                {
                    for (int epoch = 0; epoch < 2; epoch++) trial.ReportFold(fold + (0.5 * epoch), fold, epoch);
                }
                return 1.5;
            }, new() { Trials = 1 }, Requests.Token);
        }

        Assert.Equal(
            ["0|0", "1|0.5", "1000000|1", "1000001|1.5", "2000000|2", "2000001|2.5"],
            file.Rows("SELECT step, intermediate_value FROM trial_intermediate_values ORDER BY step"));
        Assert.Equal("1000000", file.Cell("SELECT value_json FROM trial_system_attributes WHERE key = 'hypertune:fold_stride'"));
        await using SqliteStorage other = await file.OpenAsync();
        await using Study read = await Study.LoadAsync(new() { Name = "study", Storage = other }, Requests.Token);
        SparseColumns<long> means = read.History.RunningMeans(0);
        Assert.Equal([0.0, 0.5, 0.5, 1, 1, 1.5], new long[] { 0, 1, 1_000_000, 1_000_001, 2_000_000, 2_000_001 }.Select(step => means[step].Values[0]));
    }

    [Fact]
    public async Task Workers_on_one_file_stop_for_the_same_reason_and_a_later_one_starts_nothing()
    {
        using var file = new SqliteFile();
        SqliteStorage[] storages = [await file.OpenAsync(), await file.OpenAsync()];
        await using (await Study.CreateAsync(new() { Name = "study", Storage = storages[0] }, Requests.Token))
        {
        }
        Study[] studies = [.. await Task.WhenAll(storages.Select(storage => Study.LoadAsync(new() { Name = "study", Storage = storage, Sampler = new RandomSampler(new() { Seed = 1 }) }, Requests.Token)))];
        var options = new OptimizeOptions { Parallelism = 2, Terminator = new StagnationTerminator(new() { Trials = 12 }) };

        await Task.WhenAll(studies.Select(study => study.OptimizeAsync(trial => trial.Number < 3 ? -trial.Number : 0.0, options, Requests.Token)));

        Assert.All(studies, study => Assert.Equal("the best value -2 has not improved over the last 12 trials", study.EndReason));
        await studies[0].RefreshAsync(Requests.Token);
        int count = studies[0].Trials.Count;
        // Of four trials at a time three may run when the fifteenth ends, and each process may start a few more before it sees that.
        Assert.InRange(count, 15, 25);
        await studies[0].OptimizeAsync(trial => 0.0, options, Requests.Token);
        Assert.Equal(count, studies[0].Trials.Count);
        foreach (Study study in studies) await study.DisposeAsync();
        foreach (SqliteStorage storage in storages) await storage.DisposeAsync();
    }
}
