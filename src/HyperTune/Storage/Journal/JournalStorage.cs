using System.Globalization;
using System.Text;
using HyperTune.Diagnostics;
using HyperTune.Storage;
using HyperTune.Storage.Diagnosis;
using HyperTune.Storage.Journal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HyperTune;

/// <summary>A storage over a journal in Optuna's format: a log of operations that every worker, in .NET or Python, replays. Safe for concurrent use.</summary>
/// <remarks>
/// <para>
/// Each process keeps the replayed state in memory and reads only what is new. A request is decided on that state, and its entries are appended
/// as one group, if the log still ends where the state does; else the state is brought up to date and the request decided again. Requests that come
/// while a group is being written go together with the next one.
/// </para>
/// <para>
/// Leases and snapshots lie beside the log, since entries can never be removed from it. Python workers know neither, and are not disturbed by them.
/// </para>
/// </remarks>
public sealed partial class JournalStorage : ICombiningStorage, IDiagnosableStorage
{
    private readonly IJournalLog _log;
    private readonly JournalStorageOptions _options;
    private readonly ILogger _logger;
    private readonly JournalState _state;
    private readonly JournalText _text;
    private readonly JournalUndo _undo = new();

    // Held by whoever reads the journal or writes to it. The list of what waits has its own lock.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _gate = new();
    private List<JournalWork> _waiting = [];

    // Entries that were read and belong to a group whose rest has not been seen yet.
    private readonly List<JournalEntry> _pending = [];
    private JournalPosition _position;
    private StorageException? _fault;
    private int _isDisposed;

    private JournalStorage(IJournalLog log, JournalStorageOptions options)
    {
        _log = log;
        _options = options;
        _logger = options.LoggerFactory?.CreateLogger<JournalStorage>() ?? NullLogger<JournalStorage>.Instance;
        _state = new JournalState(options.TimeProvider.LocalTimeZone) { LeftOut = (study, _, key) => Log.AttributeTooDeep(_logger, key, study.Record.Name, Name, AttributeValue.MaxDepth) };
        _text = new JournalText($"hypertune-{Guid.NewGuid():D}", log.IsCompact);
    }

    /// <summary>What messages call the journal: the path of its file, or the address of its server.</summary>
    public string Name => _log.Name;

