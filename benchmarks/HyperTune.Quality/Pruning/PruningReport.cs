using System.Globalization;
using HyperTune.Quality.Problems;
using HyperTune.Quality.Results;

namespace HyperTune.Quality.Pruning;

/// <summary>Runs all pruners on a problem and writes what they reached and saved, and how that compares with the reference's, as Markdown.</summary>
internal static class PruningReport
{
    private const int Trials = 100;

    /// <summary>Shares of the steps of all trials, after which the best value is read: for the suite's table, whose trials have 50 steps, the reference's 500 to 2000.</summary>
    private static readonly double[] Budgets = [0.1, 0.2, 0.3, 0.4];

    /// <summary>Writes one problem's tables. Steps are counted, none estimated.</summary>
    public static void Write(ICurveProblem problem, ReferenceResults reference, string sampler, int seeds, TextWriter output, CancellationToken cancellationToken)
    {
        // The reference has no results with other samplers or of our own problems.
        Dictionary<string, PruningReference> references = sampler.StartsWith("tpe", StringComparison.Ordinal)
            ? reference.Pruners(problem.Name).ToDictionary(name => name, name => reference.Pruning(problem.Name, name)!)
            : [];
        int all = Trials * problem.Steps, most = references.Count == 0 ? 0 : (int)references.Values.Max(theirs => theirs.TotalSteps.Max());
        var results = new List<(string Pruner, PruningStudy[] Studies)>();
        foreach (string pruner in PruningRunner.Pruners)
        {
            var studies = new PruningStudy[seeds];
            Parallel.For(
                0, seeds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken },
                seed => studies[seed] = PruningRunner.Run(problem, pruner, seed, Trials, sampler, minSteps: most, cancellationToken: cancellationToken));
            results.Add((pruner, studies));
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{problem.Name}, {sampler}, {Trials} trials of {problem.Steps} steps, {seeds} seeds: medians"));
        output.WriteLine();
        WriteResults(results, all, output);
        if (references.Count > 0)
        {
            output.WriteLine($"Against {reference.Results.Source} at equal steps, of {references.First().Value.Best.Length} seeds; p: one-sided rank test that ours is worse, and adjusted for all rows");
            output.WriteLine();
            WriteComparisons([.. results.Select(result => Compare(result.Pruner, result.Studies, references))], output);
        }
    }

    private static void WriteResults(IReadOnlyList<(string Pruner, PruningStudy[] Studies)> results, int all, TextWriter output)
    {
        int[] budgets = [.. Budgets.Select(share => (int)Math.Round(share * all))];
        output.WriteLine($"| pruner | best [quartiles] | pruned | steps | saved | {string.Join(" | ", budgets.Select(budget => $"best at {budget} steps"))} |");
        output.WriteLine($"| --- | --- | ---: | ---: | ---: | {string.Concat(budgets.Select(_ => "---: | "))}".TrimEnd());
        foreach ((string pruner, PruningStudy[] studies) in results)
        {
            Spread best = Spread.Of([.. studies.Select(study => study.Best)]);
            double steps = Statistics.Median([.. studies.Select(study => (double)study.TotalSteps)]);
            string row = string.Join(" | ",
            [
                pruner, $"{Text(best.Median)} [{Text(best.Q25)}, {Text(best.Q75)}]", Share(Statistics.Median([.. studies.Select(study => study.Pruned / (double)Trials)])),
                Text(steps), Share(1 - steps / all), .. budgets.Select(budget => Text(Statistics.Median([.. studies.Select(study => study.BestAt(budget))]))),
            ]);
            output.WriteLine($"| {row} |");
        }
        output.WriteLine();
    }

    private static PruningComparison Compare(string pruner, PruningStudy[] studies, Dictionary<string, PruningReference> references)
    {
        double steps = Statistics.Median([.. studies.Select(study => (double)study.TotalSteps)]);
        string nearest = references.ContainsKey(pruner) ? pruner : references.MinBy(other => Math.Abs(Statistics.Median(other.Value.TotalSteps) - steps)).Key;
        return PruningComparison.Of(pruner, nearest, references[nearest], studies);
    }

    private static void WriteComparisons(PruningComparison[] comparisons, TextWriter output)
    {
        double[] adjusted = Statistics.Holm([.. comparisons.Select(comparison => comparison.PWorse)]);
        output.WriteLine("| pruner | reference's pruner | pruned there | steps of both | ours [quartiles] | reference [quartiles] | p | adjusted |");
        output.WriteLine("| --- | --- | ---: | ---: | --- | --- | ---: | ---: |");
        for (int i = 0; i < comparisons.Length; i++)
        {
            PruningComparison comparison = comparisons[i];
            Spread ours = Spread.Of(comparison.Ours), theirs = Spread.Of(comparison.Reference.Best);
            string row = string.Join(" | ",
            [
                comparison.Name, comparison.ReferenceName, Share(Statistics.Median(comparison.Reference.Pruned) / Trials), Text(Statistics.Median(comparison.Reference.TotalSteps)),
                $"{Text(ours.Median)} [{Text(ours.Q25)}, {Text(ours.Q75)}]", $"{Text(theirs.Median)} [{Text(theirs.Q25)}, {Text(theirs.Q75)}]", P(comparison.PWorse), P(adjusted[i]),
            ]);
            output.WriteLine($"| {row} |");
        }
        output.WriteLine();
    }

    private static string Text(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    private static string Share(double value) => value.ToString("P0", CultureInfo.InvariantCulture);

    private static string P(double value) => value.ToString("G2", CultureInfo.InvariantCulture);
}
