using System.Globalization;
using HyperTune.Storage.Journal;
using Polly;
using Polly.Retry;
using StackExchange.Redis;

namespace HyperTune.Storage.Redis;

/// <summary>A journal under the keys of Optuna's Redis journals: a counter, which is the index of the last entry, and one key for each entry.</summary>
internal sealed class RedisJournalLog : IJournalLog
{
    /// <summary>Entries asked for with the counter: as many as others may have appended since the last reading.</summary>
    private const int FirstEntries = 16;

    /// <summary>Entries asked for at once when there are many.</summary>
    private const int PieceEntries = 1000;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100), LongestDelay = TimeSpan.FromSeconds(5);

    /// <summary>How long an index may lack its entry: Optuna's workers on a cluster write them one after the other.</summary>
    private static readonly TimeSpan LongestHole = TimeSpan.FromSeconds(10);

    private readonly IConnectionMultiplexer _connection;
    private readonly bool _ownsConnection, _mustExist;
    private readonly IDatabase _database;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _retries;
    private readonly string _entryPrefix;
    private readonly RedisKey _counter, _leases, _snapshot;

    // The last entry that was read or written, by which the journal is known again.
    private (long Index, RedisValue Text) _last = (-1, RedisValue.Null);

    public RedisJournalLog(IConnectionMultiplexer connection, bool ownsConnection, RedisStorageOptions options)
    {
        _connection = connection;
        _ownsConnection = ownsConnection;
        _mustExist = options.MustExist;
        _database = connection.GetDatabase(options.Database ?? -1);
        _time = options.TimeProvider;
        _entryPrefix = options.KeyPrefix + ":log:";
        _counter = options.KeyPrefix + ":log_number";
        _leases = options.KeyPrefix + ":hypertune:leases";
        _snapshot = options.KeyPrefix + ":hypertune:snapshot";
        Name = string.Create(CultureInfo.InvariantCulture, $"redis at {RedisErrors.NameOf(connection.GetEndPoints())}, database {_database.Database}, prefix '{options.KeyPrefix}'");
        _retries = options.Retries == 0 ? ResiliencePipeline.Empty : new ResiliencePipelineBuilder { TimeProvider = _time }.AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<Exception>(RedisErrors.IsTransient),
            MaxRetryAttempts = options.Retries,
            BackoffType = DelayBackoffType.Exponential,
            Delay = FirstDelay,
            MaxDelay = LongestDelay,
            UseJitter = true,
        }).Build();
    }

    public string Name { get; }

    public bool IsCompact => false;

    public ValueTask<IAsyncDisposable?> EnterAsync(CancellationToken cancellationToken) => default;

    /// <summary>Refuses a user whose password is wrong. The driver goes on without a word as the default user where that one needs no password.</summary>
    public async ValueTask CheckUserAsync(string user, string password, CancellationToken cancellationToken) =>
        await RunAsync("to authenticate", database => database.ExecuteAsync("AUTH", user, password), cancellationToken).ConfigureAwait(false);

    public async ValueTask<JournalBatch> ReadAsync(JournalPosition from, CancellationToken cancellationToken)
    {
        bool isChecking = _last.Index >= 0 && _last.Index == from.Entries - 1;
        var keys = new RedisKey[(isChecking ? 2 : 1) + FirstEntries];
        keys[0] = _counter;
        if (isChecking) keys[1] = KeyOf(_last.Index);
        int first = keys.Length - FirstEntries;
        for (int i = 0; i < FirstEntries; i++) keys[first + i] = KeyOf(from.Entries + i);
        RedisValue[] values = await RunAsync("to read the journal", database => database.StringGetAsync(keys), cancellationToken).ConfigureAwait(false);
        long last = CounterOf(values[0]);
        if (last < from.Entries - 1 || (isChecking && values[1] != _last.Text))
            throw new StorageException($"The journal on {Name} is no longer the one that was read before: it was flushed, deleted or replaced meanwhile. Close this storage, and open it anew.");
        // Nothing has been read before: this is the opening.
        if (_mustExist && last < 0)
            throw new StorageException($"There is no journal on {Name}, and none was made. Check the number of the database and the prefix; a new study makes one.");
        long count = last - from.Entries + 1;
        if (count <= 0) return JournalBatch.None;
        if (count > FirstEntries)
        {
            count = Math.Min(count, PieceEntries);
            keys = new RedisKey[count];
            for (int i = 0; i < keys.Length; i++) keys[i] = KeyOf(from.Entries + i);
            values = await RunAsync("to read the journal", database => database.StringGetAsync(keys), cancellationToken).ConfigureAwait(false);
            first = 0;
        }
        var lines = new List<JournalLine>((int)count);
        for (int i = 0; i < count; i++)
        {
            RedisValue text = values[first + i];
            if (text.IsNull && lines.Count > 0) return new JournalBatch(lines, HasMore: true);
            if (text.IsNull) text = await WaitForAsync(from.Entries, cancellationToken).ConfigureAwait(false);
            lines.Add(new JournalLine((ReadOnlyMemory<byte>)text, 0));
            _last = (from.Entries + i, text);
        }
        return new JournalBatch(lines, HasMore: from.Entries + count <= last);
    }

    public async ValueTask<JournalPosition?> TryAppendAsync(JournalAppend group, CancellationToken cancellationToken)
    {
        int count = group.Entries.Count;
        var keys = new RedisKey[2 + count];
        keys[0] = _counter;
        keys[1] = _leases;
        var arguments = new List<RedisValue>(4 + count + (2 * group.Leases.Count) + group.Released.Count)
        {
            group.Expected.Entries - 1, count, group.Leases.Count, group.Released.Count,
        };
        for (int i = 0; i < count; i++)
        {
            keys[2 + i] = KeyOf(group.Expected.Entries + i);
            arguments.Add(group.Entries[i]);
        }
        Add(arguments, group.Leases);
        foreach (JournalLease lease in group.Released) arguments.Add(lease.Trial);
        RedisValue[] values = [.. arguments];
        // May be repeated: the script knows its own entries again.
        RedisResult result = await RunAsync("to append to the journal", database => database.ScriptEvaluateAsync(RedisScripts.Append, keys, values), cancellationToken).ConfigureAwait(false);
        if ((int)result == 0) return null;
        _last = (group.Expected.Entries + count - 1, group.Entries[^1]);
        return new JournalPosition(group.Expected.Entries + count, 0);
    }

    public async ValueTask RenewLeasesAsync(IReadOnlyList<JournalLease> leases, CancellationToken cancellationToken)
    {
        var arguments = new List<RedisValue>(2 * leases.Count);
        Add(arguments, leases);
        RedisValue[] values = [.. arguments];
        await RunAsync("to renew leases", database => database.ScriptEvaluateAsync(RedisScripts.Renew, [_leases], values), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<JournalLeases> ReadLeasesAsync(CancellationToken cancellationToken)
    {
        HashEntry[] stored = await RunAsync("to read leases", database => database.HashGetAllAsync(_leases), cancellationToken).ConfigureAwait(false);
        // Asked for afterwards, so that no lease is from the future. The later it is, the older they seem, by a round trip.
        var time = (RedisValue[])(await RunAsync("to read the server's clock", database => database.ExecuteAsync("TIME"), cancellationToken).ConfigureAwait(false))!;
        DateTimeOffset now = TimeOf((long)time[0], (long)time[1]);
        var ages = new List<(JournalLease Lease, TimeSpan Age)>(stored.Length);
        foreach (HashEntry entry in stored)
        {
            string[] parts = entry.Value.ToString().Split(' ');
            if (parts.Length == 3 && entry.Name.TryParse(out long trial) && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
                && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds)
                && long.TryParse(parts[2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long stamp))
                ages.Add((new JournalLease(trial, stamp), now - TimeOf(seconds, microseconds)));
        }
        return new JournalLeases(now, ages);
    }

    public async ValueTask RemoveLeasesAsync(IReadOnlyList<JournalLease> leases, CancellationToken cancellationToken)
    {
        RedisValue[] fields = [.. leases.Select(lease => (RedisValue)lease.Trial)];
        await RunAsync("to remove leases", database => database.HashDeleteAsync(_leases, fields), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<ReadOnlyMemory<byte>?> ReadSnapshotAsync(CancellationToken cancellationToken)
    {
        RedisValue snapshot = await RunAsync("to read the snapshot", database => database.StringGetAsync(_snapshot), cancellationToken).ConfigureAwait(false);
        // A plain null would become an empty memory.
        return snapshot.IsNull ? (ReadOnlyMemory<byte>?)null : (ReadOnlyMemory<byte>)snapshot;
    }

    public async ValueTask WriteSnapshotAsync(ReadOnlyMemory<byte> snapshot, CancellationToken cancellationToken) =>
        await RunAsync("to write a snapshot", database => database.StringSetAsync(_snapshot, snapshot), cancellationToken).ConfigureAwait(false);

    public async ValueTask DisposeAsync()
    {
        if (_ownsConnection) await _connection.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Waits for an entry whose index was given out already.</summary>
    private async ValueTask<RedisValue> WaitForAsync(long index, CancellationToken cancellationToken)
    {
        long began = _time.GetTimestamp();
        while (true)
        {
            RedisValue text = await RunAsync("to read the journal", database => database.StringGetAsync(KeyOf(index)), cancellationToken).ConfigureAwait(false);
            if (!text.IsNull) return text;
            if (_time.GetElapsedTime(began) > LongestHole)
            {
                throw new StorageException(string.Create(CultureInfo.InvariantCulture,
                    $"The journal on {Name} counts an entry {index}, but there is none: a worker died between the two, the server evicts keys, or somebody deleted it. No worker can read on. Restore the key {KeyOf(index)}, or copy the studies to a new prefix."));
            }
            await Task.Delay(FirstDelay, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<T> RunAsync<T>(string request, Func<IDatabase, Task<T>> send, CancellationToken cancellationToken)
    {
        try
        {
            return await _retries.ExecuteAsync(
                static async (state, token) => await state.send(state.database).WaitAsync(token).ConfigureAwait(false), (send, database: _database), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RedisException or RedisTimeoutException or RedisCommandException)
        {
            throw RedisErrors.Translate(exception, Name, request);
        }
    }

    private long CounterOf(RedisValue counter)
    {
        if (counter.IsNull) return -1;
        return counter.TryParse(out long last) && last >= -1 ? last : throw new StorageException($"The journal on {Name} cannot be read: the key '{_counter}' holds no counter. Choose another KeyPrefix or Database.");
    }

    private RedisKey KeyOf(long index) => _entryPrefix + index.ToString(CultureInfo.InvariantCulture);

    private static void Add(List<RedisValue> arguments, IReadOnlyList<JournalLease> leases)
    {
        foreach (JournalLease lease in leases)
        {
            arguments.Add(lease.Trial);
            arguments.Add(lease.Stamp);
        }
    }

    private static DateTimeOffset TimeOf(long seconds, long microseconds) => DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
}
