using System.Globalization;
using HyperTune.Storage.Relational;

namespace HyperTune.Storage.Sqlite;

/// <summary>SQLite's pieces of statements. Locks are taken by beginning the transaction.</summary>
internal sealed class SqliteDialect(SqliteTimes times) : SqlDialect
{
    /// <summary>A function that <see cref="SqliteSession"/> defines: SQLite's clock is that of the process, so it may as well be the storage's own.</summary>
    public const string ClockFunction = "hypertune_now";

    public override string Clock => ClockFunction + "()";

    public override string OwnTableSuffix => " WITHOUT ROWID";

    public override bool NotesAttributeChanges => true;

    public override string IsOneOf(string column, string parameter) => $"{column} IN (SELECT value FROM json_each({parameter}))";

    public override object Ids(IReadOnlyList<long> ids) => "[" + string.Join(',', ids.Select(id => id.ToString(CultureInfo.InvariantCulture))) + "]";

    public override object? Time(DateTimeOffset? time) => time is { } known ? times.ToText(known) : null;
}
