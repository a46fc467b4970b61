namespace HyperTune.Storage.Journal;

/// <summary>Entries that were read from a journal.</summary>
/// <param name="Lines">The entries, in order. An unfinished last line is left out.</param>
/// <param name="HasMore">Whether the log had more entries behind these when it was read.</param>
public sealed record JournalBatch(IReadOnlyList<JournalLine> Lines, bool HasMore)
{
    /// <summary>No entries, and none behind.</summary>
    public static JournalBatch None { get; } = new([], false);
}
