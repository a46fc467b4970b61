using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune.Pruners.Progressive;

/// <summary>Whether the finished trials rank at a rung as at the one below: a view that each new trial extends. Immutable.</summary>
internal sealed class RungStability
{
    /// <summary>The trials with the highest numbers tell enough, and keep a new one cheap in long studies.</summary>
    private const int MostMembers = 64;

    // In order of number, which no order of arrival changes.
    private readonly RungMember[] _members;
    private readonly int _entries;
    private readonly int _rows;
    private readonly bool _isStable;

    private RungStability(RungMember[] members, int entries, int rows, bool isStable)
    {
        _members = members;
        _entries = entries;
        _rows = rows;
        _isStable = isStable;
    }

    /// <summary>Whether the ranking is the same for the trials of a snapshot; so it is of fewer than two.</summary>
    public static bool Of(StudyHistory history, Source source)
    {
        RungStability view = history.View<RungStability>(source, (snapshot, former) => Extend(snapshot, former, source));
        // Ahead of an older snapshot, which is rare: what fell out of the window is gone, so the view is made anew for it.
        return (view._rows > history.Count ? Extend(history, null, source) : view)._isStable;
    }

    private static RungStability Extend(StudyHistory history, RungStability? former, Source source)
    {
        SparseColumn entries = history.NumericNotes[source.Note];
        List<RungMember> members = [.. former?._members ?? []];
        bool hasChanged = false;
        for (int entry = former?._entries ?? 0; entry < entries.Count; entry++)
        {
            int row = entries.Rows[entry];
            if (members.Count == MostMembers && history.Numbers[row] < members[0].Number) continue;
            if (!source.TryRead(history, row, entries.Values[entry], out double before, out double after)) continue;
            if (members.Count == MostMembers) members.RemoveAt(0);
            Insert(members, history.Numbers[row], before, after, source.Tolerance is null ? source.CurveOf(history, row) : null);
            hasChanged = true;
        }
        bool isStable = hasChanged ? IsStable(members, source.Tolerance) : former?._isStable ?? true;
        return new RungStability([.. members], entries.Count, history.Count, isStable);
    }

    private static void Insert(List<RungMember> members, int number, double before, double after, LossCurve? curve)
    {
        var gaps = new List<(int, double)>();
        int index = members.Count;
        for (int i = members.Count - 1; i >= 0; i--)
        {
            RungMember other = members[i];
            if (other.Number > number) index = i;
            if (curve is not null && other.Curve is not null && SoftRanking.TryGetGap(curve, other.Curve, out double gap)) gaps.Add((other.Number, gap));
        }
        members.Insert(index, new RungMember(number, before, after, curve, [.. gaps]));
    }

    private static bool IsStable(List<RungMember> members, double? tolerance)
    {
        var gaps = new List<double>();
        var losses = new (double After, double Before)[members.Count];
        for (int i = 0; i < losses.Length; i++)
        {
            RungMember member = members[i];
            losses[i] = (member.After, member.Before);
            foreach ((int number, double gap) in member.Gaps)
            {
                // Those below the window have left it.
                if (number >= members[0].Number) gaps.Add(gap);
            }
        }
        return SoftRanking.IsStable(losses, tolerance ?? SoftRanking.ToleranceOf(gaps.ToArray()));
    }

    /// <summary>Which rung, and how it is read. Equal sources share a view.</summary>
    /// <param name="NoteBelow">The name of the note at the rung below.</param>
    /// <param name="Note">The name of the note at the rung.</param>
    /// <param name="Step">The step at which the rung is reached.</param>
    /// <param name="Objective">The objective that is compared.</param>
    /// <param name="Tolerance">ε; null to estimate it.</param>
    internal sealed record Source(string NoteBelow, string Note, long Step, JudgedObjective Objective, double? Tolerance)
    {
        /// <summary>Reads a row's losses at both rungs; false where one is missing or NaN.</summary>
        public bool TryRead(StudyHistory history, int row, double noted, out double before, out double after)
        {
            Direction direction = Objective.DirectionIn(history);
            before = history[row].SystemAttributes.TryGetValue(NoteBelow, out AttributeValue? below) && below.TryGetDouble(out double value) ? StepStatistics.Loss(value, direction) : double.NaN;
            after = StepStatistics.Loss(noted, direction);
            return !double.IsNaN(before) && !double.IsNaN(after);
        }

        /// <summary>A row's losses up to the report that reached the rung.</summary>
        public LossCurve CurveOf(StudyHistory history, int row)
        {
            Direction direction = Objective.DirectionIn(history);
            ReportCurve curve = ReportCurve.Of(history[row]);
            int count = 0;
            while (count < curve.Values.Count && (count == 0 || curve.ProgressAt(count - 1) < Step)) count++;
            var losses = new double[count];
            for (int i = 0; i < count; i++)
            {
                losses[i] = ReportedValues.TryGet(curve.Values, curve.Attributes, Objective.Index, i, out double value) ? StepStatistics.Loss(value, direction) : double.NaN;
            }
            return new LossCurve(curve.Values.Steps[..count].ToArray(), losses);
        }
    }
}
