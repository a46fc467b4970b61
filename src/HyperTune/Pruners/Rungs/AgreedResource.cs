using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune.Pruners.Rungs;

/// <summary>A number of steps that the study's first complete trials tell, and that all workers keep from then on.</summary>
/// <remarks>
/// The first of all workers that derives it stores it with the study, and from the next delta on all take the stored one. Until then each takes
/// its own, so that one worker alone decides as if it were stored at once.
/// </remarks>
internal static class AgreedResource
{
    // Of the longest trial.
    private const int LowestShare = 100;

    private static readonly object LastStepKey = new();

    /// <summary>The number of steps; null while no complete trial has reported.</summary>
    /// <param name="history">The snapshot.</param>
    /// <param name="trial">Takes the attribute to be stored.</param>
    /// <param name="key">The study's attribute.</param>
    /// <param name="derive">The number of steps, from the highest step of a complete trial.</param>
    public static long? Of(StudyHistory history, TrialContext trial, string key, Func<long, long> derive)
    {
        if (history.Study.SystemAttributes.TryGetValue(key, out AttributeValue? stored) && stored.TryGetInt64(out long agreed) && agreed >= 1) return agreed;
        if (!RunningBest.TryGet(history, LastStepKey, NegatedLastStep, out _, out double negated)) return null;
        long derived = derive((long)-negated);
        trial.Notes.PutStudyIfAbsent(key, derived);
        return derived;
    }

    /// <summary>The step of the lowest rung of a pruner that halves; null while no complete trial has reported.</summary>
    public static long? Lowest(StudyHistory history, TrialContext trial) => Of(history, trial, SystemKeys.MinResource, static last => Math.Max(last / LowestShare, 1));

    private static double NegatedLastStep(StudyHistory history, int row)
    {
        if (history.States[row] != TrialState.Complete) return double.NaN;
        ReportCurve curve = ReportCurve.Of(history[row]);
        return curve.Values.Count == 0 ? double.NaN : -curve.Progress;
    }
}
