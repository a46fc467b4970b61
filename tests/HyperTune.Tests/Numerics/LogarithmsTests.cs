using HyperTune.Numerics;

namespace HyperTune.Tests.Numerics;

public sealed class LogarithmsTests
{
    [Theory]
    [InlineData(-0.999999, -13.815510557935518)]
    [InlineData(-0.5, -0.6931471805599453)]
    [InlineData(-0.001, -0.0010005003335835335)]
    [InlineData(-1e-10, -1.00000000005e-10)]
    [InlineData(-1e-20, -1e-20)]
    [InlineData(0.0, 0.0)]
    [InlineData(1e-300, 1e-300)]
    [InlineData(1e-20, 1e-20)]
    [InlineData(1e-10, 9.999999999500001e-11)]
    [InlineData(1e-05, 9.999950000333332e-06)]
    [InlineData(0.1, 0.09531017980432487)]
    [InlineData(0.6931, 0.5265611681520491)]
    [InlineData(1.0, 0.6931471805599453)]
    [InlineData(100000.0, 11.51293546492023)]
    [InlineData(1e+300, 690.7755278982137)]
    public void LogOnePlus_IsRight(double x, double expected) => Relative.Close(expected, Logarithms.LogOnePlus(x), 1e-15);

    [Theory]
    [InlineData(-800.0, -1.0)]
    [InlineData(-40.0, -1.0)]
    [InlineData(-1.0, -0.6321205588285577)]
    [InlineData(-0.001, -0.0009995001666250085)]
    [InlineData(-1e-10, -9.999999999500001e-11)]
    [InlineData(-1e-20, -1e-20)]
    [InlineData(0.0, 0.0)]
    [InlineData(1e-300, 1e-300)]
    [InlineData(1e-20, 1e-20)]
    [InlineData(1e-10, 1.00000000005e-10)]
    [InlineData(1e-05, 1.0000050000166668e-05)]
    [InlineData(0.1, 0.10517091807564763)]
    [InlineData(1.0, 1.7182818284590453)]
    [InlineData(40.0, 2.3538526683702e+17)]
    [InlineData(700.0, 1.0142320547350045e+304)]
    public void ExpMinusOne_IsRight(double x, double expected) => Relative.Close(expected, Logarithms.ExpMinusOne(x), 1e-15);

    [Theory]
    [InlineData(-1e-20, -46.051701859880914)]
    [InlineData(-1e-05, -11.512930464966061)]
    [InlineData(-0.1, -2.3521684610440907)]
    [InlineData(-0.6931, -0.6931943633460008)]
    [InlineData(-0.7, -0.6863410028083852)]
    [InlineData(-1.0, -0.4586751453870819)]
    [InlineData(-5.0, -0.006760749449488557)]
    [InlineData(-40.0, -4.248354255291589e-18)]
    [InlineData(-700.0, -9.85967654375977e-305)]
    public void LogOneMinusExp_IsRight(double x, double expected) => Relative.Close(expected, Logarithms.LogOneMinusExp(x), 1e-15);

    [Fact]
    public void Ends_are_decided()
    {
        Assert.Equal(double.NegativeInfinity, Logarithms.LogOnePlus(-1));
        Assert.Equal(double.PositiveInfinity, Logarithms.LogOnePlus(double.PositiveInfinity));
        Assert.True(double.IsNaN(Logarithms.LogOnePlus(-2)));
        Assert.Equal(double.PositiveInfinity, Logarithms.ExpMinusOne(1000));
        Assert.Equal(-1, Logarithms.ExpMinusOne(double.NegativeInfinity));
        Assert.Equal(double.NegativeInfinity, Logarithms.LogOneMinusExp(0));
        Assert.Equal(0, Logarithms.LogOneMinusExp(double.NegativeInfinity));
    }

    [Fact]
    public void LogSumExp_HandlesInfinities()
    {
        double inf = double.PositiveInfinity;
        Assert.Equal(-inf, Logarithms.LogSumExp([]));
        Assert.Equal(-inf, Logarithms.LogSumExp([-inf, -inf]));
        Assert.Equal(inf, Logarithms.LogSumExp([inf, 0, -inf]));
        Assert.True(double.IsNaN(Logarithms.LogSumExp([inf, double.NaN])));
        Relative.Close(-1000 + Math.Log(3), Logarithms.LogSumExp([-1000, -1000, -inf, -1000]), 1e-15);
        Assert.Equal(-inf, Logarithms.LogAddExp(-inf, -inf));
        Assert.Equal(2, Logarithms.LogAddExp(-inf, 2));
        Relative.Close(1000 + Math.Log(2), Logarithms.LogAddExp(1000, 1000), 1e-15);
    }
}
