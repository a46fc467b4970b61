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

    public async ValueTask<IAsyncDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        TimeProvider time = options.TimeProvider;
        long began = time.GetTimestamp(), seen = began;
        DateTime? sign = null;
        TimeSpan wait = FirstWait;
        while (!TryMake())
        {
            if (SignOfLife() is { } present && present != sign) (sign, seen) = (present, time.GetTimestamp());
            if (time.GetElapsedTime(seen) is var age && age >= options.StaleLockAge)
            {
                if (Remove()) Log.StaleLockRemoved(logger, _lock, age);
                seen = time.GetTimestamp();
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
        return new Held(this);
    }

    /// <summary>A finding if the lock was left behind.</summary>
    public StorageFinding? Diagnose()
    {
        if (SignOfLife() is not { } sign) return null;
        // A link that was made just now is one of a worker that has written nothing yet.
        if (new FileInfo(_lock).LastWriteTimeUtc is var made && made > sign) sign = made;
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

    private DateTime? SignOfLife()
    {
        var file = new FileInfo(_lock);
        if (file.LinkTarget is not null) return File.GetLastWriteTimeUtc(journal);
        return file.Exists ? file.LastWriteTimeUtc : null;
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

    private void Release()
    {
        if (!Remove()) Log.LockLost(logger, _lock);
    }

    private sealed class Held(JournalLockFile owner) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            owner.Release();
            return default;
        }
    }
}
