using System.Globalization;
using HyperTune.Numerics;
using HyperTune.Testing;

namespace HyperTune.Tests.Numerics;

public sealed class NormalDistributionTests
{
    [Fact]
    [Trait("Category", "Golden")]
    public void LogCdf_AgreesWith60Digits()
    {
        using var file = GoldenFile.Open("golden/tpe_parzen.json");
        foreach (var entry in file.RootElement.GetProperty("truncnorm_log_ndtr").EnumerateArray())
        {
            double x = entry.GetProperty("x").Number();
            double exact = entry.GetProperty("exact").Number();
            if (exact == 0) Assert.InRange(NormalDistribution.LogCdf(x), -1e-300, 0);
            else Relative.Close(exact, NormalDistribution.LogCdf(x), 1e-14, string.Create(CultureInfo.InvariantCulture, $"ln Φ({x:R})"));
        }
    }

    [Fact]
    [Trait("Category", "Golden")]
    public void LogMass_AgreesWith60Digits()
    {
        using var file = GoldenFile.Open("golden/tpe_parzen.json");
        foreach (var entry in file.RootElement.GetProperty("truncnorm_log_mass").EnumerateArray())
        {
            double a = entry.GetProperty("a").Number();
            double b = entry.GetProperty("b").Number();
            string what = string.Create(CultureInfo.InvariantCulture, $"ln mass of [{a:R}, {b:R}]");
            Relative.Close(entry.GetProperty("exact").Number(), NormalDistribution.LogMass(a, b), 1e-14, what);
        }
    }

    [Fact]
    [Trait("Category", "Golden")]
    public void TruncatedQuantile_AgreesWith60Digits()
    {
        using var file = GoldenFile.Open("golden/tpe_parzen.json");
        foreach (var entry in file.RootElement.GetProperty("truncnorm_ppf_q_a_b_exact_ref").EnumerateArray())
        {
            double[] row = entry.Numbers();
            string what = string.Create(CultureInfo.InvariantCulture, $"quantile {row[0]:R} of [{row[1]:R}, {row[2]:R}]");
            double actual = TruncatedNormal.Quantile(row[0], row[1], row[2]);
            // Next to 0 a quantile is the difference of two tails: absolute there.
            if (Math.Abs(row[3]) < 1e-3) Assert.InRange(actual - row[3], -1e-15, 1e-15);
            else Relative.Close(row[3], actual, 1e-13, what);
        }
    }

    [Fact]
    [Trait("Category", "Golden")]
    public void TruncatedLogPdf_AgreesWithReference()
    {
        using var file = GoldenFile.Open("golden/tpe_parzen.json");
        foreach (var entry in file.RootElement.GetProperty("truncnorm_logpdf_x_a_b_loc_scale_value").EnumerateArray())
        {
            double[] row = entry.Numbers();
            GoldenFile.Close(row[5], TruncatedNormal.LogPdf(row[0], row[1], row[2], row[3], row[4]), 1e-9, "log pdf");
        }
    }

    [Theory]
    [InlineData(0.0, double.NegativeInfinity)]
    [InlineData(0.5, 0.0)]
    [InlineData(1.0, double.PositiveInfinity)]
    [InlineData(-0.1, double.NaN)]
    [InlineData(1.1, double.NaN)]
    [InlineData(double.NaN, double.NaN)]
    public void Quantile_AtAndBeyondTheEnds(double p, double expected) => Assert.Equal(expected, NormalDistribution.Quantile(p));

    [Fact]
    public void Quantile_InvertsTheDistribution()
    {
        for (double x = -37; x < 5; x += 0.0173) Relative.Close(x, NormalDistribution.Quantile(NormalDistribution.Cdf(x)), Allowed(x));
        static double Allowed(double x) => x < -1 ? 1e-13 : 1e-9 + 1e-14 / Math.Abs(x);
    }

    [Fact]
    public void LogQuantile_InvertsTheLogarithm()
    {
        for (double x = -1e5; x < -0.01; x *= 0.97) Relative.Close(x, NormalDistribution.LogQuantile(NormalDistribution.LogCdf(x)), 2e-14 / Math.Min(1, -x));
    }

    [Fact]
    public void LogMass_OfAdjoiningIntervals_Adds()
    {
        // Covers every branch and the seams between them.
        double[] starts = [-1e4, -60, -9, -2, -0.3, -0.01, 0, 0.01, 0.3, 2, 9, 60, 1e4];
        double[] widths = [1e-7, 1e-3, 0.0499999, 0.05, 0.05000001, 0.3, 1, 5, 50];
        foreach (double a in starts)
        {
            foreach (double width in widths)
            {
                double middle = a + width;
                double b = middle + 0.7 * width;
                double whole = NormalDistribution.LogMass(a, b);
                double parts = Logarithms.LogAddExp(NormalDistribution.LogMass(a, middle), NormalDistribution.LogMass(middle, b));
                // Where a·width is large the rounding of the bounds themselves is what is seen.
                GoldenFile.Close(whole, parts, 1e-13 + 1e-15 * Math.Abs(a) / width, $"mass of [{a}, {b}]");
            }
        }
    }

    [Fact]
    public void LogMass_OfNothing_IsMinusInfinity()
    {
        Assert.Equal(double.NegativeInfinity, NormalDistribution.LogMass(1, 1));
        Assert.Equal(double.NegativeInfinity, NormalDistribution.LogMass(2, 1));
        Assert.Equal(0, NormalDistribution.LogMass(double.NegativeInfinity, double.PositiveInfinity));
        Assert.True(double.IsNaN(NormalDistribution.LogMass(double.NaN, 1)));
    }
}
