namespace HyperTune.Quality.Problems.Own;

/// <summary>The nearest feasible point to an infeasible one: below a line in one plane and within a ring in another, 19 % of the space.</summary>
internal sealed class ConstrainedProblem : IConstrainedProblem, IOwnProblem
{
    public string Name => "constrained4";

    public bool IsMaximized => false;

    public bool IsTable => false;

    /// <summary>0.75^2 / 2 for the line, and the square of the ring's inner radius less 0.05.</summary>
    public double Optimum { get; } = 0.28125 + Square(Math.Sqrt(0.03) - 0.05);

    public double RandomMedian => 0.5294;

    public double WorstValue => 2.1;

    public MultiObjectiveValues EvaluateAll(IParameters parameters)
    {
        double[] x = parameters.Vector(4, 0, 1);
        double value = Square(x[0] - 0.9) + Square(x[1] - 0.85) + Square(x[2] - 0.45) + Square(x[3] - 0.5);
        double line = x[0] + x[1] - 1, ring = Math.Abs(Square(x[2] - 0.5) + Square(x[3] - 0.5) - 0.09) - 0.06;
        return new([value], [line, ring]);
    }

    private static double Square(double x) => x * x;
}
