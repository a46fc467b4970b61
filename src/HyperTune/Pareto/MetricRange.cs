namespace HyperTune.Pareto;

/// <summary>The range of one metric's losses, over which they are scaled.</summary>
/// <param name="Best">The least finite loss.</param>
/// <param name="HalfWidth">Half the way from there to the largest finite one: the whole may be beyond the largest double.</param>
/// <param name="IsFlat">Whether all losses are equal.</param>
internal readonly record struct MetricRange(double Best, double HalfWidth, bool IsFlat)
{
    public static MetricRange Of(ReadOnlySpan<double> losses)
    {
        double best = double.PositiveInfinity, worst = double.NegativeInfinity;
        bool isFlat = true;
        foreach (double loss in losses)
        {
            isFlat &= loss == losses[0];
            if (!double.IsFinite(loss)) continue;
            best = Math.Min(best, loss);
            worst = Math.Max(worst, loss);
        }
        return new(best, (worst / 2) - (best / 2), isFlat);
    }

    /// <summary>From 0 (the best) to 1 (the worst); infinity for an infinite loss, 0 for an infinite gain and where there is no range.</summary>
    public double Scaled(double loss)
    {
        if (IsFlat) return 0;
        if (double.IsPositiveInfinity(loss)) return loss;
        return HalfWidth > 0 ? Math.Max(0, ((loss / 2) - (Best / 2)) / HalfWidth) : 0;
    }
}
