using HyperTune.History;
using HyperTune.Storage;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>Something that waits for a cycle of the <see cref="StudyPump"/>.</summary>
internal abstract class PumpRequest
{
    /// <summary>How long it is repeated when the storage fails transiently; null for never.</summary>
    public Patience? Patience { get; init; }

    /// <summary>When it failed first; null before.</summary>
    public long? FirstFailure { get; private set; }

    /// <summary>Why it goes into a later cycle; null when it is answered by this one.</summary>
    public Exception? KeptBy { get; private set; }

    /// <summary>Whether its asker would have it repeated.</summary>
    public virtual bool MayBeRepeated => Patience is { IsOver: false };

    public abstract void Fail(Exception exception);

    /// <summary>Leaves it to a later cycle.</summary>
    public void Keep(Exception exception, long now)
    {
        KeptBy = exception;
        FirstFailure ??= now;
    }

    /// <summary>Whether its asker would have had it repeated when the present cycle took it: then it is tried once more, whatever has become of that since.</summary>
    public bool WasToBeRepeated { get; private set; }

    /// <summary>Takes it into a cycle.</summary>
    public void Resume()
    {
        KeptBy = null;
        WasToBeRepeated = MayBeRepeated;
    }
}

/// <summary>A request that is answered with a value.</summary>
internal abstract class PumpRequest<T> : PumpRequest
{
    private T? _answer;

    public TaskCompletionSource<T> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether the request has failed.</summary>
    public bool HasFailed => Completion.Task.IsFaulted;

    public T Answer
    {
        get => _answer!;
        set => _answer = value;
    }

    /// <summary>Gives the answer to who waits, unless the request failed.</summary>
    public void Complete() => Completion.TrySetResult(Answer);

    public override void Fail(Exception exception) => Completion.TrySetException(exception);
}

/// <summary>Trials are to be started.</summary>
internal sealed class StartRequest(int count, int? totalTrials, RemainingBudget remaining) : PumpRequest<IReadOnlyList<StudyTrial>>
{
    public int Count { get; } = count;

    public int? TotalTrials { get; } = totalTrials;

    public RemainingBudget Remaining { get; } = remaining;

    /// <summary>Whether the trials are leases of this process.</summary>
    public bool IsLeased { get; init; } = true;

    /// <summary>The end that the trials are to follow; they are not started if it cannot be stored.</summary>
    public FinishRequest? After { get; set; }

    /// <summary>What went to the storage in vain, for all requests that went with it; null before.</summary>
    public TrialStart? Sent { get; set; }

    /// <summary>Whether the storage has been asked, or need not be.</summary>
    public bool IsServed => Answer is not null || HasFailed;

    public override bool MayBeRepeated => Patience is { IsOver: false, WantsStarts: true };

    /// <summary>Whether both make one request to the storage. One that is repeated has to be the same as before, to be known by its id.</summary>
    public bool GoesWith(StartRequest other) =>
        ReferenceEquals(Sent, other.Sent) && (Sent is not null || (TotalTrials == other.TotalTrials && IsLeased == other.IsLeased && ReferenceEquals(Patience, other.Patience)));

    /// <summary>Whoever told an end that could not be stored has its exception and no longer waits for trials.</summary>
    public override void Fail(Exception exception)
    {
        if (After is { HasFailed: true }) Completion.TrySetResult([]);
        else base.Fail(exception);
    }
}

/// <summary>A trial is to be ended.</summary>
internal sealed class FinishRequest(StudyTrial trial, TrialEnd end) : PumpRequest<WriteOutcome>
{
    public StudyTrial Trial { get; } = trial;

    public TrialEnd End { get; } = end;
}

/// <summary>The history is to be brought up to date.</summary>
internal sealed class RefreshRequest : PumpRequest<StudyHistory>;

/// <summary>The storage is to do something else.</summary>
internal abstract class CallRequest : PumpRequest
{
    public abstract void Run(IStorage storage, StudyId study);

    public abstract void Complete();
}

/// <inheritdoc/>
internal sealed class CallRequest<T>(Func<IStorage, StudyId, ValueTask<T>> call) : CallRequest
{
    private T? _answer;

    public TaskCompletionSource<T> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override void Run(IStorage storage, StudyId study) => _answer = PumpCycle.Wait(call(storage, study));

    public override void Complete() => Completion.TrySetResult(_answer!);

    public override void Fail(Exception exception) => Completion.TrySetException(exception);
}
