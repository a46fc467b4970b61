using HyperTune.Pruners.Progressive;

namespace HyperTune.Tests.Pruners;

public sealed class SoftRankingTests
{
    private const double Infinity = double.PositiveInfinity;

    [Theory]
    [InlineData(0.0, true)]
    [InlineData(5.0, true)]
    public void An_order_that_stays_is_stable_however_far_the_losses_move(double shift, bool isStable) =>
        Assert.Equal(isStable, SoftRanking.IsStable([(3 + shift, 30), (1 + shift, 10), (2 + shift, 20)], 0));

    [Theory]
    [InlineData(0.0, false)]
    [InlineData(0.0999, false)]
    [InlineData(0.1001, true)]
    public void A_change_of_places_counts_when_the_losses_below_differ_by_more_than_the_tolerance(double tolerance, bool isStable) =>
        Assert.Equal(isStable, SoftRanking.IsStable([(1, 0.3), (2, 0.2), (3, 0.5)], tolerance));

    [Fact]
    public void A_trial_is_compared_with_the_one_that_had_its_place()
    {
        // Each neighbour is near, but the last one comes first.
        Assert.False(SoftRanking.IsStable([(2, 1), (3, 2), (4, 3), (1, 4)], 1));
        Assert.True(SoftRanking.IsStable([(2, 1), (3, 2), (4, 3), (1, 4)], 3));
    }

    [Fact]
    public void Equal_losses_after_may_have_had_any_order() => Assert.True(SoftRanking.IsStable([(1, 9), (1, 7), (1, 8)], 0));

    [Fact]
    public void Fewer_than_two_trials_have_but_one_order()
    {
        Assert.True(SoftRanking.IsStable([], 0));
        Assert.True(SoftRanking.IsStable([(1, 2)], 0));
    }

    [Fact]
    public void Infinite_losses_are_ranked()
    {
        Assert.True(SoftRanking.IsStable([(1, 1), (Infinity, Infinity), (Infinity, Infinity)], 0));
        Assert.False(SoftRanking.IsStable([(1, Infinity), (Infinity, 1)], 100));
    }

    [Fact]
    public void Curves_that_change_places_and_change_back_have_the_gap_of_their_last_step()
    {
        Assert.Equal(0.25, Gap([1, 3, 1, 1], [2, 2, 2, 1.25]));
        Assert.Equal(0.25, Gap([2, 2, 2, 1.25], [1, 3, 1, 1]));
        Assert.Null(Gap([1, 1, 3, 3], [2, 2, 2, 2]));
        Assert.Null(Gap([1, 1, 1], [2, 2, 2]));
    }

    [Fact]
    public void Steps_at_which_curves_are_equal_or_not_finite_change_no_places()
    {
        Assert.Null(Gap([1, 2, 1, 2, 1], [2, 2, 2, 2, 2]));
        Assert.Equal(0, Gap([1, 3, 1, 2], [2, 2, 2, 2]));
        Assert.Null(Gap([1, double.NaN, Infinity, 3], [2, 2, 2, 2]));
        Assert.Equal(1, Gap([1, double.NaN, 3, 1], [2, 2, 2, 2]));
    }

    [Fact]
    public void Only_common_steps_are_compared()
    {
        var first = new LossCurve([0, 1, 2, 5, 7], [1, 3, 9, 1, 9]);
        Assert.True(SoftRanking.TryGetGap(first, new LossCurve([0, 1, 4, 5], [2, 2, 0, 1.5]), out double gap));
        Assert.Equal(0.5, gap);
        Assert.False(SoftRanking.TryGetGap(first, new LossCurve([3, 4, 6], [2, 2, 2]), out _));
    }

    [Fact]
    public void The_tolerance_is_the_ninetieth_percentile_of_the_gaps()
    {
        Assert.Equal(0, SoftRanking.ToleranceOf([]));
        Assert.Equal(7, SoftRanking.ToleranceOf([7]));
        Assert.Equal(9, SoftRanking.ToleranceOf([10, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), 1e-12);
    }

    private static double? Gap(double[] first, double[] second)
    {
        long[] steps = [.. Enumerable.Range(0, first.Length).Select(step => (long)step)];
        return SoftRanking.TryGetGap(new(steps, first), new(steps, second), out double gap) ? gap : null;
    }
}
