using System.Runtime.CompilerServices;

namespace HyperTune.Numerics;

/// <summary>The error function, its complement and its scaled complement, to 1e-15 relative.</summary>
/// <remarks>
/// One polynomial serves [0, ∞): (1 + 2x)·erfcx(x) is smooth in t = (x - k)/(x + k), the idea of Shepherd and Laframboise,
/// "Chebyshev Approximation of (1+2x)exp(x²)erfc x in 0≤x&lt;∞", 1981. The coefficients are Chebyshev interpolants computed
/// with 60 digits for k = 3.75 (truncation 5e-18). Below 1/2, erf is x times a polynomial in x².
/// </remarks>
internal static class ErrorFunction
{
    /// <summary>The k of the substitution t = (x - k)/(x + k).</summary>
    public const double Pole = 3.75;

    private const double Half = 0.5;

    // Coefficients of (1 + 2x)·erfcx(x) by ascending powers of t, shared with the vector form.
    public const double C0 = 1.2375126308378275, C1 = -0.14024059858554697, C2 = 0.0035854154854644293;
    public const double C3 = 0.0822767384901452, C4 = -0.10880393014174886, C5 = 0.09230432116037748;
    public const double C6 = -0.05869339858963677, C7 = 0.028362277418956406, C8 = -0.009746579558029276;
    public const double C9 = 0.0017556258528952954, C10 = 0.0002937136655913448, C11 = -0.0002901540805408417;
    public const double C12 = 5.164909889268241e-05, C13 = 2.238423915508223e-05, C14 = -1.1444146237700524e-05;
    public const double C15 = -9.73559896736775e-07, C16 = 1.751637648849062e-06, C17 = -5.7218230603224086e-08;
    public const double C18 = -2.5866850716155884e-07, C19 = 2.3263508708859124e-08, C20 = 3.8675334242222354e-08;
    public const double C21 = -3.744210080962018e-09, C22 = -5.1739902140113095e-09, C23 = 3.1114333809799254e-10;
    public const double C24 = 4.2514714447963895e-10;

    /// <summary>erf(x) = 2/√π ∫₀ˣ exp(-t²) dt.</summary>
    public static double Erf(double x) => Math.Abs(x) < Half ? Small(x) : Math.CopySign(1 - Erfc(Math.Abs(x)), x);

    /// <summary>erfc(x) = 1 - erf(x), accurate in the upper tail until it underflows.</summary>
    public static double Erfc(double x)
    {
        if (Math.Abs(x) < Half) return 1 - Small(x);
        if (x < 0) return 2 - Erfc(-x);
        double square = x * x;
        if (square > 800) return 0;
        double rest = Math.FusedMultiplyAdd(x, x, -square);
        return Math.Exp(-square) * (1 - rest) * ScaledComplementUpper(x);
    }

    /// <summary>erfcx(x) = exp(x²)·erfc(x); decays like 1/(x√π), overflows to +∞ below about -26.6.</summary>
    public static double Erfcx(double x)
    {
        if (x >= 0) return ScaledComplementUpper(x);
        double square = x * x;
        double rest = Math.FusedMultiplyAdd(x, x, -square);
        double exp = Math.Exp(square);
        return double.IsPositiveInfinity(exp) ? exp : 2 * exp * (1 + rest) - ScaledComplementUpper(-x);
    }

    private static double ScaledComplementUpper(double x)
    {
        double t = 1 - 2 * Pole / (x + Pole);
        double t2 = t * t, t4 = t2 * t2;
        // Four short chains by powers of t⁴ in place of one long one.
        double p0 = Horner(t4, C24, C20, C16, C12, C8, C4, C0);
        double p1 = Horner(t4, 0, C21, C17, C13, C9, C5, C1);
        double p2 = Horner(t4, 0, C22, C18, C14, C10, C6, C2);
        double p3 = Horner(t4, 0, C23, C19, C15, C11, C7, C3);
        double low = Math.FusedMultiplyAdd(p1, t, p0), high = Math.FusedMultiplyAdd(p3, t, p2);
        return Math.FusedMultiplyAdd(high, t2, low) / (1 + 2 * x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Horner(double x, double c6, double c5, double c4, double c3, double c2, double c1, double c0)
    {
        double result = Math.FusedMultiplyAdd(c6, x, c5);
        result = Math.FusedMultiplyAdd(result, x, c4);
        result = Math.FusedMultiplyAdd(result, x, c3);
        result = Math.FusedMultiplyAdd(result, x, c2);
        result = Math.FusedMultiplyAdd(result, x, c1);
        return Math.FusedMultiplyAdd(result, x, c0);
    }

    /// <summary>erf(x) for |x| below 1/2; the interpolant's error is 3e-20.</summary>
    private static double Small(double x)
    {
        double y = x * x;
        double tail = Horner(y, -1.4621341491012844e-07, 1.6371282597755977e-06, -1.4923005626894847e-05, 0.00012055286259121393,
            -0.0008548326511566567, 0.005223977622024224, -0.026866170645000076);
        return x * Math.FusedMultiplyAdd(Math.FusedMultiplyAdd(Math.FusedMultiplyAdd(tail, y, 0.1128379167095487), y, -0.3761263890318375), y, 1.1283791670955126);
    }
}
