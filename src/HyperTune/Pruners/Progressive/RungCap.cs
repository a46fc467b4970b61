using System.Globalization;
using HyperTune.History;
using HyperTune.Pruners.Rungs;
using HyperTune.Trials;

namespace HyperTune.Pruners.Progressive;

/// <summary>The rung at which all but the leader end: the lowest one, from the second on, at which trials rank as at the rung below.</summary>
/// <remarks>
/// It never falls: who first finds a ranking unstable stores with the study that the cap lies above it, and from the next delta on all keep that. Until then each derives it
/// from the same finished trials.
/// </remarks>
internal sealed class RungCap(JudgedObjective objective, double? tolerance)
{
    // Rankings are compared between two rungs.
    private const int Lowest = 1;

    /// <summary>The rung, from 0.</summary>
    public int Of(StudyHistory history, TrialContext trial, RungLadder ladder, RungOrder order)
    {
        int rung = Lowest;
        for (; ladder.StepOf(rung) < long.MaxValue; rung++)
        {
            // By steps, so that other options of a later process do not read it as theirs.
            string key = string.Create(CultureInfo.InvariantCulture, $"{SystemKeys.UnstableRungPrefix}{objective.Index}:{ladder.StepOf(rung)}");
            if (history.Study.SystemAttributes.ContainsKey(key)) continue;
            if (RungStability.Of(history, new(order.NoteOf(rung - 1), order.NoteOf(rung), ladder.StepOf(rung), objective, tolerance))) break;
            trial.Notes.PutStudyIfAbsent(key, true);
        }
        return rung;
    }

    /// <summary>Judges a trial at the cap or above it. Of equal trials only one goes on, so that a configuration tried again ends.</summary>
    /// <param name="history">The snapshot.</param>
    /// <param name="number">The trial's number.</param>
    /// <param name="note">The name of the note at the rung.</param>
    /// <param name="report">What the trial noted there.</param>
    /// <param name="shown">The report as a reason shows it.</param>
    /// <param name="rung">The rung, from 0.</param>
    /// <param name="cap">The cap, not above it.</param>
    public PruneDecision Decide(StudyHistory history, int number, string note, AttributeValue report, string shown, int rung, int cap)
    {
        if (rung > cap) return new PruneDecision(false, string.Create(CultureInfo.InvariantCulture, $"{shown}: it led at a rung where others end"));
        int leader = LeaderOf(history, number, note, report);
        string where = string.Create(CultureInfo.InvariantCulture, $"at rung {rung}, where others end while ranks stay as they are");
        return leader < 0
            ? new PruneDecision(false, $"{shown}: the best one {where}")
            : PruneDecision.Because(string.Create(CultureInfo.InvariantCulture, $"{shown}: not better than trial {leader} {where}"));
    }

    /// <summary>A trial that leads before one; -1 if that leads itself. Those that will never complete do not count, so that there is a complete one.</summary>
    private int LeaderOf(StudyHistory history, int number, string note, AttributeValue report)
    {
        Direction direction = objective.DirectionIn(history);
        double loss = StepStatistics.Loss(report.AsDouble(), direction);
        foreach (RunningTrial other in history.Running)
        {
            if (other.Number == number) continue;
            double theirs = LossOf(other.Record, note, direction);
            if (theirs < loss || (theirs == loss && other.Number < number)) return other.Number;
        }
        return RunningBest.TryGet(history, new LeaderKey(note), (snapshot, row) => snapshot.States[row] == TrialState.Complete ? LossOf(snapshot[row], note, direction) : double.NaN, out int best, out double lowest)
            && lowest <= loss
            ? history.Numbers[best]
            : -1;
    }

    private static double LossOf(TrialRecord trial, string note, Direction direction) =>
        trial.SystemAttributes.TryGetValue(note, out AttributeValue? noted) && noted.TryGetDouble(out double value) ? StepStatistics.Loss(value, direction) : double.NaN;

    /// <summary>Names the view of the best complete trial at a rung.</summary>
    private sealed record LeaderKey(string Note);
}
