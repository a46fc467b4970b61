namespace HyperTune.Storage.Journal;

/// <summary>A group of entries to be appended as one.</summary>
public sealed record JournalAppend
{
    /// <summary>Where the log must end for the group to be appended.</summary>
    public required JournalPosition Expected { get; init; }

    /// <summary>The entries: JSON texts in ASCII, without ends of lines.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Entries { get; init; }

    /// <summary>Leases that begin with the group.</summary>
    public IReadOnlyList<JournalLease> Leases { get; init; } = [];

    /// <summary>Leases that end with the group, whether they were there or not.</summary>
    public IReadOnlyList<JournalLease> Released { get; init; } = [];
}
