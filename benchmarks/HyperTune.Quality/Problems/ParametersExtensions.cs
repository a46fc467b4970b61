using System.Globalization;

namespace HyperTune.Quality.Problems;

/// <summary>Whole vectors of parameters.</summary>
internal static class ParametersExtensions
{
    /// <summary>The numbers <c>x0</c>, <c>x1</c>, ..., all in the same interval.</summary>
    public static double[] Vector(this IParameters parameters, int dimension, double low, double high)
    {
        double[] x = new double[dimension];
        for (int i = 0; i < dimension; i++) x[i] = parameters.Double("x" + i.ToString(CultureInfo.InvariantCulture), low, high);
        return x;
    }
}
