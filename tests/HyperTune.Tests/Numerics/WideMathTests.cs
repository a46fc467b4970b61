using System.Runtime.Intrinsics;
using HyperTune.Numerics;
using HyperTune.Testing;

namespace HyperTune.Tests.Numerics;

public sealed class WideMathTests
{
    [Fact]
    public void Exp_AgreesWithTheScalar()
    {
        for (double x = -707; x < 707; x += 0.377)
        {
            var actual = WideMath.Exp(Vector512.Create(x, -x, x / 10, x / 100, x / 1000, 0, 1, -1));
            double[] exact = [Math.Exp(x), Math.Exp(-x), Math.Exp(x / 10), Math.Exp(x / 100), Math.Exp(x / 1000), 1, Math.E, Math.Exp(-1)];
            for (int lane = 0; lane < WideMath.Lanes; lane++) Relative.Close(exact[lane], actual[lane], 1e-15);
        }
    }

    [Fact]
    public void Exp_FarBelow_IsNegligible() =>
        Assert.InRange(WideMath.Exp(Vector512.Create(-1e9))[0] + WideMath.Exp(Vector512.Create(double.NegativeInfinity))[0], 0, 1e-300);

    [Fact]
    public void LogMassAround_AgreesWithTheScalar()
    {
        double[] widths = [1e-9, 1e-4, 0.01, 0.0999, 0.1001, 0.5, 1, 4, 40];
        foreach (double h in widths)
        {
            for (double z = -60; z < 60; z += 0.0931)
            {
                // Lanes of other kinds must not change a lane.
                double[] centres = [z, -z, 0, z / 10, 3, 1e4, z * 2, 1e-3];
                double[] breadths = [h, h, h, h, 1, h, 2 * h, h / 2];
                var actual = WideMath.LogMassAround(Vector512.Create(centres), Vector512.Create(breadths));
                for (int lane = 0; lane < WideMath.Lanes; lane++)
                {
                    double c = centres[lane], w = breadths[lane];
                    double alone = WideMath.LogMassAround(Vector512.Create(c), Vector512.Create(w))[0];
                    Assert.Equal(alone, actual[lane]);
                    // At z·h of many thousands the last bits of the bounds are what is seen.
                    double tolerance = 1e-13 + 1e-15 * Math.Abs(c) / Math.Min(1, w);
                    GoldenFile.Close(NormalDistribution.LogMass(c - 0.5 * w, c + 0.5 * w), actual[lane], tolerance, $"z {c}, h {w}");
                }
            }
        }
    }
}
