using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using HyperTune.Diagnostics;
using HyperTune.History;
using HyperTune.Storage;
using HyperTune.Trials;

namespace HyperTune;

/// <content>Asking for trials and telling their ends.</content>
public sealed partial class Study
{
    /// <summary>Starts a trial, which the caller ends with <see cref="TellAsync(Trial, ObjectiveValues, CancellationToken)"/>.</summary>
    /// <param name="space">Parameters to suggest at once; null to ask for them one by one.</param>
    /// <param name="cancellationToken">Ends the wait; a trial that was started all the same is given back.</param>
    /// <exception cref="SpaceExhaustedException">The sampler takes each point once, and none is left.</exception>
    /// <exception cref="StorageException">The storage failed; no trial was started, or its lease will lapse.</exception>
    public async Task<Trial> AskAsync(SearchSpace? space = null, CancellationToken cancellationToken = default) =>
        (await AskManyAsync(new AskOptions { SearchSpace = space }, cancellationToken).ConfigureAwait(false))[0];

    /// <inheritdoc cref="AskAsync"/>
    /// <remarks>Blocks the calling thread.</remarks>
    public Trial Ask(SearchSpace? space = null) => Blocking.Wait(() => AskAsync(space));

    /// <summary>Starts several trials at once, which the caller ends with <see cref="TellAsync(Trial, ObjectiveValues, CancellationToken)"/>.</summary>
    /// <param name="options">How many, and how.</param>
    /// <param name="cancellationToken">Ends the wait; trials that were started all the same are given back.</param>
    /// <returns>
    /// The trials, in ascending order of number; fewer than wanted, or none, when <see cref="AskOptions.TotalTrials"/> is reached, or when the space is exhausted and
    /// <see cref="RepeatPolicy.StopWhenExhausted"/> is set.
    /// </returns>
    /// <exception cref="DistributionChangedException">A parameter of the space clashes with the distribution that its name has in the study.</exception>
    /// <exception cref="SpaceExhaustedException">The sampler takes each point once, too few are left, and <see cref="RepeatPolicy.StopWhenExhausted"/> is not set.</exception>
    /// <exception cref="StorageException">The storage failed; no trial was started, or the leases will lapse.</exception>
    public async Task<IReadOnlyList<Trial>> AskManyAsync(AskOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        cancellationToken.ThrowIfCancellationRequested();
        Task<IReadOnlyList<StudyTrial>> asked = StartAsync(options);
        try
        {
            return await asked.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _ = GiveBackAsync(asked);
            throw;
        }
    }

    /// <inheritdoc cref="AskManyAsync"/>
    /// <remarks>Blocks the calling thread.</remarks>
    public IReadOnlyList<Trial> AskMany(AskOptions options) => Blocking.Wait(() => AskManyAsync(options));

    /// <summary>Ends a trial as complete.</summary>
    /// <param name="trial">A trial of this study.</param>
    /// <param name="values">One value for each objective. NaN, and a wrong number of values, fail the trial, with that reason stored.</param>
    /// <param name="cancellationToken">Ends the wait, not the write.</param>
    /// <returns>What became of it; bad input and a failed storage throw instead.</returns>
    /// <exception cref="ArgumentException">The trial is not of this study.</exception>
    /// <exception cref="StorageException">The storage failed; the trial is still running. Tell again, or let its lease lapse.</exception>
    /// <exception cref="TrialLostException">A parameter of the trial clashes with what another process stored.</exception>
    public Task<TellOutcome> TellAsync(Trial trial, ObjectiveValues values, CancellationToken cancellationToken = default) =>
        TellAsync(OwnTrial(trial), TrialState.Complete, values, reason: null, cancellationToken);

    /// <summary>Ends a trial as pruned or failed.</summary>
    /// <param name="trial">A trial of this study.</param>
    /// <param name="state"><see cref="TrialState.Pruned"/> or <see cref="TrialState.Failed"/>.</param>
    /// <param name="reason">Why; stored with the trial.</param>
    /// <param name="cancellationToken">Ends the wait, not the write.</param>
    /// <inheritdoc cref="TellAsync(Trial, ObjectiveValues, CancellationToken)"/>
    public Task<TellOutcome> TellAsync(Trial trial, TrialState state, string? reason = null, CancellationToken cancellationToken = default) =>
        TellAsync(OwnTrial(trial), StateWithoutValues(state), default, reason, cancellationToken);

