namespace HyperTune.Quality.Problems.MultiObjective;

/// <summary>C2-DTLZ2 with two objectives in seven variables: only three small discs around the front are feasible.</summary>
/// <remarks>H. Jain, K. Deb, An Evolutionary Many-Objective Optimization Algorithm, Part II, 2014.</remarks>
internal sealed class ConstrainedDtlz2Problem : IMultiObjectiveProblem
{
    /// <summary>The square of the discs' radius, 0.2.</summary>
    private const double SquaredRadius = 0.04;

    public string Name => "c2dtlz2";

    public int Objectives => 2;

    public int Constraints => 1;

    public MultiObjectiveValues Evaluate(IParameters parameters)
    {
        double[] x = parameters.Vector(7, 0, 1);
        double radius = 1 + Dtlz2Problem.SquaresAroundHalf(x.AsSpan(1));
        (double s0, double c0) = Math.SinCos(Math.PI * x[0] / 2);
        double f0 = radius * c0, f1 = radius * s0, h = 1 / Math.Sqrt(2);
        double distance = Math.Min(Squares(f0 - h, f1 - h), Math.Min(Squares(f0 - 1, f1), Squares(f1 - 1, f0)));
        return new([f0, f1], [distance - SquaredRadius]);
    }

    private static double Squares(double a, double b) => a * a + b * b;
}
