using System.Data;
using System.Data.Common;
using HyperTune.Storage.Relational;
using Npgsql;

namespace HyperTune.Storage.PostgreSql;

/// <summary>A pooled connection for one transaction, which costs two round trips if it writes and one if it reads.</summary>
/// <remarks>
/// The transaction's beginning goes with its first statements, statements whose rows do not matter wait for the next ones, and the end goes with
/// the last ones.
/// </remarks>
internal sealed class PostgreSqlSession(NpgsqlConnection connection, string? schema, TimeSpan commandTimeout, PostgreSqlTimes times, OwnTransactions transactions) : SqlSession
{
    /// <summary>
    /// For this transaction alone, as all settings, so that a pooled connection goes back as it came. After that time the server ends a transaction whose worker has vanished without a word, and with it the lock of the study. Nothing but computing happens between two
    /// round trips, so that no living worker needs as much.
    /// </summary>
    private const string LimitIdling = "set_config('idle_in_transaction_session_timeout', '60s', true)";

    /// <summary>
    /// For whoever needs few rows: a prepared statement keeps the plan that was made while the tables were small, and then that goes through them. A plan that has to do so all
    /// the same seems so dear to the server that it would compile it first, for a fifth of a second.
    /// </summary>
    private const string AvoidScans = "set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)";

    /// <summary>Gives the transaction its number, and tells what others were not yet over before it.</summary>
    private const string Number =
        "txid_current(), txid_snapshot_xmax(txid_current_snapshot()), (SELECT count(*) FROM txid_snapshot_xip(txid_current_snapshot()) AS open (id) WHERE id <> txid_current())";

    /// <summary>The numbers below the first are over, those from the second on have not begun.</summary>
    private const string FindPoint = "SELECT txid_snapshot_xmin(s), txid_snapshot_xmax(s) FROM txid_current_snapshot() AS s";

    private const string SetSchema = "set_config('search_path', $1, true)";

    private const string BeginReading = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    private const string BeginWriting = "BEGIN ISOLATION LEVEL READ COMMITTED";

    private const string End = "COMMIT";

    private readonly SqlBatch _pending = new();
    private CancellationToken _token;
    private bool _isWriting;
    private bool _isBegun;
    private bool _isEndSent;
    private bool _isEnded;
    private long? _number;
    private CommitPoint? _point;
    private bool _isOwn;

    public NpgsqlConnection Connection => connection;

    /// <summary>Where a statement is refused the server has undone everything. Else only the server knows.</summary>
    public override bool IsInDoubt(DbException exception) => _isEndSent && !_isEnded && _isWriting && exception is not PostgresException { InvariantSeverity: "ERROR" };

    public override object PointScope => transactions;

    public override long OwnCommit => _number ?? 0;

    public override async ValueTask<CommitPoint?> GetPointAsync()
    {
        if (_isWriting || _isBegun) return _point;
        var command = new NpgsqlCommand(FindPoint, connection) { CommandTimeout = Seconds };
        await using var disposal = command.ConfigureAwait(false);
        NpgsqlDataReader reader = await command.ExecuteReaderAsync(_token).ConfigureAwait(false);
        await using var end = reader.ConfigureAwait(false);
        await reader.ReadAsync(_token).ConfigureAwait(false);
        long next = reader.GetInt64(1);
        return reader.GetInt64(0) == next ? transactions.PointOf(next) : null;
    }

    public override ValueTask BeginAsync(bool isWriting, CancellationToken cancellationToken)
    {
        (_isWriting, _token) = (isWriting, cancellationToken);
        (_isBegun, _isEndSent, _isEnded) = (false, false, false);
        Settle();
        _pending.Clear();
        return default;
    }

    public override ValueTask<SqlRows> QueryAsync(SqlBatch batch, bool isLast = false) => SendAsync(batch, isLast);

