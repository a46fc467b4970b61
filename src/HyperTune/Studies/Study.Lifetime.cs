using HyperTune.Diagnostics;
using HyperTune.Pruners;
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
    /// <exception cref="DistributionChangedException">A declared parameter clashes with the distribution that its name has in the loaded study.</exception>
    /// <exception cref="StorageException">The storage failed.</exception>
    public static Task<Study> CreateAsync(StudyOptions? options = null, CancellationToken cancellationToken = default) =>
        OwningAsync(options ?? new(), CreateCoreAsync, cancellationToken);

    /// <summary>Creates a study in memory, without I/O.</summary>
    /// <exception cref="ArgumentException">The options name a storage that does I/O (see <see cref="CreateAsync"/>), or contradict each other.</exception>
    public static Study Create(StudyOptions? options = null) => Blocking.Wait(() => OwningAsync(
        options ?? new(),
        static (options, cancellationToken) => options.Storage is { IsImmediate: false }
            ? throw new ArgumentException("Create makes studies in memory, but the options name a storage that does I/O. Use CreateAsync.", nameof(options))
            : CreateCoreAsync(options, cancellationToken),
        CancellationToken.None));

    /// <summary>Loads a study.</summary>
    /// <param name="options">Name and storage are needed.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StudyNotFoundException">There is no study of this name.</exception>
    /// <exception cref="ArgumentException">Name or storage is missing, or the options contradict the study.</exception>
    /// <exception cref="DistributionChangedException">A declared parameter clashes with the distribution that its name has in the study.</exception>
    /// <exception cref="StorageException">The storage failed.</exception>
    public static Task<Study> LoadAsync(StudyOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return OwningAsync(options, LoadCoreAsync, cancellationToken);
    }

    /// <inheritdoc cref="LoadAsync(StudyOptions, CancellationToken)"/>
    /// <remarks>Blocks the calling thread.</remarks>
    public static Study Load(StudyOptions options) => Blocking.Wait(() => LoadAsync(options));

    /// <summary>Lists the studies of a storage.</summary>
    /// <exception cref="StorageException">The storage failed.</exception>
    public static async Task<IReadOnlyList<StudySummary>> ListAsync(IStorage storage, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(storage);
        return await storage.ListStudiesAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="ListAsync"/>
    /// <remarks>Blocks the calling thread.</remarks>
    public static IReadOnlyList<StudySummary> List(IStorage storage) => Blocking.Wait(() => ListAsync(storage));

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

    /// <inheritdoc cref="DeleteAsync"/>
    /// <remarks>Blocks the calling thread.</remarks>
    public static void Delete(IStorage storage, string name) => Blocking.Wait(() => DeleteAsync(storage, name));

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
            // A stop is an order to the workers of the original.
            SystemAttributes = AttributeSet.Of(source.SystemAttributes.Where(entry => entry.Key != SystemKeys.Stop)),
        };
        TrialTemplate[] templates = [.. Trials.Where(trial => trial.State != TrialState.Running).Select(TrialTemplate.From)];
        StudyRecord copy = await target.CreateStudyAsync(definition, cancellationToken).ConfigureAwait(false);
        try
        {
            await target.AddTrialsAsync(copy.Id, new TrialImport { Trials = templates, RequestId = _session.RequestIds.Next() }, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // No half of a copy stays behind.
            await target.DeleteStudyAsync(copy.Id, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc cref="CopyToAsync"/>
    /// <remarks>Blocks the calling thread.</remarks>
    public void CopyTo(IStorage target, string? name = null) => Blocking.Wait(() => CopyToAsync(target, name));

    /// <summary>Gives running trials back, writes what is unwritten and stops working. Disposes the storage if <see cref="StudyOptions.OwnsStorage"/> is set.</summary>
    /// <remarks>A trial that is given back fails with that reason, and is enqueued again as far as <see cref="StudyOptions.MaxRetries"/> allows. One without a lease (<see cref="AskOptions.IsLeased"/>) stays running.</remarks>
    /// <exception cref="StorageException">The storage failed; the leases of running trials will lapse.</exception>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _isDisposed = true;
            return new(_disposal ??= Task.Run(DisposeCoreAsync));
        }
    }

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose() => Blocking.Wait(() => DisposeAsync().AsTask());

    private async Task DisposeCoreAsync()
    {
        Stop();
        try
        {
            // Trials that were on their way when the calls above stopped them turn up after the first round.
            while (Array.FindAll(_session.Pump.Live, static trial => trial.LostReason is null && !trial.HasEnded && (trial.IsLeased || trial.Told is not null)) is { Length: > 0 } live)
            {
                await Task.WhenAll(live.Select(GiveBackAsync)).ConfigureAwait(false);
                await _session.Pump.RefreshAsync().ConfigureAwait(false);
            }
            await _session.Pump.RefreshAsync().ConfigureAwait(false);
        }
        catch (StudyNotFoundException)
        {
            // Deleted meanwhile: there is nothing to give back.
        }
        finally
        {
            _session.Pump.Dispose();
            if (_session.Options.OwnsStorage) await _session.Storage.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task GiveBackAsync(StudyTrial trial)
    {
        try
        {
            // An end that could not be stored before is not to be lost.
            if (trial.Told is { } told) await SendAsync(trial, told.End, Waiting.Asynchronously).ConfigureAwait(false);
            else await FinishAsync(trial, TrialState.Failed, default, GivenBackReason, Waiting.Asynchronously, failure: FailureKind.GivenBack).ConfigureAwait(false);
        }
        catch (TrialLostException)
        {
            // Another process has it, or had made it impossible to store.
        }
        finally
        {
            trial.Cancel();
        }
    }

    /// <summary>Opens a study; if that fails, a storage that was handed over is disposed of, since nobody else would.</summary>
    private static async Task<Study> OwningAsync(StudyOptions options, Func<StudyOptions, CancellationToken, Task<Study>> open, CancellationToken cancellationToken)
    {
        try
        {
            return await open(options, cancellationToken).ConfigureAwait(false);
        }
        catch when (options is { OwnsStorage: true, Storage: not null })
        {
            await options.Storage.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<Study> CreateCoreAsync(StudyOptions options, CancellationToken cancellationToken)
    {
        CheckLeases(options);
        IStorage storage = options.Storage ?? new InMemoryStorage(options.TimeProvider);
        StudyRecord? record = options is { LoadIfExists: true, Name: { } name } ? await storage.FindStudyAsync(name, cancellationToken).ConfigureAwait(false) : null;
        if (record is null)
        {
            StudyDefinition definition = Define(options);
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

    private static async Task<Study> LoadCoreAsync(StudyOptions options, CancellationToken cancellationToken)
    {
        if (options.Name is null) throw new ArgumentException("A study is loaded by its name, but the options have none. Set Name.", nameof(options));
        if (options.Storage is null) throw new ArgumentException("A study is loaded from a storage, but the options have none. Set Storage.", nameof(options));
        CheckLeases(options);
        StudyRecord record = await options.Storage.FindStudyAsync(options.Name, cancellationToken).ConfigureAwait(false) ?? throw new StudyNotFoundException(options.Name);
        return await LoadAsync(record, options, options.Storage, cancellationToken).ConfigureAwait(false);
    }

    private static void CheckLeases(StudyOptions options)
    {
        if (options.Leases.Grace >= options.Leases.RenewInterval) return;
        throw new ArgumentException(
            $"Leases are renewed every {options.Leases.RenewInterval}, but taken back after {options.Leases.Grace}, so that healthy trials would be lost. Set a longer Grace.", nameof(options));
    }

    private static StudyDefinition Define(StudyOptions options)
    {
        IReadOnlyList<Direction> directions = options.Directions ?? [Direction.Minimize];
        return new StudyDefinition { Name = options.Name ?? $"no-name-{Guid.NewGuid()}", Directions = directions, SystemAttributes = MetricNamesOf(options, directions) };
    }

    private static AttributeSet MetricNamesOf(StudyOptions options, IReadOnlyList<Direction> directions)
    {
        if (options.MetricNames is not { } names) return AttributeSet.Empty;
        if (names.Count != directions.Count)
            throw new ArgumentException($"The options name {names.Count} metric(s) for {directions.Count} objective(s). Give one name for each.", nameof(options));
        return AttributeSet.Empty.With(SystemKeys.MetricNames, AttributeValue.Array(names.Select(name => (AttributeValue?)name)));
    }

    private static async Task<Study> LoadAsync(StudyRecord record, StudyOptions options, IStorage storage, CancellationToken cancellationToken)
    {
        if (options.Directions is { } directions && !directions.SequenceEqual(record.Directions))
        {
            throw new ArgumentException(
                $"The study '{record.Name}' has the directions [{string.Join(", ", record.Directions)}], but the options say [{string.Join(", ", directions)}]. "
                + "Leave them out, or use another name.", nameof(options));
        }
        AttributeSet metricNames = MetricNamesOf(options, record.Directions);
        Study study = await OpenAsync(record, options, storage, cancellationToken).ConfigureAwait(false);
        try
        {
            Log.StudyLoaded(study._session.Logger, record.Name, study.History.Count);
            if (options.MetricNames is { } names && !names.SequenceEqual(study.MetricNames))
                await study.SetAttributesAsync(new() { System = metricNames }, cancellationToken).ConfigureAwait(false);
            return study;
        }
        catch
        {
            study._session.Pump.Dispose();
            throw;
        }
    }

    /// <summary>Refuses a declared space that the study's parameters clash with, rather than the first trial that asks for one of them.</summary>
    private static void CheckSpace(Study study)
    {
        foreach (SearchSpaceParameter declared in study._session.Options.SearchSpace ?? SearchSpace.Empty)
        {
            if (DistributionRegistry.Find(study.History, declared.Name) is { } known)
                StorageRules.CheckCompatible(new Parameter(declared.Name, declared.Distribution, double.NaN), known);
        }
    }

    /// <summary>Nothing is expected to be the best of several objectives at once, so there the milder rule that compares with half of the others.</summary>
    private static IPruner DefaultPruner(StudyRecord record) => record.Directions.Count == 1 ? new LearningCurvePruner() : new MedianPruner();

    private static async Task<Study> OpenAsync(StudyRecord record, StudyOptions options, IStorage storage, CancellationToken cancellationToken)
    {
        var session = new StudySession(record, options, storage, options.Sampler ?? new AutoSampler(), options.Pruner ?? DefaultPruner(record));
        var study = new Study(session);
        try
        {
            await session.Pump.RefreshAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            CheckSpace(study);
            await study.EnqueueDefaultsAsync(cancellationToken).ConfigureAwait(false);
            return study;
        }
        catch
        {
            session.Pump.Dispose();
            throw;
        }
    }
}
