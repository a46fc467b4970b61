namespace HyperTune.Quality.Problems.MultiObjective;

/// <summary>The ZDT family in ten variables: front shapes differ, everything else is shared.</summary>
/// <remarks>E. Zitzler, K. Deb, L. Thiele, Comparison of Multiobjective Evolutionary Algorithms: Empirical Results, 2000.</remarks>
/// <param name="name">The problem's name.</param>
/// <param name="shape">The second objective divided by g, as a function of (x0, x0 / g).</param>
internal sealed class ZdtProblem(string name, Func<double, double, double> shape) : IMultiObjectiveProblem
{
    private const int Dimension = 10;

    public string Name => name;

    public int Objectives => 2;

    public int Constraints => 0;

    public static ZdtProblem Zdt1() => new("zdt1", (_, ratio) => 1 - Math.Sqrt(ratio));

    public static ZdtProblem Zdt2() => new("zdt2", (_, ratio) => 1 - ratio * ratio);

    public static ZdtProblem Zdt3() => new("zdt3", (x0, ratio) => 1 - Math.Sqrt(ratio) - ratio * Math.Sin(10 * Math.PI * x0));

    public MultiObjectiveValues Evaluate(IParameters parameters)
    {
        double[] x = parameters.Vector(Dimension, 0, 1);
        double sum = 0;
        for (int i = 1; i < x.Length; i++) sum += x[i];
        double g = 1 + 9 * sum / (x.Length - 1);
        return new([x[0], g * shape(x[0], x[0] / g)], []);
    }
}
