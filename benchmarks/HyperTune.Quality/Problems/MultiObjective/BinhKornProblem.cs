namespace HyperTune.Quality.Problems.MultiObjective;

/// <summary>Two objectives and two constraints in two variables.</summary>
/// <remarks>T. T. Binh, U. Korn, MOBES: A Multiobjective Evolution Strategy for Constrained Optimization Problems, 1997.</remarks>
internal sealed class BinhKornProblem : IMultiObjectiveProblem
{
    public string Name => "binh_korn";

    public int Objectives => 2;

    public int Constraints => 2;

    public MultiObjectiveValues Evaluate(IParameters parameters)
    {
        double x = parameters.Double("x", 0, 5), y = parameters.Double("y", 0, 3);
        return new(
            [4 * x * x + 4 * y * y, (x - 5) * (x - 5) + (y - 5) * (y - 5)],
            [(x - 5) * (x - 5) + y * y - 25, 7.7 - (x - 8) * (x - 8) - (y + 3) * (y + 3)]);
    }
}
