using System.Diagnostics;
using HyperTune.Storage.Relational;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace HyperTune.Storage.Sqlite;

/// <summary>A connection with prepared statements. Works synchronously, as SQLite does: every task it returns is complete.</summary>
/// <remarks>
/// It goes below <see cref="SqliteCommand"/>: parameters are bound by position, repeated texts are recognized by their bytes, and waiting for a lock is
/// SQLite's own back-off instead of 150 ms at a time.
/// </remarks>
internal sealed class SqliteSession : SqlSession
{
    /// <summary>How long one wait for the writer's lock lasts before the caller's token is looked at.</summary>
    private static readonly TimeSpan WaitSlice = TimeSpan.FromMilliseconds(250);

    /// <summary>The bits of an error code that are not its extension.</summary>
    private const int PrimaryCode = 0xFF;

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, sqlite3_stmt> _statements = new(StringComparer.Ordinal);
    private readonly TimeSpan _busyTimeout;
    private readonly SqliteTimes _times;
    private long _own;
    private long _others;
    private bool _isWriting;

    public SqliteSession(SqliteConnection connection, TimeSpan busyTimeout, SqliteTimes times, TimeProvider clock)
    {
        _connection = connection;
        _busyTimeout = busyTimeout;
        _times = times;
        connection.CreateFunction(SqliteDialect.ClockFunction, () => SqliteTimes.Utc.ToText(clock.GetUtcNow()));
        WaitFor(busyTimeout);
    }

    public SqliteConnection Connection => _connection;

    public sqlite3 Handle => _connection.Handle!;

    /// <summary>The statements that were prepared so far, which count what they do.</summary>
    public IReadOnlyCollection<sqlite3_stmt> Prepared => _statements.Values;

    /// <summary>The version of the data tells of the commits of other connections, in 32 bits.</summary>
    public override ValueTask<CommitPoint?> GetPointAsync() => new(ReadNumber("PRAGMA data_version") is { } version ? new CommitPoint((_others << 32) + version, _own) : null);

    public override long OwnCommit => _own;

    /// <summary>Transactions that were to write and have ended.</summary>
    public long Writes => _own + _others;

    public override ValueTask BeginAsync(bool isWriting, CancellationToken cancellationToken)
    {
        Begin(isWriting, cancellationToken);
        return default;
    }

    public override ValueTask CommitAsync()
    {
        Commit();
        return default;
    }

    public override ValueTask RollbackAsync()
    {
        Rollback();
        return default;
    }

    public override ValueTask<SqlRows> QueryAsync(SqlBatch batch, bool isLast = false) => new(new Rows(this, batch));

    public override ValueTask DisposeAsync()
    {
        foreach (sqlite3_stmt statement in _statements.Values) statement.Dispose();
        _statements.Clear();
        _connection.Dispose();
        return default;
    }

