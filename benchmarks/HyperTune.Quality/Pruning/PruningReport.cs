using System.Globalization;
using HyperTune.Quality.Problems;
using HyperTune.Quality.Results;

namespace HyperTune.Quality.Pruning;

/// <summary>Runs all pruners on a problem and writes their medians beside the reference's, as Markdown.</summary>
internal static class PruningReport
{
    private const int Trials = 100;

    /// <summary>Shares of the steps of all trials, after which the best value is read: for the suite's table, whose trials have 50 steps, the reference's 500 to 2000.</summary>
    private static readonly double[] Budgets = [0.1, 0.2, 0.3, 0.4];

    /// <summary>Writes one problem's table. Steps are counted, none estimated.</summary>
    public static void Write(ICurveProblem problem, ReferenceResults reference, string sampler, int seeds, TextWriter output, CancellationToken cancellationToken)
    {
        int[] budgets = [.. Budgets.Select(share => (int)Math.Round(share * Trials * problem.Steps))];
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{problem.Name}, {sampler}, {Trials} trials of {problem.Steps} steps, {seeds} seeds; in brackets {reference.Results.Source}. Medians; p: one-sided rank test that ours is worse."));
        output.WriteLine();
        output.WriteLine($"| pruner | best | p | steps | p | of all | pruned | {string.Join(" | ", budgets.Select(budget => $"best at {budget} steps"))} |");
        output.WriteLine($"| --- | --- | --- | --- | --- | --- | --- |{string.Concat(budgets.Select(_ => " --- |"))}");
        foreach (string pruner in PruningRunner.Pruners)
        {
            var studies = new PruningStudy[seeds];
            Parallel.For(
                0, seeds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken },
                seed => studies[seed] = PruningRunner.Run(problem, pruner, seed, Trials, sampler, cancellationToken: cancellationToken));
            double[] best = [.. studies.Select(study => study.Best)], steps = [.. studies.Select(study => (double)study.TotalSteps)];
            // The reference has no results with other samplers or of our own problems.
            PruningReference? theirs = sampler == "tpe" ? reference.Pruning(problem.Name, pruner) : null;
            string row = string.Join(" | ",
            [
                pruner, Pair(best, theirs?.Best), Worse(best, theirs?.Best), Pair(steps, theirs?.TotalSteps), Worse(steps, theirs?.TotalSteps),
                (Statistics.Median(steps) / (Trials * problem.Steps)).ToString("P0", CultureInfo.InvariantCulture), Pair([.. studies.Select(study => (double)study.Pruned)], theirs?.Pruned),
                .. budgets.Select(budget => Median([.. studies.Select(study => study.BestAt(budget))])
                    + (theirs is null ? "" : $" [{theirs.MedianBestAt[budget].ToString("G6", CultureInfo.InvariantCulture)}]")),
            ]);
            output.WriteLine($"| {row} |");
        }
        output.WriteLine();
    }

    private static string Pair(IReadOnlyList<double> ours, double[]? theirs) => Median(ours) + (theirs is null ? "" : $" [{Median(theirs)}]");

    private static string Worse(double[] ours, double[]? theirs) => theirs is null ? "" : Statistics.MannWhitneyLess(theirs, ours).ToString("G2", CultureInfo.InvariantCulture);

    private static string Median(IReadOnlyList<double> sample) => Statistics.Median(sample).ToString("G6", CultureInfo.InvariantCulture);
}
