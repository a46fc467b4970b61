using System.Text.Json;
using HyperTune.Quality;
using HyperTune.Quality.Checks;
using HyperTune.Quality.Problems;

namespace HyperTune.QualityTests;

public sealed class CurveProblemTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(49)]
    public void Evaluate_Pruned_StopsAfterThatReport(int prunedAt)
    {
        var data = new SuiteData();
        ICurveProblem problem = new ProblemCatalog(data).Curves[0];
        var point = data.Spec.GetProperty("pruning").GetProperty(problem.Name).GetProperty("check_points")[0].GetProperty("params");
        var pruner = new PrunerAt(prunedAt);
        Assert.Null(problem.Evaluate(new FixedParameters(point), pruner));
        Assert.Equal(Enumerable.Range(0, prunedAt + 1), pruner.Steps);
    }

    /// <summary>The check points were computed from the written definitions by a second program, in another language.</summary>
    [Fact]
    public void Check_points_of_our_own_curves_agree()
    {
        ProblemCatalog catalog = new(new SuiteData());
        JsonElement checks = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", "own-curve-checks.json"))).RootElement;
        Assert.Equal(catalog.OwnCurveProblems.Select(p => p.Name), checks.EnumerateObject().Select(p => p.Name));
        foreach (ICurveProblem problem in catalog.OwnCurveProblems)
        {
            foreach (JsonElement point in checks.GetProperty(problem.Name).GetProperty("check_points").EnumerateArray())
            {
                var reports = new Recorder();
                double? value = problem.Evaluate(new FixedParameters(point.GetProperty("params")), reports);
                Assert.Equal(problem.Steps, reports.Values.Count);
                double[] expected = SuiteData.Numbers(point.GetProperty("reports"));
                double[] seen = [reports.Values[0], reports.Values[problem.Steps / 2], reports.Values[^1]];
                Assert.All(expected.Zip(seen), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
                Assert.Equal(point.GetProperty("value").GetDouble(), value!.Value, 1e-9);
            }
        }
    }

    private sealed class Recorder : ICurveReporter
    {
        public List<double> Values { get; } = [];

        public void Report(double value, int step) => Values.Add(value);

        public bool ShouldPrune() => false;
    }

    private sealed class PrunerAt(int step) : ICurveReporter
    {
        public List<int> Steps { get; } = [];

        public void Report(double value, int step) => Steps.Add(step);

        public bool ShouldPrune() => Steps[^1] == step;
    }
}
