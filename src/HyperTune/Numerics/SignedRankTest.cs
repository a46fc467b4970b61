using System.Buffers;

namespace HyperTune.Numerics;

/// <summary>The one-sided signed-rank test of paired differences.</summary>
/// <remarks>
/// <para>Source: F. Wilcoxon, "Individual Comparisons by Ranking Methods", Biometrics Bulletin 1, 1945. Zero differences are ranked, and half of
/// their rank sum goes to each side, which keeps the test defined when all are zero. Without zeros and up to 50 differences the
/// distribution of the rank sum is exact; else it is taken for normal, with the variance corrected for ties and without a continuity
/// correction.</para>
/// <para>As SciPy 1.10 does, ties are no reason to leave the exact distribution: the rank sum, which may end in a half then, is cut to a whole number.</para>
/// </remarks>
internal static class SignedRankTest
{
    /// <summary>The most differences whose exact distribution is used.</summary>
    internal const int LargestExact = 50;

    private const int LongestStack = 64;

    // [n][s] = P(W ≥ s) for n differences without ties. The counts are at most 2^50, so that doubles are exact.
    private static readonly Lazy<double[][]> Tails = new(ExactTails);

    /// <summary>The probability of a rank sum of positive differences at least as large, if differences of both signs are equally likely.</summary>
    /// <param name="differences">Finite numbers, at least one.</param>
    public static double PGreater(ReadOnlySpan<double> differences)
    {
        int n = differences.Length;
        double[]? rentedSizes = null;
        bool[]? rentedSigns = null;
        Span<double> sizes = n <= LongestStack ? stackalloc double[LongestStack] : rentedSizes = ArrayPool<double>.Shared.Rent(n);
        Span<bool> arePositive = n <= LongestStack ? stackalloc bool[LongestStack] : rentedSigns = ArrayPool<bool>.Shared.Rent(n);
        try
        {
            for (int i = 0; i < n; i++) (sizes[i], arePositive[i]) = (Math.Abs(differences[i]), differences[i] > 0);
            sizes = sizes[..n];
            arePositive = arePositive[..n];
            sizes.Sort(arePositive);
            return FromSorted(sizes, arePositive);
        }
        finally
        {
            if (rentedSizes is not null) ArrayPool<double>.Shared.Return(rentedSizes);
            if (rentedSigns is not null) ArrayPool<bool>.Shared.Return(rentedSigns);
        }
    }

    private static double FromSorted(ReadOnlySpan<double> sizes, ReadOnlySpan<bool> arePositive)
    {
        int n = sizes.Length;
        double rankSum = 0, tieTerm = 0;
        for (int start = 0; start < n;)
        {
            int end = start + 1, positive = arePositive[start] ? 1 : 0;
            for (; end < n && sizes[end] == sizes[start]; end++) positive += arePositive[end] ? 1 : 0;
            double ties = end - start, middleRank = (start + 1 + end) / 2.0;
            rankSum += middleRank * (sizes[start] == 0 ? ties / 2 : positive);
            tieTerm += (ties * ties * ties) - ties;
            start = end;
        }
        if (n <= LargestExact && sizes[0] > 0) return Tails.Value[n][(int)rankSum];
        double mean = n * (n + 1.0) / 4;
        double variance = (n * (n + 1.0) * ((2.0 * n) + 1) / 24) - (tieTerm / 48);
        return NormalDistribution.UpperTail((rankSum - mean) / Math.Sqrt(variance));
    }

    private static double[][] ExactTails()
    {
        var tails = new double[LargestExact + 1][];
        // The number of subsets of the ranks 1..n by their sum.
        var counts = new double[(LargestExact * (LargestExact + 1) / 2) + 1];
        counts[0] = 1;
        tails[0] = [1];
        for (int n = 1; n <= LargestExact; n++)
        {
            int largest = n * (n + 1) / 2;
            for (int sum = largest; sum >= n; sum--) counts[sum] += counts[sum - n];
            var tail = new double[largest + 1];
            double above = 0, all = Math.ScaleB(1, n);
            for (int sum = largest; sum >= 0; sum--) tail[sum] = (above += counts[sum]) / all;
            tails[n] = tail;
        }
        return tails;
    }
}
