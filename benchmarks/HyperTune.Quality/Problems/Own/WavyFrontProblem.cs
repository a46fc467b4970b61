namespace HyperTune.Quality.Problems.Own;

/// <summary>Four objectives whose front is a sixteenth of the unit sphere; the way there has waves, and ends elsewhere on each axis.</summary>
internal sealed class WavyFrontProblem : IOwnMultiObjectiveProblem
{
    public string Name => "waves4";

    public int Objectives => 4;

    public int Constraints => 0;

    /// <summary>2.5^4 without a sixteenth of the ball of radius 1.</summary>
    public double Optimum { get; } = 2.5 * 2.5 * 2.5 * 2.5 - Math.PI * Math.PI / 32;

    public double RandomMedian => 30.33;

    public IReadOnlyList<double> ReferencePoint { get; } = [2.5, 2.5, 2.5, 2.5];

    public MultiObjectiveValues Evaluate(IParameters parameters)
    {
        double[] x = parameters.Vector(8, 0, 1);
        double radius = 1;
        for (int i = 3; i < x.Length; i++)
        {
            double z = x[i] - (0.2 + 0.12 * (i - 3));
            radius += z * z + 0.05 * (1 - Math.Cos(8 * Math.PI * z));
        }
        (double s0, double c0) = Math.SinCos(Math.PI * x[0] / 2);
        (double s1, double c1) = Math.SinCos(Math.PI * x[1] / 2);
        (double s2, double c2) = Math.SinCos(Math.PI * x[2] / 2);
        return new([radius * c0 * c1 * c2, radius * c0 * c1 * s2, radius * c0 * s1, radius * s0], []);
    }
}
