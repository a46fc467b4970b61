using System.Globalization;
using HyperTune.Diagnostics;
using HyperTune.Storage.Diagnosis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace HyperTune.Storage.Journal;

/// <summary>A journal in a file, one entry a line, which Optuna's file journals share.</summary>
/// <remarks>
/// Reading takes no lock: the length is asked for first, and whole lines up to it are read. Writing happens under the lock, as one append. A line that a
/// killed process left unfinished is cut off then, as the next entry would else become a part of it.
/// </remarks>
internal sealed class JournalFileLog : IJournalLog
{
    /// <summary>How much is read at once, unless a line is longer.</summary>
    private const int PieceLength = 1 << 22;

    /// <summary>How many bytes before the known end are read again, to see that the file is still the same.</summary>
    private const int TailLength = 64;

    private readonly JournalFileOptions _options;
    private readonly ILogger _logger;
    private readonly JournalLockFile _lock;
    private readonly JournalLeaseFolder _leases;
    private readonly string _snapshot;

    // The last bytes before the position up to which was read.
    private byte[] _tail = [];
    private long _tailEnd;

    // While this process has the lock.
    private JournalFileHold? _hold;

    public JournalFileLog(string path, JournalFileOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        // Absolute at once: the current folder may change, and a lock that points nowhere makes Python's waiters spin.
        Name = Path.GetFullPath(path);
        _options = options;
        _logger = options.LoggerFactory?.CreateLogger<JournalStorage>() ?? NullLogger<JournalStorage>.Instance;
        _lock = new JournalLockFile(Name, options, _logger);
        _leases = new JournalLeaseFolder(Name + ".hypertune.leases");
        _snapshot = Name + ".hypertune.snapshot";
        if (Directory.Exists(Name)) throw new StorageException($"'{Name}' is a folder. Give the path of a file in it.");
        if (options.IsReadOnly && !File.Exists(Name)) throw new StorageException($"'{Name}' cannot be opened read-only: there is no such file. Check the path.");
        if (!options.IsReadOnly) Guarded("to open it", () => Open(FileMode.OpenOrCreate, FileAccess.ReadWrite).Dispose());
    }

    public string Name { get; }

    public bool IsCompact => true;

    public async ValueTask<IAsyncDisposable?> EnterAsync(CancellationToken cancellationToken) =>
        _hold = new JournalFileHold(await _lock.EnterAsync(cancellationToken).ConfigureAwait(false), () => _hold = null);

    public ValueTask<JournalBatch> ReadAsync(JournalPosition from, CancellationToken cancellationToken) => new(Guarded("to read it", () => Read(from)));

    public ValueTask<JournalPosition?> TryAppendAsync(JournalAppend group, CancellationToken cancellationToken) => new(Guarded("to append to it", () => TryAppend(group)));

    public ValueTask RenewLeasesAsync(IReadOnlyList<JournalLease> leases, CancellationToken cancellationToken)
    {
        Guarded("to renew leases beside it", () => _leases.Renew(leases));
        return default;
    }

    public ValueTask<JournalLeases> ReadLeasesAsync(CancellationToken cancellationToken) =>
        // Nothing is made for a reader, not even the file that asks for the time.
        new(Guarded("to read the leases beside it", () => _leases.Read(_options.IsReadOnly ? _options.TimeProvider.GetUtcNow().UtcDateTime : null)));

    public ValueTask RemoveLeasesAsync(IReadOnlyList<JournalLease> leases, CancellationToken cancellationToken)
    {
        Guarded("to remove leases beside it", () => _leases.RemoveDead(leases));
        return default;
    }

    public ValueTask<ReadOnlyMemory<byte>?> ReadSnapshotAsync(CancellationToken cancellationToken) =>
        new(Guarded("to read the snapshot beside it", () => File.Exists(_snapshot) ? File.ReadAllBytes(_snapshot) : (ReadOnlyMemory<byte>?)null));

