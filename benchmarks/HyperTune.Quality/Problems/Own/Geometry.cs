namespace HyperTune.Quality.Problems.Own;

/// <summary>Fixed shifts and rotations that take an optimum away from the centre and the axes.</summary>
internal static class Geometry
{
    /// <summary>Moves a point from [-bound, bound]^d: its optimum lies at 0.6 bound sin(2.4 i + 0.8) then.</summary>
    public static double[] Shifted(double[] x, double bound)
    {
        double[] z = new double[x.Length];
        for (int i = 0; i < z.Length; i++) z[i] = x[i] - 0.6 * bound * Math.Sin(2.4 * i + 0.8);
        return z;
    }

    /// <summary>Two reflections, across cos(1.3 i + 0.4) and then across sin(2.1 i + 1.1): a rotation that mixes all axes.</summary>
    public static double[] Rotated(double[] z)
    {
        double[] y = [.. z];
        Reflect(y, i => Math.Cos(1.3 * i + 0.4));
        Reflect(y, i => Math.Sin(2.1 * i + 1.1));
        return y;
    }

    /// <summary>y - 2 v (v y) / (v v).</summary>
    private static void Reflect(double[] y, Func<int, double> v)
    {
        double dot = 0, squares = 0;
        for (int i = 0; i < y.Length; i++)
        {
            dot += v(i) * y[i];
            squares += v(i) * v(i);
        }
        double factor = 2 * dot / squares;
        for (int i = 0; i < y.Length; i++) y[i] -= factor * v(i);
    }
}
