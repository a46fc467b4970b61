using HyperTune.Quality.Problems;

namespace HyperTune.Quality;

/// <summary>The one place where a sampler meets a problem.</summary>
internal static class StudyRunner
{
    /// <summary>The names of the samplers that <see cref="Run"/> knows.</summary>
    public static IReadOnlyList<string> Samplers => ["random"];

    /// <inheritdoc cref="RunStudy"/>
    public static double[] Run(IProblem problem, string samplerName, int seed, int trials, CancellationToken cancellationToken)
    {
        if (!Samplers.Contains(samplerName))
            throw new ArgumentException($"There is no sampler '{samplerName}'. Known ones: {string.Join(", ", Samplers)}.", nameof(samplerName));
        var best = new BestSoFar(problem.IsMaximized, trials);
        var draws = new PlaceholderRandomSearch(seed);
        for (int trial = 0; trial < trials; trial++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            best.Add(problem.Evaluate(draws));
        }
        return best.ToArray();
    }
}
