using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>An optimization: trials of one objective function, proposed by a sampler, judged by a pruner and kept in a storage.</summary>
/// <remarks>
/// <para>Three ways to use it: <c>OptimizeAsync</c> runs an objective; <c>AskAsync</c> and <c>TellAsync</c> leave the loop to the caller; samplers,
/// pruners and storages of one's own extend it.</para>
/// <para>Properties do no I/O: they show the study as of the last refresh. Starting and telling a trial refresh it, and so does
/// <see cref="RefreshAsync"/>.</para>
/// <para>Safe for concurrent use. Any number of threads, processes and machines may work on one study through a shared storage.</para>
/// </remarks>
public sealed partial class Study : IAsyncDisposable, IDisposable
{
    private readonly StudySession _session;
    private readonly TrialProposer _proposer;
    private readonly Lock _gate = new();
    private readonly Lock _trialsGate = new();
    private readonly List<OptimizeLoop> _loops = [];
    private (StudyHistory History, IReadOnlyList<TrialRecord> Trials)? _trials;
    private volatile string? _endReason;
    private bool _isDisposed;
    private Task? _disposal;

    private Study(StudySession session)
    {
        _session = session;
        _proposer = new TrialProposer(session);
    }

    /// <summary>The study's name, unique within its storage.</summary>
    public string Name => _session.Name;

    /// <summary>One direction for each objective.</summary>
    public IReadOnlyList<Direction> Directions => _session.Study.Directions;

    /// <summary>One name for each objective; empty when they have none.</summary>
    public IReadOnlyList<string> MetricNames => History.Study.MetricNames;

    /// <summary>The attributes that users set.</summary>
    public IReadOnlyDictionary<string, AttributeValue> UserAttributes => History.Study.UserAttributes;

    /// <summary>The attributes that samplers and the study itself set.</summary>
    public IReadOnlyDictionary<string, AttributeValue> SystemAttributes => History.Study.SystemAttributes;

    /// <summary>The columnar snapshot that samplers and pruners see.</summary>
    public StudyHistory History => _session.Builder.Current;

    /// <summary>All trials of any state, in ascending order of number.</summary>
    /// <remarks>A snapshot that shares what has not changed with those before it: after a trial it costs little, whatever the number of trials.</remarks>
    public IReadOnlyList<TrialRecord> Trials
    {
        get
        {
            StudyHistory history = History;
            lock (_trialsGate)
            {
                if (_trials is { } known && ReferenceEquals(known.History, history)) return known.Trials;
                IReadOnlyList<TrialRecord> trials = TrialList.Of(history);
                _trials = (history, trials);
                return trials;
            }
        }
    }

    /// <summary>The complete and feasible trial with the best value; of equal ones that with the lowest number.</summary>
    /// <exception cref="InvalidOperationException">There is none yet, or the study has several objectives (see <see cref="BestTrials"/>).</exception>
    public TrialRecord BestTrial =>
        TryGetBestTrial(out TrialRecord? best) ? best : throw new InvalidOperationException($"The study '{Name}' has no complete feasible trial yet.");

    /// <summary>The value of <see cref="BestTrial"/>.</summary>
    /// <inheritdoc cref="BestTrial" path="/exception"/>
    public double BestValue => BestTrial.Values[0];

    /// <summary>The parameters of <see cref="BestTrial"/>, as the objective saw them.</summary>
    /// <inheritdoc cref="BestTrial" path="/exception"/>
    public IReadOnlyDictionary<string, object?> BestParams => BestTrial.Params;

    /// <summary>The Pareto front: complete and feasible trials that no other one dominates, in ascending order of number. With one objective, the best trial alone.</summary>
    public ParetoFront BestTrials => ParetoFront.Of(History);

    /// <summary>Why the call of <c>OptimizeAsync</c> that ended last in this process did so: its terminator's reason, a limit that was reached, or a stop; null before.</summary>
    public string? EndReason => _endReason;

    /// <summary>Trials that the storage holds but of which something could not be read. They are missing everywhere else.</summary>
    public IReadOnlyList<UnreadableTrial> UnreadableTrials => _session.Unreadable;

