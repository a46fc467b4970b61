using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune.Pruners;

/// <summary>Decides whether a running trial has lost its promise.</summary>
/// <remarks>
/// A pruner is pure computation over a snapshot of the study and holds no state of its own; see <see cref="Samplers.ISampler"/>.
/// Several trials may be judged at the same time.
/// </remarks>
public interface IPruner
{
    /// <summary>What the pruner makes of reports by fold. <see cref="FoldReading.Unaware"/> unless it says otherwise, which is warned of where trials report so.</summary>
    FoldReading Folds => FoldReading.Unaware;

    /// <summary>Runs before the sampler. May set <see cref="TrialContext.Bracket"/>, which is stored with the trial's start.</summary>
    void BeforeTrial(StudyHistory history, TrialContext trial)
    {
    }

    /// <summary>Judges a trial by its reports. A trial without reports is never pruned.</summary>
    PruneDecision ShouldPrune(StudyHistory history, TrialContext trial);
}
