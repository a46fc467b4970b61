namespace HyperTune.Quality.Problems.MultiObjective;

/// <summary>DTLZ2 with three objectives in eight variables: the front is an eighth of the unit sphere.</summary>
/// <remarks>K. Deb, L. Thiele, M. Laumanns, E. Zitzler, Scalable Test Problems for Evolutionary Multiobjective Optimization, 2005.</remarks>
internal sealed class Dtlz2Problem : IMultiObjectiveProblem
{
    public string Name => "dtlz2";

    public int Objectives => 3;

    public int Constraints => 0;

    public MultiObjectiveValues Evaluate(IParameters parameters)
    {
        double[] x = parameters.Vector(8, 0, 1);
        double radius = 1 + SquaresAroundHalf(x.AsSpan(2));
        (double s0, double c0) = Math.SinCos(Math.PI * x[0] / 2);
        (double s1, double c1) = Math.SinCos(Math.PI * x[1] / 2);
        return new([radius * c0 * c1, radius * c0 * s1, radius * s0], []);
    }

    /// <summary>The distance function g of the family.</summary>
    internal static double SquaresAroundHalf(ReadOnlySpan<double> x)
    {
        double g = 0;
        foreach (double v in x) g += (v - 0.5) * (v - 0.5);
        return g;
    }
}
