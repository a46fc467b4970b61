using System.Globalization;
using HyperTune.History;
using HyperTune.Pruners.Progressive;
using HyperTune.Trials;

namespace HyperTune.Pruners.Rungs;

/// <summary>The decision of asynchronous successive halving: at each rung that a trial reaches it must be among the best one in η that did.</summary>
internal sealed class RungRule
{
    private readonly JudgedObjective _objective;
    private readonly int _bootstrap;
    private readonly RungOrder _byObjective;
    private readonly RungOrder? _byFronts;
    private readonly RungCap? _cap;

    /// <summary>Makes the rule.</summary>
    /// <param name="objective">The objective that is compared.</param>
    /// <param name="useDominance">Compare all objectives by fronts instead; with one objective that is the same.</param>
    /// <param name="bootstrap">So many trials, at least, must have come to a rung before one goes on from it.</param>
    /// <param name="cap">The rung from which only the leader goes on, and then to the end; null for none.</param>
    public RungRule(JudgedObjective objective, bool useDominance, int bootstrap, RungCap? cap = null)
    {
        _objective = objective;
        _bootstrap = bootstrap;
        _byObjective = new ObjectiveOrder(objective);
        _byFronts = useDominance ? new FrontOrder() : null;
        _cap = cap;
    }

    /// <summary>Checks that the study has the objective.</summary>
    /// <exception cref="InvalidOperationException">It has not.</exception>
    public void Check(StudyHistory history) => _ = _objective.DirectionIn(history);

    /// <summary>Judges a trial at the rungs that its last report reaches, and notes what it had there.</summary>
    public PruneDecision Judge(StudyHistory history, TrialContext trial, RungLadder ladder, BracketMembers? members)
    {
        int objectives = history.Directions.Count;
        RungOrder order = objectives > 1 && _byFronts is not null ? _byFronts : _byObjective;
        ReportCurve curve = ReportCurve.Of(trial);
        long last = curve.Progress;
        AttributeSet notes = trial.SystemAttributes;
        int rung = 0;
        while (notes.ContainsKey(order.NoteOf(rung))) rung++;
        // Asked again about one report, the pruner judges the same rung again.
        if (rung > 0 && notes.TryGetValue(order.StepNote, out AttributeValue? judged) && judged.TryGetInt64(out long step) && step == last) rung--;
        if (last < ladder.StepOf(rung) || !order.TryRead(curve, objectives, out AttributeValue? report)) return PruneDecision.Keep;
        if (order.IsNaN(report)) return PruneDecision.Because(string.Create(CultureInfo.InvariantCulture, $"the report at step {last}, which reaches rung {rung}, is NaN"));
        string shown = string.Create(CultureInfo.InvariantCulture, $"report {order.Show(report)} at step {last}");
        int cap = _cap?.Of(history, trial, ladder, order) ?? int.MaxValue;
        PruneDecision decision;
        do
        {
            string note = order.NoteOf(rung);
            if (!notes.ContainsKey(note))
            {
                trial.Notes.Set(note, report);
                trial.Notes.Set(order.StepNote, last);
            }
            decision = _cap is null || rung < cap
                ? Decide(order.StandingOf(history, trial.Number, note, report, members), ladder, shown, rung)
                : _cap.Decide(history, trial.Number, note, report, shown, rung, cap);
            rung++;
        }
        while (!decision.Prune && last >= ladder.StepOf(rung));
        return decision;
    }

    private PruneDecision Decide(RungStanding standing, RungLadder ladder, string report, int rung)
    {
        if (standing.Reached <= _bootstrap)
        {
            return PruneDecision.Because(string.Create(
                CultureInfo.InvariantCulture, $"{report}: {standing.Reached} have reached rung {rung}, and the first {_bootstrap} are pruned to collect values"));
        }
        int promoted = ladder.Promoted(standing.Reached);
        string best = promoted == 1 ? "one goes" : string.Create(CultureInfo.InvariantCulture, $"{promoted} go");
        return new PruneDecision(
            standing.Better >= promoted,
            string.Create(CultureInfo.InvariantCulture, $"{report}: {standing.Better} of {standing.Reached} at rung {rung} are better, and the best {best} on"));
    }
}
