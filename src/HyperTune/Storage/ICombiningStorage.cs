using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune.Storage;

/// <summary>A storage that writes changes and starts trials in one step, at the price of one.</summary>
/// <remarks>
/// Optional: a study asks for the two one after the other where a storage is none. A worker that ends a trial and goes on with the next one
/// needs both at the same moment, so that a storage which pays for each transaction saves every second one.
/// </remarks>
public interface ICombiningStorage : IStorage
{
    /// <summary>Does what <see cref="IStorage.WriteAsync"/> does, then what <see cref="IStorage.StartTrialsAsync"/> does, as one atomic step.</summary>
    /// <returns>What the two return. A refused trial keeps neither the others nor the start from happening; if this throws, nothing was stored.</returns>
    ValueTask<(IReadOnlyList<WriteOutcome> Outcomes, IReadOnlyList<TrialRecord> Started)> WriteAndStartAsync(
        StudyId study, IReadOnlyList<TrialChanges> changes, TrialStart start, CancellationToken cancellationToken);

    /// <summary>Does what <see cref="WriteAndStartAsync"/> does, and reads what has changed since a cursor, if that costs nothing more.</summary>
    /// <remarks>What is read holds the step itself and everything that was stored before it.</remarks>
    /// <returns>
    /// What the two return; no delta, which is what happens unless a storage implements this, if the study is to be read by a request of its own. If this throws, nothing was stored.
    /// </returns>
    async ValueTask<(IReadOnlyList<WriteOutcome> Outcomes, IReadOnlyList<TrialRecord> Started, StudyDelta? Delta)> WriteStartAndReadAsync(
        StudyId study, IReadOnlyList<TrialChanges> changes, TrialStart start, StudyCursor since, CancellationToken cancellationToken)
    {
        (IReadOnlyList<WriteOutcome> outcomes, IReadOnlyList<TrialRecord> started) = await WriteAndStartAsync(study, changes, start, cancellationToken).ConfigureAwait(false);
        return (outcomes, started, null);
    }
}
