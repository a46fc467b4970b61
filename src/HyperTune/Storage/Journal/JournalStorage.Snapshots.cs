using HyperTune.Diagnostics;
using HyperTune.Storage.Journal;

namespace HyperTune;

/// <content>The snapshot beside the log, which only saves time: one that does not fit is passed over and replaced.</content>
public sealed partial class JournalStorage
{
    // The last entry that is a part of the state, and the position before it.
    private JournalPosition _beforeLast;
    private ReadOnlyMemory<byte> _last;
    private long _inSnapshot;

    private async ValueTask LoadSnapshotAsync(CancellationToken cancellationToken)
    {
        (JournalSnapshot.Header? snapshot, JournalLine last, string? fault) = await OpenSnapshotAsync(cancellationToken).ConfigureAwait(false);
        if (fault is not null) Log.SnapshotIgnored(_logger, Name, fault);
        if (snapshot is null) return;
        snapshot.LoadInto(_state);
        _position = snapshot.Before;
        Advance(new JournalPosition(_position.Entries + 1, last.End), last.Text);
        _inSnapshot = _position.Entries;
    }

    /// <summary>Opens the snapshot if there is one that fits.</summary>
    /// <returns>The snapshot and the entry that it ends with, or why there is one that cannot be used.</returns>
    private async ValueTask<(JournalSnapshot.Header? Snapshot, JournalLine Last, string? Fault)> OpenSnapshotAsync(CancellationToken cancellationToken)
    {
        if (await _log.ReadSnapshotAsync(cancellationToken).ConfigureAwait(false) is not { } bytes) return default;
        if (JournalSnapshot.Open(bytes) is not { } snapshot) return (null, default, "it is damaged, or of another version");
        JournalBatch batch;
        try
        {
            batch = await _log.ReadAsync(snapshot.Before, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException)
        {
            // A journal that is too short for the snapshot is not the one that it was taken of. Any other fault comes again with the next reading.
            batch = JournalBatch.None;
        }
        return snapshot.IsOf(batch) ? (snapshot, batch.Lines[0], null) : (null, default, "it was taken of another journal");
    }

    /// <summary>Writes a snapshot if enough is new. That it cannot be written keeps nobody from working.</summary>
    private async ValueTask SaveSnapshotAsync()
    {
        long isNew = _position.Entries - _inSnapshot;
        if (_options.IsReadOnly || _pending.Count > 0 || isNew < Math.Max(_options.SnapshotInterval, _inSnapshot / 4)) return;
        _inSnapshot = _position.Entries;
        try
        {
            await _log.WriteSnapshotAsync(JournalSnapshot.Write(_state, _beforeLast, _last.Span), CancellationToken.None).ConfigureAwait(false);
        }
        catch (StorageException exception)
        {
            Log.SnapshotFailed(_logger, exception, Name);
        }
    }

    /// <summary>Goes on behind an entry.</summary>
    private void Advance(JournalPosition end, ReadOnlyMemory<byte> last)
    {
        // Where offsets count bytes, an entry is its text and the end of its line.
        _beforeLast = new JournalPosition(end.Entries - 1, end.Offset == 0 ? 0 : end.Offset - last.Length - 1);
        _position = end;
        _last = last;
    }
}
