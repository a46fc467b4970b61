using CsCheck;
using HyperTune.Numerics;

namespace HyperTune.Tests.Numerics;

public sealed class PercentilesTests
{
    private const double Infinity = double.PositiveInfinity;

    [Fact]
    public void Interpolation_equals_that_of_wide_arithmetic() =>
        Gen.Select(Gen.Int[-1_000_000, 1_000_000], Gen.Int[0, 1_000_000], Gen.Double[0, 1]).Sample((low, width, fraction) =>
        {
            decimal expected = low + (width * (decimal)fraction);
            Assert.Equal((double)expected, Percentiles.Interpolate(low, low + width, fraction), 1e-8);
        });

    [Theory]
    [InlineData(2, 2, 0.3, 2)]
    [InlineData(1, Infinity, 0, 1)]
    [InlineData(1, Infinity, 0.1, Infinity)]
    [InlineData(-Infinity, 1, 0.9, -Infinity)]
    [InlineData(Infinity, Infinity, 0.5, Infinity)]
    [InlineData(-Infinity, -Infinity, 0.5, -Infinity)]
    [InlineData(-Infinity, Infinity, 0.5, double.NaN)]
    [InlineData(-double.MaxValue, double.MaxValue, 0.5, 0)]
    public void Interpolation_takes_any_ends(double low, double high, double fraction, double expected) => Assert.Equal(expected, Percentiles.Interpolate(low, high, fraction));

    [Theory]
    [InlineData(1, 0, 0, 0)]
    [InlineData(1, 100, 0, 0)]
    [InlineData(5, 25, 1, 0)]
    [InlineData(5, 100, 4, 0)]
    [InlineData(4, 50, 1, 0.5)]
    public void Position_is_a_rank_and_a_fraction(int count, double percent, int rank, double fraction) => Assert.Equal((rank, fraction), Percentiles.Position(count, percent));
}
