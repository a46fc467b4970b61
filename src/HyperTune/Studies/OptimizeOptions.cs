using HyperTune.Termination;

namespace HyperTune;

/// <summary>How long and how a study is optimized. At least one of a count, a time-out, a terminator and a cancellable token is needed.</summary>
public sealed record OptimizeOptions
{
    /// <summary>The number of trials that this call runs; null for no limit. 0 or more.</summary>
    public int? Trials { get; init => field = value is { } count ? Guard.AtLeast(count, 0, nameof(Trials)) : null; }

    /// <summary>The number of trials that the study may have over all workers, reserved in the storage when a trial starts; null for no limit.</summary>
    /// <remarks>Running, complete and pruned trials count, and failed ones that were not enqueued again.</remarks>
    public int? TotalTrials { get; init => field = value is { } count ? Guard.AtLeast(count, 0, nameof(TotalTrials)) : null; }

    /// <summary>After this time no more trials start; running ones go on to their end. Null for no limit.</summary>
    public TimeSpan? Timeout { get; init => field = value is { } time ? Guard.Above(time, TimeSpan.Zero, nameof(Timeout)) : null; }

    /// <summary>Stops the call when the study has nothing left to gain; null (the default) for never. Running trials go on to their end.</summary>
    /// <remarks>Asked before a trial starts, the first one included: a study that it finds at its end starts none. Its reason is logged, and <see cref="Study.EndReason"/>.</remarks>
    public ITerminator? Terminator { get; init; }

    /// <summary>After this time a trial's <see cref="Trial.CancellationToken"/> is cancelled. A trial that ends by that cancellation fails, and the study goes on.</summary>
    public TimeSpan? TrialTimeout { get; init => field = value is { } time ? Guard.Above(time, TimeSpan.Zero, nameof(TrialTimeout)) : null; }

    /// <summary>Trials that run at the same time in this process. 1 or more; 1 by default.</summary>
    public int Parallelism { get; init => field = Guard.AtLeast(value, 1); } = 1;

    /// <summary>Whether a parallel run gives the same study every time, whatever the timing.</summary>
    /// <remarks>
    /// Trials then run in batches of <see cref="Parallelism"/>. Each sees the trials that were finished when its batch began and the
    /// proposals of the batch's lower numbers; results are told in order of number when the whole batch has ended.
    /// </remarks>
    public bool IsDeterministic { get; init; }

    /// <summary>Exception types (with their derived ones) that fail a trial and let the study go on. None by default: other exceptions fail the trial and end the call.</summary>
    public IReadOnlyList<Type> Catch { get; init => field = [.. Guard.NotNull(value).Select(type => ExceptionType(type, nameof(Catch)))]; } = [];

    /// <summary>What to do with a proposal that repeats an earlier trial.</summary>
    public RepeatPolicy Repeats { get; init => field = Guard.Defined(value); }

    /// <summary>Evaluates the configuration that looks best again from time to time, for objectives with noise; null (the default) for never. For one objective.</summary>
    /// <remarks>These trials count in all budgets as others do. Their parameters are given, as those of enqueued trials are, and they are not pruned.</remarks>
    public ReevaluationOptions? Reevaluation { get; init; }

    /// <summary>Run after each trial, one at a time, in order. They may call <see cref="Study.Stop()"/>. What they throw ends the call.</summary>
    public IReadOnlyList<Action<Study, TrialRecord>> Callbacks { get; init => field = [.. Guard.NotNull(value)]; } = [];

    /// <summary>Told after each trial; null for nobody.</summary>
    public IProgress<StudyProgress>? Progress { get; init; }

    private static Type ExceptionType(Type type, string argument) =>
        typeof(Exception).IsAssignableFrom(type)
            ? type
            : throw new ArgumentException($"{argument} holds {type}, which is no exception type. Give types derived from Exception.", argument);
}
