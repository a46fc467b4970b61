using System.Numerics;

namespace HyperTune.Pareto.Volumes;

/// <summary>A set of numbers from 0 to a bound that finds neighbours: a tree of bits in which each word says which of 64 words below are not empty.</summary>
/// <remarks>All operations cost the logarithm of the bound to the base 64: three words for a quarter of a million numbers. The balanced tree of sweeps.</remarks>
internal sealed class RankSet
{
    private readonly ulong[][] _levels;

    public RankSet(int bound)
    {
        var levels = new List<ulong[]>();
        do
        {
            bound = (bound + 63) >> 6;
            levels.Add(new ulong[Math.Max(1, bound)]);
        }
        while (bound > 1);
        _levels = [.. levels];
    }

    public void Add(int rank)
    {
        foreach (ulong[] level in _levels)
        {
            level[rank >> 6] |= 1UL << rank;
            rank >>= 6;
        }
    }

    public void Remove(int rank)
    {
        foreach (ulong[] level in _levels)
        {
            level[rank >> 6] &= ~(1UL << rank);
            if (level[rank >> 6] != 0) return;
            rank >>= 6;
        }
    }

    /// <summary>The largest member below a rank, or -1.</summary>
    public int Before(int rank)
    {
        for (int height = 0; height < _levels.Length; height++)
        {
            ulong below = _levels[height][rank >> 6] & ((1UL << rank) - 1);
            if (below != 0)
            {
                rank = (rank & ~63) | (63 - BitOperations.LeadingZeroCount(below));
                while (height > 0) rank = (rank << 6) | (63 - BitOperations.LeadingZeroCount(_levels[--height][rank]));
                return rank;
            }
            rank >>= 6;
        }
        return -1;
    }

    /// <summary>The smallest member above a rank, or -1.</summary>
    public int After(int rank)
    {
        for (int height = 0; height < _levels.Length; height++)
        {
            // Twice by less than 64, since a shift by 64 does nothing.
            ulong above = _levels[height][rank >> 6] & (ulong.MaxValue << rank << 1);
            if (above != 0)
            {
                rank = (rank & ~63) | BitOperations.TrailingZeroCount(above);
                while (height > 0) rank = (rank << 6) | BitOperations.TrailingZeroCount(_levels[--height][rank]);
                return rank;
            }
            rank >>= 6;
        }
        return -1;
    }
}
