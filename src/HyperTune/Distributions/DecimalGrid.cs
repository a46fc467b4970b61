using System.Globalization;
using System.Numerics;

namespace HyperTune;

/// <summary>Arithmetic on the decimal texts of doubles, so that three steps of 0.1 are 0.3.</summary>
internal static class DecimalGrid
{
    /// <summary>The last value of the grid low, low + step, … that is not above high, for finite numbers and low below high.</summary>
    /// <param name="low">The first value.</param>
    /// <param name="high">The upper bound; returned unchanged if it lies on the grid.</param>
    /// <param name="step">The distance, above 0.</param>
    /// <param name="count">How many values the grid has; null if more than a long counts.</param>
    internal static double Last(double low, double high, double step, out long? count)
    {
        var (lowDigits, lowExponent) = PythonJson.Decimal(low);
        var (highDigits, highExponent) = PythonJson.Decimal(high);
        var (stepDigits, stepExponent) = PythonJson.Decimal(step);
        int exponent = Math.Min(lowExponent, Math.Min(highExponent, stepExponent));
        lowDigits *= BigInteger.Pow(10, lowExponent - exponent);
        highDigits *= BigInteger.Pow(10, highExponent - exponent);
        stepDigits *= BigInteger.Pow(10, stepExponent - exponent);
        var steps = BigInteger.DivRem(highDigits - lowDigits, stepDigits, out var rest);
        count = steps < long.MaxValue ? (long)steps + 1 : null;
        if (rest.IsZero) return high;
        string last = (highDigits - rest).ToString(CultureInfo.InvariantCulture) + "E" + exponent.ToString(CultureInfo.InvariantCulture);
        return double.Parse(last, NumberStyles.Float, CultureInfo.InvariantCulture);
    }
}