    /// <summary>Opens a journal file, and makes it when there is none.</summary>
    /// <param name="path">The path of the file. Its folder must exist, and be writable for the lock.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <returns>The storage, which has read the whole journal; dispose of it after use.</returns>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="StorageException">The file cannot be opened, or is no journal.</exception>
    public static async Task<JournalStorage> OpenFileAsync(string path, JournalFileOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new JournalFileOptions();
        return await OpenAsync(new JournalFileLog(path, options), options.ToStorageOptions(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens a journal that lies in a log of any kind.</summary>
    /// <param name="log">The log, which the storage owns from now on, also when this throws.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <returns>The storage, which has read the whole journal; dispose of it after use.</returns>
    /// <exception cref="StorageException">The log cannot be read, or holds something else.</exception>
    public static async Task<JournalStorage> OpenAsync(IJournalLog log, JournalStorageOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(log);
        var storage = new JournalStorage(log, options ?? new JournalStorageOptions());
        try
        {
            await storage.LoadSnapshotAsync(cancellationToken).ConfigureAwait(false);
            await storage.CatchUpAsync(isAlone: false, cancellationToken).ConfigureAwait(false);
            await storage.SaveSnapshotAsync().ConfigureAwait(false);
            return storage;
        }
        catch
        {
            await storage.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Closes the log. Requests that come later are refused.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        // Whoever is at work finishes first.
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            await _log.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Decides a request that only reads.</summary>
    private ValueTask<T> ReadAsync<T>(string request, Func<JournalState, T> decide, CancellationToken cancellationToken) =>
        RunAsync(isWriting: false, request, draft => decide(draft.State), cancellationToken);

    private ValueTask<T> WriteAsync<T>(string request, Func<JournalDraft, T> decide, CancellationToken cancellationToken)
    {
        ThrowIfReadOnly();
        return RunAsync(isWriting: true, request, decide, cancellationToken);
    }

    private async ValueTask<T> RunAsync<T>(bool isWriting, string request, Func<JournalDraft, T> decide, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        var work = new JournalWork<T>(isWriting, request, decide);
        lock (_gate) _waiting.Add(work);
        try
        {
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // If it is being served already, it is done all the same; only its caller's wait ends.
            lock (_gate) _waiting.Remove(work);
            throw;
        }
        if (work.IsDone)
        {
            _turn.Release();
        }
        else
        {
            // The turn goes on when this caller's wait is cancelled: others may wait for the same group.
            Task serving = ServeAsync();
            // Saves who cannot cancel a change of thread.
            if (!cancellationToken.CanBeCanceled) await serving.ConfigureAwait(false);
        }
        return await work.Answer.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Serves all requests that wait, as one group, and ends the turn.</summary>
    private async Task ServeAsync()
    {
        List<JournalWork> group;
        lock (_gate) (group, _waiting) = (_waiting, []);
        try
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
            await ServeAsync(group).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Every request of the group gets the exception.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            foreach (JournalWork work in group) work.Fail(exception);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async ValueTask ServeAsync(List<JournalWork> group)
    {
        ThrowIfFaulty();
        bool isWriting = group.Exists(work => work.IsWriting);
        IAsyncDisposable? hold = isWriting ? await _log.EnterAsync(CancellationToken.None).ConfigureAwait(false) : null;
        try
        {
            // A log that compares when it appends mostly still ends where it was known to: that is tried first, which saves a reading.
            bool isCurrent = (!isWriting || hold is not null || _pending.Count > 0) && await CatchUpAsync(isAlone: isWriting, CancellationToken.None).ConfigureAwait(false);
            while (!await TryWriteAsync(group, isCurrent).ConfigureAwait(false))
            {
                JournalPosition before = _position;
                bool wasCurrent = isCurrent;
                isCurrent = await CatchUpAsync(isAlone: isWriting, CancellationToken.None).ConfigureAwait(false);
                if (wasCurrent && before == _position) throw new StorageException($"The journal '{Name}' goes on behind what was read, but shows nothing more. Nothing was stored. Check what else writes to it.");
            }
        }
        finally
        {
            if (hold is not null) await hold.DisposeAsync().ConfigureAwait(false);
        }
        foreach (JournalWork work in group) work.Complete();
        if (isWriting) await SaveSnapshotAsync().ConfigureAwait(false);
    }

    /// <summary>Decides all requests on what is known, and appends what comes of it.</summary>
    /// <param name="group">The requests.</param>
    /// <param name="isCurrent">Whether the log was read just now. If not, only an append shows that nothing was missed.</param>
    /// <returns>Whether the answers hold; if not, the log has gone on.</returns>
    private async ValueTask<bool> TryWriteAsync(List<JournalWork> group, bool isCurrent)
    {
        var draft = new JournalDraft(_state, _text, _position);
        _state.Undo = _undo;
        bool isKept = false;
        try
        {
            foreach (JournalWork work in group) work.Decide(draft);
            if (draft.IsEmpty) return isKept = isCurrent;
            JournalAppend append = draft.Finish();
            if (await AppendAsync(append, group).ConfigureAwait(false) is not { } end) return false;
            Advance(end, append.Entries[^1]);
            return isKept = true;
        }
        finally
        {
            if (isKept) _undo.Clear();
            else _undo.BackTo(0);
            _state.Undo = null;
        }
    }

    private async ValueTask<JournalPosition?> AppendAsync(JournalAppend append, List<JournalWork> group)
    {
        try
        {
            return await _log.TryAppendAsync(append, CancellationToken.None).ConfigureAwait(false);
        }
        catch (StorageException exception)
        {
            string requests = string.Join(", ", group.Where(work => work.IsWriting).Select(work => work.Request).Distinct());
            throw new StorageException($"The request {requests} failed: {exception.Message}", exception, exception.IsTransient);
        }
    }

    /// <summary>Replays what others appended.</summary>
    /// <param name="isAlone">Whether nobody else can be writing, so that a group without an end has lost it for good.</param>
    /// <param name="cancellationToken">Ends the wait for the log.</param>
    /// <returns>True.</returns>
    private async ValueTask<bool> CatchUpAsync(bool isAlone, CancellationToken cancellationToken)
    {
        try
        {
            JournalBatch batch;
            do
            {
                batch = await _log.ReadAsync(_position, cancellationToken).ConfigureAwait(false);
                for (int i = 0; i < batch.Lines.Count; i++)
                {
                    if (!Take(batch.Lines[i], isLast: !batch.HasMore && i == batch.Lines.Count - 1, isAlone)) break;
                }
            }
            while (batch.HasMore);
            if (isAlone) ApplyPending();
            return true;
        }
        catch (FormatException exception)
        {
            // What comes behind cannot be understood without it.
            _fault = new StorageException(
                string.Create(CultureInfo.InvariantCulture, $"The journal '{Name}' cannot be read at entry {_position.Entries - _pending.Count} (counted from 0): {exception.Message} Restore a copy, or correct the entry."),
                exception);
            throw _fault;
        }
    }

    private void ThrowIfReadOnly()
    {
        if (_options.IsReadOnly) throw new StorageException($"'{Name}' was opened read-only, so nothing can be stored. Open it without IsReadOnly.");
    }

    private void ThrowIfFaulty()
    {
        if (_fault is not null) throw new StorageException(_fault.Message, _fault);
    }

    /// <returns>False if the entry is to be read again later.</returns>
    private bool Take(JournalLine line, bool isLast, bool isAlone)
    {
        JournalEntry entry;
        try
        {
            entry = Parse(line.Text.Span);
        }
        catch (FormatException exception)
        {
            // As Optuna does: somebody may be about to write the rest.
            if (isLast && !isAlone) return false;
            ApplyPending();
            string excerpt = Encoding.UTF8.GetString(line.Text.Span[..Math.Min(line.Text.Length, 80)]);
            throw new FormatException($"it is no JSON object ({exception.Message}) but '{excerpt}'.", exception);
        }
        long more = entry.More;
        // A group whose writer died is what it is: each of its prefixes is sound.
        if (_pending.Count > 0 && _pending[^1].More != more + 1) ApplyPending();
        _pending.Add(entry);
        Advance(new JournalPosition(_position.Entries + 1, line.End), line.Text);
        if (more == 0) ApplyPending();
        return true;
    }

    private void ApplyPending()
    {
        int applied = 0;
        try
        {
            for (; applied < _pending.Count; applied++) _state.Apply(_pending[applied], _position.Entries - _pending.Count + applied);
        }
        finally
        {
            _pending.RemoveRange(0, applied);
        }
    }

    private JournalEntry Parse(ReadOnlySpan<byte> text)
    {
        char[] characters = System.Buffers.ArrayPool<char>.Shared.Rent(text.Length);
        try
        {
            return JournalEntry.Parse(characters.AsSpan(0, Encoding.UTF8.GetChars(text, characters)), _state.Names);
        }
        finally
        {
            System.Buffers.ArrayPool<char>.Shared.Return(characters);
        }
    }
}
