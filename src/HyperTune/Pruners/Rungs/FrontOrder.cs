using System.Diagnostics.CodeAnalysis;
using HyperTune.History;
using HyperTune.Pareto;
using HyperTune.Pruners.Fronts;
using HyperTune.Trials;

namespace HyperTune.Pruners.Rungs;

/// <summary>Trials at a rung are compared by the front to which what they reported there belongs; those of one front are equal.</summary>
/// <remarks>
/// Source: R. Schmucker, M. Donini, M. B. Zafar, D. Salinas, C. Archambeau, "Multi-objective Asynchronous Successive Halving", 2021. Deviation: ties
/// within a front are not broken, so that all of a front that the cut would divide go on. Breaking them by the crowding distance was tried: it gained nothing with two
/// objectives and lost hypervolume with three, where early reports tell little about places within a front.
/// </remarks>
internal sealed class FrontOrder : RungOrder
{
    private const string All = "all";

    private readonly RungNames _notes = new($"{SystemKeys.ObjectiveRungPrefix}{All}:");

    public override string StepNote => SystemKeys.RungStepPrefix + All;

    public override string NoteOf(int rung) => _notes[rung];

    public override bool TryRead(in ReportCurve curve, int objectives, [NotNullWhen(true)] out AttributeValue? report)
    {
        report = null;
        var values = new double[objectives];
        for (int k = 0; k < objectives; k++)
        {
            if (!ReportedValues.TryGet(curve.Values, curve.Attributes, k, curve.Values.Count - 1, out values[k])) return false;
        }
        report = values;
        return true;
    }

    public override bool IsNaN(AttributeValue report)
    {
        foreach (AttributeValue item in report.Items)
        {
            if (double.IsNaN(item.AsDouble())) return true;
        }
        return false;
    }

    public override string Show(AttributeValue report) => $"({string.Join(", ", report.Items.Select(item => Wording.Short(item.AsDouble())))})";

    public override RungStanding StandingOf(StudyHistory history, int number, string note, AttributeValue report, BracketMembers? members)
    {
        GrowingFronts reached = FrontView.Of(history, new Source(note, members)).Fronts;
        var losses = new double[history.Directions.Count];
        foreach (RunningTrial other in history.Running)
        {
            if (other.Number == number || !other.Record.SystemAttributes.TryGetValue(note, out AttributeValue? noted)) continue;
            if (members?.Contains(history, other.Number) == false || !ReportedVector.TryRead(history.Directions, noted, losses)) continue;
            if (!losses.AsSpan().Contains(double.NaN)) reached = reached.With(losses);
        }
        _ = ReportedVector.TryRead(history.Directions, report, losses);
        return new RungStanding(reached.Count + 1, reached.CountBefore(reached.RankOf(losses)));
    }

    private sealed record Source(string Note, BracketMembers? Members) : FrontView.Source
    {
        public override bool TryRead(StudyHistory history, int row, Span<double> losses) =>
            history[row].SystemAttributes.TryGetValue(Note, out AttributeValue? noted)
            && ReportedVector.TryRead(history.Directions, noted, losses)
            && Members?.Contains(history, history.Numbers[row]) != false;
    }
}
