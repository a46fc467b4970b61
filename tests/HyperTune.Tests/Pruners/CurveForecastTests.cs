using HyperTune.Pruners.Curves;

namespace HyperTune.Tests.Pruners;

public sealed class CurveForecastTests
{
    [Fact]
    public void Equal_curves_have_no_distance() => Assert.Equal(0, CurveForecast.Distance([3, 2, 1], [3, 2, 1]));

    [Fact]
    public void Curves_of_one_shape_lie_their_level_apart() => Assert.Equal(0.5, CurveForecast.Distance([3, 2, 1], [3.5, 2.5, 1.5]), 1e-12);

    [Fact]
    public void The_way_to_the_same_level_weighs_four_times_its_mean() => Assert.Equal(4 * (2 + 1 + 0) / 3.0, CurveForecast.Distance([3, 2, 1], [5, 3, 1]), 1e-12);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Steps_without_a_finite_value_are_left_out(double value) => Assert.Equal(4 * (1 + 0) / 2.0, CurveForecast.Distance([value, 2, 1], [5, 3, 1]), 1e-12);

    [Fact]
    public void Only_the_nearest_ends_count()
    {
        (double, double)[] forecasts = [(3, -100), (1, 7), (2, 5), (0, 9)];
        Assert.Equal(5, CurveForecast.Optimistic(forecasts, 3, 0));
        Assert.Equal(7, CurveForecast.Optimistic(forecasts, 2, 0));
        Assert.Equal(9, CurveForecast.Optimistic(forecasts, 1, 0));
        Assert.Equal(7, CurveForecast.Optimistic(forecasts, 3, 50));
        Assert.Equal(5.4, CurveForecast.Optimistic(forecasts, 3, 10), 1e-12);
    }

    [Fact]
    public void Of_equally_near_ends_the_better_ones_count_in_any_order()
    {
        Assert.Equal(2, CurveForecast.Optimistic([(1.0, 4.0), (1.0, 2.0), (1.0, 3.0)], 2, 0));
        Assert.Equal(2, CurveForecast.Optimistic([(1.0, 3.0), (1.0, 4.0), (1.0, 2.0)], 2, 0));
    }
}
