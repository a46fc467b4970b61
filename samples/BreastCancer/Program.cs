using HyperTune.Samples.BreastCancer;
using Spectre.Console;

if (SampleOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine(SampleOptions.Usage);
    return 2;
}

var console = AnsiConsole.Console;
var trainer = Trainers.Choose(console);
var data = BreastCancerData.Load(Path.Combine(AppContext.BaseDirectory, "Data", "breast_cancer.csv"), options.CrossValidationRounds);
var evaluation = new Evaluation(trainer, data);

var defaults = new Accuracies(evaluation.FoldAccuracies(null).Average(), evaluation.TestAccuracy(null));
ResultTable.WriteComparison(console, defaults, tuned: null, evaluation.TestCount);
return 0;
