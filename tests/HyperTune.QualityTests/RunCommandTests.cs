using System.Text.Json;
using HyperTune.Quality;
using HyperTune.Quality.Problems;
using HyperTune.Quality.Results;

namespace HyperTune.QualityTests;

public sealed class RunCommandTests
{
    private static readonly SuiteData Data = new();
    private static readonly ProblemCatalog Catalog = new(Data);

    [Fact]
    public void Parse_NothingButTheSampler_TakesTheDefaults()
    {
        RunOptions options = Parse("--sampler", "tpe");
        Assert.Equal(("tpe", "tpe", 30, 200, TieRule.Solved), (options.Sampler, options.Reference, options.Seeds, options.Trials, options.Ties));
        Assert.Equal([25, 50, 100, 200], options.Marks);
        Assert.Equal(16, options.Problems.Count);
    }

    [Fact]
    public void Parse_Everything_IsTaken()
    {
        RunOptions options = Parse(
            "--sampler", "mine", "--reference", "none", "--problems", "branin2,sphere5", "--seeds", "3", "--trials", "60", "--marks", "60,5",
            "--ties", "close", "--jobs", "2", "--out", "file.json");
        Assert.Null(options.Reference);
        Assert.Equal(["branin2", "sphere5"], options.Problems.Select(p => p.Name));
        Assert.Equal([5, 60], options.Marks);
        Assert.Equal((3, 60, 2, TieRule.Close, "file.json"), (options.Seeds, options.Trials, options.Jobs, options.Ties, options.Out));
    }

    [Fact]
    public void Parse_SeveralObjectives_AreChosenByNameOrTogether()
    {
        Assert.Equal(["zdt1", "branin2"], Parse("--sampler", "tpe", "--problems", "zdt1,branin2").Problems.Select(p => p.Name));
        RunOptions options = Parse("--sampler", "nsga2", "--problems", "multi");
        Assert.Equal(Catalog.Multi, options.Problems);
        Assert.Equal("nsgaii", options.Reference);
    }

    [Fact]
    public void Execute_SeveralObjectives_GivesTheHypervolumeByTrial()
    {
        RunOptions options = Parse("--sampler", "random", "--problems", "binh_korn", "--seeds", "1", "--trials", "60", "--marks", "1,30,60");
        double[] byTrial = new StudyRunner(new ReferenceResults(Data)).Run(new(options.Problems[0], "random", 3, 60), TestContext.Current.CancellationToken);
        Assert.Equal(60, byTrial.Length);
        Assert.Equal(byTrial.Order(), byTrial);
        Assert.InRange(byTrial[^1], 4500, 5285.33);
    }

    [Fact]
    public void Parse_OurOwnProblems_HaveNoReference()
    {
        RunOptions options = Parse("--sampler", "tpe", "--problems", "own,own_multi", "--workers", "8", "--beside", "one.json");
        Assert.Equal([.. Catalog.Own, .. Catalog.OwnMulti], options.Problems);
        Assert.Equal((null, null, 8, "one.json"), (options.Reference, options.Against, options.Workers, options.Beside));
        options = Parse("--sampler", "mine", "--problems", "all,own", "--against", "file.json", "--reference", "cma");
        Assert.Equal(("cma", "file.json", Catalog.Single.Count + Catalog.Own.Count), (options.Reference, options.Against, options.Problems.Count));
        Assert.Equal("best", Parse("--sampler", "auto").Reference);
    }

    [Theory]
    [InlineData(60, new[] { 25, 50 })]
    [InlineData(10, new[] { 10 })]
    public void Parse_FewTrials_KeepsTheMarksWithin(int trials, int[] marks) =>
        Assert.Equal(marks, Parse("--sampler", "tpe", "--trials", $"{trials}").Marks);

