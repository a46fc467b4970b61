using HyperTune.Diagnostics;
using HyperTune.Storage;
using HyperTune.Trials;

namespace HyperTune;

/// <content>Creating, loading, listing, deleting, copying and disposing.</content>
public sealed partial class Study
{
    private const string GivenBackReason = "The study was disposed while the trial ran.";

    /// <summary>Creates a study, or loads it if it exists and <see cref="StudyOptions.LoadIfExists"/> is set.</summary>
    /// <param name="options">What the study is; null for a new study in memory with all defaults.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StudyExistsException">The name is taken, and loading was not asked for.</exception>
    /// <exception cref="ArgumentException">The options contradict each other or the loaded study.</exception>
    /// <exception cref="StorageException">The storage failed.</exception>
    public static async Task<Study> CreateAsync(StudyOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new();
        IStorage storage = options.Storage ?? new InMemoryStorage(options.TimeProvider);
        StudyDefinition definition = Define(options);
        StudyRecord? record = options.LoadIfExists ? await storage.FindStudyAsync(definition.Name, cancellationToken).ConfigureAwait(false) : null;
        if (record is null)
        {
            try
            {
                record = await storage.CreateStudyAsync(definition, cancellationToken).ConfigureAwait(false);
                Log.StudyCreated(options.LoggerFactory.CreateLogger("HyperTune.Study"), record.Name);
                return await OpenAsync(record, options, storage, cancellationToken).ConfigureAwait(false);
            }
            catch (StudyExistsException) when (options.LoadIfExists)
            {
                // Another process made it between our look and our attempt.
                record = await storage.FindStudyAsync(definition.Name, cancellationToken).ConfigureAwait(false) ?? throw new StudyNotFoundException(definition.Name);
            }
        }
        return await LoadAsync(record, options, storage, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Creates a study in memory, without I/O.</summary>
    /// <exception cref="ArgumentException">The options name a storage that does I/O (see <see cref="CreateAsync"/>), or contradict each other.</exception>
    public static Study Create(StudyOptions? options = null)
    {
        if (options?.Storage is { IsImmediate: false })
            throw new ArgumentException("Create makes studies in memory, but the options name a storage that does I/O. Use CreateAsync.", nameof(options));
        Task<Study> created = CreateAsync(options);
        return created.GetAwaiter().GetResult();
    }

    /// <summary>Loads a study.</summary>
    /// <param name="options">Name and storage are needed.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StudyNotFoundException">There is no study of this name.</exception>
    /// <exception cref="ArgumentException">Name or storage is missing, or the options contradict the study.</exception>
    /// <exception cref="StorageException">The storage failed.</exception>
    public static async Task<Study> LoadAsync(StudyOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Name is null) throw new ArgumentException("A study is loaded by its name, but the options have none. Set Name.", nameof(options));
        if (options.Storage is null) throw new ArgumentException("A study is loaded from a storage, but the options have none. Set Storage.", nameof(options));
        StudyRecord record = await options.Storage.FindStudyAsync(options.Name, cancellationToken).ConfigureAwait(false) ?? throw new StudyNotFoundException(options.Name);
        return await LoadAsync(record, options, options.Storage, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lists the studies of a storage.</summary>
    /// <exception cref="StorageException">The storage failed.</exception>
    public static async Task<IReadOnlyList<StudySummary>> ListAsync(IStorage storage, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(storage);
        return await storage.ListStudiesAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes a study with all its trials. Processes that still work on it get a <see cref="StudyNotFoundException"/>.</summary>
    /// <exception cref="StudyNotFoundException">There is no study of this name.</exception>
    /// <exception cref="StorageException">The storage failed.</exception>
    public static async Task DeleteAsync(IStorage storage, string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(storage);
        ArgumentNullException.ThrowIfNull(name);
        StudyRecord study = await storage.FindStudyAsync(name, cancellationToken).ConfigureAwait(false) ?? throw new StudyNotFoundException(name);
        await storage.DeleteStudyAsync(study.Id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Copies the study with its attributes and all finished and waiting trials into a storage. Running trials are left out; numbers are given anew, in order.</summary>
    /// <param name="target">The storage; may be this study's own if the name differs.</param>
    /// <param name="name">The copy's name; null for the same name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StudyExistsException">The name is taken in the target.</exception>
    /// <exception cref="StorageException">A storage failed.</exception>
    public async Task CopyToAsync(IStorage target, string? name = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        await RefreshAsync(cancellationToken).ConfigureAwait(false);
        StudyRecord source = History.Study;
        var definition = new StudyDefinition
        {
            Name = name ?? Name,
            Directions = Directions,
            UserAttributes = source.UserAttributes,
            SystemAttributes = source.SystemAttributes,
        };
        TrialTemplate[] templates = [.. Trials.Where(trial => trial.State != TrialState.Running).Select(ToTemplate)];
        StudyRecord copy = await target.CreateStudyAsync(definition, cancellationToken).ConfigureAwait(false);
        await target.AddTrialsAsync(copy.Id, new TrialImport { Trials = templates, RequestId = _session.RequestIds.Next() }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives running trials back, writes what is unwritten and stops working. Disposes the storage if <see cref="StudyOptions.OwnsStorage"/> is set.</summary>
    /// <remarks>A trial that is given back fails with that reason, and is enqueued again as far as <see cref="StudyOptions.MaxRetries"/> allows.</remarks>
    /// <exception cref="StorageException">The storage failed; the leases of running trials will lapse.</exception>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isDisposed) return;
            _isDisposed = true;
        }
        Stop();
        try
        {
            foreach (StudyTrial trial in _session.Pump.Live)
            {
                if (trial.LostReason is null && !trial.HasEnded) await FinishAsync(trial, TrialState.Failed, default, GivenBackReason, Waiting.Asynchronously).ConfigureAwait(false);
            }
            await _session.Pump.RefreshAsync().ConfigureAwait(false);
        }
        finally
        {
            _session.Pump.Dispose();
            if (_session.Options.OwnsStorage) await _session.Storage.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose() => Blocking.Wait(() => DisposeAsync().AsTask());

    private static StudyDefinition Define(StudyOptions options)
    {
        IReadOnlyList<Direction> directions = options.Directions ?? [Direction.Minimize];
        AttributeSet system = AttributeSet.Empty;
        if (options.MetricNames is { } names)
        {
            if (names.Count != directions.Count)
                throw new ArgumentException($"The options name {names.Count} metric(s) for {directions.Count} objective(s). Give one name for each.", nameof(options));
            system = system.With(SystemKeys.MetricNames, AttributeValue.Array(names.Select(name => (AttributeValue?)name)));
        }
        return new StudyDefinition { Name = options.Name ?? $"no-name-{Guid.NewGuid()}", Directions = directions, SystemAttributes = system };
    }

    private static async Task<Study> LoadAsync(StudyRecord record, StudyOptions options, IStorage storage, CancellationToken cancellationToken)
    {
        if (options.Directions is { } directions && !directions.SequenceEqual(record.Directions))
        {
            throw new ArgumentException(
                $"The study '{record.Name}' has the directions [{string.Join(", ", record.Directions)}], but the options say [{string.Join(", ", directions)}]. "
                + "Leave them out, or use another name.", nameof(options));
        }
        Study study = await OpenAsync(record, options, storage, cancellationToken).ConfigureAwait(false);
        try
        {
            Log.StudyLoaded(study._session.Logger, record.Name, study.History.Count);
            if (options.MetricNames is { } names && !names.SequenceEqual(study.MetricNames))
                await study.SetAttributesAsync(new() { System = Define(options).SystemAttributes }, cancellationToken).ConfigureAwait(false);
            return study;
        }
        catch
        {
            study._session.Pump.Dispose();
            throw;
        }
    }

    private static async Task<Study> OpenAsync(StudyRecord record, StudyOptions options, IStorage storage, CancellationToken cancellationToken)
    {
        var session = new StudySession(record, options, storage, options.Sampler ?? new TpeSampler(), options.Pruner ?? new MedianPruner());
        var study = new Study(session);
        try
        {
            await session.Pump.RefreshAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            return study;
        }
        catch
        {
            session.Pump.Dispose();
            throw;
        }
    }

    private static TrialTemplate ToTemplate(TrialRecord trial) => new()
    {
        State = trial.State,
        Values = trial.Values,
        Parameters = trial.Parameters,
        IntermediateValues = trial.IntermediateValues,
        UserAttributes = trial.UserAttributes,
        SystemAttributes = trial.SystemAttributes,
        StartedAt = trial.StartedAt,
        CompletedAt = trial.CompletedAt,
    };
}
