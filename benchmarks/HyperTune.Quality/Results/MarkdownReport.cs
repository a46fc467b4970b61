using System.Globalization;
using HyperTune.Quality.Problems;

namespace HyperTune.Quality.Results;

/// <summary>Results as Markdown, beside those that they are compared with: one table per problem, then a summary.</summary>
/// <param name="options">What was run.</param>
/// <param name="reference">The scales on which problems are judged.</param>
/// <param name="baseline">What to compare with; null for nothing.</param>
/// <param name="beside">An earlier run whose quartiles are shown too; null for none.</param>
/// <param name="output">Where the report goes.</param>
internal sealed class MarkdownReport(RunOptions options, ReferenceResults reference, Baseline? baseline, Baseline? beside, TextWriter output)
{
    /// <summary>Their values differ by orders of magnitude, so their average is taken over logarithms.</summary>
    private static readonly string[] LogProblems = ["sphere5", "rosenbrock5", "ellipsoid10", "levy8"];

    public void Write(IReadOnlyList<SamplerResults> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        string workers = options.Workers == 1 ? "" : $", {options.Workers} of them at any time";
        Line($"# Sampler quality: {options.Sampler}");
        Line($"");
        Line($"Seeds 0 to {options.Seeds - 1}, {options.Trials} trials a study{workers}. Values are median [lower quartile, upper quartile] of the best value so far, or of the hypervolume so far.");
        if (baseline is not null) WriteLegend(baseline);
        var comparisons = new Comparisons(results, options, baseline, reference);
        foreach (SamplerResults result in results) WriteProblem(result, comparisons);
        if (baseline is not null) WriteSummary(results, comparisons);
        if (beside is not null) WriteBeside(results, beside);
    }

    private void WriteLegend(Baseline against)
    {
        string sampler = against.Sampler == Baseline.Best ? "the sampler with the best median at each problem and mark" : $"sampler `{against.Sampler}`";
        Line($"");
        Line($"Reference: {against.Results.Source}, {sampler}.");
        Line($"");
        string near = options.Ties == TieRule.Solved ? "both medians lie near the optimum" : "the medians lie near each other";
        Line($"- Verdict, from {Comparisons.FirstVerdict} trials on: by median, a tie when {near}. Near is {Comparison.TableTie:P0} (tables) or");
        Line($"  {Comparison.FormulaTie:P1} (others) of what the reference's random search leaves to the optimum after 25 trials, or 50 with several objectives.");
        Line($"- p better, p worse: one-sided Mann-Whitney tests, normal approximation with tie and continuity correction");
        Line($"  (rough for fewer than 8 seeds a side). Holm: p worse, adjusted for all verdicts of this run.");
        Line($"- On a par: the median is not beyond the reference's worse quartile, and p worse is at least {Comparison.ParLevel}.");
        Line($"- Δ log10: mean of log10(distance to the optimum), less the reference's; below 0 is better.");
    }

    private void WriteProblem(SamplerResults result, Comparisons comparisons)
    {
        ISuiteProblem problem = result.Problem;
        bool hasLog = LogProblems.Contains(problem.Name);
        Line($"");
        Line($"## {problem.Name}");
        Line($"");
        string direction = problem is IMultiObjectiveProblem ? "Hypervolume" : problem.IsMaximized ? "Maximized" : "Minimized", note = problem.Name == Comparisons.Uncounted ? "; shown, not counted" : "";
        Line($"{direction}, optimum {Number(reference.Scale(problem).Optimum)}{note}.");
        Line($"");
        string head = $"| trials | {options.Sampler} |", rule = "| ---: | --- |";
        if (beside is not null) (head, rule) = (head + $" {beside.Results.Source} | not beyond |", rule + " --- | --- |");
        if (baseline is not null)
        {
            head += " reference | verdict | p better | p worse | Holm | on a par |";
            rule += " --- | --- | ---: | ---: | ---: | --- |";
            if (hasLog) (head, rule) = (head + " Δ log10 |", rule + " ---: |");
        }
        Line($"{head}");
        Line($"{rule}");
        foreach (int mark in options.Marks)
        {
            string row = $"| {mark} | {Cell(Spread.Of(result.Best[mark]))} |";
            if (beside is not null) row += beside.At(problem, mark) is { } earlier ? $" {Cell(Spread.Of(earlier.Values))} | {(IsWithin(result, mark, earlier.Values) ? "yes" : "**no**")} |" : " - | - |";
            if (baseline is not null) row += comparisons.Of(problem.Name, mark) is { } c ? Row(c, mark, hasLog) : " - | - | - | - | - | - |" + (hasLog ? " - |" : "");
            Line($"{row}");
        }
    }

