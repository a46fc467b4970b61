using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using HyperTune.Diagnostics;
using HyperTune.History;
using HyperTune.Termination;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>One call of <c>OptimizeAsync</c>: its workers, limits and callbacks.</summary>
internal sealed class OptimizeLoop(Study study, StudySession session, Objective objective, OptimizeOptions options, CancellationToken cancellationToken)
{
    // The storage may fail transiently for as long as it takes for a lease to lapse.
    private readonly Waiting _waiting = new(objective.IsSynchronous, new Patience(session.Time, session.Options.Leases.Grace, options.Timeout));

    private const string Exhausted = "every point of the search space has been tried";

    // The next start reads the ends of earlier trials; they are read before only where a callback, a terminator or a check of the space wants to see them.
    private readonly bool _isHistoryLookedAt = options.Callbacks.Count > 0 || options.Progress is not null || options.Terminator is not null || options.Repeats != RepeatPolicy.Allow;
    private readonly Lock _gate = new();
    private readonly Lock _callbackGate = new();
    private readonly Lock _terminatorGate = new();
    private readonly TrialClaims _claims = new(options.Trials);
    private readonly HashSet<StudyTrial> _running = [];
    private readonly long _start = session.Time.GetTimestamp();
    private ExceptionDispatchInfo? _error;
    private string? _stopReason;
    private volatile string? _endReason;
    private int _finished, _pruned, _failed;
    private int _stopSeen;
    private StudyHistory? _judged;

    /// <summary>Why the loop started no more trials; null while it does.</summary>
    public string? EndReason { get; private set; }

    /// <summary>Starts no more trials.</summary>
    public void Stop(string reason)
    {
        if (Interlocked.CompareExchange(ref _stopReason, reason, null) is not null) return;
        _waiting.Patience!.StopStarts();
        session.Pump.Hurry();
    }

