namespace HyperTune.Samples.BreastCancer;

/// <summary>The study: which parameters are tuned, by what objective, and with what storage.</summary>
internal static class Tuning
{
    private const int Workers = 4;
    private const int FoldsPerRound = 5;

    /// <summary>Opens the study in a database file, or makes it there. A study that was interrupted goes on where it stopped.</summary>
    public static async Task<Study> OpenAsync(string file, Trainer trainer, int rounds)
    {
        SqliteStorage storage = await SqliteStorage.OpenAsync(file);
        return await Study.CreateAsync(new StudyOptions
        {
            // Values of different trainers or folds cannot be compared, so each has a study of its own.
            Name = $"breast-cancer {trainer.Name}, {rounds} round(s)",
            Directions = [Direction.Maximize],
            MetricNames = ["accuracy"],
            Storage = storage,
            OwnsStorage = true,
            LoadIfExists = true,
            // Trials that were cut off, by Ctrl+C or a crash, are run again by the next start.
            MaxRetries = 3,
            Sampler = new AutoSampler(new() { Seed = 1 }),
            // A trial is judged when it has seen each training row once.
            Pruner = new MedianPruner(new() { WarmupSteps = FoldsPerRound - 1 }),
        });
    }

    /// <summary>Runs trials until the study has its total, and reports how it goes.</summary>
    public static Task RunAsync(Study study, Evaluation evaluation, int totalTrials, IProgress<ProgressSnapshot> display, CancellationToken cancellationToken)
    {
        int before = EndedTrials(study);
        var options = new OptimizeOptions
        {
            TotalTrials = totalTrials,
            Parallelism = Workers,
            Progress = new Forward(progress => display.Report(Snapshot(progress, before, totalTrials))),
        };
        return study.OptimizeAsync(trial => CrossValidate(trial, evaluation), options, cancellationToken);
    }

    /// <summary>Trials that need not be run again: complete and pruned ones.</summary>
    public static int EndedTrials(Study study) => study.Trials.Count(trial => trial.State is TrialState.Complete or TrialState.Pruned);

    /// <summary>The boosting parameters of a complete trial.</summary>
    public static BoostingParameters ParametersOf(TrialRecord trial) => Suggest(new FixedTrial(trial.Params));

    /// <summary>The objective: the mean accuracy over the folds. After each fold the mean so far is reported, so that a hopeless trial can stop.</summary>
    private static double CrossValidate(Trial trial, Evaluation evaluation)
    {
        BoostingParameters parameters = Suggest(trial);
        double sum = 0;
        int folds = 0;
        foreach (double accuracy in evaluation.FoldAccuracies(parameters))
        {
            sum += accuracy;
            trial.Report(sum / ++folds, step: folds - 1);
            trial.ThrowIfShouldPrune();
            trial.CancellationToken.ThrowIfCancellationRequested();
        }
        return sum / folds;
    }

    private static BoostingParameters Suggest(Trial trial) => new(
        Iterations: trial.SuggestInt("iterations", 20, 300, log: true),
        LearningRate: trial.SuggestDouble("learning_rate", 0.01, 0.5, log: true),
        Leaves: trial.SuggestInt("leaves", 2, 64, log: true),
        MinimumExamplesPerLeaf: trial.SuggestInt("minimum_examples_per_leaf", 1, 50, log: true),
        FeatureFraction: trial.SuggestDouble("feature_fraction", 0.2, 1),
        RowFraction: trial.SuggestDouble("row_fraction", 0.4, 1),
        L1: trial.SuggestDouble("l1", 1e-3, 10, log: true),
        L2: trial.SuggestDouble("l2", 1e-3, 10, log: true),
        MaximumBins: trial.SuggestInt("maximum_bins", 15, 255, log: true));

    private static ProgressSnapshot Snapshot(StudyProgress progress, int before, int total)
    {
        TrialRecord last = progress.LastTrial;
        string outcome = last.FailReason is { } reason ? $"failed: {reason}" : last.State == TrialState.Pruned ? "pruned" : "complete";
        return new ProgressSnapshot(
            before + progress.Finished, total, progress.Running, progress.Pruned, progress.Failed, progress.BestTrial?.Value, progress.BestTrial?.Number,
            progress.Elapsed, new EndedTrial(last.Number, outcome, last.Value, last.IntermediateValues.Count));
    }

    /// <summary>Hands reports on at once, on the worker's thread; <see cref="Progress{T}"/> would reorder them.</summary>
    private sealed class Forward(Action<StudyProgress> report) : IProgress<StudyProgress>
    {
        public void Report(StudyProgress value) => report(value);
    }
}
