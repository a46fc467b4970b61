using HyperTune.Numerics;
using HyperTune.Samplers.Gp.Process;

namespace HyperTune.Tests.Samplers.Gp;

/// <summary>Random points, and losses drawn from a process.</summary>
internal static class GpData
{
    public static double[][] Points(RandomStream random, int count, int numbers, int choices = 0) =>
        [.. Enumerable.Range(0, count).Select(_ => (double[])[.. Enumerable.Range(0, numbers).Select(_ => random.NextDouble()), .. Enumerable.Range(0, choices).Select(_ => (double)random.NextInt(3))])];

    public static GpPoints Columns(double[][] points, int choices = 0, int room = 0)
    {
        int d = points[0].Length;
        var columns = new GpPoints([.. Enumerable.Range(0, d).Select(j => j >= d - choices)], points.Length + room);
        foreach (double[] point in points) columns.Add(point);
        return columns;
    }

    public static GpParameters Parameters(int dimensions, double noise = 1e-3) =>
        new([.. Enumerable.Range(0, dimensions).Select(j => 2.0 / (1 + (0.3 * j)))], 1.3, noise);

    public static double[] Flat(double[][] points) => [.. points.SelectMany(point => point)];

    /// <summary>Values of a draw of the process with the parameters, noise included.</summary>
    public static double[] Draw(RandomStream random, double[][] points, GpParameters parameters, int choices = 0)
    {
        GpPoints columns = Columns(points, choices);
        var factor = new CholeskyFactor(points.Length);
        var kernel = new double[points.Length * factor.Stride];
        var row = new double[factor.Stride];
        for (int i = 0; i < points.Length; i++)
        {
            columns.SquaredDistances(points[i], parameters.Weights, points.Length, row);
            for (int j = 0; j <= i; j++) kernel[(i * factor.Stride) + j] = parameters.Scale * Matern52.Value(row[j]);
        }
        Assert.True(factor.TryFactor(kernel, points.Length, parameters.Noise));
        double[] normals = [.. points.Select(_ => random.NextNormal())];
        return [.. Enumerable.Range(0, points.Length).Select(i => Enumerable.Range(0, i + 1).Sum(j => factor[i, j] * normals[j]))];
    }
}
