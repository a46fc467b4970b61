// Runs trials of a study until it has as many as it may have, and notes each one that was acknowledged.
// Arguments: the database, the study, the number of trials, when to wait for the disk, the file for notes, and a sampler if one is to propose them.
using System.Globalization;
using HyperTune;
using HyperTune.Storage;
using HyperTune.Storage.Sqlite.Worker;
using HyperTune.Trials;

string database = args[0], name = args[1], notes = args[4];
int total = int.Parse(args[2], CultureInfo.InvariantCulture);
var synchronous = Enum.Parse<SqliteSynchronous>(args[3]);

await using SqliteStorage storage = await SqliteStorage.OpenAsync(database, new() { Synchronous = synchronous });
if (args.Length > 5)
{
    string sampler = args[5];
    await using Study shared = await Study.LoadAsync(new() { Name = name, Storage = storage, Sampler = SharedSamplers.Create(sampler) });
    await shared.OptimizeAsync(trial => SharedSamplers.Evaluate(trial, sampler), new OptimizeOptions { TotalTrials = total, Parallelism = 2 });
    // Once all processes have come to their ends, each says what it would propose next.
    Console.WriteLine("ended");
    if (Console.ReadLine() is null) return;
    await shared.RefreshAsync();
    Console.WriteLine(SharedSamplers.Proposals(shared.History, sampler));
    return;
}
StudyRecord study = await storage.FindStudyAsync(name, default) ?? throw new InvalidOperationException("There is no such study.");
var distribution = new FloatDistribution(0, 1);
await using var log = new StreamWriter(notes, append: true) { AutoFlush = true };
while (true)
{
    var start = new TrialStart { TotalTrials = total, StartedAt = TimeProvider.System.GetUtcNow(), RequestId = Guid.NewGuid() };
    IReadOnlyList<TrialRecord> started = await storage.StartTrialsAsync(study.Id, start, default);
    if (started.Count == 0) return;
    TrialRecord trial = started[0];
    double value = Random.Shared.NextDouble();
    var changes = new TrialChanges
    {
        Trial = trial.Id,
        Parameters = [new("x", distribution, value), new("y", distribution, 1 - value)],
        Finish = new() { State = TrialState.Complete, Values = [value], CompletedAt = TimeProvider.System.GetUtcNow(), RequestId = Guid.NewGuid() },
    };
    IReadOnlyList<WriteOutcome> outcomes = await storage.WriteAsync(study.Id, [changes], default);
    if (outcomes[0] != WriteOutcome.Stored) throw new InvalidOperationException($"Trial {trial.Number}: {outcomes[0]}.");
    await log.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{trial.Number} {value:R}"));
}
