using HyperTune.Numerics;

namespace HyperTune.Tests.Numerics;

public sealed class ErrorFunctionTests
{
    // x, erf, erfc, erfcx from 50-digit arithmetic.
    public static readonly TheoryData<double, double, double, double> Exact = new()
    {
        { -5.5, -0.9999999999999927, 1.9999999999999927, 27443409954929.71 },
        { -1.0, -0.8427007929497149, 1.8427007929497148, 5.008980080762283 },
        { -0.3, -0.3286267594591274, 1.3286267594591274, 1.4537492328427655 },
        { -1e-10, -1.1283791670955126e-10, 1.000000000112838, 1.000000000112838 },
        { 1e-300, 1.1283791670955126e-300, 1.0, 1.0 },
        { 1e-05, 1.1283791670579e-05, 0.9999887162083294, 0.9999887163083283 },
        { 0.25, 0.27632639016823696, 0.7236736098317631, 0.7703465477309968 },
        { 0.49999, 0.5204910899433182, 0.4795089100566818, 0.6156954711170898 },
        { 0.5, 0.5204998778130465, 0.4795001221869535, 0.6156903441929259 },
        { 0.7, 0.6778011938374184, 0.32219880616258156, 0.525930337349441 },
        { 1.0, 0.8427007929497149, 0.15729920705028513, 0.427583576155807 },
        { 1.5, 0.9661051464753108, 0.033894853524689274, 0.3215854164543175 },
        { 2.0, 0.9953222650189527, 0.004677734981047266, 0.25539567631050575 },
        { 3.75, 0.9999998862727434, 1.1372725656979665e-07, 0.14558972127503855 },
        { 5.0, 0.9999999999984626, 1.537459794428035e-12, 0.11070463773306863 },
        { 6.5, 1.0, 3.8421483271206475e-20, 0.08580567010489461 },
        { 10.0, 1.0, 2.088487583762545e-45, 0.05614099274382259 },
        { 15.0, 1.0, 7.212994172451207e-100, 0.03752960638850576 },
        { 20.0, 1.0, 5.395865611607901e-176, 0.02817434874105132 },
        { 25.0, 1.0, 8.300172571196523e-274, 0.02254957243264136 },
        { 26.2, 1.0, 1.643250792438946e-300, 0.021518302480585977 },
    };

    [Theory]
    [MemberData(nameof(Exact))]
    public void All_three_are_right_to_1e_15(double x, double erf, double erfc, double erfcx)
    {
        Relative.Close(erf, ErrorFunction.Erf(x), 1e-15);
        Relative.Close(erfc, ErrorFunction.Erfc(x), 1e-15);
        Relative.Close(erfcx, ErrorFunction.Erfcx(x), 1e-15);
    }

    [Theory]
    [InlineData(-26.0, 7.657724931490568e+293)]
    [InlineData(50.0, 0.011281536265323773)]
    [InlineData(1000.0, 0.0005641893014533876)]
    [InlineData(10000.0, 5.641895807268084e-05)]
    [InlineData(100000000.0, 5.641895835477562e-09)]
    public void Erfcx_FarOut_KeepsItsDigits(double x, double expected) => Relative.Close(expected, ErrorFunction.Erfcx(x), 1e-15);

    [Fact]
    public void Limits_are_exact()
    {
        Assert.Equal(1, ErrorFunction.Erf(double.PositiveInfinity));
        Assert.Equal(-1, ErrorFunction.Erf(double.NegativeInfinity));
        Assert.Equal(0, ErrorFunction.Erfc(double.PositiveInfinity));
        Assert.Equal(2, ErrorFunction.Erfc(double.NegativeInfinity));
        Assert.Equal(0, ErrorFunction.Erfcx(double.PositiveInfinity));
        Assert.Equal(double.PositiveInfinity, ErrorFunction.Erfcx(-30));
        Assert.True(double.IsNaN(ErrorFunction.Erf(double.NaN)));
        Assert.True(double.IsNaN(ErrorFunction.Erfc(double.NaN)));
    }
}
