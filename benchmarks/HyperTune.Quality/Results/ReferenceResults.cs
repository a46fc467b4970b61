using System.Globalization;
using System.Text.Json;
using HyperTune.Quality.Problems;

namespace HyperTune.Quality.Results;

/// <summary>The reference implementation's results on problems with one objective.</summary>
internal sealed class ReferenceResults(SuiteData data)
{
    private readonly JsonElement _reference = data.Reference;
    private readonly JsonElement _single = data.Reference.GetProperty("single");
    private readonly JsonElement _spec = data.Spec.GetProperty("single");

    /// <summary>Tool, version and commit, as one short text.</summary>
    public string Source => $"{Text("tool")} {Text("version")} (commit {Text("commit")[..7]})";

    /// <summary>The names of every reference sampler that has results on some problem.</summary>
    public IReadOnlyList<string> Samplers =>
    [
        .. _single.EnumerateObject().SelectMany(p => p.Value.GetProperty("samplers").EnumerateObject())
            .Select(s => s.Name).Distinct().Order(StringComparer.Ordinal),
    ];

    /// <summary>The scale on which a problem's values are judged.</summary>
    public ProblemScale Scale(IProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        double[] random = Best(problem.Name, "random", 25) ?? throw new InvalidDataException($"The reference has no random search on {problem.Name}.");
        double optimum = _spec.GetProperty(problem.Name).GetProperty("optimum").GetProperty("value").GetDouble();
        return new(optimum, problem.IsMaximized, problem.IsTable, Statistics.Median(random));
    }

    /// <summary>The best values of a sampler after some number of trials, one per seed, or null when the reference has none.</summary>
    public double[]? Best(string problem, string sampler, int trials) =>
        _single.TryGetProperty(problem, out JsonElement entry)
        && entry.GetProperty("samplers").TryGetProperty(sampler, out JsonElement results)
        && results.GetProperty("best").TryGetProperty(trials.ToString(CultureInfo.InvariantCulture), out JsonElement best)
            ? SuiteData.Numbers(best)
            : null;

    private string Text(string name) => _reference.GetProperty(name).GetString()!;
}
