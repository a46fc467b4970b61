using HyperTune.Numerics;

namespace HyperTune.Pruners.Curves;

/// <summary>Where a learning curve may end, judged by how the most similar ones went on.</summary>
internal static class CurveForecast
{
    /// <summary>What the mean difference on the way weighs against that of the last losses. Measured, as the other constants of the rule.</summary>
    private const double ShapeWeight = 4;

    /// <summary>How far two curves lie apart: the difference of their last losses, and that of their ways there.</summary>
    /// <param name="own">Losses, the last one finite.</param>
    /// <param name="other">Losses at the same steps; NaN where there is none.</param>
    public static double Distance(ReadOnlySpan<double> own, ReadOnlySpan<double> other)
    {
        double level = other[^1] - own[^1], sum = 0;
        int count = 0;
        for (int i = 0; i < own.Length; i++)
        {
            double difference = other[i] - own[i] - level;
            if (!double.IsFinite(difference)) continue;
            sum += Math.Abs(difference);
            count++;
        }
        return Math.Abs(level) + ShapeWeight * sum / Math.Max(1, count);
    }

    /// <summary>A percentile of the ends that the nearest curves promise.</summary>
    /// <param name="forecasts">For each known curve its distance and where the judged one would end if it went on like it; gets reordered.</param>
    /// <param name="neighbours">How many of them count.</param>
    /// <param name="percent">0 for the most promising one.</param>
    public static double Optimistic(Span<(double Distance, double End)> forecasts, int neighbours, double percent)
    {
        // Equal distances in order of the ends, so that the order of arrival cannot be seen.
        forecasts.Sort();
        Span<(double Distance, double End)> nearest = forecasts[..Math.Min(neighbours, forecasts.Length)];
        nearest.Sort(static (a, b) => a.End.CompareTo(b.End));
        (int rank, double fraction) = Percentiles.Position(nearest.Length, percent);
        double low = nearest[rank].End;
        return fraction == 0 ? low : Percentiles.Interpolate(low, nearest[rank + 1].End, fraction);
    }
}
