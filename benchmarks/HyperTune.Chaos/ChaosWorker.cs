using HyperTune.Storage;

namespace HyperTune.Chaos;

/// <summary>One worker process: it runs trials until the study has as many as it may have, and notes each that it told.</summary>
internal static class ChaosWorker
{
    public const string StudyName = "chaos";

    /// <summary>Options of a study that every worker, and the one that checks, opens.</summary>
    public static StudyOptions OptionsOf(IStorage storage, TimeSpan grace) => new()
    {
        Name = StudyName,
        Storage = storage,
        Sampler = new RandomSampler(),
        Pruner = new NopPruner(),
        MaxRetries = 100,
        Leases = new() { Grace = grace, RenewInterval = grace / 5 },
        LoadIfExists = true,
    };

    public static async Task RunAsync(IStorage storage, string notes, int trials, TimeSpan longestTrial, TimeSpan grace)
    {
        await using var log = new StreamWriter(notes, append: true) { AutoFlush = true };
        await using Study study = await Study.LoadAsync(OptionsOf(storage, grace));
        await study.OptimizeAsync(
            async (trial, cancellationToken) =>
            {
                double x = trial.SuggestDouble("x", 0, 1);
                int steps = trial.SuggestInt("steps", 1, 4);
                bool isDouble = trial.SuggestBool("double");
                trial.SetUserAttribute("worker", Path.GetFileNameWithoutExtension(notes));
                for (int step = 0; step < steps; step++)
                {
                    await Task.Delay(Random.Shared.NextDouble() / steps * longestTrial, cancellationToken);
                    trial.Report(ValueOf(x, isDouble) + steps - step, step);
                }
                return ValueOf(x, isDouble);
            },
            new OptimizeOptions { TotalTrials = trials, Callbacks = [(_, trial) => Note(log, trial)] });
    }

    /// <summary>The value of a trial, so that a mixed-up row shows.</summary>
    public static double ValueOf(double x, bool isDouble) => isDouble ? 2 * x : x;

    private static void Note(StreamWriter log, TrialRecord trial)
    {
        if (trial.State == TrialState.Complete) log.WriteLine(new ChaosNotes.Line(trial.Number, (double)trial.Params["x"]!, trial.Values[0]));
    }
}
