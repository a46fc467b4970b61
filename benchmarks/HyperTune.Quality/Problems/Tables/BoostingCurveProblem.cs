namespace HyperTune.Quality.Problems.Tables;

/// <summary>The same boosting, reported every four trees up to 200, for pruners.</summary>
internal sealed class BoostingCurveProblem(BoostingCurves curves) : ICurveProblem
{
    public string Name => "gb_breast_cancer_curve";

    public int Steps => 50;

    /// <summary>The configuration nearest to the parameters.</summary>
    public int Configuration(IParameters parameters) => curves.AskConfiguration(parameters);

    public double? Evaluate(IParameters parameters, ICurveReporter reporter)
    {
        int configuration = Configuration(parameters);
        for (int step = 0; step < Steps; step++)
        {
            reporter.Report(curves[configuration][step], step);
            if (reporter.ShouldPrune()) return null;
        }
        return curves[configuration][Steps - 1];
    }
}
