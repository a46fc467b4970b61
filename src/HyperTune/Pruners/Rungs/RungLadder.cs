namespace HyperTune.Pruners.Rungs;

/// <summary>The rungs of successive halving: at which step each lies and how many go on from it.</summary>
/// <param name="MinResource">The step of the lowest rung without a rate; at least 1.</param>
/// <param name="ReductionFactor">η: each rung lies η times as high as the one below, and one trial in η goes on. At least 2.</param>
/// <param name="EarlyStoppingRate">s: the ladder begins at its rung s.</param>
internal readonly record struct RungLadder(long MinResource, int ReductionFactor, int EarlyStoppingRate)
{
    /// <summary>r·η^(s+k), the step at which rung k is reached; the largest number beyond 64 bits.</summary>
    public long StepOf(int rung)
    {
        long step = MinResource;
        for (int i = 0; i < EarlyStoppingRate + rung; i++)
        {
            if (step > long.MaxValue / ReductionFactor) return long.MaxValue;
            step *= ReductionFactor;
        }
        return step;
    }

    /// <summary>How many of the trials that reached a rung go on: one in η, and at least the best one.</summary>
    public int Promoted(int reached) => Math.Max(reached / ReductionFactor, 1);
}
