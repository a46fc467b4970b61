namespace HyperTune.Quality.Problems;

/// <summary>A minimized problem that a formula gives.</summary>
internal sealed class FormulaProblem(string name, Func<IParameters, double> formula) : IProblem
{
    public string Name => name;

    public bool IsMaximized => false;

    public bool IsTable => false;

    public double Evaluate(IParameters parameters) => formula(parameters);
}
