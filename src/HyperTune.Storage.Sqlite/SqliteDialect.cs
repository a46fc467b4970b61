using System.Globalization;
using HyperTune.Storage.Relational;

namespace HyperTune.Storage.Sqlite;

/// <summary>SQLite's pieces of statements. Locks are taken by beginning the transaction.</summary>
internal sealed class SqliteDialect(SqliteTimes times) : SqlDialect
{
    /// <summary>A function that <see cref="SqliteSession"/> defines: SQLite's clock is that of the process, so it may as well be the storage's own.</summary>
    public const string ClockFunction = "hypertune_now";

    /// <summary>Zeros are stored as integers.</summary>
    public override bool KeepsSignOfZero => false;

    public override string Clock => ClockFunction + "()";

    public override string ClockInSeconds => $"CAST(strftime('%s', {Clock}) AS INTEGER)";

    public override string OwnTableSuffix => " WITHOUT ROWID";

    public override string LastAttributeChange => "SELECT MAX(change_id) FROM hypertune_study_changes";

    /// <summary>Those of all studies: changes of others are few, and passing them once is cheaper than an index. The id is null where an attribute is gone.</summary>
    public override string AttributeChanges =>
        """
        SELECT l.change_id, l.study_id, l.is_user, l."key",
            CASE l.is_user WHEN 1 THEN u.study_user_attribute_id ELSE s.study_system_attribute_id END,
            CASE l.is_user WHEN 1 THEN u.value_json ELSE s.value_json END
        FROM hypertune_study_changes l
        LEFT JOIN study_user_attributes u ON l.is_user = 1 AND u.study_id = l.study_id AND u."key" = l."key" AND l.study_id = $1
        LEFT JOIN study_system_attributes s ON l.is_user = 0 AND s.study_id = l.study_id AND s."key" = l."key" AND l.study_id = $1
        WHERE l.change_id > $2 ORDER BY l.change_id
        """;

    public override string IsOneOf(string column, string parameter) => $"{column} IN (SELECT value FROM json_each({parameter}))";

    public override object Ids(IReadOnlyList<long> ids) => "[" + string.Join(',', ids.Select(id => id.ToString(CultureInfo.InvariantCulture))) + "]";

    public override object? Time(DateTimeOffset? time) => time is { } known ? times.ToText(known) : null;
}
