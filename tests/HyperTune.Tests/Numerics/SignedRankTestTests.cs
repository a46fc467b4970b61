using CsCheck;
using HyperTune.Numerics;

namespace HyperTune.Tests.Numerics;

public sealed class SignedRankTestTests
{
    [Fact]
    public void Exact_p_equals_a_count_over_all_signs() =>
        Gen.Double[0.1, 10].Array[1, 10].Select(sizes => sizes.Distinct().ToArray()).Select(Gen.Int[0, 1023], (sizes, signs) => (sizes, signs)).Sample((sizes, signs) =>
        {
            int n = sizes.Length;
            double[] Signed(int bits) => [.. sizes.Select((size, i) => (bits >> i & 1) == 1 ? size : -size)];
            double observed = RankSum(Signed(signs));
            int asHigh = Enumerable.Range(0, 1 << n).Count(bits => RankSum(Signed(bits)) >= observed);
            Assert.Equal(asHigh / (double)(1 << n), SignedRankTest.PGreater(Signed(signs)), 1e-12);
        });

    [Fact]
    public void The_normal_approximation_is_close_to_the_exact_distribution_where_one_follows_the_other()
    {
        var random = new Random(3);
        for (int i = 0; i < 50; i++)
        {
            double[] differences = [.. Enumerable.Range(0, SignedRankTest.LargestExact).Select(_ => random.NextDouble() - 0.4)];
            // A zero in place of the smallest difference changes the rank sum by half a rank, and the distribution to the normal one.
            double[] withZero = [.. differences];
            withZero[Array.IndexOf(withZero, withZero.MinBy(Math.Abs))] = 0;
            Assert.Equal(SignedRankTest.PGreater(differences), SignedRankTest.PGreater(withZero), 0.01);
        }
    }

    [Fact]
    public void Differences_that_are_all_zero_say_nothing() => Assert.Equal(0.5, SignedRankTest.PGreater(new double[10]), 1e-15);

    [Fact]
    public void Many_differences_are_taken()
    {
        double[] differences = [.. Enumerable.Range(1, 1000).Select(i => i % 2 == 0 ? i : (double)-i)];
        Assert.Equal(0.5, SignedRankTest.PGreater(differences), 0.02);
    }

    private static double RankSum(double[] differences)
    {
        double[] ordered = [.. differences.OrderBy(Math.Abs)];
        return Enumerable.Range(0, ordered.Length).Sum(i => ordered[i] > 0 ? i + 1 : 0);
    }
}
