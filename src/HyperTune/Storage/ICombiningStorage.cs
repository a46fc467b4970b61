using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune.Storage;

/// <summary>A storage that writes changes and starts trials in one step, at the price of one.</summary>
/// <remarks>
/// Optional: a study asks for the two one after the other where a storage is none. A worker that ends a trial and goes on with the next one
/// needs both at the same moment, so that a storage which pays for each transaction saves every second one; and it needs to know what is new, which a storage may
/// know in the same step.
/// </remarks>
public interface ICombiningStorage : IStorage
{
    /// <summary>
    /// Does what <see cref="IStorage.WriteAsync"/> does, then what <see cref="IStorage.StartTrialsAsync"/> does, as one atomic step; and reads what has changed since a cursor, as
    /// <see cref="IStorage.ReadAsync"/> does, if that costs nothing more.
    /// </summary>
    /// <returns>
    /// What the three return. A refused trial keeps neither the others nor the start from happening; if this throws, nothing was stored. The delta holds the step itself and everything that was stored
    /// before the request; null if the study is to be read by a request of its own.
    /// </returns>
    ValueTask<(IReadOnlyList<WriteOutcome> Outcomes, IReadOnlyList<TrialRecord> Started, StudyDelta? Delta)> WriteAndStartAsync(
        StudyId study, IReadOnlyList<TrialChanges> changes, TrialStart start, StudyCursor since, CancellationToken cancellationToken);
}
