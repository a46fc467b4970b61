using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;

namespace HyperTune.Storage.Relational;

/// <summary>The statements that make the tables of <see cref="StudyContext"/>, written as Optuna's own library writes them.</summary>
/// <remarks>EF Core's generator names every constraint and adds AUTOINCREMENT, which Optuna's tables do not have.</remarks>
public static class Schema
{
    /// <summary>The revision of the schema.</summary>
    public const string Revision = "v3.2.0.a";

    /// <summary>The number in version_info; it has not changed since the revisions took over.</summary>
    public const int Version = 12;

    /// <summary>Earlier revisions, which Optuna can upgrade.</summary>
    public static IReadOnlyList<string> EarlierRevisions { get; } =
        ["v0.9.0.a", "v1.2.0.a", "v1.3.0.a", "v2.4.0.a", "v2.6.0.a", "v3.0.0.a", "v3.0.0.b", "v3.0.0.c", "v3.0.0.d"];

    /// <summary>The tables of the model, owners before what belongs to them, with the statements that make each.</summary>
    public static IReadOnlyList<(string Table, IReadOnlyList<string> Statements)> Of(StudyContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        IModel model = context.GetService<IDesignTimeModel>().Model;
        var tables = new List<(string, IReadOnlyList<string>)>();
        foreach (string name in TableNames)
        {
            IEntityType entity = model.GetEntityTypes().Single(type => type.GetTableName() == name);
            tables.Add((name, [TableOf(entity), .. IndicesOf(entity)]));
        }
        return tables;
    }

    /// <summary>The names of all tables, in the order in which Optuna makes them.</summary>
    public static IReadOnlyList<string> TableNames { get; } =
    [
        "studies", "version_info", "study_directions", "study_user_attributes", "study_system_attributes", "trials", "trial_user_attributes",
        "trial_system_attributes", "trial_params", "trial_values", "trial_intermediate_values", "trial_heartbeats", "alembic_version",
    ];

    /// <summary>The tables of the library's own and the indices over states. Each statement does nothing where its object exists.</summary>
    public static IReadOnlyList<string> OwnObjects(SqlDialect dialect)
    {
        ArgumentNullException.ThrowIfNull(dialect);
        return
        [
            "CREATE INDEX IF NOT EXISTS hypertune_trials_waiting ON trials (study_id, trial_id) WHERE state = 'WAITING'",
            "CREATE INDEX IF NOT EXISTS hypertune_trials_running ON trials (study_id, trial_id) WHERE state = 'RUNNING'",
            $"CREATE TABLE IF NOT EXISTS hypertune_requests (request_id VARCHAR(32) NOT NULL PRIMARY KEY, study_id INTEGER NOT NULL, answer TEXT NOT NULL, created_at BIGINT NOT NULL){dialect.OwnTableSuffix}",
            "CREATE TABLE IF NOT EXISTS hypertune_budgets (study_id INTEGER NOT NULL PRIMARY KEY, last_trial_id INTEGER NOT NULL, retried INTEGER NOT NULL)",
        ];
    }

    /// <summary>The names of what <see cref="OwnObjects"/> makes.</summary>
    public static IReadOnlyList<string> OwnNames { get; } = ["hypertune_trials_waiting", "hypertune_trials_running", "hypertune_requests", "hypertune_budgets"];

    private static string TableOf(IEntityType entity)
    {
        var text = new StringBuilder();
        text.Append("CREATE TABLE ").Append(entity.GetTableName()).Append(" (\n");
        foreach (IProperty property in entity.GetProperties().OrderBy(property => property.GetColumnOrder()))
        {
            text.Append('\t').Append(Quote(property.GetColumnName())).Append(' ').Append(property.GetColumnType());
            if (!property.IsNullable) text.Append(" NOT NULL");
            text.Append(", \n");
        }
        IKey key = entity.FindPrimaryKey()!;
        string parts = $"PRIMARY KEY ({Columns(key.Properties)})";
        // Only the migration tool's own table names its key.
        if (key.GetName() is { } name && !name.StartsWith("PK_", StringComparison.Ordinal)) parts = $"CONSTRAINT {name} {parts}";
        foreach (IIndex index in entity.GetIndexes().Where(index => index.IsUnique && index.Name is null)) parts += $", \n\tUNIQUE ({Columns(index.Properties)})";
        foreach (ICheckConstraint check in entity.GetCheckConstraints()) parts += $", \n\tCHECK ({check.Sql})";
        foreach (IForeignKey reference in entity.GetForeignKeys())
        {
            parts += $", \n\tFOREIGN KEY({Columns(reference.Properties)}) REFERENCES {reference.PrincipalEntityType.GetTableName()} ({Columns(reference.PrincipalKey.Properties)})";
        }
        return text.Append('\t').Append(parts).Append("\n)").ToString();
    }

    private static IEnumerable<string> IndicesOf(IEntityType entity) => entity.GetIndexes().Where(index => index.Name is not null)
        .Select(index => $"CREATE {(index.IsUnique ? "UNIQUE " : "")}INDEX {index.Name} ON {entity.GetTableName()} ({Columns(index.Properties)})");

    private static string Columns(IEnumerable<IProperty> properties) => string.Join(", ", properties.Select(property => Quote(property.GetColumnName())));

    /// <summary>The one column whose name is a keyword.</summary>
    private static string Quote(string name) => name == "key" ? "\"key\"" : name;
}
