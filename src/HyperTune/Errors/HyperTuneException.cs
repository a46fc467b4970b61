namespace HyperTune;

/// <summary>The base of the library's own exceptions.</summary>
public abstract class HyperTuneException : Exception
{
    private protected HyperTuneException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
