namespace HyperTune;
/// <summary>x</summary>
public sealed class TpeSampler : Samplers.ISampler
{
    /// <inheritdoc/>
    public SearchSpace InferRelativeSpace(History.StudyHistory history, Trials.TrialContext trial) => SearchSpace.Empty;
    /// <inheritdoc/>
    public ParameterSet SampleRelative(History.StudyHistory history, Trials.TrialContext trial, SearchSpace space) => ParameterSet.Empty;
    /// <inheritdoc/>
    public double SampleIndependent(History.StudyHistory history, Trials.TrialContext trial, string name, Distribution distribution) => Spaces.RandomDraw.Independent(trial, name, distribution);
}
/// <summary>x</summary>
public sealed class MedianPruner : Pruners.IPruner
{
    /// <inheritdoc/>
    public Pruners.PruneDecision ShouldPrune(History.StudyHistory history, Trials.TrialContext trial) => default;
}
