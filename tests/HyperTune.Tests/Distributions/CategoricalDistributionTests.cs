namespace HyperTune.Tests.Distributions;

public sealed class CategoricalDistributionTests
{
    private static readonly CategoricalDistribution Mixed = new([null, true, 2, 2.5f, "a", double.NaN]);

    [Fact]
    public void Choices_are_normalised()
    {
        Assert.Equal([null, true, 2L, 2.5, "a", double.NaN], Mixed.Choices);
        Assert.Equal(6, Mixed.GridSize);
        Assert.False(Mixed.IsSingle);
        Assert.True(new CategoricalDistribution(["x"]).IsSingle);
    }

    [Fact]
    public void Constructor_BrokenRule_IsRefused()
    {
        Assert.Contains("are empty", Refusal([]), StringComparison.Ordinal);
        Assert.Contains("Choice 1 is", Refusal(["a", TimeSpan.Zero]), StringComparison.Ordinal);
        Assert.Contains("Choice 0 is", Refusal([1m]), StringComparison.Ordinal);
        Assert.Contains("Choice 0 is", Refusal([ulong.MaxValue]), StringComparison.Ordinal);
        Assert.Contains("Choice 0 is", Refusal([AttributeValue.Array(1)]), StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => new CategoricalDistribution(null!));
        Assert.Contains(
            "The choices 0 and 2 of 'k' are 1 and true", Assert.Throws<ArgumentException>(() => CategoricalDistribution.For("k", [1, "x", true])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(1, 1.0)]
    [InlineData(false, 0.0)]
    [InlineData(0.0, -0.0)]
    [InlineData(double.NaN, double.NaN)]
    [InlineData("a", "a")]
    [InlineData(null, null)]
    public void Equal_choices_are_refused(object? first, object? second)
    {
        Assert.Contains("cannot tell apart", Refusal([first, second]), StringComparison.Ordinal);
        Assert.Equal(0, new CategoricalDistribution([first, "other"]).IndexOf(second));
    }

    [Theory]
    [InlineData(true, "true")]
    [InlineData(1, "1")]
    [InlineData(null, "")]
    [InlineData(null, false)]
    [InlineData(9007199254740993L, 9007199254740992.0)]
    [InlineData("é", "e")]
    [InlineData(double.NaN, double.PositiveInfinity)]
    public void Different_choices_are_taken(object? first, object? second) => Assert.Equal(2, new CategoricalDistribution([first, second]).Choices.Count);

    [Theory]
    [InlineData(0, true)]
    [InlineData(5, true)]
    [InlineData(6, false)]
    [InlineData(-1, false)]
    [InlineData(0.5, false)]
    [InlineData(double.NaN, false)]
    public void Contains_IsAnIndex(double index, bool expected) => Assert.Equal(expected, Mixed.Contains(index));

    [Fact]
    public void Values_convert_both_ways()
    {
        for (int i = 0; i < Mixed.Choices.Count; i++)
        {
            Assert.Equal(Mixed.Choices[i], Mixed.ToExternal(i));
            Assert.Equal(i, Mixed.ToInternal(Mixed.Choices[i]));
        }
        Assert.Equal(1.0, Mixed.ToInternal(1));
        Assert.Equal(2.0, Mixed.ToInternal((AttributeValue)2.0));
        Assert.Contains("'b' is none of the choices", Assert.Throws<ArgumentException>(() => Mixed.ToInternal("b")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Mixed.ToInternal(TimeSpan.Zero));
        Assert.Throws<ArgumentException>(() => Mixed.ToExternal(6));
        Assert.Throws<ArgumentException>(() => Mixed.ToExternal(-1));
        Assert.Throws<ArgumentException>(() => Mixed.ToExternal(double.NaN));
    }

    [Fact]
    public void Parse_takes_what_Python_allows()
    {
        string json = "{\"name\": \"CategoricalDistribution\", \"attributes\": {\"choices\": [true, 1, 1.0, [1, 2], {\"a\": null}, 12345678901234567890]}}";
        var distribution = Assert.IsType<CategoricalDistribution>(Distribution.Parse(json));

        Assert.Equal(json, distribution.ToJson());
        Assert.Equal(0, distribution.IndexOf(1.0));
        Assert.Equal(1L, distribution.ToExternal(1));
        Assert.Equal(3, distribution.IndexOf(AttributeValue.Array(true, 2.0)));
        Assert.Equal(4, distribution.IndexOf(AttributeValue.Object(("a", null))));
        Assert.Throws<FormatException>(() => Distribution.Parse("{\"name\": \"CategoricalDistribution\", \"attributes\": {\"choices\": []}}"));
    }

    [Fact]
    public void Equality_is_by_content_and_order()
    {
        Assert.Equal(new CategoricalDistribution(["a", 1]), new CategoricalDistribution(["a", 1L]));
        Assert.Equal(new CategoricalDistribution(["a", 1]).GetHashCode(), new CategoricalDistribution(["a", 1L]).GetHashCode());
        Assert.NotEqual(new CategoricalDistribution(["a", 1]), new CategoricalDistribution([1, "a"]));
        Assert.NotEqual(new CategoricalDistribution([1]), new CategoricalDistribution([1.0]));
        Assert.Equal("categorical [null, true, 2, 2.5, \"a\", NaN]", Mixed.ToString());
    }

    private static string Refusal(object?[] choices) => Assert.Throws<ArgumentException>(() => new CategoricalDistribution(choices)).Message;
}
