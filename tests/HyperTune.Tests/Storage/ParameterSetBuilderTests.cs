using HyperTune.Storage;

namespace HyperTune.Tests.Storage;

public sealed class ParameterSetBuilderTests
{
    private static readonly Distribution X = new FloatDistribution(0, 1);

    [Fact]
    public void Sets_with_the_same_names_and_distributions_share_both()
    {
        var builder = new ParameterSetBuilder();
        ParameterSet first = Build(0.1), second = Build(0.2);
        Assert.Same(first.Names, second.Names);
        Assert.Equal([0.1, 1], first.Values.ToArray());
        Assert.Equal([0.2, 1], second.Values.ToArray());

        ParameterSet Build(double value)
        {
            builder.Add("x", new FloatDistribution(0, 1), value);
            builder.Add("y", X, 1);
            return builder.Build();
        }
    }

    [Fact]
    public void A_name_is_taken_once_in_each_set()
    {
        var builder = new ParameterSetBuilder();
        builder.Add("x", X, 0);
        Assert.True(builder.Contains("x"));
        Assert.Throws<ArgumentException>(() => builder.Add("x", X, 1));
        builder.Clear();
        Assert.False(builder.Contains("x"));
        Assert.Same(ParameterSet.Empty, builder.Build());
    }

    [Fact]
    public void Many_parameters_fit()
    {
        var builder = new ParameterSetBuilder();
        for (int i = 0; i < 100; i++) builder.Add($"p{i}", X, i);
        ParameterSet built = builder.Build();
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (double)i), built.Values.ToArray());
        Assert.Equal(100, built.Count);
    }
}
