using System.Diagnostics.CodeAnalysis;
using HyperTune.Diagnostics;
using HyperTune.Storage;

namespace HyperTune;

/// <content>Starting trials.</content>
internal readonly ref partial struct PumpCycle
{
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
            // Its loop was stopped meanwhile. If the storage had started the trials all the same, their leases lapse.
            if (start.After is { HasFailed: true } || (start.FirstFailure is not null && !start.MayBeRepeated)) start.Answer = [];
            else if (start.After is { KeptBy: { } reason }) pump.Keep(start, reason);
            else starts.Add(start);
        }
        return starts;
    }

    /// <summary>What goes to the storage for a group of requests: the same again if all of it went before, so that it is known by its id.</summary>
    private TrialStart ToStart(List<StartRequest> group)
    {
        int wanted = 0;
        foreach (StartRequest request in group) wanted += request.Count;
        // An end that was not stored may have parted some from the others. If the storage had started the trials all the same, their leases lapse.
        TrialStart start = group[0].Sent is { } sent && sent.Count == wanted
            ? sent with { StartedAt = session.Time.GetUtcNow() }
            : new TrialStart { Count = wanted, TotalTrials = group[0].TotalTrials, IsLeased = group[0].IsLeased, StartedAt = session.Time.GetUtcNow(), RequestId = session.RequestIds.Next() };
        foreach (StartRequest request in group) request.Sent = start;
        return start;
    }

    private IReadOnlyList<TrialRecord> Send(List<StartRequest> group)
    {
        IReadOnlyList<TrialRecord> started = SendOnce(group);
        // The study has all its trials, unless one of them belongs to a process that is gone: whoever leaves last does that one, too.
        if (started.Count > 0 || !TakeBack()) return started;
        foreach (StartRequest request in group) request.Sent = null;
        return SendOnce(group);
    }

    private IReadOnlyList<TrialRecord> SendOnce(List<StartRequest> group)
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
                trials[i] = new StudyTrial(session, records[next++], request.Remaining, running) { IsLeased = request.IsLeased };
            }
            foreach (StudyTrial trial in trials)
            {
                trial.Ticket = session.Turns.Take();
                pump.Adopt(trial);
            }
            request.Answer = trials;
        }
    }
}
