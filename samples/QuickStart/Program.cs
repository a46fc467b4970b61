using HyperTune;

await using var study = await Study.CreateAsync(new StudyOptions { Sampler = new AutoSampler(new() { Seed = 42 }) });

await study.OptimizeAsync(trial =>
{
    double x = trial.SuggestDouble("x", -10, 10);
    string shape = trial.SuggestCategorical("shape", ["bowl", "waves"]);
    if (shape == "bowl") return (x - 2) * (x - 2);

    int waves = trial.SuggestInt("waves", 1, 8);    // only trials with this shape have this parameter
    return 1 + Math.Abs(x) + Math.Sin(waves * x);
}, new OptimizeOptions { Trials = 100 });

Console.WriteLine($"Best value {study.BestValue:G4} of {study.Trials.Count} trials");
foreach ((string name, object? value) in study.BestParams) Console.WriteLine($"  {name} = {value:G4}");
