using System.Globalization;
using HyperTune.Quality;
using HyperTune.Quality.Checks;
using HyperTune.Quality.Problems;
using HyperTune.Quality.Pruning;
using HyperTune.Quality.Results;

const int Success = 0, Disagreement = 1, WrongCall = 2;
const int PruningSeeds = 100;

var data = new SuiteData();
var catalog = new ProblemCatalog(data);
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};
try
{
    switch (args)
    {
        case ["check"]:
            return Check();
        case ["run", .. string[] rest]:
            Run(rest);
            return Success;
        case ["prune"]:
            Prune("tpe", PruningSeeds);
            return Success;
        case ["prune", "samplers", var first, var seeds]
            when int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out int start) && int.TryParse(seeds, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0:
            SamplersUnderPruning.Write([.. catalog.Curves, .. catalog.OwnCurveProblems], start, count, Console.Out, stop.Token);
            return Success;
        case ["prune", var sampler]:
            Prune(sampler, PruningSeeds);
            return Success;
        case ["prune", var sampler, var seeds] when int.TryParse(seeds, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0:
            Prune(sampler, count);
            return Success;
        default:
            Console.Error.WriteLine(RunOptions.Usage);
            return WrongCall;
    }
}
catch (ArgumentException exception)
{
    Console.Error.WriteLine(exception.Message);
    Console.Error.WriteLine();
    Console.Error.WriteLine(RunOptions.Usage);
    return WrongCall;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Cancelled.");
    return WrongCall;
}

int Check()
{
    CheckResult[] results = [.. new SuiteCheck(data.Spec).All(catalog)];
    foreach (CheckResult result in results)
    {
        string word = result.Failures.Count == 0 ? "ok  " : "FAIL";
        string error = result.LargestError.ToString("G2", CultureInfo.InvariantCulture);
        Console.WriteLine($"{word} {result.Problem,-24} {result.Points} points, largest error {error}");
        foreach (string failure in result.Failures) Console.WriteLine($"     {failure}");
    }
    return results.All(r => r.Failures.Count == 0) ? Success : Disagreement;
}

void Prune(string sampler, int seeds)
{
    if (!PruningRunner.SamplerNames.Contains(sampler))
        throw new ArgumentException($"There is no sampler '{sampler}' to prune with. Known ones: {string.Join(", ", PruningRunner.SamplerNames)}.");
    var reference = new ReferenceResults(data);
    foreach (ICurveProblem problem in catalog.Curves.Concat(catalog.OwnCurveProblems)) PruningReport.Write(problem, reference, sampler, seeds, Console.Out, stop.Token);
}

void Run(string[] arguments)
{
    var reference = new ReferenceResults(data);
    RunOptions options = RunOptions.Parse(arguments, catalog, reference.Results.Samplers);
    if (!StudyRunner.Samplers.Contains(options.Sampler))
        throw new ArgumentException($"There is no sampler '{options.Sampler}'. Known ones: {string.Join(", ", StudyRunner.Samplers)}.");
    // Files are read before the studies run, so that a wrong one costs nothing.
    Baseline? baseline = Baseline.Of(options, reference), beside = options.Beside is { } earlier ? Baseline.OfFile(earlier, null, options.Sampler) : null;
    IReadOnlyList<SamplerResults> results = RunCommand.Execute(options, new StudyRunner(reference).Run, Console.Error, stop.Token);
    if (options.Out is { } file) ResultsFile.Write(file, options, results);
    new MarkdownReport(options, reference, baseline, beside, Console.Out).Write(results);
}
