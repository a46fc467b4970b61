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
}
