using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using HyperTune.Diagnostics;
using HyperTune.History;
using HyperTune.Storage;
using HyperTune.Trials;

namespace HyperTune;

/// <content>Asking for trials and telling their ends, enqueuing and adding trials.</content>
public sealed partial class Study
{
    /// <summary>Starts a trial, which the caller ends with <see cref="TellAsync(Trial, ObjectiveValues, CancellationToken)"/>.</summary>
    /// <param name="space">Parameters to suggest at once; null to ask for them one by one.</param>
    /// <param name="cancellationToken">Ends the wait; a trial that was started all the same is given back.</param>
    /// <exception cref="StorageException">The storage failed; no trial was started, or its lease will lapse.</exception>
    public async Task<Trial> AskAsync(SearchSpace? space = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Task<StudyTrial> asked = StartOneAsync(space);
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

    /// <inheritdoc cref="AskAsync"/>
    /// <remarks>Blocks the calling thread.</remarks>
    public Trial Ask(SearchSpace? space = null) => Blocking.Wait(() => AskAsync(space));

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

    /// <summary>Queues a trial with given parameters; the next worker that starts a trial takes it. Parameters left out are drawn.</summary>
    /// <param name="parameters">External values by name, such as known good ones: null, bools, numbers and texts.</param>
    /// <param name="userAttributes">Attributes of the trial; null for none.</param>
    /// <param name="skipIfExists">Whether nothing is queued when the study has a trial with the very same parameters.</param>
    /// <param name="cancellationToken">Ends the wait, not the write.</param>
    /// <returns>The trial's number, or null if it was skipped.</returns>
    /// <exception cref="ArgumentException">A name or value cannot be stored, or a value is not in the distribution that the parameter is known to have.</exception>
    /// <exception cref="StorageException">The storage failed; nothing was queued.</exception>
    public async Task<int?> EnqueueAsync(
        IEnumerable<KeyValuePair<string, object?>> parameters,
        IEnumerable<KeyValuePair<string, AttributeValue>>? userAttributes = null,
        bool skipIfExists = false,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var given = new List<(string, AttributeValue?)>();
        foreach ((string name, object? value) in parameters)
        {
            Guard.Name(name, nameof(parameters));
            CheckGiven(name, value);
            given.Add((name, AttributeValue.From(value)));
        }
        var template = new TrialTemplate
        {
            State = TrialState.Waiting,
            UserAttributes = AttributeSet.Of(userAttributes ?? []),
            SystemAttributes = AttributeSet.Empty.With(SystemKeys.FixedParams, AttributeValue.Object(given)),
        };
        return (await AddAsync([template], skipIfExists, cancellationToken).ConfigureAwait(false))[0];
    }

    /// <inheritdoc cref="EnqueueAsync"/>
    /// <remarks>Blocks the calling thread.</remarks>
    public int? Enqueue(
        IEnumerable<KeyValuePair<string, object?>> parameters, IEnumerable<KeyValuePair<string, AttributeValue>>? userAttributes = null, bool skipIfExists = false) =>
        Blocking.Wait(() => EnqueueAsync(parameters, userAttributes, skipIfExists));

    /// <summary>Adds a trial that was finished elsewhere, or a waiting one.</summary>
    /// <param name="trial">The trial; the study gives it its number.</param>
    /// <param name="cancellationToken">Ends the wait, not the write.</param>
    /// <returns>The trial's number.</returns>
    /// <exception cref="ArgumentException">The trial is running, has the wrong number of values, a value outside its distribution, or something that cannot be stored.</exception>
    /// <exception cref="DistributionChangedException">A parameter clashes with the distribution that its name has in the study.</exception>
    /// <exception cref="StorageException">The storage failed; nothing was added.</exception>
    public async Task<int> AddTrialAsync(TrialTemplate trial, CancellationToken cancellationToken = default) =>
        (await AddTrialsAsync([trial], cancellationToken).ConfigureAwait(false))[0];

    /// <summary>Adds trials that were finished elsewhere, or waiting ones, in one step.</summary>
    /// <param name="trials">The trials; the study gives them their numbers, in this order.</param>
    /// <param name="cancellationToken">Ends the wait, not the write.</param>
    /// <returns>The trials' numbers.</returns>
    /// <inheritdoc cref="AddTrialAsync"/>
    public async Task<IReadOnlyList<int>> AddTrialsAsync(IEnumerable<TrialTemplate> trials, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(trials);
        TrialTemplate[] templates = [.. trials.Select(Import)];
        return [.. (await AddAsync(templates, skipIfExists: false, cancellationToken).ConfigureAwait(false)).Select(number => number!.Value)];
    }

    /// <summary>Ends a trial for the loop or the caller.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="state">How it ends.</param>
    /// <param name="values">The values of a complete trial.</param>
    /// <param name="reason">Why it was pruned or failed.</param>
    /// <param name="waiting">How to wait.</param>
    /// <param name="maxRetries">How often the trial may be tried again if it fails; null for what the options say.</param>
    internal async ValueTask<TellOutcome> FinishAsync(
        StudyTrial trial, TrialState state, ObjectiveValues values, string? reason, Waiting waiting, int? maxRetries = null)
    {
        if (state == TrialState.Complete && Refusal(values) is { } refusal) (state, values, reason) = (TrialState.Failed, default, refusal);
        if (state == TrialState.Pruned && Directions.Count == 1 && trial.Buffer.IntermediateValues is { Count: > 0, LastValue: not double.NaN } reports)
            values = reports.LastValue;
        if (trial.Told is { } told)
        {
            bool isSame = told.Is(state, values);
            if (told.IsStored) return isSame ? TellOutcome.Stored : TellOutcome.AlreadyFinished;
            if (isSame) return await SendAsync(trial, told.Finish, waiting).ConfigureAwait(false);
        }
        double[] stored = values.ToArray();
        ExceptionDispatchInfo? samplerError = LetSamplerSee(trial, new TrialOutcome(state, stored));
        // What the sampler changes of the study, such as a stop, is to be known before another trial starts.
        if (samplerError is not null || trial.Buffer.HasStudyChanges) trial.Next = null;
        if (trial.Ticket >= 0 && trial.Buffer.Parameters.Count > 0) trial.Buffer.SetSystemAttributes(trial.DrawnAttribute());
        if (reason is not null && state == TrialState.Failed) trial.Buffer.SetSystemAttribute(SystemKeys.FailReason, reason);
        if (reason is not null && state == TrialState.Pruned) trial.Buffer.SetSystemAttribute(SystemKeys.PruneReason, reason);
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
        TellOutcome outcome = await SendAsync(trial, finish, waiting).ConfigureAwait(false);
        samplerError?.Throw();
        return outcome;
    }

    /// <summary>A sampler that throws must not cost the trial its result: the exception is thrown once that is stored.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Rethrown by the caller.")]
    private ExceptionDispatchInfo? LetSamplerSee(StudyTrial trial, TrialOutcome outcome)
    {
        try
        {
            _session.Sampler.AfterTrial(trial.History, trial.Context, outcome);
            return null;
        }
        catch (Exception exception)
        {
            return ExceptionDispatchInfo.Capture(exception);
        }
    }

    private async ValueTask<TellOutcome> SendAsync(StudyTrial trial, TrialFinish finish, Waiting waiting)
    {
        trial.BeginTell(finish);
        WriteOutcome outcome = await waiting.On(_session.Pump.FinishAsync(trial, finish, waiting)).ConfigureAwait(false);
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

    private async Task<IReadOnlyList<int?>> AddAsync(IReadOnlyList<TrialTemplate> templates, bool skipIfExists, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var import = new TrialImport { Trials = templates, SkipIfExists = skipIfExists, RequestId = _session.RequestIds.Next() };
        StorageRules.Check(import, Directions.Count);
        Task<IReadOnlyList<int?>> added = _session.Pump.CallAsync((storage, study) => storage.AddTrialsAsync(study, import, CancellationToken.None));
        return await added.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Starts and samples a trial. A space that the study cannot take fails it.</summary>
    private async Task<StudyTrial> StartOneAsync(SearchSpace? space)
    {
        IReadOnlyList<StudyTrial> trials = await _session.Pump.StartAsync(new StartRequest(1, totalTrials: null, default), Waiting.Asynchronously).ConfigureAwait(false);
        StudyTrial trial = trials[0];
        await ProposeAsync(trial, history: null, RepeatPolicy.Allow, Waiting.Asynchronously).ConfigureAwait(false);
        try
        {
            if (space is not null) trial.Suggest(space);
            return trial;
        }
        catch (Exception exception)
        {
            await FinishAsync(trial, TrialState.Failed, default, exception.Message, Waiting.Asynchronously).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends a trial that nobody waits for any more.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Nobody waits any more; the exception is logged.")]
    private async Task GiveBackAsync(Task<StudyTrial> asked)
    {
        try
        {
            StudyTrial trial = await asked.ConfigureAwait(false);
            // What was enqueued is not used up by a trial that never began.
            int? maxRetries = trial.IsGiven ? int.MaxValue : null;
            await FinishAsync(trial, TrialState.Failed, default, "The wait for the trial was cancelled before it began.", Waiting.Asynchronously, maxRetries)
                .ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Log.BackgroundWriteFailed(_session.Logger, exception, Name);
        }
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
            await FinishAsync(trial, TrialState.Failed, default, exhausted.Message, waiting, maxRetries: 0).ConfigureAwait(false);
            throw;
        }
        catch (Exception exception)
        {
            await FinishAsync(trial, TrialState.Failed, default, $"Sampling failed: {exception.Message}", waiting).ConfigureAwait(false);
            throw;
        }
        finally
        {
            _session.Turns.Done();
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

    private void CheckGiven(string name, object? value)
    {
        if (_session.DistributionOf(History, name) is { } distribution && !distribution.TryToInternal(value, out _))
        {
            // Ranges may move between trials; only a declared range, or a value of another kind, is surely wrong.
            bool isDeclared = _session.Options.SearchSpace?.Contains(name) == true;
            if (!isDeclared) distribution.ToInternal(value);
            else throw new ArgumentException($"The value {Guard.Show(value)} of '{name}' is not in {distribution}. Give a value inside.", nameof(value));
        }
    }

    private static TrialTemplate Import(TrialTemplate trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        foreach (Parameter parameter in trial.Parameters)
        {
            if (!parameter.Distribution.Contains(parameter.Value))
                throw new ArgumentException($"The value {Guard.Show(parameter.Value)} of '{parameter.Name}' is not in {parameter.Distribution}. Give a value inside.", nameof(trial));
        }
        if (trial.State == TrialState.Waiting || trial.SystemAttributes.ContainsKey(SystemKeys.ImportedFrom)) return trial;
        return trial with { SystemAttributes = trial.SystemAttributes.With(SystemKeys.ImportedFrom, "") };
    }
}
