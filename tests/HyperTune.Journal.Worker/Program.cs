// Runs trials of a study in a journal file until it has as many as it may have, and notes each one that was acknowledged.
// Arguments: the file, the study, the number of trials, and the file for notes.
using System.Globalization;
using HyperTune;
using HyperTune.Storage;
using HyperTune.Trials;

int total = int.Parse(args[2], CultureInfo.InvariantCulture);
await using JournalStorage storage = await JournalStorage.OpenFileAsync(args[0]);
StudyRecord study = await storage.FindStudyAsync(args[1], default) ?? throw new InvalidOperationException("There is no such study.");
var distribution = new FloatDistribution(0, 1);
await using var log = new StreamWriter(args[3], append: true) { AutoFlush = true };
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
