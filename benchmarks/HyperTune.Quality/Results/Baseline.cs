using HyperTune.Quality.Problems;

namespace HyperTune.Quality.Results;

/// <summary>Whose results a run is compared with.</summary>
/// <param name="Results">The other results.</param>
/// <param name="Sampler">One of their samplers, or <see cref="Best"/>.</param>
internal sealed record Baseline(StoredResults Results, string Sampler)
{
    /// <summary>Stands for the sampler with the best median, chosen anew for each problem and mark.</summary>
    public const string Best = "best";

    /// <summary>What the options ask to be compared with; null for nothing.</summary>
    /// <exception cref="ArgumentException">The file cannot be read, or has no such sampler.</exception>
    public static Baseline? Of(RunOptions options, ReferenceResults reference)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(reference);
        if (options.Against is { } path) return OfFile(path, options.Reference, options.Sampler);
        return options.Reference is { } sampler ? new(reference.Results, sampler) : null;
    }

    /// <summary>A sampler of an earlier run: the given one, else the tested one, else the only one.</summary>
    /// <inheritdoc cref="Of" path="/exception"/>
    public static Baseline OfFile(string path, string? sampler, string tested)
    {
        StoredResults results = StoredResults.Read(path);
        if (sampler is not null && sampler != Best && !results.Samplers.Contains(sampler))
            throw new ArgumentException($"'{path}' has no sampler '{sampler}', only {string.Join(", ", results.Samplers)}.", nameof(sampler));
        sampler ??= results.Samplers.Contains(tested) ? tested : results.Samplers is [string only] ? only : null;
        return sampler is not null
            ? new(results, sampler)
            : throw new ArgumentException($"'{path}' has the samplers {string.Join(", ", results.Samplers)}: say with --reference which one.", nameof(sampler));
    }

    /// <summary>The sampler to compare with on a problem after some number of trials, and its values; null when there are none.</summary>
    public (string Sampler, double[] Values)? At(ISuiteProblem problem, int mark)
    {
        ArgumentNullException.ThrowIfNull(problem);
        string? sampler = Sampler == Best ? Results.BestSampler(problem, mark) : Sampler;
        return sampler is not null && Results.Best(problem.Name, sampler, mark) is { } values ? (sampler, values) : null;
    }
}
