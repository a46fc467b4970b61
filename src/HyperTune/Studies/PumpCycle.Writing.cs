using System.Diagnostics.CodeAnalysis;
using HyperTune.Diagnostics;
using HyperTune.History;
using HyperTune.Storage;
using HyperTune.Trials;

namespace HyperTune;

/// <content>Writing what is unwritten, and the ends.</content>
internal readonly ref partial struct PumpCycle
{
    /// <summary>Writes all that is unwritten, ends first to be asked for included, as one group.</summary>
    /// <param name="delta">What is new, if the storage read that in the same step; else null.</param>
    /// <returns>Whether something of the study itself was to be written, such as a stop.</returns>
    private bool Write(out StudyDelta? delta)
    {
        delta = null;
        (List<FinishRequest> finishes, List<StudyTrial> trials, _) = pump.Lists;
        finishes.Clear();
        trials.Clear();
        List<FinishRequest>? late = null;
        foreach (PumpRequest request in requests)
        {
            if (request is not FinishRequest finish) continue;
            // Of several ends that are told for one trial at the same time the first one counts.
            finish.Answer = WriteOutcome.AlreadyFinished;
            if (IsTold(finishes, finish.Trial)) continue;
            finishes.Add(finish);
            if (IsFull(finish.Trial)) (late ??= []).Add(finish);
            else finish.Trial.Buffer.Finish(finish.End);
        }
        List<TrialChanges>? group = null;
        StudyTrial[] live = pump.Live;
        foreach (StudyTrial trial in live) Take(trial, trials, ref group);
        foreach (FinishRequest finish in finishes)
        {
            // A trial that is no longer this process's is told all the same; the storage knows what to answer.
            if (Array.IndexOf(live, finish.Trial) < 0) Take(finish.Trial, trials, ref group);
        }
        if (group is null) return false;
        if (late is null && TryWriteAndStart(trials, group, out delta)) return group.Exists(static changes => changes.Study is not null);
        bool isStudyChanged = WriteGroup(trials, group);
        if (late is null) return isStudyChanged;
        // A full buffer has to be emptied before its trial may end.
        trials.Clear();
        group = null;
        foreach (FinishRequest finish in late)
        {
            if (finish.HasFailed || finish.KeptBy is not null || finish.Trial.LostReason is not null) continue;
            finish.Trial.Buffer.Finish(finish.End);
            Take(finish.Trial, trials, ref group);
        }
        return (group is not null && WriteGroup(trials, group)) || isStudyChanged;
    }

    private bool IsFull(StudyTrial trial) => trial.Buffer.Unwritten.Count > session.Options.MaxUnwrittenChanges;

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a storage throws belongs to those who wait for this write.")]
    private bool WriteGroup(List<StudyTrial> trials, List<TrialChanges> group)
    {
        IReadOnlyList<WriteOutcome> outcomes;
        try
        {
            using var timer = new OperationTimer(session, "write");
            outcomes = Wait(session.Storage.WriteAsync(session.Study.Id, group, CancellationToken.None));
        }
        catch (Exception exception) when (group.Count > 1 && exception is not StorageException { IsTransient: true })
        {
            // Something in the group cannot be stored: that must not keep the others from it.
            for (int i = 0; i < group.Count; i++) WriteAlone(trials[i], group[i]);
            return true;
        }
        catch (Exception exception)
        {
            FailWrite(exception, trials);
            return false;
        }
        for (int i = 0; i < group.Count; i++) Settle(trials[i], group[i], outcomes[i]);
        return group.Exists(static changes => changes.Study is not null);
    }

    private static bool IsTold(List<FinishRequest> finishes, StudyTrial trial) => finishes.Exists(earlier => ReferenceEquals(earlier.Trial, trial));

    private static void Take(StudyTrial trial, List<StudyTrial> trials, ref List<TrialChanges>? group)
    {
        if (!trial.Buffer.TryTake(out TrialChanges? changes)) return;
        trials.Add(trial);
        (group ??= new(1)).Add(changes);
    }

    /// <summary>Writes the group and starts the trials that were asked for in one step, if the storage can and they make one request that is sent for the first time.</summary>
    /// <param name="trials">The trials of the group.</param>
    /// <param name="group">What is unwritten of them.</param>
    /// <param name="delta">What is new, the step included, if the storage read that together with it.</param>
    /// <returns>Whether that was done; if not, nothing was stored, or repeating it under the same request ids does no harm.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "The two are tried one by one, so that whatever a storage throws goes to those whom it concerns.")]
    private bool TryWriteAndStart(List<StudyTrial> trials, List<TrialChanges> group, out StudyDelta? delta)
    {
        delta = null;
        if (session.Storage is not ICombiningStorage storage || StartsToServe() is not { Count: > 0 } starts) return false;
        if (starts[0].Sent is not null || !starts.TrueForAll(starts[0].GoesWith)) return false;
        IReadOnlyList<WriteOutcome> outcomes;
        IReadOnlyList<TrialRecord> records;
        try
        {
            using var timer = new OperationTimer(session, "write and start");
            (outcomes, records, delta) = Wait(storage.WriteAndStartAsync(session.Study.Id, group, ToStart(starts), session.Cursor, CancellationToken.None));
        }
        catch (Exception)
        {
            return false;
        }
        for (int i = 0; i < group.Count; i++)
        {
            Settle(trials[i], group[i], outcomes[i]);
            // That trial has been failed since.
            if (outcomes[i] == WriteOutcome.Incompatible) delta = null;
        }
        // Else a trial that was left behind may have to be taken back first.
        if (records.Count > 0) TryStart(starts, records);
        else delta = null;
        return true;
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a storage throws belongs to the one who waits for this write.")]
    private void WriteAlone(StudyTrial trial, TrialChanges changes)
    {
        try
        {
            Settle(trial, changes, Wait(session.Storage.WriteAsync(session.Study.Id, [changes], CancellationToken.None))[0]);
        }
        catch (Exception exception)
        {
            FailWrite(exception, [trial]);
        }
    }

    /// <summary>Leaves what could not be written to a later cycle, and says so to those who told ends.</summary>
    private void FailWrite(Exception exception, List<StudyTrial> trials)
    {
        bool isSomeoneTold = false;
        foreach (PumpRequest request in requests)
        {
            if (request is not FinishRequest finish || !trials.Contains(finish.Trial)) continue;
            finish.Trial.Buffer.Unfinish();
            FailOrKeep(finish, IsFull(finish.Trial) ? NotEmptied(finish.Trial, exception) : exception);
            isSomeoneTold = true;
        }
        if (!isSomeoneTold) Log.BackgroundWriteFailed(session.Logger, exception, session.Name);
        pump.NoteChange();
    }

    private StorageException NotEmptied(StudyTrial trial, Exception exception) => new(
        $"Trial {trial.Number} cannot end while {trial.Buffer.Unwritten} of it are not stored, more than the {session.Options.MaxUnwrittenChanges} of "
        + $"{nameof(StudyOptions.MaxUnwrittenChanges)}. Nothing of it is lost: tell its end again once the storage works. It said: {exception.Message}",
        exception,
        exception is StorageException { IsTransient: true });

    /// <summary>Gives a failure to who waits, unless the request goes into a later cycle.</summary>
    private void FailOrKeep(PumpRequest request, Exception exception)
    {
        if (pump.IsRepeated(request, exception)) pump.Keep(request, exception);
        else request.Fail(exception);
    }

    private void Settle(StudyTrial trial, TrialChanges changes, WriteOutcome outcome)
    {
        FinishRequest? finish = null;
        if (changes.Finish is not null)
        {
            foreach (PumpRequest request in requests)
            {
                if (request is FinishRequest candidate && candidate.End.Finish.RequestId == changes.Finish.RequestId) finish = candidate;
            }
        }
        if (finish is not null) finish.Answer = outcome;
        if (outcome == WriteOutcome.Stored)
        {
            trial.Buffer.Confirm(changes);
            if (changes.Finish is null) return;
            trial.ConfirmTell(changes.Finish);
            pump.Release(trial);
            return;
        }
        trial.Buffer.Unfinish();
        // Perhaps finished by its own end, whose answer was lost: telling that again will say.
        if (finish is null && outcome == WriteOutcome.AlreadyFinished && trial.Told is not null) return;
        pump.Release(trial);
        if (outcome == WriteOutcome.Incompatible) Abandon(trial);
        if (finish is null || outcome == WriteOutcome.Incompatible) trial.Lose(Describe(outcome));
    }

    private static string Describe(WriteOutcome outcome) => outcome switch
    {
        WriteOutcome.AlreadyFinished => "it was finished or taken back by another worker",
        WriteOutcome.Incompatible => "another worker had given one of its parameters a distribution of another kind",
        _ => "it no longer exists",
    };

    /// <summary>Fails a trial whose parameters the study cannot take, so that it does not stay running for ever.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Nobody waits for this write.")]
    private void Abandon(StudyTrial trial)
    {
        var end = new TrialChanges
        {
            Trial = trial.Buffer.Id,
            SystemAttributes = AttributeSet.Empty.With(SystemKeys.FailReason, "A parameter clashes with the distribution that its name has in the study."),
            Finish = new TrialFinish { State = TrialState.Failed, CompletedAt = session.Time.GetUtcNow(), RequestId = session.RequestIds.Next() },
        };
        try
        {
            Wait(session.Storage.WriteAsync(session.Study.Id, [end], CancellationToken.None));
        }
        catch (Exception exception)
        {
            // The trial's lease lapses, which ends it as well.
            Log.BackgroundWriteFailed(session.Logger, exception, session.Name);
        }
        session.Registry.Clear();
    }
}
