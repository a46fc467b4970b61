namespace HyperTune.Tests.Distributions;

public sealed class IntDistributionTests
{
    private const long Largest = 1L << 53;

    [Theory]
    [InlineData(0, 10, false, 1, 10, 11L)]
    [InlineData(0, 10, false, 3, 9, 4L)]
    [InlineData(-5, 5, false, 7, 2, 2L)]
    [InlineData(0, 3, false, 5, 0, 1L)]
    [InlineData(2, 2, false, 1, 2, 1L)]
    [InlineData(1, 1024, true, 1, 1024, 1024L)]
    [InlineData(-Largest, Largest, false, 1, Largest, 2 * Largest + 1)]
    public void Constructor_GoodRange_IsOnTheGrid(long low, long high, bool log, long step, long expectedHigh, long? count)
    {
        var distribution = new IntDistribution(low, high, log, step);

        Assert.Equal(expectedHigh, distribution.High);
        Assert.Equal(count, distribution.GridSize);
        Assert.Equal(count == 1, distribution.IsSingle);
    }

    [Theory]
    [InlineData(1, 0, false, 1, "The low bound is 1 and the high bound is 0")]
    [InlineData(0, 9, false, 0, "The step is 0, but must be at least 1")]
    [InlineData(0, 9, false, -1, "The step is -1")]
    [InlineData(0, 9, true, 1, "The low bound is 0, but a logarithmic distribution needs one of 1 or more")]
    [InlineData(1, 9, true, 2, "takes only 1")]
    [InlineData(-Largest - 1, 0, false, 1, "exact only within ±2^53")]
    [InlineData(0, Largest + 1, false, 1, "The high bound is 9007199254740993")]
    [InlineData(0, 1, false, Largest + 1, "The step is 9007199254740993")]
    public void Constructor_BrokenRule_IsRefused(long low, long high, bool log, long step, string message)
    {
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => new IntDistribution(low, high, log, step)).Message, StringComparison.Ordinal);
        Assert.Contains("'n'", Assert.Throws<ArgumentException>(() => IntDistribution.For("n", low, high, log, step)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.0, true)]
    [InlineData(9.0, true)]
    [InlineData(3.0, true)]
    [InlineData(1.0, false)]
    [InlineData(3.5, false)]
    [InlineData(-3.0, false)]
    [InlineData(12.0, false)]
    [InlineData(double.NaN, false)]
    [InlineData(double.NegativeInfinity, false)]
    public void Contains_IsTheGrid(double value, bool expected) => Assert.Equal(expected, new IntDistribution(0, 10, step: 3).Contains(value));

    [Fact]
    public void Values_are_longs_outside()
    {
        var distribution = new IntDistribution(0, 10);

        Assert.Equal(3L, distribution.ToExternal(3));
        Assert.Equal(3L, distribution.ToExternal(3.7));
        Assert.Equal(-3L, distribution.ToExternal(-3.7));
        Assert.Throws<ArgumentException>(() => distribution.ToExternal(double.NaN));
        Assert.Equal(3.0, distribution.ToInternal(3));
        Assert.Equal(3.0, distribution.ToInternal(3L));
        Assert.Equal(3.0, distribution.ToInternal(3.0));
        Assert.Equal(3.0, distribution.ToInternal((AttributeValue)3));
        foreach (object? bad in new object?[] { 3.5, double.NaN, double.PositiveInfinity, "3", null, true })
            Assert.Contains("no whole number", Assert.Throws<ArgumentException>(() => distribution.ToInternal(bad)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_takes_all_of_64_bits()
    {
        string json = $"{{\"name\": \"IntDistribution\", \"attributes\": {{\"log\": false, \"step\": 1, \"low\": {long.MinValue}, \"high\": {long.MaxValue}}}}}";
        var distribution = Assert.IsType<IntDistribution>(Distribution.Parse(json));

        Assert.Equal(json, distribution.ToJson());
        Assert.Null(distribution.GridSize);
        Assert.Throws<FormatException>(() => Distribution.Parse(json.Replace("9223372036854775807", "9223372036854775808", StringComparison.Ordinal)));
    }

    [Fact]
    public void Equality_is_by_content()
    {
        var one = new IntDistribution(1, 10, step: 3);

        Assert.Equal(one, new IntDistribution(1, 12, step: 3));
        Assert.Equal(one.GetHashCode(), new IntDistribution(1, 12, step: 3).GetHashCode());
        Assert.NotEqual(one, new IntDistribution(1, 10));
        Assert.NotEqual(new IntDistribution(1, 10), new IntDistribution(1, 10, log: true));
        Assert.Equal("int [1, 10] step 3", one.ToString());
        Assert.Equal("int [1, 10] log", new IntDistribution(1, 10, log: true).ToString());
    }
}
