using System.Globalization;
using HyperTune.Quality.Problems;

namespace HyperTune.Quality.Pruning;

/// <summary>Compares what TPE learns from pruned trials, with pruners of each kind and at equal numbers of steps, and writes medians as Markdown.</summary>
internal static class SamplersUnderPruning
{
    /// <summary>The steps of a study, as a number of whole trials.</summary>
    private static readonly int[] Budgets = [20, 40];

    // Without effect: the steps end a study.
    private const int MaxTrials = 10_000;

    private const string Reference = "tpe_step";

    private const string WithinBrackets = "tpe_bracket";

    private const string Hyperband = "hyperband";

    private static readonly string[] Pruners = ["sha", Hyperband, "curves", "median"];

    /// <summary>Writes one table for each budget: a row for each pruner and way to learn, a column for each problem.</summary>
    public static void Write(IReadOnlyList<ICurveProblem> problems, int firstSeed, int seeds, TextWriter output, CancellationToken cancellationToken)
    {
        var best = new Dictionary<(string Pruner, string Sampler, string Problem, int Budget), double[]>();
        foreach (string pruner in Pruners)
        {
            foreach (string sampler in SamplersWith(pruner))
            {
                foreach (ICurveProblem problem in problems)
                {
                    PruningStudy[] studies = Run(problem, pruner, sampler, firstSeed, seeds, cancellationToken);
                    foreach (int budget in Budgets) best[(pruner, sampler, problem.Name, budget)] = [.. studies.Select(study => study.BestAt(budget * problem.Steps))];
                }
            }
        }
        foreach (int budget in Budgets)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Best value with the steps of {budget} whole trials, medians of seeds {firstSeed} to {firstSeed + seeds - 1}; in brackets the one-sided p that it is better than {Reference}, or -p that it is worse, whichever is nearer to 0."));
            output.WriteLine();
            output.WriteLine($"| pruner | sampler | {string.Join(" | ", problems.Select(problem => problem.Name))} |");
            output.WriteLine($"| --- | --- |{string.Concat(problems.Select(_ => " ---: |"))}");
            foreach (string pruner in Pruners)
            {
                foreach (string sampler in SamplersWith(pruner))
                {
                    IEnumerable<string> cells = problems.Select(problem =>
                        Cell(best[(pruner, sampler, problem.Name, budget)], sampler == Reference ? null : best[(pruner, Reference, problem.Name, budget)]));
                    output.WriteLine($"| {pruner} | {sampler} | {string.Join(" | ", cells)} |");
                }
            }
            output.WriteLine();
        }
    }

    /// <summary>The ways to learn that are compared; brackets are told apart only where there are some.</summary>
    private static string[] SamplersWith(string pruner) => pruner == Hyperband ? [Reference, "tpe", "tpe_rung_alone", WithinBrackets] : [Reference, "tpe", "tpe_rung_alone"];

    private static PruningStudy[] Run(ICurveProblem problem, string pruner, string sampler, int firstSeed, int seeds, CancellationToken cancellationToken)
    {
        var studies = new PruningStudy[seeds];
        Parallel.For(
            0, seeds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken },
            i => studies[i] = PruningRunner.Run(problem, pruner, firstSeed + i, MaxTrials, sampler, maxSteps: Budgets.Max() * problem.Steps, cancellationToken: cancellationToken));
        return studies;
    }

    private static string Cell(double[] ours, double[]? theirs)
    {
        string median = Statistics.Median(ours).ToString("G5", CultureInfo.InvariantCulture);
        if (theirs is null) return median;
        double better = Statistics.MannWhitneyLess(ours, theirs), worse = Statistics.MannWhitneyLess(theirs, ours);
        return string.Create(CultureInfo.InvariantCulture, $"{median} ({(better < worse ? better : -worse):G2})");
    }
}