    /// <summary>Ends a running trial, given by its number, as complete.</summary>
    /// <param name="number">The trial's number.</param>
    /// <param name="values">One value for each objective. NaN, and a wrong number of values, fail the trial, with that reason stored.</param>
    /// <param name="cancellationToken">Ends the wait, not the write.</param>
    /// <inheritdoc cref="TellAsync(Trial, ObjectiveValues, CancellationToken)" path="/returns"/>
    /// <exception cref="StorageException">The storage failed; the trial is still running. Tell again, or let its lease lapse.</exception>
    public Task<TellOutcome> TellAsync(int number, ObjectiveValues values, CancellationToken cancellationToken = default) =>
        TellAsync(number, TrialState.Complete, values, reason: null, cancellationToken);

    /// <summary>Ends a running trial, given by its number, as pruned or failed.</summary>
    /// <param name="number">The trial's number.</param>
    /// <param name="state"><see cref="TrialState.Pruned"/> or <see cref="TrialState.Failed"/>.</param>
    /// <param name="reason">Why; stored with the trial.</param>
    /// <param name="cancellationToken">Ends the wait, not the write.</param>
    /// <inheritdoc cref="TellAsync(Trial, ObjectiveValues, CancellationToken)" path="/returns"/>
    /// <exception cref="StorageException">The storage failed; the trial is still running. Tell again, or let its lease lapse.</exception>
    public Task<TellOutcome> TellAsync(int number, TrialState state, string? reason = null, CancellationToken cancellationToken = default) =>
        TellAsync(number, StateWithoutValues(state), default, reason, cancellationToken);

    /// <inheritdoc cref="TellAsync(Trial, ObjectiveValues, CancellationToken)"/>
    /// <remarks>Blocks the calling thread.</remarks>
    public TellOutcome Tell(Trial trial, ObjectiveValues values) => Blocking.Wait(() => TellAsync(trial, values));

    /// <inheritdoc cref="TellAsync(Trial, TrialState, string, CancellationToken)"/>
    /// <remarks>Blocks the calling thread.</remarks>
    public TellOutcome Tell(Trial trial, TrialState state, string? reason = null) => Blocking.Wait(() => TellAsync(trial, state, reason));

    /// <inheritdoc cref="TellAsync(int, ObjectiveValues, CancellationToken)"/>
    /// <remarks>Blocks the calling thread.</remarks>
    public TellOutcome Tell(int number, ObjectiveValues values) => Blocking.Wait(() => TellAsync(number, values));

    /// <inheritdoc cref="TellAsync(int, TrialState, string, CancellationToken)"/>
    /// <remarks>Blocks the calling thread.</remarks>
    public TellOutcome Tell(int number, TrialState state, string? reason = null) => Blocking.Wait(() => TellAsync(number, state, reason));

