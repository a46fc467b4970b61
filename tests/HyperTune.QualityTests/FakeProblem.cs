using HyperTune.Quality.Problems;

namespace HyperTune.QualityTests;

internal sealed class FakeProblem(string name, Func<IParameters, double> formula, bool isMaximized = false) : IProblem
{
    public string Name => name;

    public bool IsMaximized => isMaximized;

    public bool IsTable => false;

    public double Evaluate(IParameters parameters) => formula(parameters);
}
