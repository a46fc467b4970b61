namespace HyperTune.Storage.Journal;

/// <summary>A place between two entries of a journal.</summary>
/// <param name="Entries">How many entries lie before it.</param>
/// <param name="Offset">How many bytes lie before it, where the log has such a place; else 0.</param>
public readonly record struct JournalPosition(long Entries, long Offset);
