using HyperTune.Numerics;

namespace HyperTune.Pruners.Progressive;

/// <summary>Whether two rankings of the same trials are the same up to noise.</summary>
/// <remarks>
/// Source: O. Bohdal, L. Balles, M. Wistuba, B. Ermis, C. Archambeau, G. Zappella, "PASHA: Efficient HPO and NAS with Progressive Resource Allocation", ICLR 2023: the soft
/// ranking and the estimate of ε.
/// </remarks>
internal static class SoftRanking
{
    /// <summary>The percentile of the gaps that is taken for ε, as in the source.</summary>
    private const double NoisePercentile = 90;

    /// <summary>Whether each trial, at its place in the ranking after, is within the tolerance of the loss that has this place in the ranking before.</summary>
    /// <param name="trials">The loss of each trial in both; gets ordered by the loss after, equal ones by that before.</param>
    /// <param name="tolerance">ε; at least 0.</param>
    public static bool IsStable(Span<(double After, double Before)> trials, double tolerance)
    {
        Span<double> before = trials.Length <= 128 ? stackalloc double[trials.Length] : new double[trials.Length];
        for (int i = 0; i < trials.Length; i++) before[i] = trials[i].Before;
        before.Sort();
        trials.Sort();
        for (int i = 0; i < trials.Length; i++)
        {
            // Of equal infinities the difference is NaN, which is not above the tolerance.
            if (Math.Abs(trials[i].Before - before[i]) > tolerance) return false;
        }
        return true;
    }

    /// <summary>How far two curves that change places and change back lie apart at their last common step: both would then be as good, but for noise.</summary>
    /// <param name="first">A curve.</param>
    /// <param name="second">Another one.</param>
    /// <param name="gap">The distance; NaN where the curves do not.</param>
    /// <returns>Whether they do, by their finite losses at common steps.</returns>
    public static bool TryGetGap(LossCurve first, LossCurve second, out double gap)
    {
        int changes = 0, side = 0;
        double last = double.NaN;
        for (int i = 0, j = 0; i < first.Steps.Length && j < second.Steps.Length;)
        {
            long step = first.Steps[i], other = second.Steps[j];
            if (step != other)
            {
                if (step < other) i++;
                else j++;
                continue;
            }
            double difference = first.Losses[i++] - second.Losses[j++];
            if (!double.IsFinite(difference)) continue;
            last = Math.Abs(difference);
            int now = Math.Sign(difference);
            // Where they are equal none is ahead.
            if (now == 0) continue;
            if (side != 0 && now != side) changes++;
            side = now;
        }
        gap = changes >= 2 ? last : double.NaN;
        return changes >= 2;
    }

    /// <summary>ε from the gaps of all pairs that have one; 0 without any, so that rankings have to be equal.</summary>
    /// <param name="gaps">Get ordered.</param>
    public static double ToleranceOf(Span<double> gaps)
    {
        if (gaps.IsEmpty) return 0;
        gaps.Sort();
        (int rank, double fraction) = Percentiles.Position(gaps.Length, NoisePercentile);
        return fraction == 0 ? gaps[rank] : Percentiles.Interpolate(gaps[rank], gaps[rank + 1], fraction);
    }
}
