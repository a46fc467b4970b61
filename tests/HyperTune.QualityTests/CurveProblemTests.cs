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

    private sealed class PrunerAt(int step) : ICurveReporter
    {
        public List<int> Steps { get; } = [];

        public void Report(double value, int step) => Steps.Add(step);

        public bool ShouldPrune() => Steps[^1] == step;
    }
}
