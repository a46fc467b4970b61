using System.Globalization;
using System.Text.Json;
using HyperTune.Quality;
using HyperTune.Quality.Problems;
using HyperTune.Quality.Results;

namespace HyperTune.QualityTests;

public sealed class ReferenceResultsTests
{
    private static readonly SuiteData Data = new();

    /// <summary>The stored statistics have 7 significant digits.</summary>
    [Fact]
    public void Stored_medians_and_quartiles_follow_from_the_seeds()
    {
        int compared = 0;
        foreach (JsonProperty problem in Data.Reference.GetProperty("single").EnumerateObject().Concat(Data.Reference.GetProperty("multi").EnumerateObject()))
        {
            foreach (JsonProperty sampler in problem.Value.GetProperty("samplers").EnumerateObject())
            {
                JsonElement best = sampler.Value.TryGetProperty("best", out JsonElement given) ? given : sampler.Value.GetProperty("hv");
                foreach (JsonProperty mark in best.EnumerateObject())
                {
                    Spread spread = Spread.Of(SuiteData.Numbers(mark.Value));
                    Close("median", spread.Median);
                    Close("q25", spread.Q25);
                    Close("q75", spread.Q75);
                    compared++;

                    void Close(string name, double actual)
                    {
                        double expected = sampler.Value.GetProperty(name).GetProperty(mark.Name).GetDouble();
                        Assert.True(Math.Abs(actual - expected) <= 1e-6 * Math.Abs(expected), $"{problem.Name} {sampler.Name} {mark.Name} {name}");
                    }
                }
            }
        }
        Assert.True(compared > 16 * 4 * 4 + 6 * 3 * 4);
    }

    [Fact]
    public void Best_Absent_IsNull()
    {
        var reference = new ReferenceResults(Data);
        Assert.Null(reference.Results.Best("sphere5", "gp", 200));
        Assert.Null(reference.Results.Best("sphere5", "nothing", 100));
        Assert.Null(reference.Results.Best("nothing", "tpe", 100));
        Assert.Equal(4, reference.Results.Best("hartmann6", "gp", 200)!.Length);
        Assert.Equal(20, reference.Results.Best("zdt1", "nsgaii", 200)!.Length);
    }

    [Fact]
    public void The_reference_is_on_a_par_with_itself_for_several_objectives()
    {
        var catalog = new ProblemCatalog(Data);
        var reference = new ReferenceResults(Data);
        RunOptions options = RunOptions.Parse(["--sampler", "nsga2", "--problems", "multi", "--marks", "50,100,200"], catalog, reference.Results.Samplers);
        SamplerResults[] results = [.. catalog.Multi.Select(p => new SamplerResults(p, options.Marks.ToDictionary(m => m, m => reference.Results.Best(p.Name, "nsgaii", m)!)))];
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        new MarkdownReport(options, reference, Baseline.Of(options, reference), null, output).Write(results);
        Assert.Contains("- **200 trials:** 0 won, 6 tied, 0 lost of 6; on a par on 6.", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_reference_is_on_a_par_with_itself()
    {
        var catalog = new ProblemCatalog(Data);
        var reference = new ReferenceResults(Data);
        RunOptions options = RunOptions.Parse(["--sampler", "tpe"], catalog, reference.Results.Samplers);
        SamplerResults[] results =
            [.. catalog.Single.Select(p => new SamplerResults(p, options.Marks.ToDictionary(m => m, m => reference.Results.Best(p.Name, "tpe", m)!)))];
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        new MarkdownReport(options, reference, Baseline.Of(options, reference), null, output).Write(results);
        string report = output.ToString();
        Assert.Contains("- **100 trials:** 0 won, 15 tied, 0 lost of 15; on a par on 15; mean Δ log10 over 4 problems: 0.00.", report, StringComparison.Ordinal);
        Assert.Contains("- **200 trials:** 0 won, 15 tied, 0 lost of 15; on a par on 15;", report, StringComparison.Ordinal);
        Assert.Contains("| (svm_digits) | tied | tied |", report, StringComparison.Ordinal);
    }
}