    /// <summary>Gives <see cref="BestTrial"/>, if there is one.</summary>
    /// <exception cref="InvalidOperationException">The study has several objectives (see <see cref="BestTrials"/>).</exception>
    public bool TryGetBestTrial([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TrialRecord? best)
    {
        if (Directions.Count > 1) throw new InvalidOperationException($"The study '{Name}' has {Directions.Count} objectives and so no single best trial. Use BestTrials.");
        ParetoFront front = BestTrials;
        best = front.Count > 0 ? front[0] : null;
        return best is not null;
    }

    /// <summary>Says where a trial came from, who proposed it and why, and how each of its parameters was drawn.</summary>
    /// <param name="trial">A trial of this study.</param>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1822", Justification = "Users ask the study; what it says is all in the record.")]
    public TrialExplanation Explain(TrialRecord trial) => TrialExplanation.Of(Guard.NotNull(trial));

    /// <inheritdoc cref="Explain(TrialRecord)"/>
    /// <param name="number">The trial's number.</param>
    /// <exception cref="TrialNotFoundException">The study has no such trial, as of the last refresh.</exception>
    public TrialExplanation Explain(int number)
    {
        IReadOnlyList<TrialRecord> trials = Trials;
        return Explain(number >= 0 && number < trials.Count && trials[number].Number == number
            ? trials[number]
            : trials.FirstOrDefault(trial => trial.Number == number) ?? throw new TrialNotFoundException(Name, number));
    }

    /// <summary>Writes what this process has not yet written, and brings the properties up to date with the storage.</summary>
    /// <exception cref="StorageException">The storage failed.</exception>
    public Task RefreshAsync(CancellationToken cancellationToken = default) => _session.Pump.RefreshAsync().WaitAsync(cancellationToken);

    /// <inheritdoc cref="RefreshAsync"/>
    /// <remarks>Blocks the calling thread.</remarks>
    public void Refresh() => Blocking.Wait(() => RefreshAsync());

    /// <summary>Adds or replaces an attribute of the study.</summary>
    /// <exception cref="ArgumentException">The name cannot be stored.</exception>
    /// <exception cref="StorageException">The storage failed; nothing was stored.</exception>
    public Task SetUserAttributeAsync(string name, AttributeValue value, CancellationToken cancellationToken = default) =>
        SetAttributesAsync(new() { User = AttributeSet.Empty.With(Guard.Name(name), Guard.NotNull(value)) }, cancellationToken);

    /// <inheritdoc cref="SetUserAttributeAsync"/>
    /// <remarks>Blocks the calling thread.</remarks>
    public void SetUserAttribute(string name, AttributeValue value) => Blocking.Wait(() => SetUserAttributeAsync(name, value));

    /// <summary>Makes this process start no more trials: running calls of <c>OptimizeAsync</c> end after their running trials.</summary>
    public void Stop() => Stop("stopped by the user");

    /// <inheritdoc cref="Stop()"/>
    /// <param name="reason">Why; shown in logs and by <see cref="EndReason"/>.</param>
    public void Stop(string reason)
    {
        Guard.NotNullOrEmpty(reason);
        lock (_gate)
        {
            foreach (OptimizeLoop loop in _loops) loop.Stop(reason);
        }
    }

    /// <summary>Makes all processes that work on the study start no more trials, once they see it: with their next trial.</summary>
    /// <param name="reason">Why; shown in logs.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task StopEverywhereAsync(string reason, CancellationToken cancellationToken = default)
    {
        Stop();
        return SetAttributesAsync(new() { System = AttributeSet.Empty.With(SystemKeys.Stop, Guard.NotNullOrEmpty(reason)) }, cancellationToken);
    }

    /// <inheritdoc cref="StopEverywhereAsync"/>
    /// <remarks>Blocks the calling thread.</remarks>
    public void StopEverywhere(string reason) => Blocking.Wait(() => StopEverywhereAsync(reason));

    /// <summary>Takes back <see cref="StopEverywhereAsync"/>, so that the study can be optimized again.</summary>
    public Task ResumeAsync(CancellationToken cancellationToken = default) =>
        SetAttributesAsync(new() { System = AttributeSet.Empty.With(SystemKeys.Stop, AttributeValue.Null) }, cancellationToken);

    /// <inheritdoc cref="ResumeAsync"/>
    /// <remarks>Blocks the calling thread.</remarks>
    public void Resume() => Blocking.Wait(() => ResumeAsync());

    private async Task SetAttributesAsync(AttributeChanges changes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Task<bool> stored = _session.Pump.CallAsync(async (storage, study) =>
        {
            await storage.SetStudyAttributesAsync(study, changes, CancellationToken.None).ConfigureAwait(false);
            return true;
        });
        await stored.WaitAsync(cancellationToken).ConfigureAwait(false);
    }
}
