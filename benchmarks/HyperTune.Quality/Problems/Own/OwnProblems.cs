using HyperTune.Quality.Problems.Continuous;

namespace HyperTune.Quality.Problems.Own;

/// <summary>Problems of kinds that the suite lacks, chosen before any sampler was tuned on them; they do not change any more.</summary>
internal static class OwnProblems
{
    private const int HartmannDimension = 50;

    /// <summary>The parameters that matter among the fifty.</summary>
    private static readonly int[] HartmannAxes = [3, 11, 19, 27, 35, 43];

    /// <summary>The problems with one objective.</summary>
    public static IReadOnlyList<IProblem> Single { get; } =
    [
        new OwnFormulaProblem("schwefel6", 0, 1604, p => Schwefel(p.Vector(6, -500, 500))),
        new OwnFormulaProblem("griewank6", 0, 2.856, p => Griewank(Rotated(p, 6, 10))),
        new OwnFormulaProblem("needle3", 0, 0.4156, p => Needle(p.Vector(3, 0, 1))),
        new OwnFormulaProblem("staircase5", 0, 7, p => Staircase(Rotated(p, 5, 5))),
        new NoisyProblem(),
        new TreeProblem(),
        new BranchesProblem(),
        new LayersProblem(),
        new OwnFormulaProblem("hartmann6_of_50", -3.322368, -1.3966, HartmannOfFifty),
        new OwnFormulaProblem("coupled50", 0, 7878, p => Coupled(Rotated(p, 50, 5))),
        new ChoicesProblem(),
        new ConstrainedProblem(),
        new FailingProblem(),
        new CountsProblem(),
    ];

    /// <summary>The problems with several objectives.</summary>
    public static IReadOnlyList<IMultiObjectiveProblem> Multi { get; } = [new DeploymentProblem(), new WavyFrontProblem()];

    /// <summary>A point of [-bound, bound]^d, shifted and rotated.</summary>
    internal static double[] Rotated(IParameters parameters, int dimension, double bound) =>
        Geometry.Rotated(Geometry.Shifted(parameters.Vector(dimension, -bound, bound), bound));

    /// <summary>Deep basins far apart: the second best lies at the other end of an axis.</summary>
    private static double Schwefel(double[] x)
    {
        const double Deepest = 418.98288727243380;
        double sum = 0;
        foreach (double v in x) sum += Deepest - v * Math.Sin(Math.Sqrt(Math.Abs(v)));
        return sum;
    }

    /// <summary>A shallow bowl under a ripple of many sharp minima that no axis is aligned with.</summary>
    private static double Griewank(double[] y)
    {
        double squares = 0, product = 1;
        for (int i = 0; i < y.Length; i++)
        {
            squares += y[i] * y[i];
            product *= Math.Cos(3 * y[i] / Math.Sqrt(i + 1));
        }
        return 1 + squares / 40 - product;
    }

    /// <summary>A wide basin that leads to 0.3, and a narrow one, elsewhere, down to 0.</summary>
    private static double Needle(double[] x)
    {
        double wide = Math.Exp(-Squares(x, 0.7, 0.3, 0.6) / 0.18), narrow = Math.Exp(-Squares(x, 0.2, 0.8, 0.3) / 0.0128);
        return 1 - Math.Max(0.7 * wide, narrow);
    }

    private static double Squares(double[] x, double a, double b, double c) => (x[0] - a) * (x[0] - a) + (x[1] - b) * (x[1] - b) + (x[2] - c) * (x[2] - c);

    /// <summary>Flat steps, ever wider, down a rotated ellipsoid.</summary>
    private static double Staircase(double[] y) => Math.Floor(2 * Math.Log2(1 + Ellipsoid(y, 100))) / 2;

    private static double HartmannOfFifty(IParameters parameters)
    {
        double[] x = parameters.Vector(HartmannDimension, 0, 1);
        return ContinuousProblems.Hartmann([.. HartmannAxes.Select(axis => x[axis])]);
    }

    private static double Coupled(double[] y) => Ellipsoid(y, 100);

    /// <summary>The sum of squares with weights that grow from 1 to the condition number.</summary>
    private static double Ellipsoid(double[] y, double condition)
    {
        double sum = 0;
        for (int i = 0; i < y.Length; i++) sum += Math.Pow(condition, (double)i / (y.Length - 1)) * y[i] * y[i];
        return sum;
    }
}
