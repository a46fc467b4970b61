using System.Globalization;
using HyperTune.Quality;
using HyperTune.Quality.Problems;
using HyperTune.Quality.Results;

namespace HyperTune.QualityTests;

public sealed class BaselineTests
{
    private static readonly SuiteData Data = new();
    private static readonly ProblemCatalog Catalog = new(Data);
    private static readonly ReferenceResults Reference = new(Data);

    /// <summary>Every median of the reference, by problem and mark, is compared with that of the chosen sampler.</summary>
    [Fact]
    public void Best_is_the_sampler_with_the_best_median_at_that_mark()
    {
        Baseline best = Baseline.Of(Parse("--sampler", "tpe", "--reference", "best"), Reference)!;
        foreach (ISuiteProblem problem in (ISuiteProblem[])[.. Catalog.Single, .. Catalog.Multi])
        {
            foreach (int mark in (int[])[50, 100, 200])
            {
                (string sampler, double[] values) = best.At(problem, mark)!.Value;
                Assert.Equal(Reference.Results.Best(problem.Name, sampler, mark), values);
                foreach (string other in Reference.Results.Samplers)
                {
                    if (Reference.Results.Best(problem.Name, other, mark) is not { } others) continue;
                    double ours = Statistics.Median(values), theirs = Statistics.Median(others);
                    Assert.True(problem.IsMaximized ? ours >= theirs : ours <= theirs, $"{problem.Name} {mark}: {sampler}, {other}");
                }
            }
        }
        Assert.Equal("gp", best.At(Catalog.Single[0], 100)!.Value.Sampler);
        Assert.NotEqual("gp", best.At(Catalog.Single[0], 200)!.Value.Sampler);
        Assert.Null(best.At(Catalog.Own[0], 100));
    }

    [Fact]
    public void Against_a_file_of_ours_compares_with_the_tested_or_the_only_sampler()
    {
        WithFile("tpe", path =>
        {
            RunOptions options = Parse("--sampler", "gp", "--problems", "tree10", "--against", path);
            Baseline baseline = Baseline.Of(options, Reference)!;
            Assert.Equal("tpe", baseline.Sampler);
            Assert.Equal([0.2, 0.3], baseline.At(options.Problems[0], 100)!.Value.Values);
            Assert.Null(baseline.At(options.Problems[0], 200));
            Assert.Null(baseline.At(Catalog.Single[0], 100));
            Assert.Throws<ArgumentException>(() => Baseline.Of(options with { Reference = "cma" }, Reference));
        });
        Assert.Throws<ArgumentException>(() => Baseline.OfFile("no such file.json", null, "tpe"));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("no JSON")]
    public void A_file_of_something_else_is_refused(string content)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, content);
            Assert.Throws<ArgumentException>(() => StoredResults.Read(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void The_report_names_the_best_sampler_significant_losses_and_what_lies_beyond_a_quartile()
    {
        RunOptions options = Parse("--sampler", "tpe", "--problems", "sphere5,svm_digits,branin2", "--seeds", "20", "--marks", "100,200", "--reference", "best", "--workers", "8");
        SamplerResults[] results = [.. options.Problems.Select(p => new SamplerResults(
            p, options.Marks.ToDictionary(m => m, m => p.Name == "branin2" ? [.. Enumerable.Repeat(0.5, 20)] : Reference.Results.Best(p.Name, "tpe", m)!)))];
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        new MarkdownReport(options, Reference, Baseline.Of(options, Reference), new(Reference.Results, "tpe"), output).Write(results);
        string report = output.ToString();
        Assert.Contains("8 of them at any time", report, StringComparison.Ordinal);
        Assert.Contains("| gp: 0.00107", report, StringComparison.Ordinal);
        Assert.Contains("0 won, 0 tied, 4 lost of 4; 0 % of those not tied won; losses with an adjusted p below 0.01: sphere5 at 100, sphere5 at 200, branin2 at 100, branin2 at 200.", report, StringComparison.Ordinal);
        Assert.Contains("not beyond the worse quartile on 1 of 2; it is on branin2.", report, StringComparison.Ordinal);
    }

    /// <summary>By hand: sorted 0.01, 0.02, 0.03, 0.5 times 4, 3, 2, 1, never falling.</summary>
    [Fact]
    public void Holm_multiplies_by_the_tests_that_are_left()
    {
        double[] adjusted = Statistics.Holm([0.5, 0.01, 0.03, 0.02]);
        double[] expected = [0.5, 0.04, 0.06, 0.06];
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], adjusted[i], 1e-12);
        Assert.Equal([1, 1], Statistics.Holm([0.9, 0.8]));
        Assert.Empty(Statistics.Holm([]));
    }

    private static void WithFile(string sampler, Action<string> test)
    {
        string path = Path.GetTempFileName();
        try
        {
            RunOptions options = Parse("--sampler", sampler, "--problems", "tree10", "--seeds", "2", "--trials", "100", "--marks", "100");
            ResultsFile.Write(path, options, [new(options.Problems[0], new Dictionary<int, double[]> { [100] = [0.2, 0.3] })]);
            test(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static RunOptions Parse(params string[] arguments) => RunOptions.Parse(arguments, Catalog, Reference.Results.Samplers);
}
