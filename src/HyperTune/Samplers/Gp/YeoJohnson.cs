namespace HyperTune.Samplers.Gp;

/// <summary>A monotone transform that makes values more like normal ones, fitted by its likelihood.</summary>
/// <remarks>I.-K. Yeo and R. A. Johnson, "A New Family of Power Transformations to Improve Normality or Symmetry", 2000. λ = 1 changes nothing.</remarks>
internal static class YeoJohnson
{
    // Beyond, outliers rule the fit.
    private const double LeastPower = -2, LargestPower = 4;
    private const double Tolerance = 1e-3;

    private static readonly double Golden = (Math.Sqrt(5) - 1) / 2;

    /// <summary>The transform with power λ.</summary>
    public static double Transform(double value, double power) => value >= 0 ? Power(value, power) : -Power(-value, 2 - power);

    /// <summary>The power with the highest likelihood for values that are standardized.</summary>
    public static double Fit(ReadOnlySpan<double> values)
    {
        // The likelihood has one maximum in practice: golden section search.
        double low = LeastPower, high = LargestPower;
        double a = high - (Golden * (high - low)), b = low + (Golden * (high - low));
        double atA = LogLikelihood(values, a), atB = LogLikelihood(values, b);
        while (high - low > Tolerance)
        {
            if (atA >= atB)
            {
                (high, b, atB) = (b, a, atA);
                a = high - (Golden * (high - low));
                atA = LogLikelihood(values, a);
            }
            else
            {
                (low, a, atA) = (a, b, atB);
                b = low + (Golden * (high - low));
                atB = LogLikelihood(values, b);
            }
        }
        return (low + high) / 2;
    }

    /// <summary>The profile log likelihood of a power: -n/2 ln(variance) + (λ - 1) Σ sign(x) ln(1 + |x|).</summary>
    public static double LogLikelihood(ReadOnlySpan<double> values, double power)
    {
        double sum = 0, squares = 0, jacobian = 0;
        foreach (double value in values)
        {
            double transformed = Transform(value, power);
            sum += transformed;
            squares += transformed * transformed;
            jacobian += Math.CopySign(Math.Log(1 + Math.Abs(value)), value);
        }
        double mean = sum / values.Length, variance = (squares / values.Length) - (mean * mean);
        return variance > 0 ? (-0.5 * values.Length * Math.Log(variance)) + ((power - 1) * jacobian) : double.NegativeInfinity;
    }

    private static double Power(double value, double power) =>
        Math.Abs(power) < 1e-8 ? Math.Log(1 + value) : (Math.Pow(1 + value, power) - 1) / power;
}
