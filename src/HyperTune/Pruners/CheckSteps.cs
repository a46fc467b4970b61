namespace HyperTune.Pruners;

/// <summary>When a pruner that looks only now and then is to look.</summary>
internal static class CheckSteps
{
    /// <summary>
    /// Whether the last step is the first one reported in its interval: intervals begin at the warm-up's end, and before it nothing is checked.
    /// </summary>
    /// <param name="steps">The reported steps, ascending; at least one.</param>
    /// <param name="warmup">The first step that may be checked.</param>
    /// <param name="interval">The length of an interval; at least 1.</param>
    public static bool IsCheckStep(ReadOnlySpan<long> steps, long warmup, long interval)
    {
        long last = steps[^1];
        if (last < warmup) return false;
        long begin = last - ((last - warmup) % interval);
        return (steps.Length > 1 ? steps[^2] : -1) < begin;
    }
}
