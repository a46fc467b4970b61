using System.Globalization;
using HyperTune.Quality.Problems;
using HyperTune.Quality.Results;
using HyperTune.Samplers;

namespace HyperTune.Quality;

/// <summary>The one place where a sampler meets a problem.</summary>
internal sealed class StudyRunner(ReferenceResults reference)
{
    private static readonly Dictionary<string, Func<ulong, ISampler>> Makers = new(StringComparer.Ordinal)
    {
        ["random"] = seed => new RandomSampler(new() { Seed = seed }),
        ["qmc"] = seed => new QmcSampler(new() { Seed = seed }),
        ["qmc_halton"] = seed => new QmcSampler(new() { Seed = seed, Sequence = QmcSequence.Halton }),
        ["tpe"] = seed => new TpeSampler(new() { Seed = seed }),
        ["tpe_independent"] = seed => new TpeSampler(new() { Seed = seed, IsMultivariate = false }),
        ["cma"] = seed => new CmaEsSampler(new() { Seed = seed }),
        ["cma_lra"] = seed => new CmaEsSampler(new() { Seed = seed, AdaptsLearningRates = true }),
        ["cma_plain"] = seed => new CmaEsSampler(new() { Seed = seed, InjectsBest = false }),
        ["cma_sep"] = seed => new CmaEsSampler(new() { Seed = seed, IsSeparable = true }),
        ["tpe_group"] = seed => new TpeSampler(new() { Seed = seed, IsGrouped = true }),
        ["nsga2"] = seed => new NsgaIISampler(new() { Seed = seed }),
        ["nsga3"] = seed => new NsgaIIISampler(new() { Seed = seed }),
        ["gp"] = seed => new GpSampler(new() { Seed = seed }),
        ["auto"] = seed => new AutoSampler(new() { Seed = seed }),
    };

    /// <summary>The names of the samplers that there are.</summary>
    public static IReadOnlyList<string> Samplers { get; } = [.. Makers.Keys];

    /// <inheritdoc cref="RunStudy"/>
    public double[] Run(ISuiteProblem problem, string samplerName, int seed, int trials, CancellationToken cancellationToken)
    {
        if (!Makers.TryGetValue(samplerName, out Func<ulong, ISampler>? maker))
            throw new ArgumentException($"There is no sampler '{samplerName}'. Known ones: {string.Join(", ", Samplers)}.", nameof(samplerName));
        ISampler sampler = maker((ulong)seed);
        return problem is IMultiObjectiveProblem multi
            ? Run(multi, reference.HypervolumeReference(multi), sampler, trials, cancellationToken)
            : Run((IProblem)problem, sampler, trials, cancellationToken);
    }

    private static double[] Run(IProblem problem, ISampler sampler, int trials, CancellationToken cancellationToken)
    {
        var best = new BestSoFar(problem.IsMaximized, trials);
        using var study = Study.Create(new()
        {
            Directions = [problem.IsMaximized ? Direction.Maximize : Direction.Minimize],
            Sampler = sampler,
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

    private static double[] Run(IMultiObjectiveProblem problem, double[] referencePoint, ISampler sampler, int trials, CancellationToken cancellationToken)
    {
        using var study = Study.Create(new()
        {
            Directions = [.. Enumerable.Repeat(Direction.Minimize, problem.Objectives)],
            Sampler = sampler,
            Pruner = new NopPruner(),
        });
        study.Optimize(
            trial =>
            {
                MultiObjectiveValues result = problem.Evaluate(new TrialParameters(trial));
                for (int i = 0; i < result.Constraints.Count; i++) trial.SetConstraint(i.ToString(CultureInfo.InvariantCulture), result.Constraints[i]);
                return new ObjectiveValues(result.Values.ToArray());
            },
            new() { Trials = trials },
            cancellationToken);
        return [.. Hypervolume.History(study.History, referencePoint).Select(point => point.Volume)];
    }
}
