using System.Globalization;
using System.Text.Json;
using HyperTune.Quality.Problems;

namespace HyperTune.Quality.Results;

/// <summary>The reference implementation's results: best values of problems with one objective, hypervolumes of those with several.</summary>
internal sealed class ReferenceResults(SuiteData data)
{
    private readonly JsonElement _reference = data.Reference;
    private readonly JsonElement _single = data.Reference.GetProperty("single");
    private readonly JsonElement _multi = data.Reference.GetProperty("multi");
    private readonly JsonElement _spec = data.Spec;

    /// <summary>Tool, version and commit, as one short text.</summary>
    public string Source => $"{Text("tool")} {Text("version")} (commit {Text("commit")[..7]})";

    /// <summary>The names of every reference sampler that has results on some problem.</summary>
    public IReadOnlyList<string> Samplers =>
    [
        .. _single.EnumerateObject().Concat(_multi.EnumerateObject()).SelectMany(p => p.Value.GetProperty("samplers").EnumerateObject())
            .Select(s => s.Name).Distinct().Order(StringComparer.Ordinal),
    ];

    /// <summary>The scale on which a problem's values are judged.</summary>
    public ProblemScale Scale(ISuiteProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        double[] random = Best(problem.Name, "random", 25) ?? Best(problem.Name, "random", 50)
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
        return SuiteData.Numbers(HypervolumeOf(problem).GetProperty("hv_reference_point"));
    }

    /// <summary>The best values, or hypervolumes, of a sampler after some number of trials, one per seed, or null when the reference has none.</summary>
    public double[]? Best(string problem, string sampler, int trials)
    {
        bool isSingle = _single.TryGetProperty(problem, out JsonElement entry);
        return (isSingle || _multi.TryGetProperty(problem, out entry))
            && entry.GetProperty("samplers").TryGetProperty(sampler, out JsonElement results)
            && results.GetProperty(isSingle ? "best" : "hv").TryGetProperty(trials.ToString(CultureInfo.InvariantCulture), out JsonElement best)
                ? SuiteData.Numbers(best)
                : null;
    }

    /// <summary>The results of a pruner on a curve problem, or null when the reference has none.</summary>
    public PruningReference? Pruning(string problem, string pruner)
    {
        if (!_reference.GetProperty("pruning").GetProperty(problem).GetProperty("combinations").TryGetProperty($"tpe+{pruner}", out JsonElement results)) return null;
        return new PruningReference(
            SuiteData.Numbers(results.GetProperty("best")),
            SuiteData.Numbers(results.GetProperty("total_steps")),
            SuiteData.Numbers(results.GetProperty("n_pruned")),
            results.GetProperty("median_best_at_step_budget").EnumerateObject()
                .ToDictionary(budget => int.Parse(budget.Name, CultureInfo.InvariantCulture), budget => budget.Value.GetDouble()));
    }

    private JsonElement HypervolumeOf(ISuiteProblem problem) => _multi.GetProperty(problem.Name);

    private string Text(string name) => _reference.GetProperty(name).GetString()!;
}
