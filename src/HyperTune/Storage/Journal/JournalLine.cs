namespace HyperTune.Storage.Journal;

/// <summary>An entry as it lies in the log.</summary>
/// <param name="Text">The JSON text in UTF-8, without the end of the line.</param>
/// <param name="End">The <see cref="JournalPosition.Offset"/> behind it.</param>
public readonly record struct JournalLine(ReadOnlyMemory<byte> Text, long End);
