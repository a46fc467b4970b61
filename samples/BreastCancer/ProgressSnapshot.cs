namespace HyperTune.Samples.BreastCancer;

/// <summary>How far the study is.</summary>
/// <param name="Finished">Trials that came to an end, pruned and failed ones included.</param>
/// <param name="Total">Trials the study is to have.</param>
/// <param name="Running">Trials under way.</param>
/// <param name="Pruned">Trials the pruner stopped.</param>
/// <param name="Failed">Trials that threw.</param>
/// <param name="Best">The highest accuracy; null before the first complete trial.</param>
/// <param name="BestTrial">The number of the trial that reached it.</param>
/// <param name="Elapsed">Time since this start of the program.</param>
/// <param name="Latest">The trial that ended last; null when none did since the last snapshot.</param>
internal sealed record ProgressSnapshot(
    int Finished,
    int Total,
    int Running,
    int Pruned,
    int Failed,
    double? Best,
    int? BestTrial,
    TimeSpan Elapsed,
    EndedTrial? Latest = null);

/// <summary>A trial that came to an end.</summary>
/// <param name="Number">Its number in the study.</param>
/// <param name="Outcome">How it ended, in a word.</param>
/// <param name="Accuracy">The mean over the folds it went through; null when there is none.</param>
/// <param name="Folds">The folds it went through.</param>
internal sealed record EndedTrial(int Number, string Outcome, double? Accuracy, int Folds);
