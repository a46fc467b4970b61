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

    /// <summary>Coefficients of (1 + 2x)·erfcx(x) by ascending powers of t.</summary>
    public static ReadOnlySpan<double> ScaledComplementCoefficients =>
    [
        1.2375126308378275, -0.14024059858554697, 0.0035854154854644293, 0.0822767384901452, -0.10880393014174886,
        0.09230432116037748, -0.05869339858963677, 0.028362277418956406, -0.009746579558029276, 0.0017556258528952954,
        0.0002937136655913448, -0.0002901540805408417, 5.164909889268241e-05, 2.238423915508223e-05, -1.1444146237700524e-05,
        -9.73559896736775e-07, 1.751637648849062e-06, -5.7218230603224086e-08, -2.5866850716155884e-07, 2.3263508708859124e-08,
        3.8675334242222354e-08, -3.744210080962018e-09, -5.1739902140113095e-09, 3.1114333809799254e-10, 4.2514714447963895e-10,
    ];

    private static ReadOnlySpan<double> SmallCoefficients =>
    [
        1.1283791670955126, -0.3761263890318375, 0.1128379167095487, -0.026866170645000076, 0.005223977622024224,
        -0.0008548326511566567, 0.00012055286259121393, -1.4923005626894847e-05, 1.6371282597755977e-06, -1.4621341491012844e-07,
    ];

    /// <summary>erf(x) = 2/√π ∫₀ˣ exp(-t²) dt.</summary>
    public static double Erf(double x) => Math.Abs(x) < Half ? x * Polynomial(SmallCoefficients, x * x) : Math.CopySign(1 - Erfc(Math.Abs(x)), x);

    /// <summary>erfc(x) = 1 - erf(x), accurate in the upper tail until it underflows.</summary>
    public static double Erfc(double x)
    {
        if (Math.Abs(x) < Half) return 1 - x * Polynomial(SmallCoefficients, x * x);
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
        return Polynomial(ScaledComplementCoefficients, t) / (1 + 2 * x);
    }

    private static double Polynomial(ReadOnlySpan<double> coefficients, double x)
    {
        double result = coefficients[^1];
        for (int i = coefficients.Length - 2; i >= 0; i--) result = Math.FusedMultiplyAdd(result, x, coefficients[i]);
        return result;
    }
}
