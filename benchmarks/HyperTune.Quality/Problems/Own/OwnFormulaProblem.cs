namespace HyperTune.Quality.Problems.Own;

/// <summary>A minimized problem of our own that a formula gives.</summary>
internal sealed class OwnFormulaProblem(string name, double optimum, double randomMedian, Func<IParameters, double> formula) : IProblem, IOwnProblem
{
    public string Name => name;

    public bool IsMaximized => false;

    public bool IsTable => false;

    public double Optimum => optimum;

    public double RandomMedian => randomMedian;

    public double Evaluate(IParameters parameters) => formula(parameters);
}
