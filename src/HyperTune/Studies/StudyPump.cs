using System.Diagnostics.CodeAnalysis;
using HyperTune.Diagnostics;
using HyperTune.History;
using HyperTune.Storage;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>The one way of a study to its storage: gathers what all its trials want, writes it in groups, and brings the history up to date.</summary>
/// <remarks>
/// <para>A cycle writes the ends and buffered changes of all trials in one group, starts the trials that were asked for in one request, and
/// reads one delta for all that wait. While a cycle is at the storage the next group gathers, so that the number of round trips for each
/// trial falls as the number of workers rises.</para>
/// <para>Cycles run one at a time: on the pump's own thread; on the thread that asks, if that is a lone worker's own, which would only wait; and
/// for an immediate storage, which does no I/O, on any thread that asks.</para>
/// </remarks>
internal sealed class StudyPump : IDisposable
{
    /// <summary>How long a request waits for its first repetition. The time doubles with each further one, up to the longest.</summary>
    private static readonly TimeSpan FirstRetryDelay = TimeSpan.FromMilliseconds(100), LongestRetryDelay = TimeSpan.FromSeconds(5);

    private readonly StudySession _session;
    private readonly Lock _gate = new();
    private readonly Lock _cycleGate = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Dictionary<int, StudyTrial> _live = [];
    private readonly ITimer _flushTimer;
    private readonly ITimer _refreshTimer;
    private readonly ITimer _leaseTimer;
    private readonly ITimer _retryTimer;
    private readonly List<PumpRequest> _kept = [];
    private readonly Thread? _thread;
    private List<PumpRequest> _queue = [];
    private List<PumpRequest> _served = [];
    private StudyTrial[]? _liveInOrder = [];
    private int _changed;
    private int _reported;
    private bool _flushIsDue, _refreshIsDue, _leasesAreDue, _retryIsDue;
    private bool _isRepeating;
    private TimeSpan _retryDelay;
    private bool _isStopping;

