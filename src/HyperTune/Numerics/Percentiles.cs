namespace HyperTune.Numerics;

/// <summary>Percentiles with linear interpolation between order statistics.</summary>
/// <remarks>Source: R. J. Hyndman and Y. Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50, 1996, definition 7.</remarks>
internal static class Percentiles
{
    /// <summary>Where a percentile lies among sorted values: the rank below it, from 0, and the fraction of the way to the next one.</summary>
    /// <param name="count">The number of values; at least 1.</param>
    /// <param name="percent">0 to 100.</param>
    public static (int Rank, double Fraction) Position(int count, double percent)
    {
        double position = (count - 1) * (percent / 100);
        int rank = Math.Min((int)position, count - 1);
        return (rank, rank == count - 1 ? 0 : position - rank);
    }

    /// <summary>The value at a fraction of the way between two values.</summary>
    /// <returns>NaN when the way leads from -∞ to +∞, else a number between both.</returns>
    public static double Interpolate(double low, double high, double fraction)
    {
        // Exact at the ends and between equal infinities, where the difference would be NaN.
        if (fraction == 0 || low == high) return low;
        double difference = high - low;
        if (double.IsInfinity(difference) && double.IsFinite(low) && double.IsFinite(high)) return (low * (1 - fraction)) + (high * fraction);
        // Starting from the nearer end keeps the last bits right.
        return fraction < 0.5 ? low + (difference * fraction) : high - (difference * (1 - fraction));
    }
}