    public ValueTask WriteSnapshotAsync(ReadOnlyMemory<byte> snapshot, CancellationToken cancellationToken)
    {
        Guarded("to write a snapshot beside it", () =>
        {
            // Replaced as a whole, so that a reader finds the old one or the new one.
            string fresh = $"{_snapshot}.{Guid.NewGuid():N}";
            try
            {
                File.WriteAllBytes(fresh, snapshot.Span);
                File.Move(fresh, _snapshot, overwrite: true);
            }
            finally
            {
                File.Delete(fresh);
            }
        });
        return default;
    }

    public ValueTask<IReadOnlyList<StorageFinding>> DiagnoseAsync(JournalPosition end, CancellationToken cancellationToken) => new(Guarded<IReadOnlyList<StorageFinding>>("to examine it", () =>
    {
        var findings = new List<StorageFinding>();
        if (UnfinishedBytes(end) is > 0 and var bytes)
        {
            findings.Add(new(FindingSeverity.Warning, string.Create(CultureInfo.InvariantCulture,
                $"{bytes} byte(s) without the end of a line: a worker was killed while it wrote, or is just writing. The next worker that writes cuts them off."))
            {
                Place = "last line",
            });
        }
        if (_lock.Diagnose() is { } finding) findings.Add(finding);
        return findings;
    }));

    public ValueTask DisposeAsync() => default;

    /// <summary>The length of what stands behind the last end of a line.</summary>
    private long UnfinishedBytes(JournalPosition end)
    {
        using SafeFileHandle handle = OpenKnown(end, FileAccess.Read);
        long length = RandomAccess.GetLength(handle);
        byte[] rest = new byte[Math.Max(0, length - end.Offset)];
        int filled = Fill(handle, rest, end.Offset);
        return filled - (rest.AsSpan(0, filled).LastIndexOf((byte)'\n') + 1);
    }

    private JournalBatch Read(JournalPosition from)
    {
        if (_hold is { } hold) return Read(hold.Handle ??= OpenKnown(from, FileAccess.ReadWrite), from);
        using SafeFileHandle handle = OpenKnown(from, FileAccess.Read);
        return Read(handle, from);
    }

    private JournalBatch Read(SafeFileHandle handle, JournalPosition from)
    {
        long length = RandomAccess.GetLength(handle);
        CheckSame(handle, from, length);
        if (length == from.Offset) return JournalBatch.None;
        byte[] bytes = new byte[Math.Min(length - from.Offset, PieceLength)];
        int end;
        while (true)
        {
            int read = Fill(handle, bytes, from.Offset);
            end = bytes.AsSpan(0, read).LastIndexOf((byte)'\n') + 1;
            if (end > 0 || bytes.Length >= length - from.Offset) break;
            bytes = new byte[(int)Math.Min(length - from.Offset, Math.Min(2L * bytes.Length, Array.MaxLength))];
        }
        if (end == 0) return JournalBatch.None;
        var lines = new List<JournalLine>();
        for (int start = 0; start < end;)
        {
            int lineLength = bytes.AsSpan(start, end - start).IndexOf((byte)'\n');
            lines.Add(new JournalLine(bytes.AsMemory(start, lineLength), from.Offset + start + lineLength + 1));
            start += lineLength + 1;
        }
        KeepTail(bytes.AsSpan(0, end), from.Offset + end);
        return new JournalBatch(lines, HasMore: from.Offset + bytes.Length < length);
    }

