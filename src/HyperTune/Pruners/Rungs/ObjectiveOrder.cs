using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using HyperTune.History;
using HyperTune.Numerics;
using HyperTune.Trials;

namespace HyperTune.Pruners.Rungs;

/// <summary>Trials at a rung are compared by one objective.</summary>
internal sealed class ObjectiveOrder(JudgedObjective objective) : RungOrder
{
    // For the first objective they are Optuna's.
    private readonly RungNames _notes = new(objective.Index == 0
        ? SystemKeys.RungPrefix
        : string.Create(CultureInfo.InvariantCulture, $"{SystemKeys.ObjectiveRungPrefix}{objective.Index}:"));

    public override string StepNote { get; } = string.Create(CultureInfo.InvariantCulture, $"{SystemKeys.RungStepPrefix}{objective.Index}");

    public override string NoteOf(int rung) => _notes[rung];

    public override bool TryRead(in ReportCurve curve, int objectives, [NotNullWhen(true)] out AttributeValue? report)
    {
        report = objective.TryGetLast(curve, out double value) ? value : null;
        return report is not null;
    }

    public override bool IsNaN(AttributeValue report) => double.IsNaN(report.AsDouble());

    public override string Show(AttributeValue report) => Wording.Short(report.AsDouble());

    public override RungStanding StandingOf(StudyHistory history, int number, string note, AttributeValue report, BracketMembers? members)
    {
        Direction direction = objective.DirectionIn(history);
        double loss = StepStatistics.Loss(report.AsDouble(), direction);
        OrderedValues finished = OrderedColumn.Of(history, new Source(note, direction, members));
        int reached = finished.Count + 1, better = finished.CountBelow(loss);
        foreach (RunningTrial other in history.Running)
        {
            if (other.Number == number || !other.Record.SystemAttributes.TryGetValue(note, out AttributeValue? noted) || !noted.TryGetDouble(out double value)) continue;
            if (double.IsNaN(value) || members?.Contains(history, other.Number) == false) continue;
            reached++;
            if (StepStatistics.Loss(value, direction) < loss) better++;
        }
        return new RungStanding(reached, better);
    }

    private sealed record Source(string Note, Direction Direction, BracketMembers? Members) : OrderedColumn.Source
    {
        public override SparseColumn Column(StudyHistory history) => history.NumericNotes[Note];

        public override bool Counts(StudyHistory history, int row) => Members is null || Members.Contains(history, history.Numbers[row]);

        public override double Loss(StudyHistory history, double value) => StepStatistics.Loss(value, Direction);
    }
}
