using HyperTune.Storage;
using HyperTune.Trials;

namespace HyperTune;

/// <content>Enqueuing and adding trials.</content>
public sealed partial class Study
{
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
        TrialTemplate template = Queued(given) with { UserAttributes = AttributeSet.Of(userAttributes ?? []) };
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

    /// <inheritdoc cref="AddTrialAsync"/>
    /// <remarks>Blocks the calling thread.</remarks>
    public int AddTrial(TrialTemplate trial) => Blocking.Wait(() => AddTrialAsync(trial));

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

    /// <inheritdoc cref="AddTrialsAsync"/>
    /// <remarks>Blocks the calling thread.</remarks>
    public IReadOnlyList<int> AddTrials(IEnumerable<TrialTemplate> trials) => Blocking.Wait(() => AddTrialsAsync(trials));

    /// <summary>Queues the defaults of the declared space in a study that has no finished trial. The storage sees to it that one of several processes does.</summary>
    private async Task EnqueueDefaultsAsync(CancellationToken cancellationToken)
    {
        if (History.Count > 0 || _session.Options.SearchSpace?.Defaults is not { Count: > 0 } defaults) return;
        TrialTemplate template = Queued(defaults.Select(entry => (entry.Key, (AttributeValue?)AttributeValue.From(entry.Value))));
        await AddAsync([template], skipIfExists: true, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<int?>> AddAsync(IReadOnlyList<TrialTemplate> templates, bool skipIfExists, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var import = new TrialImport { Trials = templates, SkipIfExists = skipIfExists, RequestId = _session.RequestIds.Next() };
        StorageRules.Check(import, Directions.Count);
        Task<IReadOnlyList<int?>> added = _session.Pump.CallAsync((storage, study) => storage.AddTrialsAsync(study, import, CancellationToken.None));
        return await added.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

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

    private static TrialTemplate Queued(IEnumerable<(string, AttributeValue?)> given) => new()
    {
        State = TrialState.Waiting,
        SystemAttributes = AttributeSet.Empty.With(SystemKeys.FixedParams, AttributeValue.Object(given)),
    };

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
