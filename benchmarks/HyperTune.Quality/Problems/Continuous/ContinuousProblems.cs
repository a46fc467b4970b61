using System.Text.Json;

namespace HyperTune.Quality.Problems.Continuous;

/// <summary>Classic continuous test functions, most of them shifted away from the middle of their space.</summary>
internal static class ContinuousProblems
{
    private static readonly double[] HartmannWeights = [1, 1.2, 3, 3.2];

    private static readonly double[][] HartmannScales =
    [
        [10, 3, 17, 3.5, 1.7, 8],
        [0.05, 10, 17, 0.1, 8, 14],
        [3, 3.5, 1.7, 10, 17, 8],
        [17, 8, 0.05, 10, 0.1, 14],
    ];

    /// <summary>In units of 1e-4.</summary>
    private static readonly double[][] HartmannCentres =
    [
        [1312, 1696, 5569, 124, 8283, 5886],
        [2329, 4135, 8307, 3736, 1004, 9991],
        [2348, 1451, 3522, 2883, 3047, 6650],
        [4047, 8828, 8732, 5743, 1091, 381],
    ];

    /// <summary>All of them, in the order of the suite's description.</summary>
    public static IEnumerable<IProblem> All(JsonElement constants)
    {
        yield return Shifted(constants, "sphere5", 5, Sphere);
        yield return Shifted(constants, "rosenbrock5", 5, Rosenbrock);
        yield return Shifted(constants, "rastrigin5", 5.12, Rastrigin);
        yield return Shifted(constants, "ackley10", 32.768, Ackley);
        yield return new FormulaProblem("branin2", p => Branin(p.Double("x0", -5, 10), p.Double("x1", 0, 15)));
        yield return new FormulaProblem("hartmann6", p => Hartmann(p.Vector(6, 0, 1)));
        yield return Shifted(constants, "levy8", 10, Levy);
        double[][] rotation = [.. constants.GetProperty("ellipsoid10").GetProperty("rotation").EnumerateArray().Select(SuiteData.Numbers)];
        yield return Shifted(constants, "ellipsoid10", 5, z => Ellipsoid(z, rotation));
        yield return Shifted(constants, "styblinski_tang4", 5, StyblinskiTang);
    }

    /// <summary>A function of z = x - shift, with x in [-bound, bound].</summary>
    private static FormulaProblem Shifted(JsonElement constants, string name, double bound, Func<double[], double> function)
    {
        double[] shift = SuiteData.Numbers(constants.GetProperty(name).GetProperty("shift"));
        return new FormulaProblem(name, p =>
        {
            double[] z = p.Vector(shift.Length, -bound, bound);
            for (int i = 0; i < z.Length; i++) z[i] -= shift[i];
            return function(z);
        });
    }

    private static double Sphere(double[] z)
    {
        double sum = 0;
        foreach (double v in z) sum += v * v;
        return sum;
    }

    private static double Rosenbrock(double[] z)
    {
        double sum = 0;
        for (int i = 0; i + 1 < z.Length; i++)
        {
            double valley = z[i + 1] - z[i] * z[i];
            sum += 100 * valley * valley + (1 - z[i]) * (1 - z[i]);
        }
        return sum;
    }

    private static double Rastrigin(double[] z)
    {
        double sum = 0;
        foreach (double v in z) sum += v * v - 10 * Math.Cos(2 * Math.PI * v);
        return 10 * z.Length + sum;
    }

    private static double Ackley(double[] z)
    {
        double squares = 0, cosines = 0;
        foreach (double v in z)
        {
            squares += v * v;
            cosines += Math.Cos(2 * Math.PI * v);
        }
        return -20 * Math.Exp(-0.2 * Math.Sqrt(squares / z.Length)) - Math.Exp(cosines / z.Length) + 20 + Math.E;
    }

    private static double Branin(double x0, double x1)
    {
        double valley = x1 - 5.1 / (4 * Math.PI * Math.PI) * x0 * x0 + 5 / Math.PI * x0 - 6;
        return valley * valley + 10 * (1 - 1 / (8 * Math.PI)) * Math.Cos(x0) + 10;
    }

    internal static double Hartmann(double[] x)
    {
        double sum = 0;
        for (int k = 0; k < HartmannWeights.Length; k++)
        {
            double distance = 0;
            for (int j = 0; j < x.Length; j++)
            {
                double offset = x[j] - 1e-4 * HartmannCentres[k][j];
                distance += HartmannScales[k][j] * offset * offset;
            }
            sum += HartmannWeights[k] * Math.Exp(-distance);
        }
        return -sum;
    }

    private static double Levy(double[] z)
    {
        double first = Math.Sin(Math.PI * W(z[0]));
        double sum = first * first;
        for (int i = 0; i + 1 < z.Length; i++)
        {
            double sine = Math.Sin(Math.PI * W(z[i]) + 1);
            sum += (W(z[i]) - 1) * (W(z[i]) - 1) * (1 + 10 * sine * sine);
        }
        double last = W(z[^1]), lastSine = Math.Sin(2 * Math.PI * last);
        return sum + (last - 1) * (last - 1) * (1 + lastSine * lastSine);

        static double W(double v) => 1 + (v - 1) / 4;
    }

    /// <summary>y = R z, each row of the rotation times z; the axes' weights grow from 1 to 10^4.</summary>
    private static double Ellipsoid(double[] z, double[][] rotation)
    {
        double sum = 0;
        for (int i = 0; i < z.Length; i++)
        {
            double y = 0;
            for (int j = 0; j < z.Length; j++) y += rotation[i][j] * z[j];
            sum += Math.Pow(10, 4.0 * i / (z.Length - 1)) * y * y;
        }
        return sum;
    }

    private static double StyblinskiTang(double[] z)
    {
        double sum = 0;
        foreach (double v in z) sum += v * v * v * v - 16 * v * v + 5 * v;
        return 0.5 * sum;
    }
}
