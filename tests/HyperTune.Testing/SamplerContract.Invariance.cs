namespace HyperTune.Testing;

/// <content>What plays no part: scales of values and of ranges.</content>
public abstract partial class SamplerContract
{
    /// <summary>Whether proposals depend on the order of values only.</summary>
    protected virtual bool RanksValues => true;

    /// <summary>How far proposals may differ, as a share of the range, where ranges are moved and stretched: rounding goes other ways there.</summary>
    protected virtual double RangeTolerance => 1e-6;

    [Fact]
    public void An_increasing_transform_of_the_values_changes_nothing()
    {
        Assert.SkipUnless(RanksValues, "The sampler models the values.");
        SameWithTransform(60, value => Math.Exp(5 * value));
    }

    [Fact]
    public void The_unit_of_the_values_changes_nothing()
    {
        // By a power of two, so that nothing is rounded.
        SameWithTransform(40, value => 1024 * value);
        SameWithTransform(40, value => value / 1048576);
    }

    [Fact]
    public void Ranges_that_are_moved_and_stretched_are_searched_alike()
    {
        Assert.SkipUnless(TakesAnySpace, "The sampler needs values that can be listed.");
        SearchSpace unit = SearchSpace.Empty.AddDouble("x", 0, 1).AddDouble("y", 0, 1), other = SearchSpace.Empty.AddDouble("x", -40, 24).AddDouble("y", 1000, 1001);
        using Study plain = Open(Create(21)), stretched = Open(Create(21));
        for (int i = 0; i < 40; i++)
        {
            Trial expected = plain.Ask(unit), actual = stretched.Ask(other);
            double[] point = Point(unit, expected), same = Point(other, actual);
            for (int k = 0; k < point.Length; k++) Assert.Equal(point[k], same[k], RangeTolerance);
            double value = Bowl(unit, expected);
            plain.Tell(expected, value);
            stretched.Tell(actual, value);
        }
    }

    private void SameWithTransform(int trials, Func<double, double> transform)
    {
        using Study plain = Open(Create(20)), transformed = Open(Create(20));
        Run(plain, MixedSpace, trials);
        for (int i = 0; i < trials; i++)
        {
            Trial trial = transformed.Ask(MixedSpace);
            transformed.Tell(trial, transform(Bowl(MixedSpace, trial)));
        }
        Same(Proposals(plain), Proposals(transformed));
    }
}
