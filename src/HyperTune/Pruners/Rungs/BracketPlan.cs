using System.Buffers;
using System.Globalization;
using System.Text;
using HyperTune.Numerics;

namespace HyperTune.Pruners.Rungs;

/// <summary>The brackets of Hyperband and which trial belongs to which: a function of the study's name and the trial's number, so that all workers agree.</summary>
/// <param name="Count">The number of brackets.</param>
/// <param name="ReductionFactor">η.</param>
/// <param name="Assignment">How trials are assigned.</param>
internal sealed record BracketPlan(int Count, int ReductionFactor, BracketAssignment Assignment)
{
    // 1/φ: multiples of it leave gaps as even as can be, so that brackets alternate.
    private const double GoldenSection = 0.6180339887498949;

    /// <summary>⌊log_η(max/min)⌋ + 1 by whole numbers.</summary>
    public static int CountOf(long minResource, long maxResource, int reductionFactor)
    {
        int count = 1;
        for (long step = minResource; step <= maxResource / reductionFactor; step *= reductionFactor) count++;
        return count;
    }

    /// <summary>The same by floating-point logarithms, which lose a bracket at some exact powers: 5 rather than 6 for 1 to 243 and η = 3.</summary>
    public static int FloatingCountOf(long minResource, long maxResource, int reductionFactor) =>
        Math.Max((int)Math.Floor(Math.Log((double)maxResource / minResource) / Math.Log(reductionFactor)) + 1, 1);

    /// <summary>The weight of a bracket among all trials: ⌈B·η^s/(s + 1)⌉ with s = B - 1 - i. Bracket 0 prunes earliest and gets most.</summary>
    public long BudgetOf(int bracket)
    {
        int s = Count - 1 - bracket;
        Int128 trials = Count;
        for (int i = 0; i < s; i++) trials *= ReductionFactor;
        return (long)((trials + s) / (s + 1));
    }

    /// <summary>The bracket of a trial, from 0.</summary>
    public int BracketOf(string studyName, int number)
    {
        Int128 total = 0;
        for (int i = 0; i < Count; i++) total += BudgetOf(i);
        Int128 place = Assignment == BracketAssignment.Hash ? Hash(studyName, number) % total : number * Stride(total) % total;
        int bracket = 0;
        while ((place -= BudgetOf(bracket)) >= 0) bracket++;
        return bracket;
    }

    /// <summary>A number without a common divisor with the total, whose multiples therefore pass through all remainders before one comes again.</summary>
    private static Int128 Stride(Int128 total)
    {
        Int128 stride = (Int128)((double)total * GoldenSection);
        if (stride < 1) return 1;
        while (GreatestCommonDivisor(stride, total) != 1) stride++;
        return stride;
    }

    private static Int128 GreatestCommonDivisor(Int128 a, Int128 b)
    {
        while (b != 0) (a, b) = (b, a % b);
        return a;
    }

    /// <summary>Optuna's hash.</summary>
    private static uint Hash(string studyName, int number)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{studyName}_{number}");
        byte[] bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        uint hash = Crc32.Of(bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes)));
        ArrayPool<byte>.Shared.Return(bytes);
        return hash;
    }
}
