using System.Globalization;
using HyperTune;
using HyperTune.Pruners;
using PruningSample;

// The same studies with each pruner: what does it save, and what does it cost?
bool isQuick = args.Contains("--quick");
int seeds = isQuick ? 2 : 20, trials = isQuick ? 40 : 100;
var table = new CurveTable();
(string Name, Func<IPruner> Make)[] pruners =
[
    ("none", () => new NopPruner()),
    ("learning curve (the default)", () => new LearningCurvePruner()),
    ("median", () => new MedianPruner()),
    ("median, after 5 without gain", () => new PatientPruner(new() { Patience = 5, Pruner = new MedianPruner() })),
    ("median and Wilcoxon agree", () => new AgreementPruner(new() { Pruners = [new MedianPruner(), new WilcoxonPruner()] })),
    ("percentile, best 25 % go on", () => new PercentilePruner(new() { Percentile = 25 })),
    ("threshold, worse than 0.5", () => new ThresholdPruner(new() { Upper = 0.5, WarmupSteps = 10 })),
    ("successive halving", () => new SuccessiveHalvingPruner()),
    ("Hyperband", () => new HyperbandPruner()),
    ("progressive (PASHA)", () => new PashaPruner()),
    ("Wilcoxon (not for curves)", () => new WilcoxonPruner()),
];

int all = trials * table.Steps;
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{trials} trials of {table.Steps} steps, medians of {seeds} studies"));
Console.WriteLine();
Console.WriteLine($"{"pruner",-30}{"best",10}{"steps",8}{"saved",8}{"pruned",8}");
foreach ((string name, Func<IPruner> make) in pruners)
{
    Outcome[] outcomes = [.. Enumerable.Range(0, seeds).Select(seed => Run(make(), (ulong)seed))];
    double best = Median(outcomes.Select(o => o.Best)), steps = Median(outcomes.Select(o => (double)o.Steps)), pruned = Median(outcomes.Select(o => (double)o.Pruned));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-30}{best,10:F5}{steps,8:F0}{1 - steps / all,8:P0}{pruned / trials,8:P0}"));
}

Outcome Run(IPruner pruner, ulong seed)
{
    using var study = Study.Create(new StudyOptions { Sampler = new TpeSampler(new() { Seed = seed }), Pruner = pruner });
    int steps = 0;
    study.Optimize(trial =>
    {
        ReadOnlySpan<double> curve = table.Curve(trial.SuggestDouble("learning_rate", 0.005, 1, log: true), trial.SuggestInt("max_depth", 1, 8), trial.SuggestDouble("subsample", 0.3, 1));
        for (int step = 0; step < curve.Length; step++)
        {
            // Counted here, where a real objective would train four more trees.
            steps++;
            trial.Report(curve[step], step);
            trial.ThrowIfShouldPrune();
        }
        return curve[^1];
    }, new OptimizeOptions { Trials = trials });
    return new Outcome(study.BestValue, steps, study.Trials.Count(trial => trial.State == TrialState.Pruned));
}

static double Median(IEnumerable<double> values)
{
    double[] sorted = [.. values.Order()];
    return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}
