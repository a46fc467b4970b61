using HyperTune.Testing;

namespace HyperTune.Tests.Distributions;

public sealed class FloatDistributionTests
{
    [Theory]
    [InlineData(0.0, 1.0, false, null)]
    [InlineData(2.0, 2.0, false, null)]
    [InlineData(-1.7e308, 1.7e308, false, null)]
    [InlineData(5e-324, 1.0, true, null)]
    [InlineData(0.0, 1.0, false, 5e-324)]
    [InlineData(0.0, 1.0, false, 2.0)]
    public void Constructor_GoodRange_IsTaken(double low, double high, bool log, double? step)
    {
        var distribution = new FloatDistribution(low, high, log, step);

        Assert.Equal(low, distribution.Low);
        Assert.Equal(log, distribution.Log);
        Assert.Equal(step, distribution.Step);
        Assert.True(distribution.High <= high);
    }

    [Theory]
    [InlineData(1.0, 0.9999, false, null, "The low bound is 1 and the high bound is 0.9999")]
    [InlineData(double.NaN, 1.0, false, null, "The low bound is NaN")]
    [InlineData(0.0, double.NaN, false, null, "the high bound is NaN")]
    [InlineData(double.NegativeInfinity, 1.0, false, null, "The low bound is -Infinity, but must be finite")]
    [InlineData(0.0, double.PositiveInfinity, false, null, "The high bound is Infinity, but must be finite")]
    [InlineData(0.0, 1.0, true, null, "The low bound is 0, but a logarithmic distribution needs one above 0. Raise the bound or use a linear scale.")]
    [InlineData(-1.0, 1.0, true, null, "The low bound is -1")]
    [InlineData(1.0, 2.0, true, 0.1, "takes none")]
    [InlineData(0.0, 1.0, false, 0.0, "The step is 0, but must be above 0")]
    [InlineData(0.0, 1.0, false, -0.1, "The step is -0.1")]
    [InlineData(0.0, 1.0, false, double.NaN, "The step is NaN")]
    [InlineData(0.0, 1.0, false, double.PositiveInfinity, "The step is Infinity, but must be finite")]
    public void Constructor_BrokenRule_IsRefused(double low, double high, bool log, double? step, string message)
    {
        var refusal = Assert.Throws<ArgumentException>(() => new FloatDistribution(low, high, log, step));

        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("'lr'", Assert.Throws<ArgumentException>(() => FloatDistribution.For("lr", low, high, log, step)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void For_BrokenRule_NamesTheParameter() => Assert.StartsWith(
        "The low bound of 'lr' is 0, but a logarithmic distribution needs one above 0. Raise the bound or use a linear scale.",
        Assert.Throws<ArgumentException>(() => FloatDistribution.For("lr", 0, 1, log: true)).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(0.0, 1.0, 0.3, 0.9, 4L)]
    [InlineData(0.0, 1.0, 0.1, 1.0, 11L)]
    [InlineData(0.1, 0.7, 0.2, 0.7, 4L)]
    [InlineData(0.0, 0.5, 0.7, 0.0, 1L)]
    [InlineData(1e-300, 1e-299, 3e-300, 1e-299, 4L)]
    [InlineData(0.0, 1e-299, 3e-300, 9e-300, 4L)]
    [InlineData(0.0, 1e300, 3e299, 9e299, 4L)]
    [InlineData(-1e300, 1e300, 1e-300, 1e300, null)]
    [InlineData(0.0, 1e18, 0.5, 1e18, 2_000_000_000_000_000_001L)]
    public void High_WithStep_IsLoweredInDecimal(double low, double high, double step, double expected, long? count)
    {
        var distribution = new FloatDistribution(low, high, step: step);

        Assert.Equal(expected, distribution.High);
        Assert.Equal(count, distribution.GridSize);
        Assert.Equal(count == 1, distribution.IsSingle);
    }

    [Theory]
    [InlineData(-1.0, true)]
    [InlineData(2.5, true)]
    [InlineData(0.3, true)]
    [InlineData(-1.0000000000000002, false)]
    [InlineData(2.5000000000000004, false)]
    [InlineData(double.NaN, false)]
    [InlineData(double.PositiveInfinity, false)]
    public void Contains_Continuous_IsClosed(double value, bool expected) => Assert.Equal(expected, new FloatDistribution(-1, 2.5).Contains(value));

    [Theory]
    [InlineData(0.1 + 0.2, true)]
    [InlineData(0.3, true)]
    [InlineData(0.3 + 0.9e-9, true)]
    [InlineData(0.3 + 1.1e-9, false)]
    [InlineData(0.35, false)]
    [InlineData(1.0000000001, false)]
    public void Contains_Stepped_TakesRounding(double value, bool expected) => Assert.Equal(expected, new FloatDistribution(0, 1, step: 0.1).Contains(value));

    [Fact]
    public void Values_pass_through()
    {
        var distribution = new FloatDistribution(0, 1);

        Assert.Equal(0.25, distribution.ToExternal(0.25));
        Assert.Equal(0.25, distribution.ToInternal(0.25));
        Assert.Equal(3.0, distribution.ToInternal(3));
        Assert.Equal(0.5, distribution.ToInternal(0.5f));
        Assert.Equal(7.0, distribution.ToInternal((AttributeValue)7));
        Assert.Equal(double.PositiveInfinity, distribution.ToInternal(double.PositiveInfinity));
        Assert.Contains("'a' is no number", Assert.Throws<ArgumentException>(() => distribution.ToInternal("a")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => distribution.ToInternal(null));
        Assert.Throws<ArgumentException>(() => distribution.ToInternal(true));
        Assert.Throws<ArgumentException>(() => distribution.ToInternal(double.NaN));
    }

    [Fact]
    public void GridValue_gives_each_place()
    {
        var distribution = new FloatDistribution(0, 1, step: 0.3);

        Assert.Equal([0.0, 0.3, 0.6, 0.9], Enumerable.Range(0, 4).Select(place => Math.Round(distribution.GridValue(place), 12)));
        Assert.Throws<ArgumentOutOfRangeException>(() => distribution.GridValue(4));
        Assert.Throws<ArgumentOutOfRangeException>(() => distribution.GridValue(-1));
        Assert.Equal(2.0, new FloatDistribution(2, 2).GridValue(0));
        Assert.Throws<InvalidOperationException>(() => new FloatDistribution(0, 1).GridValue(0));
    }

    [Fact]
    public void Equality_is_by_content()
    {
        var one = new FloatDistribution(0, 1, step: 0.5);

        Assert.Equal(one, new FloatDistribution(0, 1.2, step: 0.5));
        Assert.Equal(one.GetHashCode(), new FloatDistribution(0, 1.2, step: 0.5).GetHashCode());
        Assert.NotEqual(one, new FloatDistribution(0, 1));
        Assert.NotEqual(one, new FloatDistribution(0, 1, step: 0.25));
        Assert.NotEqual(new FloatDistribution(1, 2), new FloatDistribution(1, 2, log: true));
        Assert.NotEqual<Distribution>(new FloatDistribution(1, 2), new IntDistribution(1, 2));
    }

    [Fact]
    public void Grid_places_belong() => CsCheck.Check.Sample(DistributionGenerators.Floats, distribution =>
    {
        if (distribution.GridSize is not { } size) return true;
        for (long place = 0; place < size; place += Math.Max(1, size / 50))
        {
            if (!distribution.Contains(distribution.GridValue(place))) return false;
        }
        return distribution.Contains(distribution.GridValue(size - 1)) && distribution.Contains(distribution.High);
    });

    [Theory]
    [InlineData(0.0, 1.0, false, null, "float [0, 1]")]
    [InlineData(0.001, 1.0, true, null, "float [0.001, 1] log")]
    [InlineData(0.0, 1.0, false, 0.25, "float [0, 1] step 0.25")]
    public void ToString_reads_well(double low, double high, bool log, double? step, string expected) =>
        Assert.Equal(expected, new FloatDistribution(low, high, log, step).ToString());
}
