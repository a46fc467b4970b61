using System.Diagnostics;
using HyperTune.Diagnostics;
using HyperTune.History;
using HyperTune.Spaces;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>Draws the joint parameters of trials that have just started, one at a time, in the order of their starts.</summary>
internal sealed class TrialProposer(StudySession session)
{
    /// <summary>Draws of the sampler that are refused as repetitions before a new point is looked for otherwise.</summary>
    private const int MaxRedraws = 20;

    /// <summary>Finite spaces up to this size are searched for a point that no trial has had.</summary>
    private const long SearchedSpace = 1_000_000;

    /// <summary>Samples a trial. The caller has the turn.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="history">What the trial may know; null for all that this process knows.</param>
    /// <param name="repeats">What to do with a proposal that repeats an earlier trial.</param>
    public void Propose(StudyTrial trial, StudyHistory? history, RepeatPolicy repeats)
    {
        long start = Telemetry.SamplingDuration.Enabled ? session.Time.GetTimestamp() : 0;
        using Activity? activity = Telemetry.Activities.StartActivity("sample");
        trial.History = WithSiblings(history ?? session.Builder.Current, trial);
        if (trial is { Reevaluation: { } policy, IsGiven: false } && Reevaluation.Due(trial.History, trial.Number, policy) is { } known)
        {
            trial.Repeat(known);
            session.Pump.WriteSoon();
        }
        trial.Context.FixedParameters = trial.KnownFixedParameters();
        session.Pruner.BeforeTrial(trial.History, trial.Context);
        SearchSpace space = session.Sampler.InferRelativeSpace(trial.History, trial.Context);
        Draw(trial, space);
        // What a user enqueued, or a retry, is wanted as it is.
        if (repeats != RepeatPolicy.Allow && !trial.IsGiven) AvoidRepetition(trial, space, repeats);
        if (ProposalNote.Of(trial.Context.SystemAttributes) is { } proposal) session.NoteProposal(trial.Number, proposal);
        if (trial.Joint.Count > 0)
        {
            foreach ((string key, AttributeValue value) in JointSample.Encode(trial.Joint)) trial.Buffer.SetSystemAttribute(key, value);
            session.Pump.WriteSoon();
        }
        if (start != 0) Telemetry.SamplingDuration.Record(session.Time.GetElapsedTime(start).TotalSeconds, Telemetry.Study(session.Name));
    }

    private void Draw(StudyTrial trial, SearchSpace space)
    {
        trial.Joint = space.Count == 0 ? ParameterSet.Empty : session.Sampler.SampleRelative(trial.History, trial.Context, space);
        for (int i = 0; i < trial.Joint.Count; i++)
        {
            Parameter parameter = trial.Joint[i];
            if (!parameter.Distribution.Contains(parameter.Value)) throw StudyTrial.OutsideOf(session.Sampler, parameter.Name, parameter.Value, parameter.Distribution);
        }
    }

    /// <summary>The history with the trials that this process started before this one, as far as they have come, written or not.</summary>
    private StudyHistory WithSiblings(StudyHistory history, StudyTrial trial)
    {
        StudyTrial[] live = session.Pump.Live;
        if (live.Length <= 1)
        {
            if (history.Running.Count == 0) return history;
            if (history.Running.Count == 1 && history.Running[0].Number == trial.Number) return history.WithRunning([]);
        }
        var running = new List<RunningTrial>(history.Running.Count + live.Length);
        foreach (RunningTrial other in history.Running)
        {
            if (Array.FindIndex(live, own => own.Number == other.Number) < 0) running.Add(other);
        }
        foreach (StudyTrial sibling in live)
        {
            if (sibling.Ticket < trial.Ticket) running.Add(new RunningTrial(sibling.Buffer.ToRecord(), sibling.Expected));
        }
        running.Sort(static (a, b) => a.Number.CompareTo(b.Number));
        return history.WithRunning(running);
    }

    private void AvoidRepetition(StudyTrial trial, SearchSpace space, RepeatPolicy repeats)
    {
        SearchSpace whole = session.ComparedSpace(trial.History);
        if (whole.Count == 0 || trial.Context.FixedParameters.Count > 0) return;
        TriedPoints tried = TriedPoints.Of(trial.History, whole);
        DrawAhead(trial, whole);
        for (int attempt = 1; attempt <= MaxRedraws && tried.Contains(Proposal(trial, whole)); attempt++)
        {
            trial.Context.Attempt = attempt;
            Draw(trial, space);
            DrawAhead(trial, whole);
        }
        if (!tried.Contains(Proposal(trial, whole))) return;
        if (tried.FindNew(SearchedSpace, trial.Context.Random("unrepeated")) is { } point)
        {
            trial.Joint = ParameterSet.Empty;
            trial.DrawnAhead = point;
        }
        else if (repeats == RepeatPolicy.StopWhenExhausted && tried.IsExhausted)
        {
            throw new SpaceExhaustedException();
        }
    }

    /// <summary>Draws those active parameters of the space that the joint sample lacks.</summary>
    private static void DrawAhead(StudyTrial trial, SearchSpace whole)
    {
        var ahead = ParameterSet.Empty;
        foreach (SearchSpaceParameter parameter in whole)
        {
            if (trial.Joint.Contains(parameter.Name) || !whole.IsActive(parameter.Name, ValueOf)) continue;
            ahead = ahead.With(parameter.Name, parameter.Distribution, trial.DrawIndependently(parameter.Name, parameter.Distribution));
        }
        trial.DrawnAhead = ahead;

        double? ValueOf(string name) => trial.Joint.TryGetValue(name, out double value) || ahead.TryGetValue(name, out value) ? value : null;
    }

    private static ParameterSet Proposal(StudyTrial trial, SearchSpace whole)
    {
        var proposal = ParameterSet.Empty;
        foreach (SearchSpaceParameter parameter in whole)
        {
            if (trial.Joint.TryGetValue(parameter.Name, out double value) || trial.DrawnAhead.TryGetValue(parameter.Name, out value))
            {
                proposal = proposal.With(parameter.Name, parameter.Distribution, value);
            }
        }
        return proposal;
    }
}
