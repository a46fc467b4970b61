using Microsoft.Win32.SafeHandles;

namespace HyperTune.Storage.Journal;

/// <summary>A journal file while this process has its lock. It is opened once for all that is read and written under it.</summary>
/// <remarks>NFS shows what others wrote at the latest to who opens a file after them, and gives to others at the latest on closing: so it is opened after the lock was taken, and closed before it is given back.</remarks>
/// <param name="held">The lock.</param>
/// <param name="onEnd">Is called when the lock is given back.</param>
internal sealed class JournalFileHold(JournalLockFile.Held held, Action onEnd) : IAsyncDisposable
{
    /// <summary>When the lock was taken, by the clock of the file system; null if that is not known.</summary>
    public DateTime? Began => held.Made;

    /// <summary>The open file; null before its first use.</summary>
    public SafeFileHandle? Handle { get; set; }

    /// <summary>The position of which is known that the file is still the one that was read up to there.</summary>
    public long? CheckedEnd { get; set; }

    public ValueTask DisposeAsync()
    {
        onEnd();
        try
        {
            Handle?.Dispose();
        }
        finally
        {
            held.Dispose();
        }
        return default;
    }
}
