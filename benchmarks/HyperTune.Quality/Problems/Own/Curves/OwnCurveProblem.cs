namespace HyperTune.Quality.Problems.Own.Curves;

/// <summary>Learning curves of our own that a formula gives.</summary>
internal sealed class OwnCurveProblem(string name, int steps, Func<IParameters, OwnCurve> formula) : ICurveProblem
{
    public string Name => name;

    public int Steps => steps;

    public double? Evaluate(IParameters parameters, ICurveReporter reporter)
    {
        OwnCurve curve = formula(parameters);
        for (int step = 0; step < steps; step++)
        {
            reporter.Report(curve.Report(step), step);
            if (reporter.ShouldPrune()) return null;
        }
        return curve.Value(steps - 1);
    }
}
