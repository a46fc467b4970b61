using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune.Pruners.Fronts;

/// <summary>What the complete trials reported for all objectives at one step.</summary>
/// <param name="Step">The step.</param>
internal sealed record StepFronts(long Step) : FrontView.Source
{
    public override bool TryRead(StudyHistory history, int row, Span<double> losses)
    {
        if (history.States[row] != TrialState.Complete) return false;
        ReportCurve curve = ReportCurve.Of(history[row]);
        int index = curve.Values.Steps.BinarySearch(Step);
        return index >= 0 && ReportedVector.TryRead(history.Directions, curve.Values, curve.Attributes, index, losses);
    }
}