    private JournalPosition? TryAppend(JournalAppend group)
    {
        JournalFileHold hold = _hold ?? throw new InvalidOperationException("The journal is written to under its lock only. Enter it first.");
        SafeFileHandle handle = hold.Handle ??= OpenKnown(group.Expected, FileAccess.ReadWrite);
        long end = group.Expected.Offset;
        long length = RandomAccess.GetLength(handle);
        CheckSame(handle, group.Expected, length);
        if (length > end)
        {
            byte[] rest = new byte[length - end];
            if (rest.AsSpan(0, Fill(handle, rest, end)).Contains((byte)'\n')) return null;
            RandomAccess.SetLength(handle, end);
            Log.TornLineCut(_logger, Name, length - end);
        }
        _leases.Begin(group.Leases, group.Released, hold.Began);
        byte[] bytes = new byte[group.Entries.Sum(entry => entry.Length + 1)];
        int written = 0;
        foreach (ReadOnlyMemory<byte> entry in group.Entries)
        {
            entry.Span.CopyTo(bytes.AsSpan(written));
            bytes[written + entry.Length] = (byte)'\n';
            written += entry.Length + 1;
        }
        try
        {
            RandomAccess.Write(handle, bytes, end);
            if (_options.FlushToDisk) RandomAccess.FlushToDisk(handle);
        }
        catch (IOException)
        {
            // Nothing half written stays. Should that fail too, the next writer cuts off what is unfinished.
            RandomAccess.SetLength(handle, end);
            throw;
        }
        KeepTail(bytes, end + bytes.Length);
        _leases.End(group.Released);
        return new JournalPosition(group.Expected.Entries + group.Entries.Count, end + bytes.Length);
    }

    /// <summary>Refuses a file that is not the one of which the position is: it would be read from somewhere within an entry, or as if it went on.</summary>
    private void CheckSame(SafeFileHandle handle, JournalPosition known, long length)
    {
        bool isSame = length >= known.Offset;
        // Under the lock once is enough: the file stays open.
        if (isSame && _tailEnd == known.Offset && _tail.Length > 0 && _hold?.CheckedEnd != _tailEnd)
        {
            byte[] bytes = new byte[_tail.Length];
            isSame = Fill(handle, bytes, known.Offset - bytes.Length) == bytes.Length && bytes.AsSpan().SequenceEqual(_tail);
        }
        if (!isSame) throw Replaced();
        _hold?.CheckedEnd = known.Offset;
    }

    private StorageException Replaced() => new($"The journal '{Name}' is no longer the file that was read before: it was replaced, cut or deleted meanwhile. Close this storage, and open it anew.");

    private SafeFileHandle OpenKnown(JournalPosition known, FileAccess access)
    {
        try
        {
            return Open(FileMode.Open, access);
        }
        catch (FileNotFoundException) when (known.Offset > 0)
        {
            throw Replaced();
        }
    }

    private SafeFileHandle Open(FileMode mode, FileAccess access) => File.OpenHandle(Name, mode, access, FileShare.ReadWrite | FileShare.Delete);

    private void KeepTail(ReadOnlySpan<byte> bytes, long end)
    {
        _tail = bytes[^Math.Min(bytes.Length, TailLength)..].ToArray();
        _tailEnd = end;
        _hold?.CheckedEnd = end;
    }

    private static int Fill(SafeFileHandle handle, byte[] bytes, long offset)
    {
        int filled = 0;
        while (filled < bytes.Length)
        {
            int read = RandomAccess.Read(handle, bytes.AsSpan(filled), offset + filled);
            if (read == 0) break;
            filled += read;
        }
        return filled;
    }

    private void Guarded(string request, Action work) => Guarded(request, () =>
    {
        work();
        return true;
    });

    private T Guarded<T>(string request, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new StorageException($"The journal '{Name}' refused {request}: this user may not. Give the right to read and write the file and its folder, or open it with IsReadOnly.", exception);
        }
        catch (DirectoryNotFoundException exception)
        {
            throw new StorageException($"The journal '{Name}' refused {request}: its folder does not exist. Create it.", exception);
        }
        catch (IOException exception)
        {
            throw new StorageException(string.Create(CultureInfo.InvariantCulture, $"The journal '{Name}' failed {request}: {exception.Message} Nothing of it was stored."), exception, isTransient: true);
        }
    }
}