    /// <summary>Runs until a limit is reached and the running trials have ended.</summary>
    public async Task RunAsync()
    {
        int workers = Math.Min(options.Parallelism, options.Trials ?? int.MaxValue);
        Log.OptimizeStarted(session.Logger, session.Name, workers);
        await using (cancellationToken.UnsafeRegister(static loop => ((OptimizeLoop)loop!).CancelRunning(), this).ConfigureAwait(false))
        {
            IEnumerable<Task> tasks = options.IsDeterministic ? [OnThread(BatchesAsync)] : Enumerable.Range(0, workers).Select(_ => OnThread(WorkerAsync));
            await Task.WhenAll([.. tasks]).ConfigureAwait(false);
        }
        if (!_isHistoryLookedAt) await ShowLastEndsAsync().ConfigureAwait(false);
        EndReason = _stopReason ?? _endReason ?? "all trials done";
        Log.OptimizeEnded(session.Logger, session.Name, _finished, EndReason);
        _error?.Throw();
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Reads the ends of the last trials, which no later start has read.</summary>
    private async Task ShowLastEndsAsync()
    {
        try
        {
            await session.Pump.RefreshAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is HyperTuneException or ObjectDisposedException)
        {
            // All is stored; the pump has logged why the history is as it was before.
        }
    }

    /// <summary>Runs a flow on a thread of its own if it blocks, else on the pool.</summary>
    private Task OnThread(Func<ValueTask> flow)
    {
        // A flow that blocks has completed when its first call returns, so that this never waits.
        return objective.IsSynchronous
            ? Task.Factory.StartNew(() => Guarded(flow).GetAwaiter().GetResult(), CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default)
            : Task.Run(() => Guarded(flow), CancellationToken.None);
    }

    [SuppressMessage("Design", "CA1031", Justification = "The exception ends the loop and is thrown once all workers have ended.")]
    private async Task Guarded(Func<ValueTask> flow)
    {
        session.IsInsideObjective.Value = true;
        try
        {
            await flow().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Abort(exception);
        }
    }

    private void Abort(Exception exception)
    {
        if (exception is SpaceExhaustedException)
        {
            Stop(Exhausted);
            return;
        }
        Interlocked.CompareExchange(ref _error, ExceptionDispatchInfo.Capture(exception), null);
        Stop("ended by an exception");
    }

    private async ValueTask WorkerAsync()
    {
        StartRequest? next = null;
        while (next is not null || ClaimTrials(1) == 1)
        {
            IReadOnlyList<StudyTrial> started = await StartAsync(next ?? ToStart(1)).ConfigureAwait(false);
            if (started.Count == 0) return;
            StudyTrial trial = started[0];
            await study.ProposeAsync(trial, history: null, options.Repeats, _waiting).ConfigureAwait(false);
            Evaluation end = await EvaluateAsync(trial).ConfigureAwait(false);
            try
            {
                await FinishAsync(trial, end, isFollowed: !_isHistoryLookedAt).ConfigureAwait(false);
                next = trial.Next;
                // Whoever keeps a trial must not keep all that followed it.
                trial.Next = null;
            }
            catch (Exception) when (trial.Next?.After is not null)
            {
                await GiveBackAsync(trial.Next).ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>Fails what was started for a worker that cannot go on. It may hold the turn that others wait for.</summary>
    private async ValueTask GiveBackAsync(StartRequest request)
    {
        foreach (StudyTrial trial in await StartAsync(request).ConfigureAwait(false))
        {
            await _waiting.On(session.Turns.WaitAsync(trial.Ticket)).ConfigureAwait(false);
            session.Turns.Done();
            await study.FinishAsync(trial, TrialState.Failed, default, "The optimization ended before the trial began.", _waiting, trial.IsGiven ? int.MaxValue : null, FailureKind.GivenBack).ConfigureAwait(false);
        }
    }

    /// <summary>Trials in batches: proposals, results and callbacks come in order of number, whatever the timing.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "The exception ends the loop; the other trials of the batch must come to their ends all the same.")]
    private async ValueTask BatchesAsync()
    {
        while (ClaimTrials(options.Parallelism) is > 0 and int count)
        {
            IReadOnlyList<StudyTrial> batch = await StartAsync(ToStart(count)).ConfigureAwait(false);
            if (batch.Count == 0) return;
            StudyHistory history = session.Builder.Current;
            var proposed = new List<StudyTrial>(batch.Count);
            foreach (StudyTrial trial in batch)
            {
                trial.IsFrozen = true;
                try
                {
                    await study.ProposeAsync(trial, history, options.Repeats, _waiting).ConfigureAwait(false);
                    proposed.Add(trial);
                }
                catch (Exception exception)
                {
                    Abort(exception);
                }
            }
            var ends = new Evaluation[proposed.Count];
            Task[] evaluations = [.. proposed.Select((trial, i) => OnThread(async () => ends[i] = await EvaluateAsync(trial).ConfigureAwait(false)))];
            await _waiting.On(Task.WhenAll(evaluations)).ConfigureAwait(false);
            for (int i = 0; i < proposed.Count; i++)
            {
                try
                {
                    await FinishAsync(proposed[i], ends[i]).ConfigureAwait(false);
                }
                catch (Exception exception)
                {
                    Abort(exception);
                }
            }
        }
    }

    /// <summary>How many of the wanted trials may start: less at the end of the budget, none when the loop is to stop.</summary>
    private int ClaimTrials(int wanted)
    {
        if (cancellationToken.IsCancellationRequested) Stop("cancelled");
        if (options.Timeout is { } timeout && session.Time.GetElapsedTime(_start) >= timeout) Stop("the time is over");
        StudyHistory history = session.Builder.Current;
        if (history.Study.SystemAttributes.TryGetValue(SystemKeys.Stop, out AttributeValue? reason) && !reason.IsNull)
        {
            // Every worker sees it, and some see it twice.
            if (Interlocked.Exchange(ref _stopSeen, 1) == 0) Log.StoppedEverywhere(session.Logger, session.Name, reason.ToString());
            Stop("stopped everywhere");
        }
        if (Volatile.Read(ref _stopReason) is not null) return 0;
        if (options.Terminator is { } terminator && IsOver(terminator, history)) return 0;
        int claimed = _claims.Take(wanted);
        if (claimed == 0 || !ClaimsPoints) return claimed;
        // A worker that finds no point left ends, but not the others: if one of their trials fails, its point is to be tried again.
        int withPoint = session.Points.Claim(claimed);
        if (withPoint < claimed) GiveUp(claimed - withPoint, Exhausted);
        return withPoint;
    }

    /// <summary>Asks the terminator, once for each state of the study: workers that come to the same one get the same answer.</summary>
    private bool IsOver(ITerminator terminator, StudyHistory history)
    {
        lock (_terminatorGate)
        {
            if (Volatile.Read(ref _stopReason) is not null) return true;
            if (ReferenceEquals(history, _judged)) return false;
            _judged = history;
            TerminationDecision decision = terminator.ShouldStop(history);
            if (!decision.Stop)
            {
                if (decision.Reason is not null) Log.TerminationDeclined(session.Logger, session.Name, terminator.Name, decision.Reason);
                return false;
            }
            string reason = decision.Reason ?? $"{terminator.Name} found nothing left to gain";
            Log.Terminated(session.Logger, session.Name, terminator.Name, reason);
            Stop(reason);
            return true;
        }
    }

    private bool ClaimsPoints => options.Repeats == RepeatPolicy.StopWhenExhausted;

    /// <summary>Notes that claimed trials do not start.</summary>
    private void GiveUp(int count, string reason)
    {
        _endReason = reason;
        _claims.Return(count);
    }

    private StartRequest ToStart(int count)
    {
        TimeSpan? timeLeft = options.Timeout is { } timeout ? timeout - session.Time.GetElapsedTime(_start) : null;
        RemainingBudget remaining = study.Remaining(count, _claims.Left, options.TotalTrials, timeLeft);
        return new StartRequest(count, options.TotalTrials, remaining) { Patience = _waiting.Patience };
    }

    private async ValueTask<IReadOnlyList<StudyTrial>> StartAsync(StartRequest request)
    {
        IReadOnlyList<StudyTrial> started = [];
        try
        {
            // One that follows an end has gone to the pump with it.
            Task<IReadOnlyList<StudyTrial>> start = request.After is null ? session.Pump.StartAsync(request, _waiting) : request.Completion.Task;
            started = await _waiting.On(start).ConfigureAwait(false);
        }
        finally
        {
            if (ClaimsPoints) session.Points.Return(request.Count - started.Count);
        }
        foreach (StudyTrial trial in started)
        {
            trial.IsEndShown = _isHistoryLookedAt;
            trial.Reevaluation = options.Reevaluation;
        }
        // This worker ends, but not the others: one of their trials may yet fail and be enqueued again, which frees its place.
        if (started.Count < request.Count)
            GiveUp(request.Count - started.Count, _waiting.Patience!.WantsStarts ? "the study has its total of trials" : "the storage failed until no more trials were to start");
        return started;
    }

    /// <summary>Runs the objective for one trial and says how it ended.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever an objective throws fails its trial; the loop goes on or ends by the options.")]
    private async ValueTask<Evaluation> EvaluateAsync(StudyTrial trial)
    {
        lock (_gate) _running.Add(trial);
        if (cancellationToken.IsCancellationRequested) trial.Cancel();
        using ITimer? timer = options.TrialTimeout is not { } timeout || timeout > TimerLimits.Longest
            ? null
            : session.Time.CreateTimer(static trial => ((StudyTrial)trial!).TimeOut(), trial, timeout, Timeout.InfiniteTimeSpan);
        using Activity? activity = Telemetry.Activities.StartActivity("trial");
        activity?.SetTag("hypertune.study", session.Name).SetTag("hypertune.trial", trial.Number);
        try
        {
            ObjectiveValues values = await objective.EvaluateAsync(trial).ConfigureAwait(false);
            return new Evaluation(TrialState.Complete, values);
        }
        catch (TrialPrunedException pruned)
        {
            return new Evaluation(TrialState.Pruned, Reason: pruned.Reason);
        }
        catch (OperationCanceledException) when (trial.CancellationToken.IsCancellationRequested || cancellationToken.IsCancellationRequested)
        {
            return trial.IsTimedOut
                ? new Evaluation(TrialState.Failed, Reason: $"The trial ran longer than {options.TrialTimeout}.", Failure: FailureKind.TimedOut)
                : new Evaluation(TrialState.Failed, Reason: "The optimization was cancelled.", Failure: FailureKind.Cancelled);
        }
        catch (Exception exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error, exception.Message);
            return new Evaluation(TrialState.Failed, Reason: $"{exception.GetType().FullName}: {exception.Message}", Exception: exception, Failure: FailureKind.Exception);
        }
        finally
        {
            lock (_gate) _running.Remove(trial);
        }
    }

    /// <summary>Stores the end of a trial.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="end">How it ended.</param>
    /// <param name="isFollowed">Whether the next trial is asked for together with it, which saves a storage a transaction.</param>
    private async ValueTask FinishAsync(StudyTrial trial, Evaluation end, bool isFollowed = false)
    {
        // Before the end is stored, so that no other worker starts a trial meanwhile.
        bool isOver = trial.LostReason is not null || trial.HasEnded;
        // What the handle throws once its trial is over is no fault of the objective.
        bool isByHandle = isOver && end.Exception is (TrialLostException or InvalidOperationException);
        if (end.Exception is { } exception && !isByHandle && !IsCaught(exception)) Abort(exception);
        // Told by the objective itself, or another process's: its end is not ours to store.
        if (isOver) return;
        bool isClaimed = isFollowed && ClaimTrials(1) == 1;
        if (isClaimed) trial.Next = ToStart(1);
        try
        {
            await study.FinishAsync(trial, end.State, end.Values, end.Reason, _waiting, failure: end.Failure).ConfigureAwait(false);
            // Not asked for after all: the end is to be seen first.
            if (isClaimed && trial.Next is null) _claims.Return(1);
        }
        catch (TrialLostException)
        {
            return;
        }
        NoteEnd(trial, end.Exception);
    }

    private bool IsCaught(Exception exception) => options.Catch.Any(type => type.IsInstanceOfType(exception));

    /// <summary>Counts a trial that ended and tells those who want to know.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "What a callback throws ends the loop.")]
    private void NoteEnd(StudyTrial trial, Exception? exception)
    {
        if (trial.Told is not { IsStored: true } told) return;
        TrialState state = told.Finish.State;
        if (state == TrialState.Failed && trial.Buffer.SystemAttributes.TryGetValue(SystemKeys.FailReason, out AttributeValue? reason))
            Log.TrialFailed(session.Logger, exception, session.Name, trial.Number, reason.AsString());
        // A gate of its own: callbacks take their time, and meanwhile trials start and end.
        lock (_callbackGate)
        {
            _finished++;
            if (state == TrialState.Pruned) _pruned++;
            if (state == TrialState.Failed) _failed++;
            if (options.Callbacks.Count == 0 && options.Progress is null) return;
            TrialRecord record = trial.Buffer.ToRecord() with { State = state, Values = told.Finish.Values, CompletedAt = told.Finish.CompletedAt };
            options.Progress?.Report(Progress(record));
            try
            {
                foreach (Action<Study, TrialRecord> callback in options.Callbacks) callback(study, record);
            }
            catch (Exception thrown)
            {
                Abort(thrown);
            }
        }
    }

    private int RunningCount()
    {
        lock (_gate) return _running.Count;
    }

    private StudyProgress Progress(TrialRecord last) => new()
    {
        Finished = _finished,
        Total = options.Trials,
        Pruned = _pruned,
        Failed = _failed,
        Running = RunningCount(),
        Elapsed = session.Time.GetElapsedTime(_start),
        LastTrial = last,
        BestTrial = session.Study.Directions.Count == 1 && study.TryGetBestTrial(out TrialRecord? best) ? best : null,
    };

    private void CancelRunning()
    {
        Stop("cancelled");
        // Ends that wait for the storage are tried once more.
        _waiting.Patience!.End();
        session.Pump.Hurry();
        StudyTrial[] running;
        lock (_gate) running = [.. _running];
        foreach (StudyTrial trial in running) trial.Cancel();
    }

    /// <summary>How an objective ended.</summary>
    private readonly record struct Evaluation(
        TrialState State, ObjectiveValues Values = default, string? Reason = null, Exception? Exception = null, FailureKind Failure = FailureKind.Exception);
}
