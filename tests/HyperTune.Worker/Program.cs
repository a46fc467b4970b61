// Works on a study until it has as many trials as it may have. The argument is a WorkerTask.
using System.Globalization;
using HyperTune;
using HyperTune.Storage;
using HyperTune.Worker;

WorkerTask task = WorkerTask.Parse(args[0]);
await using IStorage storage = await task.OpenAsync();
if (task.Sampler is { } sampler)
{
    await using Study shared = await Study.LoadAsync(new() { Name = task.Study, Storage = storage, Sampler = SharedSamplers.Create(sampler) });
    await shared.OptimizeAsync(trial => SharedSamplers.Evaluate(trial, sampler), new OptimizeOptions { TotalTrials = task.Trials, Parallelism = 2 });
    // Once all processes have come to their ends, each says what it would propose next.
    Console.WriteLine(WorkerProcess.Ended);
    if (Console.ReadLine() is null) return;
    await shared.RefreshAsync();
    Console.WriteLine(SharedSamplers.Proposals(shared.History, sampler));
    return;
}
StudyRecord study = await storage.FindStudyAsync(task.Study, default) ?? throw new InvalidOperationException($"There is no study '{task.Study}'.");
await using StreamWriter? notes = task.Notes is { } path ? new StreamWriter(path, append: true) { AutoFlush = true } : null;
await TrialLoop.RunAsync(storage, study, task.Trials, (number, value) => notes?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{number} {value:R}")), default);
