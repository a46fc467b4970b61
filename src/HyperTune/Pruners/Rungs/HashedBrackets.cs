using System.Buffers;
using System.Globalization;
using System.Text;
using HyperTune.Numerics;

namespace HyperTune.Pruners.Rungs;

/// <summary>Brackets of Hyperband to which trials are assigned by a hash of the study's name and their number, so that all workers agree.</summary>
/// <remarks>The hash and the walk through the budgets are Optuna's, so that Python workers agree too.</remarks>
/// <param name="Count">The number of brackets.</param>
/// <param name="ReductionFactor">η.</param>
internal sealed record HashedBrackets(int Count, int ReductionFactor)
{
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
        var place = (long)(Hash(studyName, number) % total);
        int bracket = 0;
        while ((place -= BudgetOf(bracket)) >= 0) bracket++;
        return bracket;
    }

    private static uint Hash(string studyName, int number)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{studyName}_{number}");
        byte[] bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        uint hash = Crc32.Of(bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes)));
        ArrayPool<byte>.Shared.Return(bytes);
        return hash;
    }
}
