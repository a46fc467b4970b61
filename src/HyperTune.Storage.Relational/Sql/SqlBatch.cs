namespace HyperTune.Storage.Relational;

/// <summary>Statements that go to the database together: one round trip where the driver can do that.</summary>
/// <remarks>Parameters are written <c>$1</c>, <c>$2</c>, … and are null, a <see cref="long"/>, a <see cref="double"/>, a <see cref="string"/>, or what the dialect makes.</remarks>
public sealed class SqlBatch
{
    private readonly List<(string Sql, object?[] Values)> _statements = [];

    /// <summary>The number of statements.</summary>
    public int Count => _statements.Count;

    /// <summary>A statement and the values of its parameters.</summary>
    public (string Sql, object?[] Values) this[int index] => _statements[index];

    /// <summary>Adds a statement.</summary>
    public SqlBatch Add(string sql, params object?[] values)
    {
        _statements.Add((sql, values));
        return this;
    }

    /// <summary>Forgets the statements.</summary>
    public void Clear() => _statements.Clear();
}
