using HyperTune.Storage.Diagnosis;

namespace HyperTune.Storage.Journal;

/// <summary>A log of entries that all workers replay, as Optuna's journals are: where its bytes lie, and nothing of what they mean.</summary>
/// <remarks>
/// <para>
/// <see cref="JournalStorage"/> makes a storage of one. Duties of an implementation: entries are never changed, removed or reordered; an
/// appended group is in the log as a whole or not at all, and durable (as far as the log is configured to be) on return; a failing back end throws
/// <see cref="StorageException"/>, which names the log without its secrets.
/// </para>
/// <para>The storage appends from one flow at a time, and may renew leases beside that.</para>
/// </remarks>
public interface IJournalLog : IAsyncDisposable
{
    /// <summary>What messages call it: a path or an address, without passwords.</summary>
    string Name { get; }

    /// <summary>Whether entries are written without blanks behind commas and colons, as Optuna does in files, or with them, as it does in Redis.</summary>
    bool IsCompact { get; }

    /// <summary>Keeps other writers away until the result is disposed of, so that a decision made meanwhile still holds when it is appended.</summary>
    /// <remarks>A log that compares and appends in one step needs none, and gives null.</remarks>
    /// <exception cref="StorageException">The lock could not be had in time.</exception>
    ValueTask<IAsyncDisposable?> EnterAsync(CancellationToken cancellationToken);

    /// <summary>Reads the entries from a position on, at least one if there is one, and in pieces if there are many. Takes no lock.</summary>
    /// <exception cref="StorageException">The log could not be read, or is not the one that the position came from.</exception>
    ValueTask<JournalBatch> ReadAsync(JournalPosition from, CancellationToken cancellationToken);

    /// <summary>Appends a group if the log ends where the caller has read to, and stores the leases that come with it.</summary>
    /// <returns>The end of the log behind the group; null if the log goes on behind the expected position, with nothing done.</returns>
    /// <exception cref="StorageException">The log could not be written, or it is not known whether it was.</exception>
    ValueTask<JournalPosition?> TryAppendAsync(JournalAppend group, CancellationToken cancellationToken);

    /// <summary>Renews leases, which the log keeps beside its entries, by its own clock.</summary>
    ValueTask RenewLeasesAsync(IReadOnlyList<JournalLease> leases, CancellationToken cancellationToken);

    /// <summary>Reads all leases.</summary>
    ValueTask<JournalLeases> ReadLeasesAsync(CancellationToken cancellationToken);

    /// <summary>Removes leases that no longer matter.</summary>
    ValueTask RemoveLeasesAsync(IReadOnlyList<JournalLease> leases, CancellationToken cancellationToken);

    /// <summary>Reads the snapshot that is kept beside the log; null when there is none.</summary>
    ValueTask<ReadOnlyMemory<byte>?> ReadSnapshotAsync(CancellationToken cancellationToken);

    /// <summary>Replaces the snapshot.</summary>
    ValueTask WriteSnapshotAsync(ReadOnlyMemory<byte> snapshot, CancellationToken cancellationToken);

    /// <summary>Looks for what only this kind of log knows, such as a lock that was left behind. Changes nothing; finds nothing unless implemented.</summary>
    /// <param name="end">The end of the entries that could be read.</param>
    /// <param name="cancellationToken">Ends the examination.</param>
    ValueTask<IReadOnlyList<StorageFinding>> DiagnoseAsync(JournalPosition end, CancellationToken cancellationToken) => new([]);
}
