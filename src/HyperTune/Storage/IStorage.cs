using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune.Storage;

/// <summary>Where studies and trials are kept, shared by any number of threads, processes and machines.</summary>
/// <remarks>
/// <para>Duties of every implementation, checked by the contract suite:</para>
/// <list type="bullet">
/// <item>Times are kept to the microsecond.</item>
/// <item>Safe for concurrent use. Each member is one atomic step, and durable (as far as the storage is configured to be) when it returns.</item>
/// <item>Trial numbers of a study are 0, 1, 2, … without gaps or repeats. A finished trial never changes. A waiting trial is claimed once.</item>
/// <item>A constant number of round trips, whatever the number of parameters and past trials.</item>
/// <item>A request id that was seen before gives the first answer and does nothing.</item>
/// <item>Bad arguments throw <see cref="ArgumentException"/>; a study that does not exist throws <see cref="StudyNotFoundException"/>; a failing back
/// end throws <see cref="StorageException"/>, with nothing half written; cancellation throws <see cref="OperationCanceledException"/>.</item>
/// </list>
/// </remarks>
public interface IStorage : IAsyncDisposable
{
    /// <summary>Whether every member completes at once, without I/O, so that a study calls it on the thread that needs it.</summary>
    bool IsImmediate => false;

    /// <summary>Creates a study.</summary>
    /// <exception cref="StudyExistsException">The name is taken.</exception>
    ValueTask<StudyRecord> CreateStudyAsync(StudyDefinition study, CancellationToken cancellationToken);

    /// <summary>Finds a study by name; null when there is none.</summary>
    ValueTask<StudyRecord?> FindStudyAsync(string name, CancellationToken cancellationToken);

    /// <summary>Lists all studies, in the order of their ids.</summary>
    ValueTask<IReadOnlyList<StudySummary>> ListStudiesAsync(CancellationToken cancellationToken);

    /// <summary>Deletes a study with all that belongs to it.</summary>
    ValueTask DeleteStudyAsync(StudyId study, CancellationToken cancellationToken);

    /// <summary>Writes attributes of a study.</summary>
    ValueTask SetStudyAttributesAsync(StudyId study, AttributeChanges changes, CancellationToken cancellationToken);

    /// <summary>Claims the oldest waiting trials, then creates new ones.</summary>
    /// <returns>The started trials in ascending order of number; fewer than asked for when <see cref="TrialStart.TotalTrials"/> is reached.</returns>
    ValueTask<IReadOnlyList<TrialRecord>> StartTrialsAsync(StudyId study, TrialStart start, CancellationToken cancellationToken);

    /// <summary>Adds waiting or finished trials in bulk. Whether one exists already is decided in the same step.</summary>
    /// <returns>The number of each trial, or null where it was skipped.</returns>
    ValueTask<IReadOnlyList<int?>> AddTrialsAsync(StudyId study, TrialImport import, CancellationToken cancellationToken);

    /// <summary>Writes the changes of several trials, each trial's all or nothing. One refused trial does not touch the others.</summary>
    /// <returns>One outcome for each element.</returns>
    ValueTask<IReadOnlyList<WriteOutcome>> WriteAsync(StudyId study, IReadOnlyList<TrialChanges> changes, CancellationToken cancellationToken);

    /// <summary>Renews the leases of running trials.</summary>
    /// <returns>
    /// <see cref="WriteOutcome.Stored"/>, <see cref="WriteOutcome.AlreadyFinished"/> or <see cref="WriteOutcome.Unknown"/> for each trial; the last one
    /// also for a waiting trial, which nobody holds.
    /// </returns>
    ValueTask<IReadOnlyList<WriteOutcome>> RenewLeasesAsync(StudyId study, IReadOnlyList<TrialId> trials, CancellationToken cancellationToken);

    /// <summary>Fails running trials whose lease has lapsed by the storage's clock, each together with the enqueuing of its retry.</summary>
    /// <remarks>Trials that never had a lease, such as those of other programs, are left alone.</remarks>
    ValueTask<IReadOnlyList<TakenBackTrial>> TakeBackAsync(StudyId study, LeaseRules rules, CancellationToken cancellationToken);

    /// <summary>Reads what changed since a cursor, trials and study attributes, as one snapshot.</summary>
    ValueTask<StudyDelta> ReadAsync(StudyId study, StudyCursor since, CancellationToken cancellationToken);
}
