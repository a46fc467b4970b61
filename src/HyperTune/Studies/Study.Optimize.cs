using System.Runtime.CompilerServices;

namespace HyperTune;

/// <content>Running an objective.</content>
public sealed partial class Study
{
    /// <summary>Runs an objective for one trial after another, on threads of its own.</summary>
    /// <param name="objective">Gives the value of a trial. Throwing <see cref="TrialPrunedException"/> ends the trial as pruned; other exceptions fail it.</param>
    /// <param name="options">How long and how; null only with a token that can be cancelled.</param>
    /// <param name="cancellationToken">Starts no more trials and cancels the tokens of the running ones; those end as their objectives do.</param>
    /// <exception cref="ArgumentException">Nothing limits the call: no count, no time-out and no token.</exception>
    /// <exception cref="InvalidOperationException">Called from within an objective of the same study.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled. What ended until then is stored.</exception>
    /// <exception cref="StorageException">The storage failed beyond its retries.</exception>
    /// <remarks>An exception of the objective that <see cref="OptimizeOptions.Catch"/> does not name fails its trial and is thrown after the running trials have ended.</remarks>
    public Task OptimizeAsync(Func<Trial, double> objective, OptimizeOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync(Objective.From(objective), options, cancellationToken);

    /// <summary>Runs an objective with several values for one trial after another, on threads of its own.</summary>
    /// <inheritdoc cref="OptimizeAsync(Func{Trial, double}, OptimizeOptions, CancellationToken)"/>
    public Task OptimizeAsync(Func<Trial, ObjectiveValues> objective, OptimizeOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync(Objective.From(objective), options, cancellationToken);

    /// <summary>Runs an asynchronous objective for one trial after another.</summary>
    /// <param name="objective">Gives the value of a trial; its token is <see cref="Trial.CancellationToken"/>.</param>
    /// <param name="options">How long and how; null only with a token that can be cancelled.</param>
    /// <param name="cancellationToken">Starts no more trials and cancels the tokens of the running ones; those end as their objectives do.</param>
    /// <inheritdoc cref="OptimizeAsync(Func{Trial, double}, OptimizeOptions, CancellationToken)" path="/exception"/>
    public Task OptimizeAsync(Func<Trial, CancellationToken, Task<double>> objective, OptimizeOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync(Objective.From(objective), options, cancellationToken);

    /// <summary>Runs an asynchronous objective with several values for one trial after another.</summary>
    /// <inheritdoc cref="OptimizeAsync(Func{Trial, CancellationToken, Task{double}}, OptimizeOptions, CancellationToken)"/>
    public Task OptimizeAsync(Func<Trial, CancellationToken, Task<ObjectiveValues>> objective, OptimizeOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync(Objective.From(objective), options, cancellationToken);

    /// <inheritdoc cref="OptimizeAsync(Func{Trial, CancellationToken, Task{double}}, OptimizeOptions, CancellationToken)"/>
    [OverloadResolutionPriority(-1)]
    public Task OptimizeAsync(Func<Trial, Task<double>> objective, OptimizeOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return RunAsync(Objective.From((trial, _) => objective(trial)), options, cancellationToken);
    }

    /// <inheritdoc cref="OptimizeAsync(Func{Trial, CancellationToken, Task{ObjectiveValues}}, OptimizeOptions, CancellationToken)"/>
    [OverloadResolutionPriority(-1)]
    public Task OptimizeAsync(Func<Trial, Task<ObjectiveValues>> objective, OptimizeOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return RunAsync(Objective.From((trial, _) => objective(trial)), options, cancellationToken);
    }

    /// <inheritdoc cref="OptimizeAsync(Func{Trial, double}, OptimizeOptions, CancellationToken)"/>
    /// <remarks>Blocks the calling thread; the objective runs on other ones.</remarks>
    public void Optimize(Func<Trial, double> objective, OptimizeOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(() => OptimizeAsync(objective, options, cancellationToken));

    /// <inheritdoc cref="OptimizeAsync(Func{Trial, ObjectiveValues}, OptimizeOptions, CancellationToken)"/>
    /// <remarks>Blocks the calling thread; the objective runs on other ones.</remarks>
    public void Optimize(Func<Trial, ObjectiveValues> objective, OptimizeOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(() => OptimizeAsync(objective, options, cancellationToken));

    private async Task RunAsync(Objective objective, OptimizeOptions? options, CancellationToken cancellationToken)
    {
        options ??= new();
        if (options is { Trials: null, TotalTrials: null, Timeout: null, Terminator: null } && !cancellationToken.CanBeCanceled)
            throw new ArgumentException("Nothing would ever end the optimization. Set Trials, TotalTrials, Timeout or a Terminator, or pass a token that can be cancelled.", nameof(options));
        if (options.Reevaluation is not null && Directions.Count > 1)
            throw new ArgumentException($"Reevaluation is set, but the study '{Name}' has {Directions.Count} objectives, and so no single best configuration. Use RepeatAsync.", nameof(options));
        if (_session.IsInsideObjective.Value)
            throw new InvalidOperationException($"The study '{Name}' cannot be optimized from within its own objective. Use another study for an inner optimization.");
        cancellationToken.ThrowIfCancellationRequested();
        var loop = new OptimizeLoop(this, _session, objective, options, cancellationToken);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _loops.Add(loop);
        }
        try
        {
            // Another process may have stopped or resumed the study since the last look.
            await RefreshAsync(cancellationToken).ConfigureAwait(false);
            await loop.RunAsync().ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _loops.Remove(loop);
                _endReason = loop.EndReason ?? _endReason;
            }
        }
    }
}
