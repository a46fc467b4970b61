namespace HyperTune;

/// <summary>A storage's back end failed. Nothing of the request is half written.</summary>
public sealed class StorageException : HyperTuneException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What failed, and what was not stored.</param>
    /// <param name="innerException">The driver's exception, if there is one.</param>
    /// <param name="isTransient">Whether trying again may help.</param>
    public StorageException(string message, Exception? innerException = null, bool isTransient = false)
        : base(message, innerException) => IsTransient = isTransient;

    /// <summary>Whether trying again may help.</summary>
    public bool IsTransient { get; }
}
