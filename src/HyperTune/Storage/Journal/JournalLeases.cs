namespace HyperTune.Storage.Journal;

/// <summary>All leases beside a journal.</summary>
/// <param name="Now">The time by the clock that stamps leases.</param>
/// <param name="Ages">Each lease with the time since its last renewal, by that clock.</param>
public sealed record JournalLeases(DateTimeOffset Now, IReadOnlyList<(JournalLease Lease, TimeSpan Age)> Ages);
