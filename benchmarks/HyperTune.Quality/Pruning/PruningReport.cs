using System.Globalization;
using HyperTune.Quality.Problems;
using HyperTune.Quality.Results;

namespace HyperTune.Quality.Pruning;

/// <summary>Runs all pruners on a problem and writes their medians beside the reference's, as Markdown.</summary>
internal static class PruningReport
{
    private const int Trials = 100;

    private static readonly int[] Budgets = [500, 1000, 1500, 2000];

    public static void Write(ICurveProblem problem, ReferenceResults reference, int seeds, TextWriter output, CancellationToken cancellationToken)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{problem.Name}, {Trials} trials, {seeds} seeds; in brackets {reference.Results.Source}. Medians; p: one-sided rank test that ours is worse."));
        output.WriteLine();
        output.WriteLine($"| pruner | best | p | steps | p | pruned | {string.Join(" | ", Budgets.Select(budget => $"best at {budget} steps"))} |");
        output.WriteLine($"| --- | --- | --- | --- | --- | --- |{string.Concat(Budgets.Select(_ => " --- |"))}");
        foreach (string pruner in PruningRunner.Pruners)
        {
            PruningStudy[] studies = [.. Enumerable.Range(0, seeds).Select(seed => PruningRunner.Run(problem, pruner, seed, Trials, cancellationToken))];
            double[] best = [.. studies.Select(study => study.Best)], steps = [.. studies.Select(study => (double)study.TotalSteps)];
            PruningReference? theirs = reference.Pruning(problem.Name, pruner);
            string row = string.Join(" | ",
            [
                pruner, Pair(best, theirs?.Best), Worse(best, theirs?.Best), Pair(steps, theirs?.TotalSteps), Worse(steps, theirs?.TotalSteps), Pair([.. studies.Select(study => (double)study.Pruned)], theirs?.Pruned),
                .. Budgets.Select(budget => Median([.. studies.Select(study => study.BestAt(budget))])
                    + (theirs is null ? "" : $" [{theirs.MedianBestAt[budget].ToString("G6", CultureInfo.InvariantCulture)}]")),
            ]);
            output.WriteLine($"| {row} |");
        }
    }

    private static string Pair(IReadOnlyList<double> ours, double[]? theirs) => Median(ours) + (theirs is null ? "" : $" [{Median(theirs)}]");

    private static string Worse(double[] ours, double[]? theirs) => theirs is null ? "" : Statistics.MannWhitneyLess(theirs, ours).ToString("G2", CultureInfo.InvariantCulture);

    private static string Median(IReadOnlyList<double> sample) => Statistics.Median(sample).ToString("G6", CultureInfo.InvariantCulture);
}
