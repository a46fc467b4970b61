using HyperTune.Storage.Relational;

namespace HyperTune.Storage.PostgreSql;

/// <summary>The upgrade's statements for PostgreSQL.</summary>
internal sealed class PostgreSqlUpgrade(SqlDialect dialect) : SchemaUpgrade(dialect)
{
    protected override IReadOnlyList<string> WidenNumbers =>
    [
        "ALTER TABLE trial_intermediate_values ALTER COLUMN intermediate_value TYPE double precision, ALTER COLUMN intermediate_value DROP NOT NULL",
        "ALTER TABLE trial_params ALTER COLUMN param_value TYPE double precision",
        "ALTER TABLE trial_values ALTER COLUMN value TYPE double precision",
    ];

    protected override IReadOnlyList<string> AddIntermediateValueType => AddType("trial_intermediate_values", "intermediate_value_type", "trialintermediatevaluetype");

    protected override IReadOnlyList<string> AddValueType =>
        [.. AddType("trial_values", "value_type", "trialvaluetype"), "ALTER TABLE trial_values ALTER COLUMN value DROP NOT NULL"];

    private static string[] AddType(string table, string column, string type) =>
    [
        PostgreSqlSchema.CreateType(type),
        $"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column} {type} NOT NULL DEFAULT 'FINITE'",
        $"ALTER TABLE {table} ALTER COLUMN {column} DROP DEFAULT",
    ];
}