    /// <summary>The cells that compare with the reference.</summary>
    private string Row(Comparison c, int mark, bool hasLog)
    {
        string name = baseline?.Sampler == Baseline.Best ? c.ReferenceSampler + ": " : "";
        string verdict = mark < Comparisons.FirstVerdict ? "" : Word(c.Verdict), par = c.IsOnPar ? "yes" : "no";
        string adjusted = c.AdjustedPWorse is { } p ? p.ToString("G2", CultureInfo.InvariantCulture) : "-";
        string row = string.Create(CultureInfo.InvariantCulture, $" {name}{Cell(c.Reference)} | {verdict} | {c.PBetter:G2} | {c.PWorse:G2} | {adjusted} | {par} |");
        return hasLog ? row + $" {Signed(c.LogDifference)} |" : row;
    }

    private void WriteSummary(IReadOnlyList<SamplerResults> results, Comparisons comparisons)
    {
        int[] marks = [.. options.Marks.Where(m => m >= Comparisons.FirstVerdict)];
        Line($"");
        Line($"## Summary");
        Line($"");
        if (marks.Length == 0)
        {
            Line($"No verdicts: none of the marks is at {Comparisons.FirstVerdict} trials or more.");
            return;
        }
        Line($"| problem |{string.Concat(marks.Select(m => $" {m} trials |"))}");
        Line($"| --- |{string.Concat(marks.Select(_ => " --- |"))}");
        foreach (string problem in results.Select(r => r.Problem.Name))
        {
            string name = problem == Comparisons.Uncounted ? $"({problem})" : problem;
            Line($"| {name} |{string.Concat(marks.Select(m => $" {Short(problem, m)} |"))}");
        }
        Line($"");
        foreach (int mark in marks)
        {
            Comparison[] counted = [.. comparisons.Counted(mark).Select(c => c.Comparison)];
            Comparison[] logs = [.. comparisons.Counted(mark).Where(c => LogProblems.Contains(c.Problem)).Select(c => c.Comparison)];
            string mean = logs.Length == 0 ? "" : $"; mean Δ log10 over {logs.Length} problems: {Signed(logs.Average(c => c.LogDifference))}";
            Line($"- **{mark} trials:** {Verdicts(counted)}; on a par on {counted.Count(c => c.IsOnPar)}{mean}.");
        }
        string[] losses = [.. comparisons.Counted().Where(c => c.Comparison.IsSignificantLoss).Select(c => $"{c.Problem} at {c.Mark}")];
        string significant = losses.Length == 0 ? "none" : string.Join(", ", losses);
        Line($"- **All:** {Verdicts([.. comparisons.Counted().Select(c => c.Comparison)])}; losses with an adjusted p below {Comparison.ParLevel}: {significant}.");

        string Short(string problem, int mark)
        {
            if (comparisons.Of(problem, mark) is not { } c) return "-";
            string name = baseline?.Sampler == Baseline.Best ? $" ({c.ReferenceSampler})" : "";
            return Word(c.Verdict) + name + (c.IsSignificantLoss ? ", significant" : c.IsOnPar ? "" : ", not on a par");
        }
    }

    private static string Verdicts(Comparison[] counted)
    {
        int won = Count(Verdict.Won), lost = Count(Verdict.Lost);
        string share = won + lost == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; {100.0 * won / (won + lost):F0} % of those not tied won");
        return $"{won} won, {Count(Verdict.Tied)} tied, {lost} lost of {counted.Length}{share}";

        int Count(Verdict verdict) => counted.Count(c => c.Verdict == verdict);
    }

    private void WriteBeside(IReadOnlyList<SamplerResults> results, Baseline earlier)
    {
        Line($"");
        Line($"## Beside {earlier.Results.Source}");
        Line($"");
        foreach (int mark in options.Marks)
        {
            (string Name, bool IsWithin)[] judged =
            [
                .. results.Where(r => r.Problem.Name != Comparisons.Uncounted)
                    .Select(r => (r, earlier.At(r.Problem, mark))).Where(p => p.Item2 is not null).Select(p => (p.r.Problem.Name, IsWithin(p.r, mark, p.Item2!.Value.Values))),
            ];
            string[] beyond = [.. judged.Where(p => !p.IsWithin).Select(p => p.Name)];
            Line($"- **{mark} trials:** the median is not beyond the worse quartile on {judged.Length - beyond.Length} of {judged.Length}{(beyond.Length == 0 ? "" : "; it is on " + string.Join(", ", beyond))}.");
        }
    }

    /// <summary>Whether the median is not beyond the worse quartile of other values.</summary>
    private static bool IsWithin(SamplerResults result, int mark, IReadOnlyList<double> other)
    {
        double median = Comparison.Round(Statistics.Median(result.Best[mark]));
        return result.Problem.IsMaximized
            ? median >= Comparison.Round(Statistics.Quantile(other, 0.25))
            : median <= Comparison.Round(Statistics.Quantile(other, 0.75));
    }

    private static string Cell(Spread spread) => $"{Number(spread.Median)} [{Number(spread.Q25)}, {Number(spread.Q75)}]";

    private static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    private static string Signed(double value) => value.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture);

    private static string Word(Verdict verdict) => verdict switch { Verdict.Won => "won", Verdict.Tied => "tied", _ => "**lost**" };

    private void Line(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
