namespace HyperTune.Storage.Diagnosis;

/// <summary>A storage that can say more about its own state than its studies tell.</summary>
/// <remarks>Optional. What every storage shows, such as trials that cannot be read and gaps of numbers, <see cref="StorageDoctor"/> finds by itself.</remarks>
public interface IDiagnosableStorage : IStorage
{
    /// <summary>Looks for what is wrong: leases that have lapsed, rows that belong to nothing, missing indices. Changes nothing.</summary>
    ValueTask<IReadOnlyList<StorageFinding>> DiagnoseAsync(DiagnosisOptions options, CancellationToken cancellationToken);
}
