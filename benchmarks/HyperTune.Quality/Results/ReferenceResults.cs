using System.Globalization;
using System.Text.Json;
using HyperTune.Quality.Problems;

namespace HyperTune.Quality.Results;

/// <summary>The reference implementation's results, and the scale on which they and ours are judged.</summary>
internal sealed class ReferenceResults(SuiteData data)
{
    private readonly JsonElement _pruning = data.Reference.GetProperty("pruning");
    private readonly JsonElement _multi = data.Reference.GetProperty("multi");
    private readonly JsonElement _spec = data.Spec;

    /// <summary>What the reference's samplers reached.</summary>
    public StoredResults Results { get; } = new(data.Reference, $"{Text(data, "tool")} {Text(data, "version")} (commit {Text(data, "commit")[..7]})");

    /// <summary>The scale on which a problem's values are judged.</summary>
    public ProblemScale Scale(ISuiteProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        if (problem is IOwnProblem own) return new(own.Optimum, problem.IsMaximized, problem.IsTable, own.RandomMedian);
        double[] random = Results.Best(problem.Name, "random", 25) ?? Results.Best(problem.Name, "random", 50)
            ?? throw new InvalidDataException($"The reference has no random search on {problem.Name}.");
        double optimum = problem is IMultiObjectiveProblem
            ? HypervolumeOf(problem).GetProperty("hv_of_true_front").GetDouble()
            : _spec.GetProperty("single").GetProperty(problem.Name).GetProperty("optimum").GetProperty("value").GetDouble();
        return new(optimum, problem.IsMaximized, problem.IsTable, Statistics.Median(random));
    }

    /// <summary>The reference point of a problem with several objectives.</summary>
    public double[] HypervolumeReference(IMultiObjectiveProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return problem is IOwnMultiObjectiveProblem own ? [.. own.ReferencePoint] : SuiteData.Numbers(HypervolumeOf(problem).GetProperty("hv_reference_point"));
    }

    /// <summary>The results of a pruner on a curve problem, or null when the reference has none.</summary>
    public PruningReference? Pruning(string problem, string pruner)
    {
        if (!_pruning.TryGetProperty(problem, out JsonElement ofProblem) || !ofProblem.GetProperty("combinations").TryGetProperty($"tpe+{pruner}", out JsonElement results)) return null;
        return new PruningReference(
            SuiteData.Numbers(results.GetProperty("best")),
            SuiteData.Numbers(results.GetProperty("total_steps")),
            SuiteData.Numbers(results.GetProperty("n_pruned")),
            results.GetProperty("median_best_at_step_budget").EnumerateObject()
                .ToDictionary(budget => int.Parse(budget.Name, CultureInfo.InvariantCulture), budget => budget.Value.GetDouble()));
    }

    /// <summary>The names of the pruners that the reference has results of on a curve problem.</summary>
    public IReadOnlyList<string> Pruners(string problem) => _pruning.TryGetProperty(problem, out JsonElement ofProblem)
        ? [.. ofProblem.GetProperty("combinations").EnumerateObject().Select(combination => combination.Name["tpe+".Length..])]
        : [];

    private JsonElement HypervolumeOf(ISuiteProblem problem) => _multi.GetProperty(problem.Name);

    private static string Text(SuiteData data, string name) => data.Reference.GetProperty(name).GetString()!;
}