    public void Begin(bool isWriting, CancellationToken cancellationToken)
    {
        _isWriting = isWriting;
        if (!isWriting)
        {
            Run("BEGIN");
            return;
        }
        var waiting = Stopwatch.StartNew();
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                TimeSpan left = _busyTimeout - waiting.Elapsed;
                WaitFor(left < WaitSlice ? left : WaitSlice);
                int result = Step("BEGIN IMMEDIATE");
                if (result == raw.SQLITE_DONE) return;
                bool isBusy = (result & PrimaryCode) is raw.SQLITE_BUSY or raw.SQLITE_LOCKED;
                if (!isBusy || waiting.Elapsed >= _busyTimeout) Check(result);
            }
        }
        finally
        {
            WaitFor(_busyTimeout);
        }
    }

    public void Commit()
    {
        Run("COMMIT");
        if (!_isWriting) return;
        if (IsFollowed) _own++;
        else _others++;
    }

    public void Rollback()
    {
        // Some errors roll back by themselves.
        if (raw.sqlite3_get_autocommit(Handle) == 0) Step("ROLLBACK");
        // A commit that failed may have been done all the same.
        if (_isWriting) _others++;
    }

    /// <summary>Runs one statement without parameters to its end.</summary>
    public void Run(string sql) => Check(Step(sql));

    /// <summary>Runs one statement without parameters; the first column of the first row as a text.</summary>
    public string? ReadText(string sql)
    {
        sqlite3_stmt statement = Prepare(sql);
        try
        {
            int result = raw.sqlite3_step(statement);
            Check(result);
            return result == raw.SQLITE_ROW ? raw.sqlite3_column_text(statement, 0).utf8_to_string() : null;
        }
        finally
        {
            raw.sqlite3_reset(statement);
        }
    }

    /// <summary>Runs one statement without parameters; the first column of all rows as texts.</summary>
    public HashSet<string> ReadTexts(string sql)
    {
        sqlite3_stmt statement = Prepare(sql);
        var texts = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            int result;
            while ((result = raw.sqlite3_step(statement)) == raw.SQLITE_ROW) texts.Add(raw.sqlite3_column_text(statement, 0).utf8_to_string() ?? "");
            Check(result);
            return texts;
        }
        finally
        {
            raw.sqlite3_reset(statement);
        }
    }

    private long? ReadNumber(string sql)
    {
        sqlite3_stmt statement = Prepare(sql);
        try
        {
            int result = raw.sqlite3_step(statement);
            Check(result);
            return result == raw.SQLITE_ROW ? raw.sqlite3_column_int64(statement, 0) : null;
        }
        finally
        {
            raw.sqlite3_reset(statement);
        }
    }

    private int Step(string sql)
    {
        sqlite3_stmt statement = Prepare(sql);
        int result;
        do result = raw.sqlite3_step(statement);
        while (result == raw.SQLITE_ROW);
        raw.sqlite3_reset(statement);
        return result;
    }

    private void WaitFor(TimeSpan time) => raw.sqlite3_busy_timeout(Handle, Math.Max(0, (int)time.TotalMilliseconds));

    private void Check(int result)
    {
        if (result is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE)) SqliteException.ThrowExceptionForRC(result, Handle);
    }

    private sqlite3_stmt Prepare(string sql)
    {
        if (_statements.TryGetValue(sql, out sqlite3_stmt? known)) return known;
        // To SQLite $2 is a name, whose place is that of its first use; ?2 is the second place.
        Check(raw.sqlite3_prepare_v2(Handle, sql.Replace('$', '?'), out sqlite3_stmt statement));
        _statements.Add(sql, statement);
        return statement;
    }

    /// <summary>The results of a batch. Each statement runs when the caller comes to it.</summary>
    private sealed class Rows(SqliteSession session, SqlBatch batch) : SqlRows
    {
        private sqlite3_stmt? _statement;
        private int _next;
        private int _result;
        private bool _isFirst;

        public override ValueTask<bool> NextStatementAsync()
        {
            Reset();
            if (_next == batch.Count) return new(false);
            (string sql, object?[] values) = batch[_next++];
            _statement = session.Prepare(sql);
            for (int i = 0; i < values.Length; i++) Bind(_statement, i + 1, values[i]);
            _result = raw.sqlite3_step(_statement);
            session.Check(_result);
            _isFirst = true;
            return new(true);
        }

        public override ValueTask SkipStatementAsync()
        {
            Reset();
            _next++;
            return default;
        }

        public override ValueTask<bool> ReadAsync()
        {
            if (_isFirst)
            {
                _isFirst = false;
                return new(_result == raw.SQLITE_ROW);
            }
            if (_result != raw.SQLITE_ROW) return new(false);
            _result = raw.sqlite3_step(_statement!);
            if (_result == raw.SQLITE_ROW) return new(true);
            session.Check(_result);
            return new(false);
        }

        public override bool IsNull(int column) => raw.sqlite3_column_type(_statement!, column) == raw.SQLITE_NULL;

        public override bool TryGetInt64(int column, out long value)
        {
            bool isInteger = raw.sqlite3_column_type(_statement!, column) == raw.SQLITE_INTEGER;
            value = isInteger ? raw.sqlite3_column_int64(_statement!, column) : 0;
            return isInteger;
        }

        public override bool TryGetDouble(int column, out double value)
        {
            bool isNumber = raw.sqlite3_column_type(_statement!, column) is raw.SQLITE_FLOAT or raw.SQLITE_INTEGER;
            value = isNumber ? raw.sqlite3_column_double(_statement!, column) : double.NaN;
            return isNumber;
        }

        public override string? GetText(int column) => IsText(column) ? raw.sqlite3_column_text(_statement!, column).utf8_to_string() : null;

        public override T Intern<T>(int column, InternTable<T> table) => IsText(column) ? table.Get(raw.sqlite3_column_blob(_statement!, column)) : table.None;

        public override bool TryGetTime(int column, bool isClock, out DateTimeOffset? value)
        {
            value = null;
            if (IsNull(column)) return true;
            if (!IsText(column) || !(isClock ? SqliteTimes.Utc : session._times).TryParse(raw.sqlite3_column_blob(_statement!, column), out DateTimeOffset time)) return false;
            value = time;
            return true;
        }

        public override ValueTask DisposeAsync()
        {
            Reset();
            return default;
        }

        private bool IsText(int column) => raw.sqlite3_column_type(_statement!, column) == raw.SQLITE_TEXT;

        private void Reset()
        {
            if (_statement is null) return;
            raw.sqlite3_reset(_statement);
            _statement = null;
        }

        private void Bind(sqlite3_stmt statement, int place, object? value)
        {
            int result = value switch
            {
                null => raw.sqlite3_bind_null(statement, place),
                long number => raw.sqlite3_bind_int64(statement, place, number),
                double number => raw.sqlite3_bind_double(statement, place, number),
                string text => raw.sqlite3_bind_text(statement, place, text),
                _ => throw new ArgumentException($"A {value.GetType()} cannot be bound.", nameof(value)),
            };
            session.Check(result);
        }
    }
}
