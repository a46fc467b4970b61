using System.Globalization;
using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune.Pruners.Rungs;

/// <summary>The decision of asynchronous successive halving: at each rung that a trial reaches it must be among the best one in η that did.</summary>
/// <param name="objective">The objective that is compared.</param>
/// <param name="bootstrap">So many trials, at least, must have come to a rung before one goes on from it.</param>
internal sealed class RungRule(JudgedObjective objective, int bootstrap)
{
    /// <summary>Judges a trial at the rungs that its last report reaches, and notes its value there.</summary>
    public PruneDecision Judge(StudyHistory history, TrialContext trial, RungLadder ladder, BracketMembers? members)
    {
        Direction direction = objective.DirectionIn(history);
        IntermediateValues reports = trial.IntermediateValues;
        if (!objective.TryGetLast(trial, reports, out double value)) return PruneDecision.Keep;
        AttributeSet notes = trial.SystemAttributes;
        int rung = 0;
        while (notes.ContainsKey(RungField.NoteOf(objective.Index, rung))) rung++;
        // Asked again about one report, the pruner judges the same rung again.
        string stepNote = RungField.StepNoteOf(objective.Index);
        if (rung > 0 && notes.TryGetValue(stepNote, out AttributeValue? judged) && judged.TryGetInt64(out long step) && step == reports.LastStep) rung--;
        var field = new RungField(objective, members);
        PruneDecision decision = PruneDecision.Keep;
        for (; reports.LastStep >= ladder.StepOf(rung); rung++)
        {
            if (double.IsNaN(value)) return PruneDecision.Because(string.Create(CultureInfo.InvariantCulture, $"the report at step {reports.LastStep}, which reaches rung {rung}, is NaN"));
            string note = RungField.NoteOf(objective.Index, rung);
            if (!notes.ContainsKey(note))
            {
                trial.Notes.Set(note, value);
                trial.Notes.Set(stepNote, reports.LastStep);
            }
            RungStanding standing = field.StandingOf(history, trial.Number, note, StepStatistics.Loss(value, direction));
            decision = Decide(standing, ladder, bootstrap, string.Create(CultureInfo.InvariantCulture, $"{Wording.Short(value)} at step {reports.LastStep}"), rung);
            if (decision.Prune) break;
        }
        return decision;
    }

    private static PruneDecision Decide(RungStanding standing, RungLadder ladder, int bootstrap, string report, int rung)
    {
        if (standing.Reached <= bootstrap)
        {
            return PruneDecision.Because(string.Create(
                CultureInfo.InvariantCulture, $"report {report}: {standing.Reached} have reached rung {rung}, and the first {bootstrap} are pruned to collect values"));
        }
        int promoted = ladder.Promoted(standing.Reached);
        string best = promoted == 1 ? "one goes" : string.Create(CultureInfo.InvariantCulture, $"{promoted} go");
        return new PruneDecision(
            standing.Better >= promoted,
            string.Create(CultureInfo.InvariantCulture, $"report {report}: {standing.Better} of {standing.Reached} at rung {rung} are better, and the best {best} on"));
    }
}
