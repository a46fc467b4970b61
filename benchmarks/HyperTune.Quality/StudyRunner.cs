using HyperTune.Quality.Problems;
using HyperTune.Samplers;

namespace HyperTune.Quality;

/// <summary>The one place where a sampler meets a problem.</summary>
internal static class StudyRunner
{
    private static readonly Dictionary<string, Func<ulong, ISampler>> Makers = new(StringComparer.Ordinal)
    {
        ["random"] = seed => new RandomSampler(new() { Seed = seed }),
        ["tpe"] = seed => new TpeSampler(new() { Seed = seed }),
        ["tpe_independent"] = seed => new TpeSampler(new() { Seed = seed, IsMultivariate = false }),
        ["tpe_group"] = seed => new TpeSampler(new() { Seed = seed, IsGrouped = true }),
        ["gp"] = seed => new GpSampler(new() { Seed = seed }),
    };

    /// <summary>The names of the samplers that <see cref="Run"/> knows.</summary>
    public static IReadOnlyList<string> Samplers { get; } = [.. Makers.Keys];

    /// <inheritdoc cref="RunStudy"/>
    public static double[] Run(IProblem problem, string samplerName, int seed, int trials, CancellationToken cancellationToken)
    {
        if (!Makers.TryGetValue(samplerName, out Func<ulong, ISampler>? maker))
            throw new ArgumentException($"There is no sampler '{samplerName}'. Known ones: {string.Join(", ", Samplers)}.", nameof(samplerName));
        var best = new BestSoFar(problem.IsMaximized, trials);
        using var study = Study.Create(new()
        {
            Directions = [problem.IsMaximized ? Direction.Maximize : Direction.Minimize],
            Sampler = maker((ulong)seed),
            Pruner = new NopPruner(),
        });
        study.Optimize(
            trial =>
            {
                double value = problem.Evaluate(new TrialParameters(trial));
                best.Add(value);
                return value;
            },
            new() { Trials = trials },
            cancellationToken);
        return best.ToArray();
    }
}
