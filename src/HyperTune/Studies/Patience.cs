namespace HyperTune;

/// <summary>How long the requests of an optimize loop are repeated while the storage fails transiently. Safe for concurrent use.</summary>
/// <param name="time">The study's clock.</param>
/// <param name="longest">From the first failure of a request to the one that its asker gets.</param>
/// <param name="startsFor">How long from now on trials may start; null for no limit.</param>
internal sealed class Patience(TimeProvider time, TimeSpan longest, TimeSpan? startsFor)
{
    private readonly long _begun = time.GetTimestamp();
    private volatile bool _isStopped, _isOver;

    public TimeSpan Longest => longest;

    /// <summary>Whether a trial that is still to be started is wanted.</summary>
    public bool WantsStarts => !_isStopped && (startsFor is not { } limit || time.GetElapsedTime(_begun) < limit);

    /// <summary>Whether what fails from now on is not repeated.</summary>
    public bool IsOver => _isOver;

    public void StopStarts() => _isStopped = true;

    public void End() => _isOver = true;
}