    /// <summary>Ends a trial for the loop or the caller.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="state">How it ends.</param>
    /// <param name="values">The values of a complete trial.</param>
    /// <param name="reason">Why it was pruned or failed.</param>
    /// <param name="waiting">How to wait.</param>
    /// <param name="maxRetries">How often the trial may be tried again if it fails; null for what the options say.</param>
    /// <param name="failure">What made it fail, if it does.</param>
    internal async ValueTask<TellOutcome> FinishAsync(
        StudyTrial trial, TrialState state, ObjectiveValues values, string? reason, Waiting waiting, int? maxRetries = null, FailureKind failure = FailureKind.Told)
    {
        if (state == TrialState.Complete && Refusal(values) is { } refusal) (state, values, reason, failure) = (TrialState.Failed, default, refusal, FailureKind.InvalidValues);
        if (state == TrialState.Pruned && Directions.Count == 1 && ReportCurve.Of(trial.Context).Values is { Count: > 0, LastValue: not double.NaN } reports)
            values = reports.LastValue;
        if (state == TrialState.Complete) _session.NoteRawFolds(trial.Buffer, values);
        if (trial.Told is { } told)
        {
            bool isSame = told.Is(state, values);
            if (told.IsStored) return isSame ? TellOutcome.Stored : TellOutcome.AlreadyFinished;
            if (isSame) return await SendAsync(trial, told.End, waiting).ConfigureAwait(false);
        }
        double[] stored = values.ToArray();
        var notes = new EndNotes();
        ExceptionDispatchInfo? samplerError = LetSamplerSee(trial, notes, new TrialOutcome(state, stored));
        // What the sampler changes of the study, such as a stop, is to be known before another trial starts.
        if (samplerError is not null || notes.Study is not null || trial.Buffer.HasStudyChanges) trial.Next = null;
        AttributeSet attributes = trial.Ticket >= 0 && trial.Buffer.Parameters.Count > 0 ? trial.DrawnAttribute() : AttributeSet.Empty;
        attributes = attributes.With(notes.SystemAttributes);
        if (reason is not null && state == TrialState.Failed) attributes = attributes.With(SystemKeys.FailReason, reason);
        if (state == TrialState.Failed) attributes = attributes.With(SystemKeys.FailKind, failure.ToString());
        if (reason is not null && state == TrialState.Pruned) attributes = attributes.With(SystemKeys.PruneReason, reason);
        var finish = new TrialFinish
        {
            State = state,
            Values = stored,
            CompletedAt = _session.Time.GetUtcNow(),
            RequestId = _session.RequestIds.Next(),
            Retry = state == TrialState.Failed
                ? StorageRules.NextTry(trial.Buffer.ToRecord(), maxRetries ?? _session.Options.MaxRetries)
                : null,
        };
        var end = new TrialEnd(finish) { SystemAttributes = attributes, Study = notes.Study };
        TellOutcome outcome = await SendAsync(trial, end, waiting).ConfigureAwait(false);
        samplerError?.Throw();
        return outcome;
    }

    /// <summary>A sampler that throws must not cost the trial its result: the exception is thrown once that is stored.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Rethrown by the caller.")]
    private ExceptionDispatchInfo? LetSamplerSee(StudyTrial trial, EndNotes notes, TrialOutcome outcome)
    {
        try
        {
            _session.Sampler.AfterTrial(trial.NewestHistory, trial.Context.AtEnd(notes), outcome);
            return null;
        }
        catch (Exception exception)
        {
            return ExceptionDispatchInfo.Capture(exception);
        }
    }

    private async ValueTask<TellOutcome> SendAsync(StudyTrial trial, TrialEnd end, Waiting waiting)
    {
        TrialFinish finish = end.Finish;
        trial.BeginTell(end);
        WriteOutcome outcome = await waiting.On(_session.Pump.FinishAsync(trial, end, waiting)).ConfigureAwait(false);
        if (outcome == WriteOutcome.Incompatible)
            throw new TrialLostException(trial.Number, trial.LostReason ?? "a parameter clashes with what another process stored");
        trial.End();
        if (outcome == WriteOutcome.Unknown) return TellOutcome.Unknown;
        if (outcome == WriteOutcome.AlreadyFinished)
        {
            // The same end may have been told at the same time from another thread.
            return trial.Told is { IsStored: true } told && told.Is(finish.State, finish.Values) ? TellOutcome.Stored : TellOutcome.AlreadyFinished;
        }
        NoteEnd(trial, finish);
        return TellOutcome.Stored;
    }

    private void NoteEnd(StudyTrial trial, TrialFinish finish)
    {
        if (_session.Logger.IsEnabled(Microsoft.Extensions.Logging.LogLevel.Debug))
            Log.TrialEnded(_session.Logger, Name, trial.Number, finish.State, new ObjectiveValues([.. finish.Values]));
        if (!Telemetry.TrialsFinished.Enabled && !Telemetry.TrialDuration.Enabled) return;
        Telemetry.TrialsFinished.Add(1, Telemetry.Study(Name), Telemetry.State(finish.State));
        if (trial.Started.StartedAt is { } start)
            Telemetry.TrialDuration.Record((finish.CompletedAt - start).TotalSeconds, Telemetry.Study(Name), Telemetry.State(finish.State));
    }

