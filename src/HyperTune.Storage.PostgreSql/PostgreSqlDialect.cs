using HyperTune.Storage.Relational;

namespace HyperTune.Storage.PostgreSql;

/// <summary>PostgreSQL's pieces of statements.</summary>
internal sealed class PostgreSqlDialect(PostgreSqlTimes times) : SqlDialect
{
    /// <summary>Excludes Optuna's FOR UPDATE and other writers of this library, but not the mere references that inserted rows make.</summary>
    public override string RowLock => " FOR NO KEY UPDATE";

    public override string DeletionLock => " FOR UPDATE";

    /// <summary>In the session's time zone, as Optuna stores it. Not the transaction's beginning, which may lie before a long wait for a lock.</summary>
    public override string Clock => "clock_timestamp()::timestamp";

    public override string ClockInSeconds => "extract(epoch FROM clock_timestamp())::bigint";

    public override string LastAttributeChange => $"SELECT {OldestOpenTransaction}";

    /// <summary>
    /// Rows know which transaction wrote them, and a snapshot knows the oldest one that was still open: whatever a later reading can see and this one
    /// cannot was written by that one or a later one. So nothing is missed, in whatever order transactions end; some rows are read twice.
    /// </summary>
    public override string AttributeChanges =>
        $"""
        SELECT s.seen, a.study_id, a.is_user, a."key", a.id, a.value_json FROM (SELECT {OldestOpenTransaction} AS seen) s LEFT JOIN (
            SELECT study_id, 1 AS is_user, "key", study_user_attribute_id AS id, value_json FROM study_user_attributes WHERE study_id = $1 AND {IsChanged}
            UNION ALL
            SELECT study_id, 0 AS is_user, "key", study_system_attribute_id AS id, value_json FROM study_system_attributes WHERE study_id = $1 AND {IsChanged}
        ) a ON TRUE
        """;

    /// <summary>
    /// Every statement has its price, also one that finds nothing. An array, because the planner takes one for short: a prepared "above $2" it takes for a third of all trials, and goes through
    /// tables.
    /// </summary>
    public override string JoinedIds => "ARRAY(SELECT trial_id FROM trials WHERE study_id = $1 AND trial_id > $2) || $3";

    /// <summary>The database joins by hashing whatever the order of the rows.</summary>
    public override bool CanReadWholeTables => false;

    private const string OldestOpenTransaction = "txid_snapshot_xmin(txid_current_snapshot())";

    /// <summary>Compares ages, because the number in a row is the lower half of the whole one.</summary>
    private const string IsChanged = "age(xmin) <= age((($2::bigint & 4294967295)::text)::xid)";

    /// <summary>The same moment whatever the session's time zone does.</summary>
    public override string Elapsing(string expression) => $"(({expression})::timestamptz AT TIME ZONE 'UTC')";

    /// <summary>
    /// Goes down the index of study and trial. Asked for the plain way, the planner may go down that of all trials instead, which takes long where other studies have all the
    /// newest ones.
    /// </summary>
    public override string NewestTrials(string columns, string limit) =>
        $"SELECT {columns} FROM (SELECT * FROM trials WHERE (study_id, trial_id) < ($1 + 1, 0) ORDER BY study_id DESC, trial_id DESC LIMIT {limit}) AS newest WHERE study_id = $1";

    public override string Enumerated(string parameter, string type) => $"{parameter}::{type}";

    /// <summary>The planner, which knows the length of a bare parameter, would plan anew each time.</summary>
    public override string IsOneOf(string column, string parameter) => $"{column} = ANY(ARRAY(SELECT unnest({parameter})))";

    public override object Ids(IReadOnlyList<long> ids)
    {
        var list = new int[ids.Count];
        for (int i = 0; i < list.Length; i++) list[i] = checked((int)ids[i]);
        return list;
    }

    public override object? Time(DateTimeOffset? time) => time is { } known ? times.ToStored(known) : null;
}
