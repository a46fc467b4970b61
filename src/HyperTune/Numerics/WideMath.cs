using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static HyperTune.Numerics.ErrorFunction;

namespace HyperTune.Numerics;

/// <summary>Functions of eight numbers at a time.</summary>
/// <remarks>
/// Everything is written once, for eight lanes: where the machine has narrower vectors the framework splits them, and lanes are
/// summed in the same groups everywhere.
/// </remarks>
internal static class WideMath
{
    /// <summary>Numbers in a vector.</summary>
    public const int Lanes = 8;

    private const double Log2E = 1.4426950408889634;
    private const double Ln2High = 0.6931471804855391;
    private const double Ln2Low = 7.440617110012397e-11;
    private const double SqrtHalf = 0.70710678118654752440;

    // Adding 1.5·2⁵² leaves the nearest integer in the low bits of the mantissa.
    private const double RoundingShift = 6755399441055744.0;

    // Chebyshev interpolant of eʳ on |r| <= ln(2)/2, degree 11: 3e-18. The first two coefficients are 1.
    private const double E2 = 0.5000000000000019, E3 = 0.16666666666666702, E4 = 0.04166666666648808;
    private const double E5 = 0.008333333333309526, E6 = 0.0013888888952318084, E7 = 0.00019841269909219884;
    private const double E8 = 2.4801485479175668e-05, E9 = 2.7557224956072986e-06, E10 = 2.763264069051338e-07;
    private const double E11 = 2.5114870232064345e-08;

