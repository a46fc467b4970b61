using HyperTune.Numerics;

namespace HyperTune.Tests.Numerics;

/// <summary>Lists as NumPy 1.24 shuffles them: <c>l = list(range(n)); RandomState(seed).shuffle(l)</c>.</summary>
public sealed class MersenneTwisterTests
{
    [Theory]
    [InlineData(0, new[] { 5, 2, 1, 3, 0, 4 })]
    [InlineData(0, new[] { 6, 11, 4, 10, 2, 8, 1, 7, 9, 3, 0, 5 })]
    [InlineData(7, new[] { 8, 5, 0, 2, 1, 9, 7, 3, 6, 4 })]
    [InlineData(uint.MaxValue, new[] { 4, 1, 0, 2, 3 })]
    [InlineData(3, new[] { 0 })]
    [InlineData(3, new int[0])]
    public void Short_lists_are_shuffled_alike(uint seed, int[] expected) => Assert.Equal(expected, Shuffled(seed, expected.Length));

    [Fact]
    public void A_list_that_takes_the_state_through_several_rounds_is_shuffled_alike()
    {
        int[] shuffled = Shuffled(42, 1000);
        Assert.Equal([521, 737, 740, 660, 411, 678, 626, 513, 859, 136, 811, 76, 636, 973, 938, 899, 280, 883, 761, 319], shuffled[..20]);
        Assert.Equal([106, 270, 860, 435, 102], shuffled[^5..]);
    }

    private static int[] Shuffled(uint seed, int count)
    {
        int[] items = [.. Enumerable.Range(0, count)];
        new MersenneTwister(seed).Shuffle(items);
        return items;
    }
}
