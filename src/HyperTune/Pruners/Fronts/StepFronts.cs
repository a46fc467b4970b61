using HyperTune.History;

namespace HyperTune.Pruners.Fronts;

/// <summary>What the complete trials reported for all objectives at one step.</summary>
/// <param name="Step">The step.</param>
internal sealed record StepFronts(long Step) : FrontView.Source
{
    public override bool TryRead(StudyHistory history, int row, Span<double> losses)
    {
        if (history.States[row] != TrialState.Complete) return false;
        TrialRecord trial = history[row];
        int index = trial.IntermediateValues.Steps.BinarySearch(Step);
        return index >= 0 && ReportedVector.TryRead(history.Directions, trial.IntermediateValues, trial.SystemAttributes, index, losses);
    }
}
