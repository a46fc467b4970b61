using System.Globalization;
using HyperTune.Quality.Problems;

namespace HyperTune.Quality.Results;

/// <summary>Results beside the reference's as Markdown: one table per problem, then a summary.</summary>
internal sealed class MarkdownReport(RunOptions options, ReferenceResults reference, TextWriter output)
{
    /// <summary>Verdicts are given from this number of trials on.</summary>
    private const int FirstVerdict = 100;

    /// <summary>Its table's plateau does not separate samplers, so it is shown but not counted.</summary>
    private const string Uncounted = "svm_digits";

    /// <summary>Their values differ by orders of magnitude, so their average is taken over logarithms.</summary>
    private static readonly string[] LogProblems = ["sphere5", "rosenbrock5", "ellipsoid10", "levy8"];

    public void Write(IReadOnlyList<SamplerResults> results)
    {
        Line($"# Sampler quality: {options.Sampler}");
        Line($"");
        Line($"Seeds 0 to {options.Seeds - 1}, {options.Trials} trials a study. Values are median [lower quartile, upper quartile] of the best value so far, or of the hypervolume so far.");
        if (options.Reference is not null) WriteLegend();
        Dictionary<(string Problem, int Mark), Comparison> comparisons = [];
        foreach (SamplerResults result in results)
        {
            foreach (int mark in options.Marks)
            {
                if (options.Reference is not null && reference.Best(result.Problem.Name, options.Reference, mark) is { } best)
                    comparisons[(result.Problem.Name, mark)] = Comparison.Of(reference.Scale(result.Problem), result.Best[mark], best, options.Ties);
            }
            WriteProblem(result, comparisons);
        }
        if (options.Reference is not null) WriteSummary(results, comparisons);
    }

    private void WriteLegend()
    {
        Line($"");
        Line($"Reference: {reference.Source}, sampler `{options.Reference}`.");
        Line($"");
        string near = options.Ties == TieRule.Solved ? "both medians lie near the optimum" : "the medians lie near each other";
        Line($"- Verdict, from {FirstVerdict} trials on: by median, a tie when {near}. Near is {Comparison.TableTie:P0} (tables) or");
        Line($"  {Comparison.FormulaTie:P1} (others) of what the reference's random search leaves to the optimum after 25 trials, or 50 with several objectives.");
        Line($"- p better, p worse: one-sided Mann-Whitney tests, normal approximation with tie and continuity correction");
        Line($"  (rough for fewer than 8 seeds a side).");
        Line($"- On a par: the median is not beyond the reference's worse quartile, and p worse is at least {Comparison.ParLevel}.");
        Line($"- Δ log10: mean of log10(distance to the optimum), less the reference's; below 0 is better.");
    }

    private void WriteProblem(SamplerResults result, Dictionary<(string, int), Comparison> comparisons)
    {
        ISuiteProblem problem = result.Problem;
        bool hasLog = LogProblems.Contains(problem.Name);
        Line($"");
        Line($"## {problem.Name}");
        Line($"");
        string direction = problem is IMultiObjectiveProblem ? "Hypervolume" : problem.IsMaximized ? "Maximized" : "Minimized", note = problem.Name == Uncounted ? "; shown, not counted" : "";
        Line($"{direction}, optimum {Number(reference.Scale(problem).Optimum)}{note}.");
        Line($"");
        if (options.Reference is null)
        {
            Line($"| trials | {options.Sampler} |");
            Line($"| ---: | --- |");
        }
        else
        {
            Line($"| trials | {options.Sampler} | reference | verdict | p better | p worse | on a par |{(hasLog ? " Δ log10 |" : "")}");
            Line($"| ---: | --- | --- | --- | ---: | ---: | --- |{(hasLog ? " ---: |" : "")}");
        }
        foreach (int mark in options.Marks)
        {
            string row = $"| {mark} | {Cell(Spread.Of(result.Best[mark]))} |";
            if (options.Reference is not null)
                row += comparisons.TryGetValue((problem.Name, mark), out Comparison? c) ? Row(c, mark, hasLog) : " - | - | - | - | - |" + (hasLog ? " - |" : "");
            Line($"{row}");
        }
    }

    /// <summary>The cells that compare with the reference.</summary>
    private static string Row(Comparison c, int mark, bool hasLog)
    {
        string verdict = mark < FirstVerdict ? "" : Word(c.Verdict), par = c.IsOnPar ? "yes" : "no";
        string row = string.Create(CultureInfo.InvariantCulture, $" {Cell(c.Reference)} | {verdict} | {c.PBetter:G2} | {c.PWorse:G2} | {par} |");
        return hasLog ? row + $" {Signed(c.LogDifference)} |" : row;
    }

    private void WriteSummary(IReadOnlyList<SamplerResults> results, Dictionary<(string, int), Comparison> comparisons)
    {
        int[] marks = [.. options.Marks.Where(m => m >= FirstVerdict)];
        Line($"");
        Line($"## Summary");
        Line($"");
        if (marks.Length == 0)
        {
            Line($"No verdicts: none of the marks is at {FirstVerdict} trials or more.");
            return;
        }
        Line($"| problem |{string.Concat(marks.Select(m => $" {m} trials |"))}");
        Line($"| --- |{string.Concat(marks.Select(_ => " --- |"))}");
        foreach (string problem in results.Select(r => r.Problem.Name))
        {
            string name = problem == Uncounted ? $"({problem})" : problem;
            Line($"| {name} |{string.Concat(marks.Select(m => $" {Short(problem, m)} |"))}");
        }
        Line($"");
        foreach (int mark in marks)
        {
            Comparison[] counted = [.. Compared(mark).Where(c => c.Name != Uncounted).Select(c => c.Comparison)];
            Comparison[] logs = [.. Compared(mark).Where(c => LogProblems.Contains(c.Name)).Select(c => c.Comparison)];
            int Count(Verdict verdict) => counted.Count(c => c.Verdict == verdict);
            string verdicts = $"{Count(Verdict.Won)} won, {Count(Verdict.Tied)} tied, {Count(Verdict.Lost)} lost of {counted.Length}";
            string mean = logs.Length == 0 ? "" : $"; mean Δ log10 over {logs.Length} problems: {Signed(logs.Average(c => c.LogDifference))}";
            Line($"- **{mark} trials:** {verdicts}; on a par on {counted.Count(c => c.IsOnPar)}{mean}.");
        }

        string Short(string problem, int mark) =>
            comparisons.TryGetValue((problem, mark), out Comparison? c) ? Word(c.Verdict) + (c.IsOnPar ? "" : ", not on a par") : "-";

        IEnumerable<(string Name, Comparison Comparison)> Compared(int mark) =>
            results.Select(r => r.Problem.Name).Where(n => comparisons.ContainsKey((n, mark))).Select(n => (n, comparisons[(n, mark)]));
    }

    private static string Cell(Spread spread) => $"{Number(spread.Median)} [{Number(spread.Q25)}, {Number(spread.Q75)}]";

    private static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    private static string Signed(double value) => value.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture);

    private static string Word(Verdict verdict) => verdict switch { Verdict.Won => "won", Verdict.Tied => "tied", _ => "**lost**" };

    private void Line(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