    /// <summary>Why values cannot complete a trial; null if they can.</summary>
    private string? Refusal(ObjectiveValues values)
    {
        if (values.Count != Directions.Count) return $"The objective gave {values.Count} value(s), but the study has {Directions.Count} objective(s).";
        for (int k = 0; k < values.Count; k++)
        {
            if (double.IsNaN(values[k])) return values.Count == 1 ? "The objective gave NaN." : $"The objective gave NaN as value {k}.";
        }
        return null;
    }

    private async Task<TellOutcome> TellAsync(StudyTrial trial, TrialState state, ObjectiveValues values, string? reason, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (trial.LostReason is not null) return TellOutcome.AlreadyFinished;
        return await FinishAsync(trial, state, values, reason, Waiting.Asynchronously).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<TellOutcome> TellAsync(int number, TrialState state, ObjectiveValues values, string? reason, CancellationToken cancellationToken)
    {
        Guard.AtLeast(number, 0);
        if (_session.Pump.FindLive(number) is { } live) return await TellAsync(live, state, values, reason, cancellationToken).ConfigureAwait(false);
        await RefreshAsync(cancellationToken).ConfigureAwait(false);
        TrialRecord? record = History.Running.FirstOrDefault(trial => trial.Number == number)?.Record ?? History.Waiting.FirstOrDefault(trial => trial.Number == number);
        if (record is null) return OutcomeOfFinished(number, state, values);
        var adopted = new StudyTrial(_session, record, default, History.Running.Count);
        return await TellAsync(adopted, state, values, reason, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What telling comes to for a trial that is not running: the storage does not say who told its end, so the result decides.</summary>
    private TellOutcome OutcomeOfFinished(int number, TrialState state, ObjectiveValues values)
    {
        StudyHistory history = History;
        int row = history.Numbers.IndexOf(number);
        if (row < 0) return TellOutcome.Unknown;
        TrialRecord finished = history[row];
        if (state == TrialState.Complete && Refusal(values) is not null) (state, values) = (TrialState.Failed, default);
        bool isSame = finished.State == state && (state == TrialState.Pruned || values.SequenceEqual(finished.Values));
        return isSame ? TellOutcome.Stored : TellOutcome.AlreadyFinished;
    }

    /// <summary>What is left of the budget once so many more trials have started.</summary>
    internal RemainingBudget Remaining(int count, int? ofCall, int? totalTrials, TimeSpan? time)
    {
        StudyHistory history = History;
        int? ofStudy = totalTrials is { } total ? Math.Max(0, total - history.Count - history.Running.Count - count) : null;
        return new RemainingBudget(ofStudy is { } left ? Math.Min(ofCall ?? left, left) : ofCall, time);
    }

    /// <summary>Starts and samples trials. If that fails for one of them, or it cannot take the space, all end.</summary>
    private async Task<IReadOnlyList<StudyTrial>> StartAsync(AskOptions options)
    {
        bool isClaimed = options.Repeats == RepeatPolicy.StopWhenExhausted;
        int count = isClaimed ? _session.Points.Claim(options.Count) : options.Count;
        if (count == 0) return [];
        IReadOnlyList<StudyTrial> started = [];
        try
        {
            started = await _session.Pump.StartAsync(new StartRequest(count, options.TotalTrials, Remaining(count, null, options.TotalTrials, null)) { IsLeased = options.IsLeased }, Waiting.Asynchronously).ConfigureAwait(false);
        }
        finally
        {
            if (isClaimed) _session.Points.Return(count - started.Count);
        }
        var asked = new List<StudyTrial>(started.Count);
        ExceptionDispatchInfo? error = null;
        // Each takes its turn, whatever becomes of the others.
        foreach (StudyTrial trial in started) error = await TryProposeAsync(trial, options, asked).ConfigureAwait(false) ?? error;
        if (error is null) return asked;
        foreach (StudyTrial trial in asked) await GiveBackUnusedAsync(trial, "Another trial that was asked for with it failed.").ConfigureAwait(false);
        error.Throw();
        return asked;
    }

    /// <summary>Samples a trial that was asked for, and adds it to the ones that the caller gets.</summary>
    /// <returns>Why it has failed; null when it has not, or there was no point left for it.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "Rethrown by the caller.")]
    private async Task<ExceptionDispatchInfo?> TryProposeAsync(StudyTrial trial, AskOptions options, List<StudyTrial> asked)
    {
        try
        {
            await ProposeAsync(trial, history: null, options.Repeats, Waiting.Asynchronously).ConfigureAwait(false);
        }
        catch (SpaceExhaustedException) when (options.Repeats == RepeatPolicy.StopWhenExhausted)
        {
            return null;
        }
        catch (Exception exception)
        {
            return ExceptionDispatchInfo.Capture(exception);
        }
        try
        {
            if (options.SearchSpace is not null) trial.Suggest(options.SearchSpace);
            if (!options.IsLeased) trial.NoteDrawn();
            asked.Add(trial);
            return null;
        }
        catch (Exception exception)
        {
            await FinishAsync(trial, TrialState.Failed, default, exception.Message, Waiting.Asynchronously, failure: FailureKind.Sampling).ConfigureAwait(false);
            return ExceptionDispatchInfo.Capture(exception);
        }
    }

    /// <summary>Ends trials that nobody waits for any more.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Nobody waits any more; the exception is logged.")]
    private async Task GiveBackAsync(Task<IReadOnlyList<StudyTrial>> asked)
    {
        try
        {
            foreach (StudyTrial trial in await asked.ConfigureAwait(false))
                await GiveBackUnusedAsync(trial, "The wait for the trial was cancelled before it began.").ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Log.BackgroundWriteFailed(_session.Logger, exception, Name);
        }
    }

    private async Task GiveBackUnusedAsync(StudyTrial trial, string reason)
    {
        // What was enqueued is not used up by a trial that never began.
        int? maxRetries = trial.IsGiven ? int.MaxValue : null;
        await FinishAsync(trial, TrialState.Failed, default, reason, Waiting.Asynchronously, maxRetries, FailureKind.GivenBack).ConfigureAwait(false);
    }

    /// <summary>Samples a trial in its turn. If that fails, so does the trial.</summary>
    internal async ValueTask ProposeAsync(StudyTrial trial, StudyHistory? history, RepeatPolicy repeats, Waiting waiting)
    {
        await waiting.On(_session.Turns.WaitAsync(trial.Ticket)).ConfigureAwait(false);
        try
        {
            _proposer.Propose(trial, history, repeats);
        }
        catch (SpaceExhaustedException exhausted)
        {
            // Another worker took the last point; there is nothing to try again.
            await FinishAsync(trial, TrialState.Failed, default, exhausted.Message, waiting, maxRetries: 0, FailureKind.Sampling).ConfigureAwait(false);
            throw;
        }
        catch (Exception exception)
        {
            await FinishAsync(trial, TrialState.Failed, default, $"Sampling failed: {exception.Message}", waiting, failure: FailureKind.Sampling).ConfigureAwait(false);
            throw;
        }
        finally
        {
            _session.Turns.Done();
            if (repeats == RepeatPolicy.StopWhenExhausted) _session.Points.Propose(trial);
        }
    }

    private StudyTrial OwnTrial(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        return trial is StudyTrial own && own.BelongsTo(_session)
            ? own
            : throw new ArgumentException($"Trial {trial.Number} was not asked of this study object. Give the trial's number, or ask this study.", nameof(trial));
    }

    private static TrialState StateWithoutValues(TrialState state) =>
        state is TrialState.Pruned or TrialState.Failed
            ? state
            : throw new ArgumentOutOfRangeException(nameof(state), state, $"The state is {state}, but without values a trial ends as Pruned or Failed. Give values to complete it.");
}