    [Theory]
    [InlineData("--seeds 3")]
    [InlineData("--sampler mine")]
    [InlineData("--sampler tpe --seeds")]
    [InlineData("--sampler tpe --seeds 0")]
    [InlineData("--sampler tpe --seeds many")]
    [InlineData("--sampler tpe --sampler tpe")]
    [InlineData("--sampler tpe --speed 3")]
    [InlineData("--sampler tpe --marks 25,300")]
    [InlineData("--sampler tpe --marks 25,,50")]
    [InlineData("--sampler tpe --problems zdt9")]
    [InlineData("--sampler tpe --ties never")]
    [InlineData("--sampler tpe --workers 0")]
    [InlineData("--sampler tpe --problems own --reference tpe")]
    [InlineData("--sampler tpe --against file.json --reference none")]
    public void Parse_WrongArguments_Throws(string arguments) => Assert.Throws<ArgumentException>(() => Parse(arguments.Split(' ')));

    [Fact]
    public void Execute_ReadsTheBestValuesOffAtTheMarks()
    {
        RunOptions options = Parse("--sampler", "tpe", "--problems", "branin2,sphere5", "--seeds", "3", "--trials", "4", "--marks", "1,4", "--jobs", "2");
        IReadOnlyList<SamplerResults> results = RunCommand.Execute(options, Run, TextWriter.Null, TestContext.Current.CancellationToken);
        Assert.Equal(["branin2", "sphere5"], results.Select(r => r.Problem.Name));
        Assert.Equal([-1, 9, 19], results[0].Best[1]);
        Assert.Equal([-4, 6, 16], results[1].Best[4]);

        static double[] Run(StudyPlan plan, CancellationToken cancellationToken) =>
            [.. Enumerable.Range(1, plan.Trials).Select(t => 10.0 * plan.Seed - t)];
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(4, double.NaN)]
    public void Execute_StudyWithoutAllValues_Throws(int count, double value)
    {
        RunOptions options = Parse("--sampler", "tpe", "--problems", "branin2", "--seeds", "1", "--trials", "4");
        AggregateException thrown = Assert.Throws<AggregateException>(() => RunCommand.Execute(
            options, (_, _) => [.. Enumerable.Repeat(value, count)], TextWriter.Null, TestContext.Current.CancellationToken));
        Assert.IsType<InvalidOperationException>(thrown.InnerException);
    }

    [Fact]
    public void Results_file_has_the_shape_of_the_reference()
    {
        RunOptions options = Parse("--sampler", "tpe", "--problems", "branin2", "--seeds", "2", "--trials", "4", "--marks", "2,4");
        string path = Path.GetTempFileName();
        try
        {
            var best = new Dictionary<int, double[]> { [2] = [0.1, 3], [4] = [0.1, 1.0 / 3] };
            ResultsFile.Write(path, options, [new(options.Problems[0], best), new(Catalog.Multi[0], best)]);
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement sampler = document.RootElement.GetProperty("single").GetProperty("branin2").GetProperty("samplers").GetProperty("tpe");
            Assert.Equal([0, 1], SuiteData.Numbers(sampler.GetProperty("seeds")));
            Assert.Equal([0.1, 1.0 / 3], SuiteData.Numbers(sampler.GetProperty("best").GetProperty("4")));
            sampler = document.RootElement.GetProperty("multi").GetProperty("zdt1").GetProperty("samplers").GetProperty("tpe");
            Assert.Equal([0.1, 3], SuiteData.Numbers(sampler.GetProperty("hv").GetProperty("2")));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(false, new[] { 3, 3, 2, 2, 1 })]
    [InlineData(true, new[] { 3, 4, 4, 5, 5 })]
    public void BestSoFar_FollowsTheDirection(bool isMaximized, int[] expected)
    {
        var best = new BestSoFar(isMaximized, 6);
        best.Add(double.NaN);
        double[] values = isMaximized ? [3, 4, double.NaN, 5, 1] : [3, 4, 2, double.NaN, 1];
        foreach (double value in values) best.Add(value);
        Assert.Equal([double.NaN, .. expected], best.ToArray());
    }

    private static RunOptions Parse(params string[] arguments) => RunOptions.Parse(arguments, Catalog, new ReferenceResults(Data).Results.Samplers);
}
