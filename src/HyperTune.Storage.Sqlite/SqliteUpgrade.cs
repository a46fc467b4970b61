using HyperTune.Storage.Relational;

namespace HyperTune.Storage.Sqlite;

/// <summary>The upgrade's statements for SQLite, which cannot change a column: a table is made anew and its rows are carried over.</summary>
internal sealed class SqliteUpgrade(SqliteStudyContext context, SqlDialect dialect) : SchemaUpgrade(dialect)
{
    /// <summary>All numbers of SQLite have double precision; nulls are allowed by the next step.</summary>
    protected override IReadOnlyList<string> WidenNumbers => [];

    protected override IReadOnlyList<string> AddIntermediateValueType =>
        Remake("trial_intermediate_values", "trial_intermediate_value_id, trial_id, step, intermediate_value", "intermediate_value_type");

    protected override IReadOnlyList<string> AddValueType => Remake("trial_values", "trial_value_id, trial_id, objective, value", "value_type");

    private string[] Remake(string table, string columns, string typeColumn) =>
    [
        $"ALTER TABLE {table} RENAME TO hypertune_old_{table}",
        .. Schema.Of(context).Single(made => made.Table == table).Statements,
        $"INSERT INTO {table} ({columns}, {typeColumn}) SELECT {columns}, 'FINITE' FROM hypertune_old_{table}",
        $"DROP TABLE hypertune_old_{table}",
    ];
}
