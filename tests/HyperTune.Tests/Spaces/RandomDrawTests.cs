using CsCheck;
using HyperTune.Spaces;
using HyperTune.Testing;

namespace HyperTune.Tests.Spaces;

public sealed class RandomDrawTests
{
    private const int Draws = 100_000;

    [Fact]
    public void Draws_belong_to_the_distribution() => Gen.Select(DistributionGenerators.All, Gen.Double.Unit).Sample((distribution, u) =>
        distribution.Contains(RandomDraw.FromUniform(distribution, u))
        && distribution.Contains(RandomDraw.FromUniform(distribution, 0))
        && distribution.Contains(RandomDraw.FromUniform(distribution, Math.BitDecrement(1.0))));

    [Theory]
    [InlineData("{\"type\": \"int\", \"low\": -3, \"high\": 6}", 10)]
    [InlineData("{\"type\": \"int\", \"low\": 0, \"high\": 98, \"step\": 7}", 15)]
    [InlineData("{\"type\": \"float\", \"low\": 0, \"high\": 1, \"step\": 0.1}", 11)]
    [InlineData("{\"type\": \"float\", \"low\": -0.3, \"high\": 1, \"step\": 0.7}", 2)]
    [InlineData("{\"type\": \"categorical\", \"choices\": [1, 2, 3, null, \"a\"]}", 5)]
    public void Grid_values_have_equal_mass(string json, int size)
    {
        var distribution = Distribution.Parse(json);
        int[] counts = new int[size];
        double[] grid = [.. Enumerable.Range(0, size).Select(place => distribution.GridValue(place))];
        // Evenly spread numbers instead of random ones: each count is then right to one draw.
        for (int i = 0; i < Draws; i++) counts[Array.IndexOf(grid, RandomDraw.FromUniform(distribution, (i + 0.5) / Draws))]++;

        Assert.All(counts, count => Assert.InRange(count - (double)Draws / size, -1, 1));
    }

    [Fact]
    public void Logarithmic_whole_numbers_have_logarithmic_mass()
    {
        var distribution = new IntDistribution(1, 20, log: true);
        int[] counts = new int[21];
        for (int i = 0; i < Draws; i++) counts[(int)RandomDraw.FromUniform(distribution, (i + 0.5) / Draws)]++;

        for (int k = 1; k <= 20; k++)
            Assert.InRange(counts[k] - Draws * Math.Log((k + 0.5) / (k - 0.5)) / Math.Log(20.5 / 0.5), -1.001, 1.001);
    }

    [Fact]
    public void Random_draws_fit_their_masses()
    {
        // Chi-squared with 19 degrees of freedom exceeds 43.8 with probability 0.001; the seed is fixed.
        var random = new Random(7);
        var even = new IntDistribution(1, 20);
        var log = new IntDistribution(1, 20, log: true);
        double[] evenCounts = new double[21], logCounts = new double[21];
        for (int i = 0; i < Draws; i++)
        {
            evenCounts[(int)RandomDraw.FromUniform(even, random.NextDouble())]++;
            logCounts[(int)RandomDraw.FromUniform(log, random.NextDouble())]++;
        }
        double evenSum = 0, logSum = 0;
        for (int k = 1; k <= 20; k++)
        {
            double expected = Draws / 20.0;
            evenSum += (evenCounts[k] - expected) * (evenCounts[k] - expected) / expected;
            expected = Draws * Math.Log((k + 0.5) / (k - 0.5)) / Math.Log(20.5 / 0.5);
            logSum += (logCounts[k] - expected) * (logCounts[k] - expected) / expected;
        }

        Assert.InRange(evenSum, 0, 43.8);
        Assert.InRange(logSum, 0, 43.8);
    }

    [Fact]
    public void Continuous_draws_are_even_on_their_scale()
    {
        Assert.Equal(2.5, RandomDraw.FromUniform(new FloatDistribution(0, 10), 0.25));
        Assert.Equal(0.1, RandomDraw.FromUniform(new FloatDistribution(0.001, 10, log: true), 0.5), 1e-15);
        Assert.Equal(0.0, RandomDraw.FromUniform(new FloatDistribution(-1.7e308, 1.7e308), 0.5));
        Assert.Equal(3.0, RandomDraw.FromUniform(new FloatDistribution(3, 3, log: true), 0.5));
        Assert.Equal(1e-8, RandomDraw.FromUniform(new FloatDistribution(1e-8, 1, log: true), 0));
        Assert.True(RandomDraw.FromUniform(new FloatDistribution(0, 1), Math.BitDecrement(1.0)) < 1);
    }

    [Fact]
    public void Draws_agree_with_the_transform() => Gen.Select(DistributionGenerators.Ints, Gen.Double.Unit).Where((d, _) => d.GridSize < 1L << 40).Sample((distribution, u) =>
    {
        var transform = new SearchSpaceTransform(SearchSpace.Create([new("x", distribution)]), new() { ScalesToUnit = true });
        double[] value = [0];
        transform.Untransform([u], value);
        // At the very border between two grid values rounding may decide differently.
        return Math.Abs(value[0] - RandomDraw.FromUniform(distribution, u)) <= distribution.Step * (distribution.GridSize > 1L << 20 ? 1 : 0)
            || Math.Abs((u * distribution.GridSize!.Value) % 1.0 - 0.5) > 0.4999;
    });
}
