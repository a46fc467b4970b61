using System.Globalization;
using HyperTune.Diagnostics;
using HyperTune.Storage.Diagnosis;
using Microsoft.Extensions.Logging;

namespace HyperTune.Storage.Journal;

/// <summary>The lock of a journal file, as Optuna takes it: a name beside the file that only one process can make.</summary>
/// <remarks>
/// A lock under which nothing has happened for <see cref="JournalFileOptions.StaleLockAge"/> is taken for that of a killed process, and removed by whoever waits for it.
/// For a link the sign of life is the journal's time of writing, for a file its own.
/// </remarks>
internal sealed class JournalLockFile(string journal, JournalFileOptions options, ILogger logger)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(50);

    private readonly string _lock = journal + ".lock";
    private readonly bool _isLink = options.Lock == JournalFileLock.SymbolicLink || (options.Lock == JournalFileLock.Automatic && !OperatingSystem.IsWindows());

    public async ValueTask<Held> EnterAsync(CancellationToken cancellationToken)
    {
        TimeProvider time = options.TimeProvider;
        long began = time.GetTimestamp(), seen = began;
        Sighting? last = null;
        TimeSpan wait = FirstWait;
        while (!TryMake())
        {
            if (Look() is { } present && present != last) (last, seen) = (present, time.GetTimestamp());
            if (time.GetElapsedTime(seen) is var age && age >= options.StaleLockAge && last is { } stale && Break(stale))
            {
                Log.StaleLockRemoved(logger, _lock, age);
                continue;
            }
            if (time.GetElapsedTime(began) >= options.LockTimeout)
            {
                throw new StorageException(
                    $"The lock '{_lock}' could not be had within {options.LockTimeout}, since other workers hold it. Nothing was stored. Try again, or raise LockTimeout.", isTransient: true);
            }
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
        return new Held(this, Made());
    }

    /// <summary>A finding if the lock was left behind.</summary>
    public StorageFinding? Diagnose()
    {
        if (Look() is not { } sighting) return null;
        // A link that was made just now is one of a worker that has written nothing yet.
        DateTime sign = sighting.Made > sighting.Sign ? sighting.Made : sighting.Sign;
        TimeSpan age = options.TimeProvider.GetUtcNow().UtcDateTime - sign;
        return age < options.StaleLockAge ? null : new(
            FindingSeverity.Warning,
            string.Create(CultureInfo.InvariantCulture, $"The lock is there, and nothing has happened under it for {DiagnosisOptions.Show(age)}: its worker was killed. The next worker that writes removes it, {options.StaleLockAge.TotalSeconds:0.###} s after it began to wait."))
        {
            Place = Path.GetFileName(_lock),
        };
    }

    /// <summary>Makes the lock, unless there is one.</summary>
    private bool TryMake()
    {
        // Of a failed try that finds no lock the second one tells whether the lock went away just now, or can never be made.
        const int Tries = 2;
        for (int i = 1; ; i++)
        {
            try
            {
                if (_isLink) File.CreateSymbolicLink(_lock, journal);
                else new FileStream(_lock, FileMode.CreateNew, FileAccess.Write).Dispose();
                return true;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                if (IsThere()) return false;
                if (i == Tries) throw CannotMake(exception);
            }
        }
    }

    private StorageException CannotMake(Exception exception) => new(
        $"The lock '{_lock}' cannot be made: {exception.Message} Give the right to write the folder, or choose another kind of lock. Nothing was stored.", exception);

    private bool IsThere()
    {
        var file = new FileInfo(_lock);
        return file.Exists || file.LinkTarget is not null;
    }

    /// <summary>The lock that is there; null without one.</summary>
    internal Sighting? Look()
    {
        var file = new FileInfo(_lock);
        if (file.LinkTarget is not null) return new(file.LastWriteTimeUtc, File.GetLastWriteTimeUtc(journal));
        return file.Exists ? new(file.LastWriteTimeUtc, file.LastWriteTimeUtc) : null;
    }

    /// <summary>Takes away a lock that was left behind, if it still is the one that was seen.</summary>
    /// <remarks>One waiter at a time does so. Of two that have waited long enough, the second would else take away the lock that the first one has made meanwhile.</remarks>
    internal bool Break(Sighting stale)
    {
        string breaker = _lock + ".break";
        try
        {
            using var turn = new FileStream(breaker, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
            return Look() == stale && Remove();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Somebody else is at it, or was killed at it.
            if (File.Exists(breaker) && options.TimeProvider.GetUtcNow().UtcDateTime - File.GetLastWriteTimeUtc(breaker) >= options.StaleLockAge) File.Delete(breaker);
            return false;
        }
    }

    /// <summary>Takes the lock away. The first step is one that only one process can do.</summary>
    private bool Remove()
    {
        string removed = $"{_lock}{Guid.NewGuid():D}.rename";
        try
        {
            File.Move(_lock, removed, overwrite: true);
            File.Delete(removed);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Somebody else took it away, or may.
            return false;
        }
    }

    /// <summary>When the lock was made, by the clock of the file system; null without one.</summary>
    private DateTime? Made() => File.GetLastWriteTimeUtc(_lock) is var made && made.Year > 1601 ? made : null;

    /// <summary>Gives the lock back, unless it was broken meanwhile: then it is another one's.</summary>
    private void Release(DateTime? made)
    {
        try
        {
            if (made is not null && Made() == made)
            {
                File.Delete(_lock);
                return;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It stays, and is broken like one that was left behind.
        }
        Log.LockLost(logger, _lock);
    }

    /// <summary>A lock that somebody holds.</summary>
    /// <param name="Made">When it was made, by which it is told from the next one.</param>
    /// <param name="Sign">When something happened under it last.</param>
    internal readonly record struct Sighting(DateTime Made, DateTime Sign);

    /// <summary>The lock while this process has it.</summary>
    internal sealed class Held(JournalLockFile owner, DateTime? made) : IDisposable
    {
        /// <summary>When it was taken, by the clock of the file system; null if it was gone at once.</summary>
        public DateTime? Made => made;

        public void Dispose() => owner.Release(made);
    }
}
