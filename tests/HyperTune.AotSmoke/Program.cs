using HyperTune;

// Whatever an application may use of the core, once: compiled ahead of time and trimmed, all of it has to work.
const int Trials = 30;

SearchSpace space = SearchSpace.Empty
    .AddCategorical("kernel", ["rbf", "poly"])
    .AddInt("degree", 2, 5, when: ("kernel", ["poly"]));

await using var study = await Study.CreateAsync(new StudyOptions
{
    Name = "smoke",
    Sampler = new TpeSampler(new() { Seed = 1 }),
    Pruner = new MedianPruner(),
});

await study.EnqueueAsync(new Dictionary<string, object?> { ["kernel"] = "poly", ["degree"] = 3, ["x"] = 0.5 });
await study.OptimizeAsync(Objective, new OptimizeOptions { Trials = Trials, Parallelism = 2 });

await using var random = Study.Create(new StudyOptions { Sampler = new RandomSampler(new() { Seed = 1 }), Pruner = new NopPruner() });
Trial asked = await random.AskAsync(space);
await random.TellAsync(asked, 1.0);

// The direction numbers are a resource.
await using var systematic = Study.Create(new StudyOptions { Sampler = new QmcSampler(), Pruner = new NopPruner() });
await systematic.OptimizeAsync(Objective, new OptimizeOptions { Trials = 5 });

string stored = study.BestTrial.UserAttributes["note"].ToString();
bool isFine = study.Trials.Count == Trials
    && study.Trials.All(trial => trial.State is TrialState.Complete or TrialState.Pruned)
    && study.BestTrial.Params.ContainsKey("kernel")
    && stored.Contains("depth", StringComparison.Ordinal)
    && random.BestValue == 1.0
    && systematic.Trials.Count == 5;
Console.WriteLine(isFine ? "OK" : $"Failed: {study.Trials.Count} trials, best {study.BestTrial}, note {stored}");
return isFine ? 0 : 1;

static double Objective(Trial trial)
{
    double x = trial.SuggestDouble("x", -2, 2);
    string kernel = trial.SuggestCategorical("kernel", ["rbf", "poly"]);
    int degree = kernel == "poly" ? trial.SuggestInt("degree", 2, 5) : 1;
    Level level = trial.SuggestEnum<Level>("level");
    object? mixed = trial.SuggestCategorical<object?>("mixed", [1, "a", null]);
    double value = (x * x) + (degree * 0.1) + (int)level + (mixed is null ? 0 : 1);
    trial.SetUserAttribute("note", AttributeValue.Parse("""{"depth": [1, 2.5, null, true], "text": "é"}"""));
    trial.SetConstraint("bounded", -1);
    for (int step = 0; step < 3; step++)
    {
        trial.Report(value, step);
        trial.ThrowIfShouldPrune();
    }
    return value;
}

internal enum Level
{
    Low,
    High,
}
