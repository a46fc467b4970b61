using System.Globalization;

namespace HyperTune.Samplers.BruteForce;

/// <summary>The values of a parameter by their place.</summary>
internal static class BruteForceValues
{
    /// <summary>How many values a parameter has.</summary>
    /// <exception cref="InvalidOperationException">The range is continuous.</exception>
    public static long CountOf(string name, Distribution distribution) => distribution.GridSize ?? throw new InvalidOperationException(
        $"The parameter '{name}' is asked for in {distribution}, whose values brute force cannot go through one by one. Give it a step, or choose another sampler.");

    /// <summary>The internal value at a place.</summary>
    /// <remarks>Stepped ranges are counted in decimals as Optuna does, so that the third step of 0.1 is 0.3, and both know the same values.</remarks>
    public static double At(Distribution distribution, long index) =>
        distribution is FloatDistribution { Step: { } step, IsSingle: false } range && TryDecimal(range.Low, out decimal low) && TryDecimal(step, out decimal distance)
        && Math.Abs(range.High) < (double)long.MaxValue
            ? Math.Clamp((double)(low + index * distance), range.Low, range.High)
            : distribution.GridValue(index);

    /// <summary>The place of an internal value, or -1.</summary>
    public static long IndexOf(Distribution distribution, double value)
    {
        if (distribution.GridSize is not { } size || !distribution.Contains(value)) return -1;
        double place = distribution switch
        {
            FloatDistribution { Step: { } step } range => Math.Round((value - range.Low) / step),
            IntDistribution range => (value - range.Low) / range.Step,
            CategoricalDistribution => value,
            _ => 0,
        };
        return Math.Clamp((long)place, 0, size - 1);
    }

    private static bool TryDecimal(double value, out decimal exact) =>
        decimal.TryParse(value.ToString("R", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture, out exact) && (double)exact == value;
}
