using HyperTune.Storage;

namespace HyperTune.Samples.Distributed;

/// <summary>A worker process: opens the study by its storage's URL and takes trials until there are as many as there may be.</summary>
internal static class Worker
{
    public static async Task RunAsync(string url, string study, string name, int trials)
    {
        await using IStorage storage = await Storages.Known.OpenAsync(url);
        await using Study shared = await Study.LoadAsync(Storages.StudyOf(storage, study));
        var training = new Training();
        await shared.OptimizeAsync(trial =>
        {
            trial.SetUserAttribute("worker", name);
            // The training of a real model takes longer: so the workers meet.
            Thread.Sleep(20);
            return training.Run(trial);
        }, new OptimizeOptions { TotalTrials = trials });
    }
}
