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

    /// <summary>The enumerated types with their labels.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> EnumTypes { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["studydirection"] = ["NOT_SET", "MINIMIZE", "MAXIMIZE"],
        ["trialstate"] = ["RUNNING", "COMPLETE", "PRUNED", "FAIL", "WAITING"],
        ["trialvaluetype"] = ["FINITE", "INF_POS", "INF_NEG"],
        ["trialintermediatevaluetype"] = ["FINITE", "INF_POS", "INF_NEG", "NAN"],
    };

    /// <summary>The annotation of a property whose column is declared with another type than EF Core maps it to.</summary>
    public const string TypeAnnotation = "HyperTune:Type";

    /// <summary>Says which tables are missing.</summary>
    /// <param name="names">The names of the tables that are there.</param>
    public static IReadOnlyList<string> Missing(IReadOnlySet<string> names) => [.. TableNames.Where(table => !names.Contains(table))];

    /// <summary>Refuses tables of another program, or of a revision that this version cannot work with.</summary>
    /// <param name="database">The database in messages.</param>
    /// <param name="names">The names of the tables that are there.</param>
    /// <param name="revision">The revision in alembic_version; null if there is none.</param>
    /// <param name="url">The database as Optuna's command for upgrades names it.</param>
    /// <param name="isUpgrading">Whether the caller is going to upgrade the tables.</param>
    /// <returns>Whether the tables need an upgrade, which <see cref="SchemaUpgrade"/> can do.</returns>
    /// <exception cref="StorageException">The tables are refused.</exception>
    public static bool NeedsUpgrade(string database, IReadOnlySet<string> names, string? revision, string url, bool isUpgrading)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (revision == Revision || Missing(names).Count == TableNames.Count) return false;
        if (revision is null)
        {
            string present = string.Join(", ", TableNames.Where(names.Contains));
            throw new StorageException(
                $"{database} has tables named like Optuna's ({present}), but no revision in alembic_version. It belongs to another program or to a very old Optuna. "
                + "Use another one, or open it once with Optuna. Nothing was changed.");
        }
        if (!EarlierRevisions.Contains(revision))
        {
            throw new StorageException(
                $"{database} has revision '{revision}' of Optuna's schema, which this version does not know ({Revision} is the newest known). "
                + "A newer Optuna made it: use a newer HyperTune. Nothing was changed.");
        }
        string command = $"'optuna storage upgrade --storage {url}'";
        if (!SchemaUpgrade.CanUpgrade(revision))
        {
            throw new StorageException(
                $"{database} has revision {revision} of Optuna's schema, but {Revision} is needed, and this library upgrades only {SchemaUpgrade.FirstRevision} and later. "
                + $"Make a copy, then upgrade it with {command}, of Optuna 3 or 4. Nothing was changed.");
        }
        if (isUpgrading) return true;
        throw new StorageException(
            $"{database} has revision {revision} of Optuna's schema, but {Revision} is needed. Make a copy, then open it once with the option UpgradeSchema, as 'hypertune upgrade' does, or upgrade it with {command}. "
            + "Nothing was changed.");
    }

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
            text.Append('\t').Append(Quote(property.GetColumnName())).Append(' ')
                .Append(property.FindAnnotation(TypeAnnotation)?.Value as string ?? property.GetColumnType());
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
