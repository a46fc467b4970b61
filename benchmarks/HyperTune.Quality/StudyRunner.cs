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
        ["gp_avoiding"] = seed => new GpSampler(new() { Seed = seed, AvoidsFailures = true }),
        ["auto"] = seed => new AutoSampler(new() { Seed = seed }),
        ["auto_avoiding"] = seed => new AutoSampler(new() { Seed = seed, AvoidsFailures = true }),
    };

    /// <summary>The names of the samplers that there are.</summary>
    public static IReadOnlyList<string> Samplers { get; } = [.. Makers.Keys];

    /// <inheritdoc cref="RunStudy"/>
    public double[] Run(StudyPlan plan, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (!Makers.TryGetValue(plan.Sampler, out Func<ulong, ISampler>? maker))
            throw new ArgumentException($"There is no sampler '{plan.Sampler}'. Known ones: {string.Join(", ", Samplers)}.", nameof(plan));
        ISampler sampler = maker((ulong)plan.Seed);
        return plan.Problem is IMultiObjectiveProblem multi
            ? Run(multi, reference.HypervolumeReference(multi), sampler, plan, cancellationToken)
            : Run((IProblem)plan.Problem, sampler, plan, cancellationToken);
    }

    private static double[] Run(IProblem problem, ISampler sampler, StudyPlan plan, CancellationToken cancellationToken)
    {
        var best = new BestSoFar(problem.IsMaximized, plan.Trials, (problem as IConstrainedProblem)?.WorstValue ?? double.NaN);
        using var study = Study.Create(new()
        {
            Directions = [problem.IsMaximized ? Direction.Maximize : Direction.Minimize],
            Sampler = sampler,
            Pruner = new NopPruner(),
        });
        new SimulatedWorkers(plan).Run(study, Evaluate, cancellationToken);
        return best.ToArray();

        SimulatedEnd Evaluate(Trial trial)
        {
            var parameters = new TrialParameters(trial);
            double value;
            bool isFeasible = true;
            try
            {
                if (problem is IConstrainedProblem constrained)
                {
                    MultiObjectiveValues all = constrained.EvaluateAll(parameters);
                    SetConstraints(trial, all.Constraints);
                    value = all.Values[0];
                    isFeasible = all.Constraints.All(c => c <= 0);
                }
                else
                {
                    value = problem.Evaluate(parameters);
                }
            }
            catch (ArithmeticException failure)
            {
                return new(null, failure.Message, () => best.Add(double.NaN));
            }
            double observed = problem is INoisyProblem noisy ? noisy.Observe(value, plan.Seed, trial.Number) : value;
            return new(observed, null, () => best.Add(isFeasible ? observed : double.NaN, value));
        }
    }

    private static double[] Run(IMultiObjectiveProblem problem, double[] referencePoint, ISampler sampler, StudyPlan plan, CancellationToken cancellationToken)
    {
        using var study = Study.Create(new()
        {
            Directions = [.. Enumerable.Repeat(Direction.Minimize, problem.Objectives)],
            Sampler = sampler,
            Pruner = new NopPruner(),
        });
        new SimulatedWorkers(plan).Run(study, Evaluate, cancellationToken);
        return [.. Hypervolume.History(study.History, referencePoint).Select(point => point.Volume)];

        SimulatedEnd Evaluate(Trial trial)
        {
            MultiObjectiveValues result = problem.Evaluate(new TrialParameters(trial));
            SetConstraints(trial, result.Constraints);
            return new(new ObjectiveValues(result.Values.ToArray()), null, static () => { });
        }
    }

    private static void SetConstraints(Trial trial, IReadOnlyList<double> constraints)
    {
        for (int i = 0; i < constraints.Count; i++) trial.SetConstraint(i.ToString(CultureInfo.InvariantCulture), constraints[i]);
    }
}
