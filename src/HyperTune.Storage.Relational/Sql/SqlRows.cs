namespace HyperTune.Storage.Relational;

/// <summary>The rows of a batch, statement by statement. Cells are read as what they are: nothing is coerced.</summary>
public abstract class SqlRows : IAsyncDisposable
{
    /// <summary>Goes on to the next statement of the batch, at first to the first one.</summary>
    /// <returns>Whether there is one.</returns>
    public abstract ValueTask<bool> NextStatementAsync();

    /// <summary>Passes over the next statement, whose rows nobody needs. A database that runs each statement when its turn comes need not run it.</summary>
    public virtual async ValueTask SkipStatementAsync() => await NextStatementAsync().ConfigureAwait(false);

    /// <summary>Goes on to the next row of the statement.</summary>
    /// <returns>Whether there is one.</returns>
    public abstract ValueTask<bool> ReadAsync();

    /// <summary>Whether the cell is SQL's NULL.</summary>
    public abstract bool IsNull(int column);

    /// <summary>Reads a whole number, if the cell is one.</summary>
    public abstract bool TryGetInt64(int column, out long value);

    /// <summary>Reads a number, if the cell is one.</summary>
    public abstract bool TryGetDouble(int column, out double value);

    /// <summary>Reads a text; null if the cell is none.</summary>
    public abstract string? GetText(int column);

    /// <summary>Reads what a text stands for, through a table that does the work once per text; the table's value for null if the cell is no text.</summary>
    public abstract T Intern<T>(int column, InternTable<T> table);

    /// <summary>Reads a time, if the cell is one or null.</summary>
    /// <param name="column">The column.</param>
    /// <param name="isClock">Whether the time came from <see cref="SqlDialect.Clock"/>, not from a worker.</param>
    /// <param name="value">The time.</param>
    public abstract bool TryGetTime(int column, bool isClock, out DateTimeOffset? value);

    /// <summary>Reads a whole number that the statement itself makes.</summary>
    public long GetInt64(int column) => TryGetInt64(column, out long value) ? value : throw new StorageException($"Column {column} of a result is no whole number.");

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
