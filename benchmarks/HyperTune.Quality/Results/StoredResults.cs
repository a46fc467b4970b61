using System.Globalization;
using System.Text.Json;
using HyperTune.Quality.Problems;

namespace HyperTune.Quality.Results;

/// <summary>Results per seed as they stand in a file: best values of problems with one objective, hypervolumes of those with several.</summary>
/// <param name="root">A file in the shape of the reference's results, as <see cref="ResultsFile"/> also writes it.</param>
/// <param name="source">Where they come from, as one short text.</param>
internal sealed class StoredResults(JsonElement root, string source)
{
    private static readonly (string Kind, string Measure)[] Kinds = [("single", "best"), ("multi", "hv")];

    /// <summary>Where the results come from, as one short text.</summary>
    public string Source => source;

    /// <summary>The names of every sampler that has results on some problem.</summary>
    public IReadOnlyList<string> Samplers { get; } =
    [
        .. Kinds.SelectMany(k => root.GetProperty(k.Kind).EnumerateObject()).SelectMany(p => p.Value.GetProperty("samplers").EnumerateObject())
            .Select(s => s.Name).Distinct().Order(StringComparer.Ordinal),
    ];

    /// <summary>Reads what an earlier run wrote.</summary>
    /// <exception cref="ArgumentException">The file cannot be read, or holds something else.</exception>
    public static StoredResults Read(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return new(document.RootElement.Clone(), Path.GetFileName(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new ArgumentException($"'{path}' is not a file that --out wrote: {exception.Message}", nameof(path), exception);
        }
    }

    /// <summary>The best values, or hypervolumes, of a sampler after some number of trials, one per seed, or null when there are none.</summary>
    public double[]? Best(string problem, string sampler, int trials)
    {
        foreach ((string kind, string measure) in Kinds)
        {
            if (root.GetProperty(kind).TryGetProperty(problem, out JsonElement entry)
                && entry.GetProperty("samplers").TryGetProperty(sampler, out JsonElement results)
                && results.GetProperty(measure).TryGetProperty(trials.ToString(CultureInfo.InvariantCulture), out JsonElement best))
                return SuiteData.Numbers(best);
        }
        return null;
    }

    /// <summary>The sampler with the best median on a problem after some number of trials, of those that have results there; null when none has.</summary>
    public string? BestSampler(ISuiteProblem problem, int trials)
    {
        ArgumentNullException.ThrowIfNull(problem);
        string? best = null;
        double bestMedian = double.NaN;
        foreach (string sampler in Samplers)
        {
            if (Best(problem.Name, sampler, trials) is not { } values) continue;
            double median = Statistics.Median(values);
            if (best is null || (problem.IsMaximized ? median > bestMedian : median < bestMedian)) (best, bestMedian) = (sampler, median);
        }
        return best;
    }
}
