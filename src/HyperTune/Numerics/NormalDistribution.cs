using static HyperTune.Numerics.Logarithms;

namespace HyperTune.Numerics;

/// <summary>The standard normal distribution with full relative accuracy in both tails.</summary>
internal static class NormalDistribution
{
    private const double SqrtHalf = 0.70710678118654752440;
    private const double SqrtHalfPi = 1.2533141373155002512;

    // Where e^{-zh} cancels the difference of two Mills ratios loses digits; below both limits the series of LogNarrowMass
    // converges to 1e-17 within its six terms.
    internal const double NarrowWidth = 0.1;
    internal const double NarrowArea = 0.5;

    /// <summary>ln φ(x), φ being the density.</summary>
    public static double LogDensity(double x) => -0.5 * x * x - LogSqrtTwoPi;

    /// <summary>Φ(x), the probability below x.</summary>
    public static double Cdf(double x) => UpperTail(-x);

    /// <summary>1 - Φ(x), accurate to the last digits for large x.</summary>
    public static double UpperTail(double x)
    {
        if (x < 0) return 1 - UpperTail(-x);
        double square = x * x;
        if (square > 1600) return 0;
        double rest = Math.FusedMultiplyAdd(x, x, -square);
        return 0.5 * Math.Exp(-0.5 * square) * (1 - 0.5 * rest) * ErrorFunction.Erfcx(x * SqrtHalf);
    }

    /// <summary>ln Φ(x).</summary>
    public static double LogCdf(double x) =>
        x > 0 ? LogOnePlus(-UpperTail(x)) : -0.5 * x * x + Math.Log(0.5 * ErrorFunction.Erfcx(-x * SqrtHalf));

    /// <summary>ln(Φ(b) - Φ(a)) without cancellation; -∞ unless a &lt; b.</summary>
    public static double LogMass(double a, double b)
    {
        if (double.IsNaN(a) || double.IsNaN(b)) return double.NaN;
        if (!(a < b)) return double.NegativeInfinity;
        if (double.IsNegativeInfinity(a)) return LogCdf(b);
        if (double.IsPositiveInfinity(b)) return LogCdf(-a);
        if (a + b < 0) (a, b) = (-b, -a);
        if (a < 0)
        {
            double outside = UpperTail(-a) + UpperTail(b);
            return outside < 0.25
                ? LogOnePlus(-outside)
                : Math.Log(0.5 * (ErrorFunction.Erf(b * SqrtHalf) + ErrorFunction.Erf(-a * SqrtHalf)));
        }
        double h = b - a;
        double z = a + 0.5 * h;
        double area = z * h;
        if (h < NarrowWidth && area < NarrowArea) return LogNarrowMass(z, h);
        // φ(b) = φ(a)·e^{-zh}, so only Mills ratios, which do not underflow, are subtracted.
        return -0.5 * a * a + Math.Log(0.5 * (ErrorFunction.Erfcx(a * SqrtHalf) - Math.Exp(-area) * ErrorFunction.Erfcx(b * SqrtHalf)));
    }

    /// <summary>Φ⁻¹(p): -∞ at 0, +∞ at 1, NaN outside [0, 1].</summary>
    /// <remarks>Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution", 1988, PPND16; 6e-16 relative.</remarks>
    public static double Quantile(double p)
    {
        double q = p - 0.5;
        if (Math.Abs(q) <= 0.425)
        {
            double r = 0.180625 - q * q;
            return q * Horner(r, 2.5090809287301226727e+3, 3.3430575583588128105e+4, 6.7265770927008700853e+4, 4.5921953931549871457e+4,
                    1.3731693765509461125e+4, 1.9715909503065514427e+3, 1.3314166789178437745e+2, 3.3871328727963666080e0)
                / Horner(r, 5.2264952788528545610e+3, 2.8729085735721942674e+4, 3.9307895800092710610e+4, 2.1213794301586595867e+4,
                    5.3941960214247511077e+3, 6.8718700749205790830e+2, 4.2313330701600911252e+1, 1.0);
        }
        double tail = q < 0 ? p : 1 - p;
        if (!(tail >= 0)) return double.NaN;
        if (tail == 0) return Math.CopySign(double.PositiveInfinity, q);
        return Math.CopySign(TailQuantile(Math.Sqrt(-Math.Log(tail))), q);
    }

    /// <summary>The x with ln Φ(x) = y, for y at most 0, also where Φ underflows.</summary>
    public static double LogQuantile(double y)
    {
        if (y > -LogQuantileDirect) return y > -0.1 ? -Quantile(-ExpMinusOne(y)) : Quantile(Math.Exp(y));
        if (double.IsNegativeInfinity(y)) return y;
        // AS 241 ends where p underflows; beyond, the leading asymptotic term and Newton steps on ln Φ.
        double x = -Math.Sqrt(-2 * (y + LogSqrtTwoPi));
        for (int i = 0; i < MaximumSteps; i++)
        {
            double step = (LogCdf(x) - y) * SqrtHalfPi * ErrorFunction.Erfcx(-x * SqrtHalf);
            x -= step;
            if (Math.Abs(step) <= 1e-15 * Math.Abs(x)) break;
        }
        return x;
    }

    private const double LogQuantileDirect = 650;
    private const int MaximumSteps = 20;

    /// <summary>ln of the mass of width h around z by the Taylor series of φ: φ(z)·h·Σ (h/2)²ᵏ He₂ₖ(z)/(2k+1)!.</summary>
    private static double LogNarrowMass(double z, double h)
    {
        double y = 0.5 * z * h;
        double s = 0.25 * h * h;
        // Gₙ = (h/2)ⁿ Heₙ(z) by the recurrence of the Hermite polynomials.
        double even = 1, odd = y, sum = 0, inverseFactorial = 1;
        for (int n = 2; n <= 12; n += 2)
        {
            even = y * odd - (n - 1) * s * even;
            odd = y * even - n * s * odd;
            inverseFactorial /= n * (n + 1);
            sum += even * inverseFactorial;
        }
        return -0.5 * z * z + Math.Log(h) - LogSqrtTwoPi + LogOnePlus(sum);
    }

    /// <summary>The outer two ranges of AS 241; r = √(-ln p).</summary>
    private static double TailQuantile(double r)
    {
        if (r <= 5)
        {
            r -= 1.6;
            return Horner(r, 7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e0,
                    3.64784832476320460504e0, 5.76949722146069140550e0, 4.63033784615654529590e0, 1.42343711074968357734e0)
                / Horner(r, 1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
                    6.89767334985100004550e-1, 1.67638483018380384940e0, 2.05319162663775882187e0, 1.0);
        }
        r -= 5;
        return Horner(r, 2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
                2.96560571828504891230e-1, 1.78482653991729133580e0, 5.46378491116411436990e0, 6.65790464350110377720e0)
            / Horner(r, 2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
                1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1.0);
    }

    private static double Horner(double x, double c7, double c6, double c5, double c4, double c3, double c2, double c1, double c0)
    {
        double result = Math.FusedMultiplyAdd(c7, x, c6);
        result = Math.FusedMultiplyAdd(result, x, c5);
        result = Math.FusedMultiplyAdd(result, x, c4);
        result = Math.FusedMultiplyAdd(result, x, c3);
        result = Math.FusedMultiplyAdd(result, x, c2);
        result = Math.FusedMultiplyAdd(result, x, c1);
        return Math.FusedMultiplyAdd(result, x, c0);
    }
}
