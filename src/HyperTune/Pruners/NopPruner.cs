using HyperTune.History;
using HyperTune.Pruners;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>Never prunes.</summary>
public sealed class NopPruner : IPruner
{
    /// <inheritdoc/>
    public FoldReading Folds => FoldReading.EachFold;

    /// <inheritdoc/>
    public PruneDecision ShouldPrune(StudyHistory history, TrialContext trial) => PruneDecision.Keep;
}
