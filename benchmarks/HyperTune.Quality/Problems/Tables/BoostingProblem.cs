namespace HyperTune.Quality.Problems.Tables;

/// <summary>Log loss of gradient boosting on breast cancer data at a chosen number of trees.</summary>
internal sealed class BoostingProblem(BoostingCurves curves) : IProblem
{
    public string Name => "gb_breast_cancer";

    public bool IsMaximized => false;

    public bool IsTable => true;

    public double Evaluate(IParameters parameters)
    {
        int configuration = curves.AskConfiguration(parameters);
        long trees = parameters.Int("n_estimators", 4, 200, step: 4);
        return curves[configuration][(int)(trees / 4 - 1)];
    }
}