    public StudyPump(StudySession session)
    {
        _session = session;
        _flushTimer = session.Time.CreateTimer(static pump => ((StudyPump)pump!).Due(ref ((StudyPump)pump)._flushIsDue), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _refreshTimer = session.Time.CreateTimer(static pump => ((StudyPump)pump!).Due(ref ((StudyPump)pump)._refreshIsDue), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        TimeSpan renewal = TimerLimits.Clamp(session.Options.Leases.RenewInterval);
        _leaseTimer = session.Time.CreateTimer(static pump => ((StudyPump)pump!).Due(ref ((StudyPump)pump)._leasesAreDue), this, renewal, renewal);
        _retryTimer = session.Time.CreateTimer(static pump => ((StudyPump)pump!).Due(ref ((StudyPump)pump)._retryIsDue), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (session.Storage.IsImmediate) return;
        _thread = new Thread(Run) { IsBackground = true, Name = $"HyperTune pump of {session.Name}" };
        _thread.UnsafeStart();
    }

    /// <summary>The trials that this process runs, in the order of their starts.</summary>
    public StudyTrial[] Live
    {
        get
        {
            lock (_gate)
            {
                if (_liveInOrder is { } known) return known;
                StudyTrial[] live = [.. _live.Values];
                if (live.Length > 1) Array.Sort(live, static (a, b) => a.Ticket.CompareTo(b.Ticket));
                return _liveInOrder = live;
            }
        }
    }

    /// <summary>Lists that each cycle fills anew, so that it makes none.</summary>
    public (List<FinishRequest> Finishes, List<StudyTrial> Writers, List<StartRequest> Starts) Lists { get; } = ([], [], []);

    /// <summary>Starts trials and brings the history up to date.</summary>
    /// <returns>The trials, in order of number; fewer than asked for when the study's total is reached.</returns>
    public Task<IReadOnlyList<StudyTrial>> StartAsync(StartRequest request, Waiting waiting) => Submit(request, request.Completion, waiting);

    /// <summary>Writes all of a trial and its end, and starts its <see cref="StudyTrial.Next"/> in the same cycle.</summary>
    public Task<WriteOutcome> FinishAsync(StudyTrial trial, TrialEnd end, Waiting waiting)
    {
        var request = new FinishRequest(trial, end) { Patience = waiting.Patience };
        return Submit(request, request.Completion, waiting);
    }

    /// <summary>Has the storage do something that is not about a running trial, then reads what is new.</summary>
    public Task<T> CallAsync<T>(Func<IStorage, StudyId, ValueTask<T>> call)
    {
        var request = new CallRequest<T>(call);
        return Submit(request, request.Completion, Waiting.Asynchronously);
    }

    /// <summary>Writes what the trials of this process have not yet written, then reads what is new.</summary>
    public Task<StudyHistory> RefreshAsync()
    {
        var request = new RefreshRequest();
        return Submit(request, request.Completion, Waiting.Asynchronously);
    }

    /// <summary>Has everything unwritten written soon, without waiting for it.</summary>
    public void WriteSoon() => Due(ref _flushIsDue);

    /// <summary>Notes that a trial has something to write, within the flush interval.</summary>
    public void NoteChange()
    {
        if (Volatile.Read(ref _changed) != 0 || Interlocked.Exchange(ref _changed, 1) != 0) return;
        _flushTimer.Change(TimerLimits.Clamp(_session.Options.FlushInterval), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Notes that a trial reported, so that its pruner should soon know the others' reports.</summary>
    public void NoteReport()
    {
        NoteChange();
        if (Volatile.Read(ref _reported) != 0 || Interlocked.Exchange(ref _reported, 1) != 0) return;
        _refreshTimer.Change(TimerLimits.Clamp(_session.Options.RefreshInterval), Timeout.InfiniteTimeSpan);
    }

    public StudyTrial? FindLive(int number)
    {
        lock (_gate) return _live.GetValueOrDefault(number);
    }

    /// <summary>Takes over a trial that was started elsewhere, so that its end goes the same way.</summary>
    public void Adopt(StudyTrial trial)
    {
        lock (_gate)
        {
            _live[trial.Number] = trial;
            _liveInOrder = null;
        }
    }

    public void Release(StudyTrial trial)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(_live.GetValueOrDefault(trial.Number), trial)) return;
            _live.Remove(trial.Number);
            _liveInOrder = _live.Count == 0 ? [] : null;
        }
    }

    /// <summary>Whether a failed request goes into a later cycle rather than to who waits.</summary>
    public bool IsRepeated(PumpRequest request, Exception exception) =>
        exception is StorageException { IsTransient: true } && (request.MayBeRepeated || request.WasToBeRepeated)
        && (request.FirstFailure is not { } first || _session.Time.GetElapsedTime(first) < request.Patience!.Longest);

    /// <summary>Keeps a failed request for a later cycle.</summary>
    public void Keep(PumpRequest request, Exception exception)
    {
        if (!_isRepeating) Log.StorageRepeated(_session.Logger, exception, _session.Name, request.Patience!.Longest);
        _isRepeating = true;
        request.Keep(exception, _session.Time.GetTimestamp());
    }

    /// <summary>Has kept requests tried at once, since their loop gives them up.</summary>
    public void Hurry()
    {
        lock (_gate)
        {
            if (_kept.Count == 0) return;
        }
        Due(ref _retryIsDue);
    }

    /// <summary>Ends the thread after a last cycle.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isStopping) return;
            _isStopping = true;
        }
        _flushTimer.Dispose();
        _refreshTimer.Dispose();
        _leaseTimer.Dispose();
        _retryTimer.Dispose();
        if (_thread is null) RunCycle();
        _wake.Release();
        _thread?.Join();
        _wake.Dispose();
    }

