using System.Globalization;
using HyperTune.History;
using HyperTune.Numerics;
using HyperTune.Trials;

namespace HyperTune.Pruners.Rungs;

/// <summary>Who competes at the rungs: trials in any state that noted a value there, of one bracket or of all, compared by one objective.</summary>
/// <param name="Objective">The objective.</param>
/// <param name="Members">The trials that compete; null for all.</param>
internal sealed record RungField(JudgedObjective Objective, BracketMembers? Members)
{
    /// <summary>The name of the note that holds a trial's value at a rung. For the first objective it is Optuna's.</summary>
    public static string NoteOf(int objective, int rung) => objective == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{SystemKeys.RungPrefix}{rung}")
        : string.Create(CultureInfo.InvariantCulture, $"{SystemKeys.ObjectiveRungPrefix}{objective}:{rung}");

    /// <summary>The name of the note that holds the step at which a trial came to its latest rung.</summary>
    public static string StepNoteOf(int objective) => string.Create(CultureInfo.InvariantCulture, $"{SystemKeys.RungStepPrefix}{objective}");

    /// <summary>Where a trial with some loss stands among all that reached the rung.</summary>
    public RungStanding StandingOf(StudyHistory history, int number, string note, double loss)
    {
        Direction direction = Objective.DirectionIn(history);
        OrderedValues finished = OrderedColumn.Of(history, new Source(note, direction, Members));
        int reached = finished.Count + 1, better = finished.CountBelow(loss);
        foreach (RunningTrial other in history.Running)
        {
            if (other.Number == number || !other.Record.SystemAttributes.TryGetValue(note, out AttributeValue? noted) || !noted.TryGetDouble(out double value)) continue;
            if (double.IsNaN(value) || Members?.Contains(history, other.Number) == false) continue;
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
