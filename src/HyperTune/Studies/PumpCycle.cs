using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using HyperTune.Diagnostics;
using HyperTune.History;
using HyperTune.Storage;

namespace HyperTune;

/// <summary>One cycle of a <see cref="StudyPump"/>: write, start, call, renew, read, answer.</summary>
internal readonly ref partial struct PumpCycle(StudySession session, StudyPump pump, List<PumpRequest> requests)
{
    /// <summary>Waits for an operation of the storage. Cycles run on threads that may block, without a captured context.</summary>
    public static T Wait<T>(ValueTask<T> operation) => operation.IsCompleted ? operation.Result : operation.AsTask().GetAwaiter().GetResult();

    public void Run(bool flush, bool refresh, bool renew, ref int changed)
    {
        bool isReadNeeded = refresh;
        foreach (PumpRequest request in requests) isReadNeeded |= request is not FinishRequest { Trial.IsEndShown: false } || session.IsHistoryOld;
        StudyDelta? delta = null;
        if (flush || requests.Count > 0)
        {
            Volatile.Write(ref changed, 0);
            isReadNeeded |= Write(out delta);
        }
        Start();
        Call();
        if (renew) RenewLeases();
        // What these did is to be shown, too.
        if (renew || requests.Exists(static request => request is CallRequest)) delta = null;
        // When all have to be repeated, so has the read.
        if (isReadNeeded && (refresh || requests.Count == 0 || requests.Exists(static request => request.KeptBy is null))) Read(delta);
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
        StudyTrial[] live = Array.FindAll(pump.Live, trial => trial.Told is null && trial.IsLeased);
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
            TakeBack();
        }
        catch (Exception exception)
        {
            Log.RenewalFailed(session.Logger, exception, session.Name);
        }
    }

    /// <summary>Takes back trials that other processes left behind.</summary>
    /// <returns>Whether there was one.</returns>
    private bool TakeBack()
    {
        var rules = new LeaseRules(session.Options.Leases.Grace, session.Options.MaxRetries);
        IReadOnlyList<TakenBackTrial> taken = Wait(session.Storage.TakeBackAsync(session.Study.Id, rules, CancellationToken.None));
        foreach (TakenBackTrial trial in taken) Log.TrialTakenBack(session.Logger, session.Name, trial.Number, trial.RetryNumber);
        return taken.Count > 0;
    }

    /// <summary>Brings the history up to date. Only who asked for a refresh minds a failure; the others go on with the history as it is.</summary>
    /// <param name="delta">What is new, if that was read together with what the cycle wrote; null to ask the storage.</param>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever a storage throws belongs to those who wait for the history.")]
    private void Read(StudyDelta? delta)
    {
        try
        {
            StudyHistory history = session.Apply(delta ?? AskForDelta());
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

    private StudyDelta AskForDelta()
    {
        using var timer = new OperationTimer(session, "read");
        return Wait(session.Storage.ReadAsync(session.Study.Id, session.Cursor, CancellationToken.None));
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
