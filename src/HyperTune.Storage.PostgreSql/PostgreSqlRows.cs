using HyperTune.Storage.Relational;
using Npgsql;

namespace HyperTune.Storage.PostgreSql;

/// <summary>The results of a batch.</summary>
/// <param name="batch">The batch, disposed of with the rows.</param>
/// <param name="reader">Its reader, which knows only of statements that give rows.</param>
/// <param name="times">The meaning of times.</param>
/// <param name="whenDone">Called once all statements have run.</param>
/// <param name="token">Ends a wait for rows.</param>
internal sealed class PostgreSqlRows(NpgsqlBatch batch, NpgsqlDataReader reader, PostgreSqlTimes times, Action whenDone, CancellationToken token) : SqlRows
{
    private int _next;
    private int _last = batch.BatchCommands.Count;
    private bool _isOnRows;
    private bool _isAtFirst = true;
    private bool _hasFailed;

    /// <summary>Says how many statements there are for the caller.</summary>
    public void SetLast(int last) => _last = last;

    public override async ValueTask<bool> NextStatementAsync()
    {
        if (_next == _last) return false;
        _isOnRows = GivesRows(batch.BatchCommands[_next++].CommandText);
        if (!_isOnRows) return true;
        // The reader stands at the first result already.
        if (!_isAtFirst) await NextResultAsync().ConfigureAwait(false);
        _isAtFirst = false;
        return true;
    }

    public override ValueTask<bool> ReadAsync() => _isOnRows ? new(GuardAsync(reader.ReadAsync(token))) : new(false);

    public override bool IsNull(int column) => reader.IsDBNull(column);

    public override bool TryGetInt64(int column, out long value)
    {
        bool isNumber = !reader.IsDBNull(column);
        value = !isNumber ? 0 : reader.GetFieldType(column) == typeof(int) ? reader.GetInt32(column) : reader.GetInt64(column);
        return isNumber;
    }

    public override bool TryGetDouble(int column, out double value)
    {
        bool isNumber = !reader.IsDBNull(column);
        value = isNumber ? reader.GetDouble(column) : double.NaN;
        return isNumber;
    }

    public override string? GetText(int column) => reader.IsDBNull(column) || reader.GetFieldType(column) != typeof(string) ? null : reader.GetString(column);

    public override T Intern<T>(int column, InternTable<T> table) => reader.IsDBNull(column) ? table.None : table.Get(reader.GetString(column));

    public override bool TryGetTime(int column, bool isClock, out DateTimeOffset? value)
    {
        value = null;
        if (reader.IsDBNull(column)) return true;
        if (!(isClock ? PostgreSqlTimes.Utc : times).TryRead(reader.GetFieldValue<long>(column), out DateTimeOffset time)) return false;
        value = time;
        return true;
    }

    public override async ValueTask DisposeAsync()
    {
        try
        {
            if (!_hasFailed)
            {
                // What a statement without rows has to say comes only now.
                while (await NextResultAsync().ConfigureAwait(false))
                {
                }
                whenDone();
            }
        }
        finally
        {
            await reader.DisposeAsync().ConfigureAwait(false);
            await batch.DisposeAsync().ConfigureAwait(false);
        }
    }

    private Task<bool> NextResultAsync() => GuardAsync(reader.NextResultAsync(token));

    private Task<bool> GuardAsync(Task<bool> step) => step.IsCompletedSuccessfully ? step : WaitAsync(step);

    private async Task<bool> WaitAsync(Task<bool> step)
    {
        try
        {
            return await step.ConfigureAwait(false);
        }
        catch
        {
            _hasFailed = true;
            throw;
        }
    }

    private static bool GivesRows(string sql) => sql.StartsWith("SELECT", StringComparison.Ordinal) || sql.Contains(" RETURNING ", StringComparison.Ordinal);
}
