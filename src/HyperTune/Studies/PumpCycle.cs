using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using HyperTune.Diagnostics;
using HyperTune.History;
using HyperTune.Storage;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>One cycle of a <see cref="StudyPump"/>: write, start, call, renew, read, answer.</summary>
internal readonly ref struct PumpCycle(StudySession session, StudyPump pump, List<PumpRequest> requests)
{
    /// <summary>Waits for an operation of the storage. Cycles run on threads that may block, without a captured context.</summary>
    public static T Wait<T>(ValueTask<T> operation) => operation.IsCompleted ? operation.Result : operation.AsTask().GetAwaiter().GetResult();

    public void Run(bool flush, bool refresh, bool renew, ref int changed)
    {
        bool isReadNeeded = refresh;
        foreach (PumpRequest request in requests) isReadNeeded |= request is not FinishRequest { Trial.IsEndShown: false } || session.IsHistoryOld;
        if (flush || requests.Count > 0)
        {
            Volatile.Write(ref changed, 0);
            isReadNeeded |= Write();
        }
        Start();
        Call();
        if (renew) RenewLeases();
        // When all have to be repeated, so has the read.
        if (isReadNeeded && (refresh || requests.Count == 0 || requests.Exists(static request => request.KeptBy is null))) Read();
        foreach (PumpRequest request in requests)
        {
            if (request.KeptBy is null) Complete(request);
        }
    }

    private static void Complete(PumpRequest request)
    {
        switch (request)
        {
            case StartRequest start: start.Complete(); break;
            case FinishRequest finish: finish.Complete(); break;
            case RefreshRequest refresh: refresh.Complete(); break;
            case CallRequest call: call.Complete(); break;
        }
    }

    /// <summary>Writes all that is unwritten, ends first to be asked for included, as one group.</summary>
    /// <returns>Whether something of the study itself was to be written, such as a stop.</returns>
    private bool Write()
    {
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
        if (late is null && TryWriteAndStart(trials, group)) return group.Exists(static changes => changes.Study is not null);
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
    /// <returns>Whether that was done; if not, nothing was stored, or repeating it under the same request ids does no harm.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "The two are tried one by one, so that whatever a storage throws goes to those whom it concerns.")]
    private bool TryWriteAndStart(List<StudyTrial> trials, List<TrialChanges> group)
    {
        if (session.Storage is not ICombiningStorage storage || StartsToServe() is not { Count: > 0 } starts) return false;
        if (starts[0].Sent is not null || !starts.TrueForAll(starts[0].GoesWith)) return false;
        IReadOnlyList<WriteOutcome> outcomes;
        IReadOnlyList<TrialRecord> records;
        try
        {
            using var timer = new OperationTimer(session, "write and start");
            (outcomes, records) = Wait(storage.WriteAndStartAsync(session.Study.Id, group, ToStart(starts), CancellationToken.None));
        }
        catch (Exception)
        {
            // The ends on which they wait may part them. Should the storage have started trials all the same, their leases lapse.
            if (starts.Count > 1) starts.ForEach(static start => start.Sent = null);
            return false;
        }
        for (int i = 0; i < group.Count; i++) Settle(trials[i], group[i], outcomes[i]);
        TryStart(starts, records);
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

    /// <summary>Starts all trials that were asked for, in one request for each limit of the total and each loop.</summary>
    private void Start()
    {
        List<StartRequest> starts = StartsToServe();
        if (starts.Count == 1)
        {
            TryStart(starts);
            return;
        }
        while (starts.Count > 0)
        {
            List<StartRequest> group = starts.FindAll(starts[0].GoesWith);
            starts.RemoveAll(group.Contains);
            TryStart(group);
        }
    }

    /// <summary>The starts that the storage is to be asked for; one that follows an end shares its fate.</summary>
    private List<StartRequest> StartsToServe()
    {
        List<StartRequest> starts = pump.Lists.Starts;
        starts.Clear();
        foreach (PumpRequest request in requests)
        {
            if (request is not StartRequest { IsServed: false } start) continue;
            if (start.After is { KeptBy: { } reason }) pump.Keep(start, reason);
            // Its loop was stopped meanwhile. If the storage had started the trials all the same, their leases lapse.
            else if (start.After is { HasFailed: true } || (start.FirstFailure is not null && !start.MayBeRepeated)) start.Answer = [];
            else starts.Add(start);
        }
        return starts;
    }

    /// <summary>What goes to the storage for a group of requests: the same again if it went before, so that it is known by its id.</summary>
    private TrialStart ToStart(List<StartRequest> group)
    {
        TrialStart start = group[0].Sent is { } sent ? sent with { StartedAt = session.Time.GetUtcNow() } : NewStart(group);
        foreach (StartRequest request in group) request.Sent = start;
        return start;
    }

    private IReadOnlyList<TrialRecord> Send(List<StartRequest> group)
    {
        using var timer = new OperationTimer(session, "start");
        return Wait(session.Storage.StartTrialsAsync(session.Study.Id, ToStart(group), CancellationToken.None));
    }

    /// <summary>Starts the trials of a group of requests with one limit.</summary>
    /// <param name="group">The requests.</param>
    /// <param name="started">What the storage has started for them; null if it is still to be asked.</param>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever a storage throws belongs to those who wait for the start.")]
    private void TryStart(List<StartRequest> group, IReadOnlyList<TrialRecord>? started = null)
    {
        try
        {
            Take(group, started ?? Send(group));
        }
        catch (Exception exception)
        {
            // All or none: the storage knows them as one request.
            bool isRepeated = pump.IsRepeated(group[0], exception);
            foreach (StartRequest start in group)
            {
                if (isRepeated) pump.Keep(start, exception);
                else start.Fail(exception);
            }
        }
    }

    private void Take(List<StartRequest> group, IReadOnlyList<TrialRecord> records)
    {
        // Whoever listens may throw; from the first ticket on nothing may, since a ticket whose turn never ends would stop all others.
        foreach (TrialRecord record in records) Log.TrialStarted(session.Logger, session.Name, record.Number);
        Telemetry.TrialsStarted.Add(records.Count, Telemetry.Study(session.Name));
        int next = 0;
        int running = Math.Max(pump.Live.Length, session.Builder.Current.Running.Count) + records.Count;
        foreach (StartRequest request in group)
        {
            int count = Math.Min(request.Count, records.Count - next);
            var trials = new StudyTrial[count];
            for (int i = 0; i < count; i++)
            {
                trials[i] = new StudyTrial(session, records[next++], request.Remaining, running);
            }
            foreach (StudyTrial trial in trials)
            {
                trial.Ticket = session.Turns.Take();
                pump.Adopt(trial);
            }
            request.Answer = trials;
        }
    }

    private TrialStart NewStart(List<StartRequest> group)
    {
        int wanted = 0;
        foreach (StartRequest request in group) wanted += request.Count;
        return new TrialStart { Count = wanted, TotalTrials = group[0].TotalTrials, StartedAt = session.Time.GetUtcNow(), RequestId = session.RequestIds.Next() };
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a storage throws belongs to the one who waits for the call.")]
    private void Call()
    {
        foreach (PumpRequest request in requests)
        {
            if (request is not CallRequest call) continue;
            try
            {
                call.Run(session.Storage, session.Study.Id);
            }
            catch (Exception exception)
            {
                call.Fail(exception);
            }
        }
    }

    /// <summary>Renews the leases of all trials of this process in one write, and takes back those that other processes left behind.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Nobody waits for the renewal; it is tried again.")]
    private void RenewLeases()
    {
        // A trial whose end could not be stored is over here: it is told again, or its lease lapses.
        StudyTrial[] live = Array.FindAll(pump.Live, trial => trial.Told is null);
        try
        {
            if (live.Length > 0)
            {
                IReadOnlyList<WriteOutcome> outcomes = Wait(session.Storage.RenewLeasesAsync(session.Study.Id, Array.ConvertAll(live, trial => trial.Buffer.Id), CancellationToken.None));
                for (int i = 0; i < live.Length; i++)
                {
                    if (outcomes[i] == WriteOutcome.Stored) continue;
                    pump.Release(live[i]);
                    live[i].Lose(Describe(outcomes[i]));
                }
            }
            var rules = new LeaseRules(session.Options.Leases.Grace, session.Options.MaxRetries);
            foreach (TakenBackTrial taken in Wait(session.Storage.TakeBackAsync(session.Study.Id, rules, CancellationToken.None)))
            {
                Log.TrialTakenBack(session.Logger, session.Name, taken.Number, taken.RetryNumber);
            }
        }
        catch (Exception exception)
        {
            Log.RenewalFailed(session.Logger, exception, session.Name);
        }
    }

    /// <summary>Reads what is new. Only who asked for a refresh minds a failure; the others go on with the history as it is.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever a storage throws belongs to those who wait for the history.")]
    private void Read()
    {
        try
        {
            StudyHistory history;
            using (new OperationTimer(session, "read")) history = session.ReadDelta();
            foreach (PumpRequest request in requests)
            {
                if (request is RefreshRequest refresh) refresh.Answer = history;
            }
        }
        catch (Exception exception)
        {
            foreach (PumpRequest request in requests)
            {
                if (request is RefreshRequest) request.Fail(exception);
            }
            Log.ReadFailed(session.Logger, exception, session.Name);
        }
    }

    /// <summary>Records the time of a storage operation as a span and in the meter.</summary>
    private readonly ref struct OperationTimer
    {
        private readonly StudySession _session;
        private readonly string _operation;
        private readonly Activity? _activity;
        private readonly long _start;

        public OperationTimer(StudySession session, string operation)
        {
            _session = session;
            _operation = operation;
            if (!Telemetry.StorageDuration.Enabled && !Telemetry.Activities.HasListeners()) return;
            _activity = Telemetry.Activities.StartActivity($"storage {operation}", ActivityKind.Client);
            _activity?.SetTag("hypertune.study", session.Name);
            _start = session.Time.GetTimestamp();
        }

        public void Dispose()
        {
            if (_start == 0) return;
            Telemetry.StorageDuration.Record(_session.Time.GetElapsedTime(_start).TotalSeconds, Telemetry.Study(_session.Name), new("hypertune.storage.operation", _operation));
            _activity?.Dispose();
        }
    }
}
