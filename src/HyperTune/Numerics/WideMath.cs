using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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

    // Chebyshev interpolant of eʳ on |r| <= ln(2)/2, degree 11: 3e-18.
    private static ReadOnlySpan<double> ExpCoefficients =>
    [
        1.0, 1.0, 0.5000000000000019, 0.16666666666666702, 0.04166666666648808, 0.008333333333309526, 0.0013888888952318084,
        0.00019841269909219884, 2.4801485479175668e-05, 2.7557224956072986e-06, 2.763264069051338e-07, 2.5114870232064345e-08,
    ];

    /// <summary>eˣ for x in [-708, 709]; anything outside counts as the nearer end. Not for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Exp(Vector512<double> x)
    {
        x = Vector512.Min(Vector512.Max(x, Vector512.Create(-708.0)), Vector512.Create(709.0));
        var shifted = Vector512.FusedMultiplyAdd(x, Vector512.Create(Log2E), Vector512.Create(RoundingShift));
        var n = shifted - Vector512.Create(RoundingShift);
        var r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-Ln2High), x);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-Ln2Low), r);
        var result = Polynomial(ExpCoefficients, r);
        return (result.AsInt64() + (shifted.AsInt64() << 52)).AsDouble();
    }

    /// <summary>exp(x²)·erfc(x) for x at least 0, as <see cref="ErrorFunction.Erfcx"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> ErfcxUpper(Vector512<double> x)
    {
        var one = Vector512<double>.One;
        var t = one - Vector512.Create(2 * ErrorFunction.Pole) / (x + Vector512.Create(ErrorFunction.Pole));
        return Polynomial(ErrorFunction.ScaledComplementCoefficients, t) / Vector512.FusedMultiplyAdd(x, Vector512.Create(2.0), one);
    }

    /// <summary>ln of the standard normal mass between z - h/2 and z + h/2, h above 0, as <see cref="NormalDistribution.LogMass"/>.</summary>
    public static Vector512<double> LogMassAround(Vector512<double> z, Vector512<double> h)
    {
        z = Vector512.Abs(z);
        var area = z * h;
        var isNarrow = Vector512.LessThan(h, Vector512.Create(NormalDistribution.NarrowWidth))
            & Vector512.LessThan(area, Vector512.Create(NormalDistribution.NarrowArea));
        if (Vector512.EqualsAll(isNarrow.AsInt64(), Vector512<long>.AllBitsSet)) return LogNarrowMass(z, h);
        var wide = LogWideMass(z, h, area);
        return isNarrow == Vector512<double>.Zero ? wide : Vector512.ConditionalSelect(isNarrow, LogNarrowMass(z, h), wide);
    }

    /// <summary>Differences of Mills ratios, φ(b) being φ(a)·e^{-zh}; an interval around 0 is 1 less its two tails.</summary>
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

    /// <summary>The series of the scalar function of the same name.</summary>
    private static Vector512<double> LogNarrowMass(Vector512<double> z, Vector512<double> h)
    {
        var y = Vector512.Create(0.5) * z * h;
        var s = Vector512.Create(0.25) * h * h;
        var even = Vector512<double>.One;
        var odd = y;
        var sum = Vector512<double>.One;
        double inverseFactorial = 1;
        for (int n = 2; n <= 12; n += 2)
        {
            even = y * odd - (n - 1) * s * even;
            odd = y * even - n * s * odd;
            inverseFactorial /= n * (n + 1);
            sum = Vector512.FusedMultiplyAdd(even, Vector512.Create(inverseFactorial), sum);
        }
        return Vector512.Log(h * sum) - Vector512.FusedMultiplyAdd(z * Vector512.Create(0.5), z, Vector512.Create(Logarithms.LogSqrtTwoPi));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Polynomial(ReadOnlySpan<double> coefficients, Vector512<double> x)
    {
        ref double c = ref MemoryMarshal.GetReference(coefficients);
        var result = Vector512.Create(Unsafe.Add(ref c, coefficients.Length - 1));
        for (int i = coefficients.Length - 2; i >= 0; i--)
            result = Vector512.FusedMultiplyAdd(result, x, Vector512.Create(Unsafe.Add(ref c, i)));
        return result;
    }
}
