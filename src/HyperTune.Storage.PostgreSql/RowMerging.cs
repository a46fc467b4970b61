using System.Collections.Concurrent;
using HyperTune.Storage.Relational;

namespace HyperTune.Storage.PostgreSql;

/// <summary>Makes one statement of those that write single rows in the same way: each parameter becomes an array.</summary>
internal static class RowMerging
{
    private static readonly ConcurrentDictionary<string, string> Merged = new(StringComparer.Ordinal);

    /// <summary>The statements of a batch with rows merged, in order of the first of each.</summary>
    public static List<(string Sql, object?[] Values)> Merge(SqlBatch batch)
    {
        var groups = new List<Group>(batch.Count);
        var open = new Dictionary<string, Group>(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < batch.Count; i++)
        {
            (string sql, object?[] values) = batch[i];
            if (batch.IsRow(i) && open.TryGetValue(sql, out Group? group) && group.TryAdd(values)) continue;
            groups.Add(group = new Group(sql, values));
            if (batch.IsRow(i)) open[sql] = group;
        }
        return groups.ConvertAll(static group => group.ToStatement());
    }

    /// <summary>The statement of arrays for one of single values.</summary>
    private static string ToMany(string sql, int parameters)
    {
        string rows = $" FROM unnest({Listed("$")}) AS r ({Listed("v")})";
        const string values = "VALUES (";
        int start = sql.IndexOf(values, StringComparison.Ordinal);
        if (start < 0)
        {
            int where = sql.IndexOf(" WHERE ", StringComparison.Ordinal);
            return ToColumns(sql[..where]) + rows + ToColumns(sql[where..]);
        }
        int end = sql.LastIndexOf(')', sql.IndexOf("ON CONFLICT", start, StringComparison.Ordinal));
        return $"{sql[..start]}SELECT {ToColumns(sql[(start + values.Length)..end])}{rows}{sql[(end + 1)..]}";

        static string ToColumns(string text) => text.Replace("$", "r.v", StringComparison.Ordinal);

        string Listed(string prefix) => string.Join(", ", Enumerable.Range(1, parameters).Select(place => $"{prefix}{place}"));
    }

    private static object ToArray(List<object?[]> rows, int column)
    {
        object? sample = null;
        for (int i = 0; i < rows.Count && sample is null; i++) sample = rows[i][column];
        return sample switch
        {
            long => ToArray<long>(rows, column),
            string => ToArray<string>(rows, column),
            DateTime => ToArray<DateTime>(rows, column),
            // Of what is written as rows only numbers that are not finite are null.
            double or null => ToArray<double?>(rows, column),
            _ => throw new ArgumentException($"A {sample.GetType()} cannot be bound.", nameof(rows)),
        };
    }

    private static T[] ToArray<T>(List<object?[]> rows, int column)
    {
        var array = new T[rows.Count];
        for (int i = 0; i < array.Length; i++) array[i] = (T)rows[i][column]!;
        return array;
    }

    /// <summary>Rows of one statement, no two of which have the first two values in common: PostgreSQL does not update a row twice in one statement.</summary>
    private sealed class Group(string sql, object?[] first)
    {
        private List<object?[]>? _rows;
        private HashSet<(object?, object?)>? _keys;

        public bool TryAdd(object?[] values)
        {
            _keys ??= [(first[0], first[1])];
            if (!_keys.Add((values[0], values[1]))) return false;
            (_rows ??= [first]).Add(values);
            return true;
        }

        public (string Sql, object?[] Values) ToStatement()
        {
            if (_rows is not { } rows) return (sql, first);
            var arrays = new object?[first.Length];
            for (int column = 0; column < arrays.Length; column++) arrays[column] = ToArray(rows, column);
            return (Merged.GetOrAdd(sql, static (single, parameters) => ToMany(single, parameters), arrays.Length), arrays);
        }
    }
}
