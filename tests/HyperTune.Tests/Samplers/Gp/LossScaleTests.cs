using HyperTune.Samplers.Gp;

namespace HyperTune.Tests.Samplers.Gp;

public sealed class LossScaleTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Scaled_losses_have_mean_0_variance_1_and_the_same_order(bool warps)
    {
        double[] losses = [5, 1, 2, 100, 3, 4, 40, 2.5];
        Assert.True(LossScale.TryScale(losses, warps, out double[] scaled));
        Assert.Equal(0, scaled.Average(), 1e-12);
        Assert.Equal(1, scaled.Average(value => value * value), 1e-12);
        Assert.Equal(losses.Select(loss => losses.Count(other => other < loss)).Take(3), scaled.Select(loss => scaled.Count(other => other < loss)).Take(3));
    }

    [Fact]
    public void Errors_are_scaled_with_their_losses()
    {
        double[] losses = [5, 1, 2, 10, 3, 4], errors = [0.5, 0, 0.1, 1, 0.2, 0.3];
        Assert.True(LossScale.TryScale(losses, errors, false, out double[] scaled, out double[] linear));
        double unit = (scaled[3] - scaled[1]) / 9;
        for (int i = 0; i < losses.Length; i++) Assert.Equal(errors[i] * unit, linear[i], 1e-12);
        // Where a warp squeezes high losses together their errors shrink, too.
        Assert.True(LossScale.TryScale(losses, errors, true, out double[] warped, out double[] bent));
        Assert.Equal(0, bent[1]);
        Assert.True(bent[3] / errors[3] < bent[2] / errors[2]);
        Assert.True(warped[3] < scaled[3]);
    }

    [Theory]
    [InlineData(1e-300)]
    [InlineData(1e300)]
    [InlineData(-7)]
    public void The_scale_of_losses_plays_no_part_but_for_its_sign(double factor)
    {
        double[] losses = [5, 1, 2, 10, 3, 4];
        Assert.True(LossScale.TryScale(losses, false, out double[] plain));
        Assert.True(LossScale.TryScale([.. losses.Select(loss => factor * loss)], false, out double[] scaled));
        for (int i = 0; i < losses.Length; i++) Assert.Equal(Math.Sign(factor) * plain[i], scaled[i], 1e-9);
    }

    [Theory]
    [InlineData(3, 3, 3)]
    [InlineData(0, 0, 0)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(double.PositiveInfinity, 2, 2)]
    public void Equal_losses_tell_nothing(double a, double b, double c)
    {
        Assert.False(LossScale.TryScale([a, b, c], true, out double[] scaled));
        Assert.Equal([0, 0, 0], scaled);
    }

    [Fact]
    public void Infinities_are_as_good_and_as_bad_as_the_extremes()
    {
        Assert.True(LossScale.TryScale([1, double.PositiveInfinity, 2, double.NegativeInfinity, 3], false, out double[] scaled));
        Assert.Equal(scaled[4], scaled[1]);
        Assert.Equal(scaled[0], scaled[3]);
        Assert.True(LossScale.TryScale([double.PositiveInfinity, double.NegativeInfinity], false, out scaled));
        Assert.True(scaled[0] > scaled[1]);
    }

    [Fact]
    public void A_penalty_leaves_the_others_apart()
    {
        Assert.True(LossScale.TryScale([1, 2, 3, 4, 5, 6, 7, 1e12], false, out double[] scaled));
        Assert.True(scaled[1] - scaled[0] > 0.05);
    }

    [Fact]
    public void A_constraint_keeps_its_bound()
    {
        double[] values = [-2, 1, 4];
        Assert.True(LossScale.TryScaleConstraint(values, out double[] scaled, out double threshold));
        for (int i = 0; i < values.Length; i++) Assert.Equal(values[i] <= 0, scaled[i] <= threshold);
        Assert.Equal(2.0 / 3, (threshold - scaled[0]) / (scaled[1] - scaled[0]), 1e-12);
        Assert.False(LossScale.TryScaleConstraint([1, 1], out _, out _));
    }
}
