using HyperTune.Numerics;
using HyperTune.Samplers.Gp;

namespace HyperTune.Tests.Samplers.Gp;

public sealed class YeoJohnsonTests
{
    [Theory]
    [InlineData(-2)]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void The_transform_grows(double power)
    {
        double[] values = [.. Enumerable.Range(-40, 81).Select(i => YeoJohnson.Transform(0.1 * i, power))];
        Assert.Equal(values.Order(), values);
        Assert.Equal(0, YeoJohnson.Transform(0, power));
        if (power == 1) Assert.Equal(1.7, YeoJohnson.Transform(1.7, 1), 1e-12);
    }

    [Fact]
    public void The_fit_undoes_the_transform()
    {
        // y with Yeo-Johnson(y, λ) normal: for λ = 0 and y above 0 that is eˣ - 1, below 0 1 - √(1 - 2x).
        var random = RandomStream.Create(1, 0, "skew");
        double[] values = [.. Enumerable.Range(0, 4000).Select(_ => random.NextNormal()).Select(x => x >= 0 ? Math.Exp(x) - 1 : 1 - Math.Sqrt(1 - (2 * x)))];
        Assert.Equal(0, YeoJohnson.Fit(values), 0.1);
    }

    [Fact]
    public void Normal_values_stay_as_they_are()
    {
        var random = RandomStream.Create(2, 0, "normal");
        Assert.Equal(1, YeoJohnson.Fit([.. Enumerable.Range(0, 4000).Select(_ => random.NextNormal())]), 0.1);
    }

    [Fact]
    public void No_power_is_more_likely_than_the_fitted_one()
    {
        double[] values = [-0.6, -0.5, -0.55, -0.4, -0.3, 0.2, 1.1, 3.9];
        double fitted = YeoJohnson.LogLikelihood(values, YeoJohnson.Fit(values));
        for (double power = -2; power <= 4; power += 0.05) Assert.True(YeoJohnson.LogLikelihood(values, power) <= fitted + 1e-6);
    }
}
