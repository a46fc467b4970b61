namespace HyperTune.Storage.Relational;

/// <summary>Statements that go to the database together: one round trip where the driver can do that.</summary>
/// <remarks>Parameters are written <c>$1</c>, <c>$2</c>, … and are null, a <see cref="long"/>, a <see cref="double"/>, a <see cref="string"/>, or what the dialect makes.</remarks>
public sealed class SqlBatch
{
    private readonly List<(string Sql, object?[] Values, bool IsRow)> _statements = [];

    /// <summary>The number of statements.</summary>
    public int Count => _statements.Count;

    /// <summary>A statement and the values of its parameters.</summary>
    public (string Sql, object?[] Values) this[int index] => (_statements[index].Sql, _statements[index].Values);

    /// <summary>Whether a statement was added by <see cref="AddRow"/>.</summary>
    public bool IsRow(int index) => _statements[index].IsRow;

    /// <summary>Adds a statement.</summary>
    public SqlBatch Add(string sql, params object?[] values)
    {
        _statements.Add((sql, values, false));
        return this;
    }

    /// <summary>Adds a statement that writes one row and gives none. A driver may write the rows of the same statement together, where the first of them stands.</summary>
    /// <param name="sql">An INSERT of one list of VALUES with an ON CONFLICT clause, or an UPDATE.</param>
    /// <param name="values">The parameters, of which the first two tell rows apart; rows that have both in common are written one after the other.</param>
    public SqlBatch AddRow(string sql, params object?[] values)
    {
        _statements.Add((sql, values, true));
        return this;
    }

    /// <summary>Forgets the statements.</summary>
    public void Clear() => _statements.Clear();
}