    /// <summary>eˣ for x in [-708, 709]; anything outside counts as the nearer end. Not for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Exp(Vector512<double> x)
    {
        x = Vector512.Min(Vector512.Max(x, Vector512.Create(-708.0)), Vector512.Create(709.0));
        var shifted = Vector512.FusedMultiplyAdd(x, Vector512.Create(Log2E), Vector512.Create(RoundingShift));
        var n = shifted - Vector512.Create(RoundingShift);
        var r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-Ln2High), x);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-Ln2Low), r);
        var r2 = r * r;
        var r4 = r2 * r2;
        // Pairs, then fours: short chains.
        var p01 = Vector512<double>.One + r;
        var p0 = Vector512.FusedMultiplyAdd(Pair(E3, E2, r), r2, p01);
        var p1 = Vector512.FusedMultiplyAdd(Pair(E7, E6, r), r2, Pair(E5, E4, r));
        var p2 = Vector512.FusedMultiplyAdd(Pair(E11, E10, r), r2, Pair(E9, E8, r));
        var result = Vector512.FusedMultiplyAdd(Vector512.FusedMultiplyAdd(p2, r4, p1), r4, p0);
        return (result.AsInt64() + (shifted.AsInt64() << 52)).AsDouble();
    }

    /// <summary>exp(x²)·erfc(x) for x at least 0, as <see cref="ErrorFunction.Erfcx"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> ErfcxUpper(Vector512<double> x)
    {
        var one = Vector512<double>.One;
        var t = one - Vector512.Create(2 * Pole) / (x + Vector512.Create(Pole));
        var t2 = t * t;
        var t4 = t2 * t2;
        var p0 = Horner(t4, Horner(t4, Vector512.Create(C24), C20, C16, C12), C8, C4, C0);
        var p1 = Horner(t4, Horner(t4, Vector512.Create(C21), C17, C13), C9, C5, C1);
        var p2 = Horner(t4, Horner(t4, Vector512.Create(C22), C18, C14), C10, C6, C2);
        var p3 = Horner(t4, Horner(t4, Vector512.Create(C23), C19, C15), C11, C7, C3);
        var low = Vector512.FusedMultiplyAdd(p1, t, p0);
        var high = Vector512.FusedMultiplyAdd(p3, t, p2);
        return Vector512.FusedMultiplyAdd(high, t2, low) / Vector512.FusedMultiplyAdd(x, Vector512.Create(2.0), one);
    }

    /// <summary>ln of the standard normal mass between z - h/2 and z + h/2, h above 0, as <see cref="NormalDistribution.LogMass"/>.</summary>
    public static Vector512<double> LogMassAround(Vector512<double> z, Vector512<double> h) => LogMassAround(z, h, Vector512.Log(h));

    /// <summary>As above with ln h, which callers may have at hand.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> LogMassAround(Vector512<double> z, Vector512<double> h, Vector512<double> logH)
    {
        z = Vector512.Abs(z);
        var area = z * h;
        var isNarrow = Vector512.LessThan(h, Vector512.Create(NormalDistribution.NarrowWidth))
            & Vector512.LessThan(area, Vector512.Create(NormalDistribution.NarrowArea));
        if (Vector512.EqualsAll(isNarrow.AsInt64(), Vector512<long>.AllBitsSet)) return LogNarrowMass(z, h, logH, area);
        var wide = LogWideMass(z, h, area);
        return isNarrow == Vector512<double>.Zero ? wide : Vector512.ConditionalSelect(isNarrow, LogNarrowMass(z, h, logH, area), wide);
    }

    /// <summary>Differences of Mills ratios, φ(b) being φ(a)·e^{-zh}; an interval around 0 is 1 less its two tails.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<double> LogWideMass(Vector512<double> z, Vector512<double> h, Vector512<double> area)
    {
        var half = Vector512.Create(0.5);
        var halfWidth = h * half;
        var a = z - halfWidth;
        var b = z + halfWidth;
        var exponent = a * a * half;
        var near = ErfcxUpper(Vector512.Abs(a) * SqrtHalf);
        var far = Exp(-area) * ErfcxUpper(b * SqrtHalf);
        var isAround = Vector512.LessThan(a, Vector512<double>.Zero);
        var mass = half * (near - far);
        if (isAround == Vector512<double>.Zero) return Vector512.Log(mass) - exponent;
        var around = Vector512.FusedMultiplyAdd(-half * Exp(-exponent), near + far, Vector512<double>.One);
        mass = Vector512.ConditionalSelect(isAround, around, mass);
        return Vector512.Log(mass) - Vector512.ConditionalSelect(isAround, Vector512<double>.Zero, exponent);
    }

    /// <summary>The logarithm of the scalar function's series as a series of its own, in a = (zh)² and s = h²: ln φ(z) + ln h + Σ cₖ(s)·aᵏ.</summary>
    /// <remarks>Its terms are those of the cumulants of -zT - T²/2, T even on ±h/2. What is left out is below 1e-15 where a is below 1/4 and s below 1/100.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> LogNarrowMass(Vector512<double> z, Vector512<double> h, Vector512<double> logH, Vector512<double> area)
    {
        var a = area * area;
        var s = h * h;
        var sum = Vector512.FusedMultiplyAdd(a, Vector512.Create(-691 / 15692092416000.0), Pair(-691 / 1307674368000.0, 1 / 479001600.0, s));
        sum = Vector512.FusedMultiplyAdd(a, sum, Pair(1 / 47900160.0, -1 / 9676800.0, s));
        sum = Vector512.FusedMultiplyAdd(a, sum, Horner(s, Vector512.Create(1 / 19160064.0), -1 / 1209600.0, 1 / 181440.0));
        sum = Vector512.FusedMultiplyAdd(a, sum, Horner(s, Vector512.Create(-1 / 806400.0), 1 / 30240.0, -1 / 2880.0));
        sum = Vector512.FusedMultiplyAdd(a, sum, Horner(s, Vector512.Create(1 / 3628800.0), 1 / 60480.0, -1 / 720.0, 1 / 24.0));
        sum = Vector512.FusedMultiplyAdd(a, sum, s * Horner(s, Vector512.Create(-1 / 181440.0), 1 / 1440.0, -1 / 24.0));
        return logH + sum - Vector512.FusedMultiplyAdd(z * Vector512.Create(0.5), z, Vector512.Create(Logarithms.LogSqrtTwoPi));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Pair(double c1, double c0, Vector512<double> x) =>
        Vector512.FusedMultiplyAdd(Vector512.Create(c1), x, Vector512.Create(c0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Horner(Vector512<double> x, Vector512<double> c3, double c2, double c1, double c0) =>
        Vector512.FusedMultiplyAdd(Horner(x, c3, c2, c1), x, Vector512.Create(c0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Horner(Vector512<double> x, Vector512<double> c2, double c1, double c0) =>
        Vector512.FusedMultiplyAdd(Vector512.FusedMultiplyAdd(c2, x, Vector512.Create(c1)), x, Vector512.Create(c0));
}
