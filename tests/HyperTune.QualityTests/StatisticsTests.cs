using System.Numerics;
using HyperTune.Quality;

namespace HyperTune.QualityTests;

public sealed class StatisticsTests
{
    [Theory]
    [InlineData(new double[] { 7 }, 0.25, 7)]
    [InlineData(new double[] { 4, 1, 3, 2 }, 0.25, 1.75)]
    [InlineData(new double[] { 4, 1, 3, 2 }, 0.5, 2.5)]
    [InlineData(new double[] { 4, 1, 3, 2 }, 0.75, 3.25)]
    [InlineData(new double[] { 5, 1, 3 }, 0, 1)]
    [InlineData(new double[] { 5, 1, 3 }, 1, 5)]
    [InlineData(new double[] { 5, 1, 3 }, 0.5, 3)]
    public void Quantile_interpolates_between_order_statistics(double[] sample, double p, double expected) =>
        Assert.Equal(expected, Statistics.Quantile(sample, p), 1e-15);

    [Theory]
    [InlineData(new double[] { }, 0.5)]
    [InlineData(new double[] { 1, double.NaN }, 0.5)]
    [InlineData(new double[] { 1 }, -0.1)]
    [InlineData(new double[] { 1 }, 1.1)]
    [InlineData(new double[] { 1 }, double.NaN)]
    public void Quantile_BadInput_Throws(double[] sample, double p) =>
        Assert.ThrowsAny<ArgumentException>(() => Statistics.Quantile(sample, p));

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.84134474606854293)]
    [InlineData(-1.96, 0.024997895148220435)]
    [InlineData(-2.5, 0.0062096653257761349)]
    [InlineData(-2.500001, 0.006209647797497552)]
    [InlineData(3, 0.9986501019683699)]
    [InlineData(-10, 7.6198530241605269e-24)]
    [InlineData(-35, 1.1249107064725534e-268)]
    public void NormalCdf_KnownPoints_Agree(double z, double expected) =>
        Assert.Equal(1, Statistics.NormalCdf(z) / expected, 1e-12);

    /// <summary>Two-sided p = 0.11134688653314041 is what SciPy documents for this example with the asymptotic method.</summary>
    [Fact]
    public void MannWhitneyLess_DocumentedExample_Agrees()
    {
        double[] males = [19, 22, 16, 29, 24], females = [20, 11, 17, 12];
        Assert.Equal(0.11134688653314041 / 2, Statistics.MannWhitneyLess(females, males), 1e-12);
    }

    [Fact]
    public void MannWhitneyLess_AllEqual_IsOne() => Assert.Equal(1, Statistics.MannWhitneyLess([3, 3, 3], [3, 3]));

    [Fact]
    public void MannWhitneyLess_Monotone_transformation_changes_nothing()
    {
        double[] first = [0.5, 1, 1, 2.5, 3], second = [1, 2, 4, 5];
        Assert.Equal(
            Statistics.MannWhitneyLess(first, second), Statistics.MannWhitneyLess([.. first.Select(Math.Exp)], [.. second.Select(Math.Exp)]));
    }

    [Theory]
    [InlineData(new double[] { }, new double[] { 1 })]
    [InlineData(new double[] { 1 }, new double[] { })]
    [InlineData(new double[] { 1 }, new double[] { double.NaN })]
    public void MannWhitneyLess_BadInput_Throws(double[] first, double[] second) =>
        Assert.Throws<ArgumentException>(() => Statistics.MannWhitneyLess(first, second));

    /// <summary>Against all 12,870 splits of the pooled numbers into two groups: without ties the approximation is off by less than 0.01 at 8 a side.</summary>
    [Theory]
    [InlineData(new double[] { 1, 2, 3, 5, 8, 9, 12, 13 }, new double[] { 4, 6, 7, 10, 11, 14, 15, 16 })]
    [InlineData(new double[] { 4, 6, 7, 10, 11, 14, 15, 16 }, new double[] { 1, 2, 3, 5, 8, 9, 12, 13 })]
    public void MannWhitneyLess_NoTies_AgreesWithThePermutationTest(double[] first, double[] second)
    {
        double[] all = AllSplits(first, second);
        double expected = (double)all.Count(u => u <= all[0]) / all.Length;
        Assert.Equal(expected, Statistics.MannWhitneyLess(first, second), 0.01);
    }

    /// <summary>With many ties U takes few values, so that p itself is coarse, but its mean and variance over all splits are exact.</summary>
    [Theory]
    [InlineData(new double[] { 1, 1, 1, 2, 2, 3, 4, 4 }, new double[] { 1, 2, 2, 3, 3, 3, 4, 5 })]
    [InlineData(new double[] { 1, 3, 1, 3, 2, 2, 1, 3 }, new double[] { 1, 1, 2, 2, 3, 3, 2, 2 })]
    [InlineData(new double[] { 5, 5, 5, 5, 5, 5, 5, 9 }, new double[] { 5, 5, 5, 5, 5, 5, 5, 5 })]
    public void MannWhitneyLess_Ties_HasTheMomentsOfThePermutations(double[] first, double[] second)
    {
        double[] all = AllSplits(first, second);
        double mean = all.Average(), deviation = Math.Sqrt(all.Average(u => (u - mean) * (u - mean)));
        double expected = Statistics.NormalCdf((all[0] - mean + 0.5) / deviation);
        Assert.Equal(expected, Statistics.MannWhitneyLess(first, second), 1e-10);
    }

    /// <summary>The pairs with a larger first number (half for a tie) in every split into 8 and 8; the split as given comes first.</summary>
    private static double[] AllSplits(double[] first, double[] second)
    {
        double[] pooled = [.. first, .. second];
        return [.. Enumerable.Range(0, 1 << 16).Where(members => BitOperations.PopCount((uint)members) == 8).Select(members => LargerPairs(pooled, members))];
    }

    private static double LargerPairs(double[] pooled, int members)
    {
        double u = 0;
        for (int i = 0; i < pooled.Length; i++)
        {
            if ((members >> i & 1) == 0) continue;
            for (int j = 0; j < pooled.Length; j++)
            {
                if ((members >> j & 1) == 0) u += pooled[i] > pooled[j] ? 1 : pooled[i] == pooled[j] ? 0.5 : 0;
            }
        }
        return u;
    }
}