    private Task<T> Submit<T>(PumpRequest request, TaskCompletionSource<T> completion, Waiting waiting)
    {
        bool isRunHere;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isStopping, typeof(Study));
            _queue.Add(request);
            // A lone worker has nobody to form a group with; for several the pump's own thread lets groups gather.
            isRunHere = _thread is null || (waiting.IsBlocking && _live.Count <= 1);
            if (!isRunHere) Wake();
        }
        if (isRunHere) RunCycle();
        return completion.Task;
    }

    private void Due(ref bool isDue)
    {
        lock (_gate)
        {
            if (_isStopping) return;
            isDue = true;
            Wake();
        }
        if (_thread is null) RunCycle();
    }

    // Under the gate, so that nobody wakes a pump that has been disposed.
    private void Wake()
    {
        if (_thread is not null) _wake.Release();
    }

    private void Run()
    {
        while (true)
        {
            _wake.Wait();
            Gather();
            RunCycle();
            lock (_gate)
            {
                if (_isStopping && _queue.Count == 0 && _kept.Count == 0) return;
            }
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A logger that throws must not end the pump, and there is nobody else to tell.")]
    private void LogFailure(Exception exception)
    {
        try
        {
            Log.CycleFailed(_session.Logger, exception, _session.Name);
        }
        catch (Exception)
        {
            // What it should have logged has been given to those who wait.
        }
    }

    /// <summary>Lets workers that are about to ask do so, as long as more of them do: what goes in one group costs one commit.</summary>
    private void Gather()
    {
        int gathered = 0;
        while (true)
        {
            lock (_gate)
            {
                if (_queue.Count <= gathered || _queue.Count >= _live.Count) return;
                gathered = _queue.Count;
            }
            Thread.Yield();
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A cycle runs on a thread or timer where nobody would catch it; it belongs to those who wait.")]
    private void RunCycle()
    {
        // Requests of other threads that gathered meanwhile are served too; a thread that waited here may find nothing left to do.
        lock (_cycleGate)
        {
            List<PumpRequest> requests;
            bool flush, refresh, renew, retry;
            lock (_gate)
            {
                (flush, refresh, renew) = (_flushIsDue, _refreshIsDue, _leasesAreDue);
                retry = _kept.Count > 0 && (_retryIsDue || _isStopping);
                if (_queue.Count == 0 && !flush && !refresh && !renew && !retry) return;
                requests = _queue;
                // The two lists take turns: nobody looks at the former requests any more.
                _served.Clear();
                _queue = _served;
                _served = requests;
                _flushIsDue = _refreshIsDue = _leasesAreDue = _retryIsDue = false;
                if (retry)
                {
                    // First, since of several ends that are told for a trial the first one counts.
                    requests.InsertRange(0, _kept);
                    _kept.Clear();
                }
            }
            AddStartsThatFollow(requests);
            foreach (PumpRequest request in requests) request.Resume();
            if (refresh) Volatile.Write(ref _reported, 0);
            try
            {
                new PumpCycle(_session, this, requests).Run(flush, refresh, renew, ref _changed);
            }
            catch (Exception exception)
            {
                // Storages' errors are handled where they arise; this one is of a storage or logger that breaks its contract.
                foreach (PumpRequest request in requests)
                {
                    // Trials that were started hold tickets, so that their asker has to take its turn.
                    if (request is StartRequest { Answer.Count: > 0 } start) start.Complete();
                    else request.Fail(exception);
                    request.Resume();
                }
                LogFailure(exception);
            }
            KeepFailed(requests, retry);
        }
    }

    /// <summary>Adds the starts that were asked for together with ends, once each.</summary>
    private static void AddStartsThatFollow(List<PumpRequest> requests)
    {
        int submitted = requests.Count;
        for (int i = 0; i < submitted; i++)
        {
            if (requests[i] is not FinishRequest { Trial.Next: { After: null } next } finish) continue;
            next.After = finish;
            requests.Add(next);
        }
    }

    /// <summary>Takes over what goes into a later cycle, and sets the time for it.</summary>
    private void KeepFailed(List<PumpRequest> requests, bool isRetry)
    {
        if (!_isRepeating) return;
        TimeSpan delay;
        lock (_gate)
        {
            bool isFirst = _kept.Count == 0;
            foreach (PumpRequest request in requests)
            {
                if (request.KeptBy is not { } exception) continue;
                if (_isStopping) request.Fail(exception);
                else _kept.Add(request);
            }
            _isRepeating = _kept.Count > 0;
            // Else the timer runs already.
            if (!_isRepeating || !(isFirst || isRetry)) return;
            _retryDelay = isRetry && 2 * _retryDelay < LongestRetryDelay ? 2 * _retryDelay : isRetry ? LongestRetryDelay : FirstRetryDelay;
            delay = _retryDelay;
            foreach (PumpRequest request in _kept)
            {
                // Who has given up meanwhile does not wait, and the last try is when patience ends.
                TimeSpan left = request.MayBeRepeated ? request.Patience!.Longest - _session.Time.GetElapsedTime(request.FirstFailure!.Value) : TimeSpan.Zero;
                if (left < delay) delay = left;
            }
        }
        _retryTimer.Change(delay > TimeSpan.Zero ? delay : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
