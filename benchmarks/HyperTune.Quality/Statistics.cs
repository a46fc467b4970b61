namespace HyperTune.Quality;

/// <summary>The few statistics that comparing two samples of results needs.</summary>
internal static class Statistics
{
    /// <summary>The middle of the sample.</summary>
    public static double Median(IReadOnlyList<double> sample) => Quantile(sample, 0.5);

    /// <summary>A quantile by linear interpolation between order statistics at position p (n - 1), as NumPy's default does.</summary>
    /// <param name="sample">At least one number, in any order, none of them NaN.</param>
    /// <param name="p">Between 0 and 1, both included.</param>
    public static double Quantile(IReadOnlyList<double> sample, double p)
    {
        ArgumentNullException.ThrowIfNull(sample);
        if (sample.Count == 0) throw new ArgumentException("A quantile needs at least one number, and the sample is empty.", nameof(sample));
        if (!(p >= 0 && p <= 1)) throw new ArgumentOutOfRangeException(nameof(p), p, "A quantile lies between 0 and 1.");
        double[] sorted = Sorted(sample);
        double position = p * (sorted.Length - 1);
        int below = (int)Math.Floor(position);
        double part = position - below;
        return part == 0 ? sorted[below] : sorted[below] + part * (sorted[below + 1] - sorted[below]);
    }

    /// <summary>The one-sided Mann-Whitney test: how likely numbers as small as those of <paramref name="first"/> are if nothing differs.</summary>
    /// <remarks>
    /// H. B. Mann, D. R. Whitney, On a Test of Whether one of Two Random Variables is Stochastically Larger than the Other, 1947. Normal
    /// approximation with correction for ties and for continuity. It is close from about 8 numbers a sample on; with 4 or 5, as
    /// some reference results have, or with only a few distinct numbers, a p-value is rough.
    /// </remarks>
    /// <returns>The p-value of "first tends to be smaller than second"; 1 when all numbers are equal.</returns>
    public static double MannWhitneyLess(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Count == 0) throw new ArgumentException("A test needs at least one number, and the sample is empty.", nameof(first));
        if (second.Count == 0) throw new ArgumentException("A test needs at least one number, and the sample is empty.", nameof(second));

        // U counts the pairs in which the first number is larger, half for a tie.
        double u = 0;
        foreach (double a in first)
        {
            foreach (double b in second) u += a > b ? 1 : a == b ? 0.5 : 0;
        }

        double n1 = first.Count, n2 = second.Count, n = n1 + n2;
        double[] pooled = Sorted([.. first, .. second]);
        double ties = 0;
        for (int start = 0, end; start < pooled.Length; start = end)
        {
            end = start + 1;
            while (end < pooled.Length && pooled[end] == pooled[start]) end++;
            double t = end - start;
            ties += t * (t * t - 1);
        }
        double variance = n1 * n2 / 12 * (n + 1 - ties / (n * (n - 1)));
        if (!(variance > 0)) return 1;
        return NormalCdf((u - n1 * n2 / 2 + 0.5) / Math.Sqrt(variance));
    }

    /// <summary>Adjusts p-values of several tests so that the chance of any false one below a level is at most that level.</summary>
    /// <remarks>S. Holm, A Simple Sequentially Rejective Multiple Test Procedure, 1979.</remarks>
    /// <returns>The adjusted values, in the order of the tests.</returns>
    public static double[] Holm(IReadOnlyList<double> p)
    {
        ArgumentNullException.ThrowIfNull(p);
        int[] order = [.. Enumerable.Range(0, p.Count).OrderBy(i => p[i])];
        double[] adjusted = new double[p.Count];
        double largest = 0;
        for (int rank = 0; rank < order.Length; rank++)
        {
            largest = Math.Max(largest, Math.Min(1, (order.Length - rank) * p[order[rank]]));
            adjusted[order[rank]] = largest;
        }
        return adjusted;
    }

    /// <summary>The probability that a standard normal number is at most <paramref name="z"/>, with a relative error below 1e-12 for z above -35.</summary>
    public static double NormalCdf(double z)
    {
        // Where the series of the centre loses digits to cancellation, the continued fraction of the tail takes over.
        const double CentreEnd = 2.5;
        double density = Math.Exp(-0.5 * z * z) / Math.Sqrt(2 * Math.PI);
        if (Math.Abs(z) <= CentreEnd)
        {
            double term = z, sum = z;
            for (int k = 3; Math.Abs(term) > 1e-18 * Math.Abs(sum); k += 2)
            {
                term *= z * z / k;
                sum += term;
            }
            return 0.5 + density * sum;
        }

        double x = Math.Abs(z), fraction = x;
        for (int k = 200; k >= 1; k--) fraction = x + k / fraction;
        double tail = density / fraction;
        return z < 0 ? tail : 1 - tail;
    }

    private static double[] Sorted(IEnumerable<double> sample)
    {
        double[] sorted = [.. sample];
        foreach (double v in sorted)
        {
            if (double.IsNaN(v)) throw new ArgumentException("A sample must not contain NaN.", nameof(sample));
        }
        Array.Sort(sorted);
        return sorted;
    }
}
