using HyperTune;
using HyperTune.Samples.BreastCancer;
using Spectre.Console;

if (SampleOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine(SampleOptions.Usage);
    return 2;
}

const string DatabaseFile = "breast-cancer.db";
const int ShownTrials = 5;

var console = AnsiConsole.Console;
var trainer = Trainers.Choose(console);
var data = BreastCancerData.Load(Path.Combine(AppContext.BaseDirectory, "Data", "breast_cancer.csv"), options.CrossValidationRounds);
var evaluation = new Evaluation(trainer, data);
int total = options.TrialsFor(trainer);

await using var study = await Tuning.OpenAsync(DatabaseFile, trainer, options.CrossValidationRounds);
console.WriteLine(study.Trials.Count == 0
    ? $"Tuning {trainer.Name} over {total} trials. The study is kept in {Path.GetFullPath(DatabaseFile)}."
    : $"Going on after {Tuning.EndedTrials(study)} of {total} trials from {Path.GetFullPath(DatabaseFile)}. Delete the file to start anew, or give a larger --trials.");

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    stop.Cancel();
};
try
{
    await ProgressDisplay.RunAsync(console, display => Tuning.RunAsync(study, evaluation, total, display, stop.Token));
}
catch (OperationCanceledException)
{
    console.WriteLine("Stopped. What has ended is stored; start again to go on.");
    return 130;
}

var best = study.Trials.Where(trial => trial.State == TrialState.Complete).OrderByDescending(trial => trial.Value).Take(ShownTrials).ToArray();
ResultTable.WriteBestTrials(console, best.Select(trial => new RankedTrial(trial.Number, trial.Value!.Value, Tuning.ParametersOf(trial))));

var defaults = new Accuracies(evaluation.FoldAccuracies(null).Average(), evaluation.TestAccuracy(null));
var tuned = new Accuracies(study.BestValue, evaluation.TestAccuracy(Tuning.ParametersOf(study.BestTrial)));
ResultTable.WriteComparison(console, defaults, tuned, evaluation.TestCount);
return 0;