    public override ValueTask RunAsync(SqlBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            if (batch.IsRow(i)) _pending.AddRow(batch[i].Sql, batch[i].Values);
            else _pending.Add(batch[i].Sql, batch[i].Values);
        }
        return default;
    }

    public override async ValueTask CommitAsync()
    {
        if (!_isEnded && (_isBegun || _pending.Count > 0))
        {
            SqlRows rows = await SendAsync(new SqlBatch(), isLast: true).ConfigureAwait(false);
            await rows.DisposeAsync().ConfigureAwait(false);
        }
        _isOwn = IsFollowed;
    }

    public override async ValueTask RollbackAsync()
    {
        if (!_isBegun || _isEnded || connection.FullState.HasFlag(ConnectionState.Broken) || !connection.FullState.HasFlag(ConnectionState.Open)) return;
        try
        {
            var rollback = new NpgsqlCommand("ROLLBACK", connection);
            await using var disposal = rollback.ConfigureAwait(false);
            await rollback.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (DbException)
        {
            // The server undoes what a lost connection has not committed, and the pool throws the connection away.
        }
    }

    public override ValueTask DisposeAsync()
    {
        Settle();
        return connection.DisposeAsync();
    }

    private int Seconds => (int)Math.Ceiling(commandTimeout.TotalSeconds);

    /// <summary>What a transaction changed is known to all readers by now, so that it may count.</summary>
    private void Settle()
    {
        if (_number is { } number) transactions.End(number, _isOwn);
        (_number, _point, _isOwn) = (null, null, false);
    }

    private async ValueTask<SqlRows> SendAsync(SqlBatch batch, bool isLast)
    {
        var command = new NpgsqlBatch(connection) { Timeout = Seconds };
        try
        {
            bool isFirst = !_isBegun || _isEnded;
            if (isFirst)
            {
                Add(command, _isWriting ? BeginWriting : BeginReading);
                AddSettings(command);
            }
            foreach ((string sql, object?[] values) in RowMerging.Merge(_pending)) Add(command, sql, values);
            int leading = command.BatchCommands.Count;
            for (int i = 0; i < batch.Count; i++) Add(command, batch[i].Sql, batch[i].Values);
            if (isLast) Add(command, End);
            // Whoever waits for a commit must learn what became of it.
            CancellationToken token = isLast && _isWriting ? CancellationToken.None : _token;
            (_isBegun, _isEndSent, _isEnded) = (true, isLast, false);
            _pending.Clear();
            NpgsqlDataReader reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
            var rows = new PostgreSqlRows(command, reader, times, () => _isEnded |= isLast, token);
            try
            {
                for (int i = 0; i < leading; i++)
                {
                    await rows.NextStatementAsync().ConfigureAwait(false);
                    if (isFirst && _isWriting && i == 1) await ReadNumberAsync(rows).ConfigureAwait(false);
                }
                rows.SetLast(command.BatchCommands.Count - (isLast ? 1 : 0));
                return rows;
            }
            catch
            {
                await rows.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
        catch
        {
            await command.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Learns the transaction's number with its first answer, so before it can be over.</summary>
    private async ValueTask ReadNumberAsync(SqlRows rows)
    {
        Settle();
        await rows.ReadAsync().ConfigureAwait(false);
        _number = rows.GetInt64(0);
        transactions.Begin(_number.Value);
        _point = rows.GetInt64(2) == 0 ? transactions.PointOf(rows.GetInt64(1), _number) : null;
    }

    /// <summary>The first statement after the beginning. What it tells comes from before any lock is waited for, which is safe: others that come in between count from then on.</summary>
    private void AddSettings(NpgsqlBatch batch)
    {
        string? settings = _isWriting ? $"{Number}, {LimitIdling}, {AvoidScans}" : IsShort ? AvoidScans : null;
        if (schema is not null) Add(batch, settings is null ? "SELECT " + SetSchema : $"SELECT {settings}, {SetSchema}", schema);
        else if (settings is not null) Add(batch, "SELECT " + settings);
    }

    private static void Add(NpgsqlBatch batch, string sql, params object?[] values)
    {
#pragma warning disable CA2100 // All statements are constants; what a user gives is a parameter.
        var command = new NpgsqlBatchCommand(sql);
#pragma warning restore CA2100
        foreach (object? value in values)
        {
            command.Parameters.Add(value switch
            {
                null => new NpgsqlParameter { Value = DBNull.Value },
                long number => new NpgsqlParameter<long> { TypedValue = number },
                double number => new NpgsqlParameter<double> { TypedValue = number },
                string text => new NpgsqlParameter<string> { TypedValue = text },
                int[] ids => new NpgsqlParameter<int[]> { TypedValue = ids },
                long[] numbers => new NpgsqlParameter<long[]> { TypedValue = numbers },
                double?[] numbers => new NpgsqlParameter<double?[]> { TypedValue = numbers },
                string[] texts => new NpgsqlParameter<string[]> { TypedValue = texts },
                DateTime[] times => new NpgsqlParameter<DateTime[]> { TypedValue = times },
                DateTime time => new NpgsqlParameter<DateTime> { TypedValue = time },
                _ => throw new ArgumentException($"A {value.GetType()} cannot be bound.", nameof(values)),
            });
        }
        batch.BatchCommands.Add(command);
    }
}
