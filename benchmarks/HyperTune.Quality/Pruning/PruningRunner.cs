using HyperTune.Pruners;
using HyperTune.Quality.Problems;
using HyperTune.Samplers;

namespace HyperTune.Quality.Pruning;

/// <summary>The one place where a pruner meets a problem with learning curves.</summary>
internal static class PruningRunner
{
    /// <summary>The reference's pruners by its names, and ours, with their defaults unless the name says otherwise.</summary>
    private static readonly Dictionary<string, Func<IPruner>> Makers = new(StringComparer.Ordinal)
    {
        ["nop"] = () => new NopPruner(),
        ["curves"] = () => new LearningCurvePruner(),
        ["median"] = () => new MedianPruner(),
        ["median, patient"] = () => new PatientPruner(new() { Patience = 5, Pruner = new MedianPruner() }),
        ["percentile25"] = () => new PercentilePruner(new() { Percentile = 25 }),
        ["percentile75"] = () => new PercentilePruner(new() { Percentile = 75 }),
        ["sha"] = () => new SuccessiveHalvingPruner(),
        ["hyperband"] = () => new HyperbandPruner(),
        ["hyperband_cycle"] = () => new HyperbandPruner(new() { Assignment = BracketAssignment.Cycle }),
        ["pasha"] = () => new PashaPruner(),
        ["wilcoxon"] = () => new WilcoxonPruner(),
    };

    private static readonly Dictionary<string, Func<ulong, ISampler>> Samplers = new(StringComparer.Ordinal)
    {
        ["tpe"] = seed => new TpeSampler(new() { Seed = seed }),
        ["tpe_reference"] = seed => new TpeSampler(new() { Seed = seed, ClipExponent = 1, ClipLimit = 100, PrunedTrials = PrunedTrialUse.ByStep }),
        ["tpe_rung_alone"] = seed => new TpeSampler(new() { Seed = seed, PrunedTrials = PrunedTrialUse.ByRungAlone }),
        ["tpe_step"] = seed => new TpeSampler(new() { Seed = seed, PrunedTrials = PrunedTrialUse.ByStep }),
        ["tpe_bracket"] = seed => new TpeSampler(new() { Seed = seed, StaysInBracket = true }),
        ["auto"] = seed => new AutoSampler(new() { Seed = seed }),
        ["random"] = seed => new RandomSampler(new() { Seed = seed }),
    };

    /// <summary>The names of the pruners that there are.</summary>
    public static IReadOnlyList<string> Pruners { get; } = [.. Makers.Keys];

    /// <summary>The names of the samplers that pruners can be run with.</summary>
    public static IReadOnlyList<string> SamplerNames { get; } = [.. Samplers.Keys];

    /// <summary>Runs one study.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="pruner">The pruner's name.</param>
    /// <param name="seed">Enters the study's name, and so the brackets, as well.</param>
    /// <param name="trials">After so many trials it ends.</param>
    /// <param name="sampler">The sampler's name.</param>
    /// <param name="minSteps">If it ended with fewer reports it goes on until there are as many, which shows in <see cref="PruningStudy.Finals"/> only.</param>
    /// <param name="maxSteps">Once all trials have made so many reports it ends; null for no such limit.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static PruningStudy Run(
        ICurveProblem problem, string pruner, int seed, int trials, string sampler = "tpe", int minSteps = 0, int? maxSteps = null, CancellationToken cancellationToken = default)
    {
        using var study = Study.Create(new() { Name = $"{problem.Name}-{seed}", Sampler = Samplers[sampler]((ulong)seed), Pruner = Makers[pruner]() });
        var finals = new List<(int, double)>();
        int spent = 0;
        Optimize(trials);
        var result = new PruningStudy(finals.Select(final => final.Item2).DefaultIfEmpty(double.PositiveInfinity).Min(), spent, study.History.CountOf(TrialState.Pruned), finals);
        while (spent < minSteps) Optimize(1);
        return result;

        void Optimize(int count) => study.Optimize(
            trial =>
            {
                var reporter = new TrialReporter(trial);
                double? value = problem.Evaluate(new TrialParameters(trial), reporter);
                spent += reporter.Reports;
                if (spent >= maxSteps) study.Stop();
                if (value is not { } final) throw new TrialPrunedException();
                finals.Add((spent, final));
                return final;
            },
            new() { Trials = count },
            cancellationToken);
    }

    private sealed class TrialReporter(Trial trial) : ICurveReporter
    {
        public int Reports { get; private set; }

        public void Report(double value, int step)
        {
            Reports++;
            trial.Report(value, step);
        }

        public bool ShouldPrune() => trial.ShouldPrune();
    }
}
