using HyperTune.Numerics;

namespace HyperTune.History;

/// <summary>What the complete trials reported for one objective at one step, in order.</summary>
/// <remarks>Values are losses: a maximized objective enters negated, so that the lowest is the best.</remarks>
internal static class StepStatistics
{
    /// <summary>The losses that the complete trials of a snapshot have at a step.</summary>
    public static OrderedValues At(StudyHistory history, int objective, long step) => OrderedColumn.Of(history, new Source(objective, step));

    /// <summary>A value as a loss and back again. A zero has no sign, so that the order of equal values cannot be seen.</summary>
    public static double Loss(double value, Direction direction) => direction == Direction.Maximize ? 0.0 - value : value + 0.0;

    private sealed record Source(int Objective, long Step) : OrderedColumn.Source
    {
        public override SparseColumn Column(StudyHistory history) => history.RunningMeans(Objective)[Step];

        public override bool Counts(StudyHistory history, int row) => history.States[row] == TrialState.Complete;

        public override double Loss(StudyHistory history, double value) => StepStatistics.Loss(value, history.Directions[Objective]);
    }
}
