using System.Globalization;
using HyperTune.Quality;
using HyperTune.Quality.Checks;
using HyperTune.Quality.Problems;

namespace HyperTune.QualityTests;

public sealed class SuiteCheckTests
{
    private static readonly SuiteData Data = new();

    public static TheoryData<string> Names => [.. new SuiteCheck(Data.Spec).All(new ProblemCatalog(Data)).Select(r => r.Problem)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Problem_agrees_with_the_specification(string name)
    {
        CheckResult result = new SuiteCheck(Data.Spec).All(new ProblemCatalog(Data)).Single(r => r.Problem == name);
        Assert.Empty(result.Failures);
        Assert.InRange(result.Points, 8, 9);
    }

    [Fact]
    public void There_are_as_many_problems_as_the_suite_describes()
    {
        var catalog = new ProblemCatalog(Data);
        Assert.Equal((16, 6, 1), (catalog.Single.Count, catalog.Multi.Count, catalog.Curves.Count));
    }

    [Fact]
    public void Check_WrongValue_Fails()
    {
        CheckResult result = Check(p => Sphere(p) * (1 + 2 * SuiteCheck.Tolerance));
        Assert.Contains(result.Failures, f => f.StartsWith("point 1: value is ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(4.5, false, null, 5)]
    [InlineData(5, true, null, 5)]
    [InlineData(5, false, 0.5, 5)]
    [InlineData(5, false, null, 4)]
    public void Check_WrongSpace_Fails(double bound, bool log, double? step, int dimension)
    {
        CheckResult result = Check(p =>
        {
            double sphere = Sphere(p, dimension - 1);
            if (dimension == 5) _ = p.Double("x4", -bound, bound, log, step);
            return sphere;
        });
        Assert.Contains(result.Failures, f => f.Contains("'x4'", StringComparison.Ordinal));
    }

    [Fact]
    public void Check_WrongDirection_Fails() =>
        Assert.Contains("direction is maximize, not minimize", Check(p => Sphere(p), isMaximized: true).Failures);

    private static CheckResult Check(Func<IParameters, double> formula, bool isMaximized = false) =>
        new SuiteCheck(Data.Spec).Check(new FakeProblem("sphere5", formula, isMaximized));

    private static double Sphere(IParameters parameters, int dimension = 5)
    {
        double[] shift = SuiteData.Numbers(Data.Constants.GetProperty("sphere5").GetProperty("shift"));
        double sum = 0;
        for (int i = 0; i < dimension; i++)
        {
            double z = parameters.Double("x" + i.ToString(CultureInfo.InvariantCulture), -5, 5) - shift[i];
            sum += z * z;
        }
        return sum;
    }
}
