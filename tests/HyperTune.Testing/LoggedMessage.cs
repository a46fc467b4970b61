using Microsoft.Extensions.Logging;

namespace HyperTune.Testing;

/// <summary>A message that was logged.</summary>
/// <param name="Id">Its event id.</param>
/// <param name="Level">Its level.</param>
/// <param name="Text">The formatted text.</param>
/// <param name="Exception">The exception that came with it.</param>
public sealed record LoggedMessage(int Id, LogLevel Level, string Text, Exception? Exception);
