using HyperTune.Samplers.Gp;

namespace HyperTune.Tests.Samplers.Gp;

public sealed class TrustRegionTests
{
    [Theory]
    [InlineData(new double[] { 9 }, 0.8, 0)]
    [InlineData(new double[] { 9, 8, 7, 6 }, 1.6, 0)]
    [InlineData(new double[] { 9, 8, 7, 6, 5, 4, 3 }, 1.6, 0)]
    [InlineData(new double[] { 9, 9, 9, 9 }, 0.8, 3)]
    [InlineData(new double[] { 9, 9, 9, 9, 9 }, 0.4, 4)]
    [InlineData(new double[] { 9, 8, 8, 7, 7, 6 }, 0.8, 0)]
    // An improvement by next to nothing is a failure of the region, but no stall.
    [InlineData(new double[] { 9, 8.9999, 8.9998, 8.9997, 8.9996 }, 0.4, 0)]
    [InlineData(new double[] { double.PositiveInfinity, 3 }, 0.8, 0)]
    public void Successes_widen_and_failures_narrow_the_region(double[] losses, double side, int stalled)
    {
        bool[] isFeasible = [.. losses.Select(_ => true)];
        var region = TrustRegion.Follow(losses, isFeasible, startup: 1, dimensions: 2);
        Assert.Equal(side, region.Side);
        Assert.Equal(stalled, region.Stalled);
    }

    [Fact]
    public void A_region_that_has_become_too_small_starts_again()
    {
        // Seven halvings of 0.8 lead below 2⁻⁷, each after four failures.
        double[] losses = [.. Enumerable.Repeat(1.0, 1 + (4 * 7))];
        Assert.Equal(0.8, TrustRegion.Follow(losses, [.. losses.Select(_ => true)], 1, 2).Side);
        Assert.Equal(0.0125, TrustRegion.Follow(losses.AsSpan(0, losses.Length - 1), [.. losses.Select(_ => true)], 1, 2).Side);
    }

    [Fact]
    public void An_infeasible_trial_is_no_success() => Assert.Equal(0.4, TrustRegion.Follow([9, 8, 7, 6, 5], [true, false, false, false, false], 1, 2).Side);

    [Fact]
    public void Sides_follow_length_scales_and_keep_the_volume()
    {
        double[] lower = new double[3], upper = new double[3];
        TrustRegion.Follow([1, 1, 1, 1, 1], [true, true, true, true, true], 1, 2).Bounds([0.5, 0.5, 1], [4, 1, 9], [false, false, true], lower, upper);
        Assert.Equal(2, (upper[1] - lower[1]) / (upper[0] - lower[0]), 1e-12);
        Assert.Equal(0.16, (upper[0] - lower[0]) * (upper[1] - lower[1]), 1e-12);
        Assert.Equal((0, 1), (lower[2], upper[2]));
    }

    [Fact]
    public void The_subset_holds_the_best_the_nearest_and_the_newest()
    {
        double[][] points = [.. Enumerable.Range(0, 100).Select(i => (double[])[i / 100.0])];
        // The best are 40 to 49; then the nearest to 45 of the others, and the last ones.
        double[] losses = [.. Enumerable.Range(0, 100).Select(i => i is >= 40 and < 50 ? Math.Abs(i - 45) : 100.0 + i)];
        int[] chosen = TrainingSubset.Choose(points, [losses], [false], best: 45, most: 30);
        Assert.Equal(30, chosen.Length);
        Assert.Equal(Enumerable.Range(40, 10), chosen.Where(i => i is >= 40 and < 50));
        Assert.Equal(Enumerable.Range(90, 10), chosen.Where(i => i >= 90));
        Assert.Equal(10, chosen.Count(i => i is >= 34 and < 40 or >= 50 and < 56));
    }

    [Fact]
    public void Few_trials_are_all_taken() => Assert.Equal([0, 1, 2], TrainingSubset.Choose([[0], [1], [2]], [[3, 1, 2]], [false], 1, 20));
}
