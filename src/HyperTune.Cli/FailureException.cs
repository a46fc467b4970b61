namespace HyperTune.Cli;

/// <summary>What was asked for cannot be done; the message says why.</summary>
internal sealed class FailureException(string message, Exception? innerException = null) : Exception(message, innerException);
