namespace HyperTune;

/// <summary>Questions about a <see cref="TrialState"/>.</summary>
public static class TrialStateExtensions
{
    /// <summary>Whether the state is final: complete, pruned or failed.</summary>
    public static bool IsFinished(this TrialState state) => state is TrialState.Complete or TrialState.Pruned or TrialState.Failed;
}
