using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace HyperTune.Storage.Relational;

/// <summary>The EF Core model of Optuna's relational schema, revision v3.2.0.a: the one place that says which tables there are.</summary>
/// <remarks>The tables are made from it. The storage itself reads and writes them with statements of its own.</remarks>
/// <param name="options">The provider and its connection.</param>
public abstract class StudyContext(DbContextOptions options) : DbContext(options)
{
    /// <summary>The column type of a time.</summary>
    protected abstract string TimeType { get; }

    /// <summary>The form in which a time is stored.</summary>
    protected abstract ValueConverter TimeConverter { get; }

    /// <summary>The column type of an enumeration.</summary>
    /// <param name="name">The name of Optuna's type, one of <see cref="Schema.EnumTypes"/>.</param>
    protected abstract string EnumType(string name);

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        modelBuilder.Entity<StudyRow>(study =>
        {
            Table(study, "studies", row => row.StudyId, "study_id");
            Column(study, row => row.StudyName, "study_name", "VARCHAR(512)");
            study.HasIndex(row => row.StudyName, "ix_studies_study_name").IsUnique();
        });
        modelBuilder.Entity<VersionInfoRow>(version =>
        {
            Table(version, "version_info", row => row.VersionInfoId, "version_info_id");
            version.Property(row => row.VersionInfoId).ValueGeneratedNever();
            Column(version, row => row.SchemaVersion, "schema_version", "INTEGER");
            Column(version, row => row.LibraryVersion, "library_version", "VARCHAR(256)");
            version.ToTable(table => table.HasCheckConstraint("version_info_one_row", "version_info_id=1"));
        });
        modelBuilder.Entity<StudyDirectionRow>(direction =>
        {
            Table(direction, "study_directions", row => row.StudyDirectionId, "study_direction_id");
            Column(direction, row => row.Direction, "direction", EnumType("studydirection"))
                .HasConversion(value => StoredValues.NameOf(value), name => StoredValues.DirectionOf(name) ?? Direction.Minimize);
            Column(direction, row => row.StudyId, "study_id", "INTEGER");
            Column(direction, row => row.Objective, "objective", "INTEGER");
            Child<StudyDirectionRow, StudyRow>(direction, row => row.StudyId, row => new { row.StudyId, row.Objective });
        });
        Attributes<StudyUserAttributeRow, StudyRow>(modelBuilder, "study_user_attribute", "study_id");
        Attributes<StudySystemAttributeRow, StudyRow>(modelBuilder, "study_system_attribute", "study_id");
        modelBuilder.Entity<TrialRow>(trial =>
        {
            Table(trial, "trials", row => row.TrialId, "trial_id");
            Column(trial, row => row.Number, "number", "INTEGER");
            Column(trial, row => row.StudyId, "study_id", "INTEGER");
            Column(trial, row => row.State, "state", EnumType("trialstate"))
                .HasConversion(value => StoredValues.NameOf(value), name => StoredValues.StateOf(name) ?? TrialState.Failed);
            Column(trial, row => row.StartedAt, "datetime_start", TimeType).HasConversion(TimeConverter);
            Column(trial, row => row.CompletedAt, "datetime_complete", TimeType).HasConversion(TimeConverter);
            trial.HasOne<StudyRow>().WithMany().HasForeignKey(row => row.StudyId).OnDelete(DeleteBehavior.NoAction);
            trial.HasIndex(row => row.StudyId, "ix_trials_study_id");
        });
        Attributes<TrialUserAttributeRow, TrialRow>(modelBuilder, "trial_user_attribute", "trial_id");
        Attributes<TrialSystemAttributeRow, TrialRow>(modelBuilder, "trial_system_attribute", "trial_id");
        modelBuilder.Entity<TrialParameterRow>(parameter =>
        {
            Table(parameter, "trial_params", row => row.ParameterId, "param_id");
            Column(parameter, row => row.TrialId, "trial_id", "INTEGER");
            Column(parameter, row => row.Name, "param_name", "VARCHAR(512)");
            Column(parameter, row => row.Value, "param_value", "FLOAT");
            Column(parameter, row => row.DistributionJson, "distribution_json", "TEXT");
            Child<TrialParameterRow, TrialRow>(parameter, row => row.TrialId, row => new { row.TrialId, row.Name });
        });
        modelBuilder.Entity<TrialValueRow>(value =>
        {
            Table(value, "trial_values", row => row.TrialValueId, "trial_value_id");
            Column(value, row => row.TrialId, "trial_id", "INTEGER");
            Column(value, row => row.Objective, "objective", "INTEGER");
            Column(value, row => row.Value, "value", "FLOAT");
            Column(value, row => row.ValueType, "value_type", EnumType("trialvaluetype"));
            Child<TrialValueRow, TrialRow>(value, row => row.TrialId, row => new { row.TrialId, row.Objective });
        });
        modelBuilder.Entity<TrialIntermediateValueRow>(value =>
        {
            Table(value, "trial_intermediate_values", row => row.TrialIntermediateValueId, "trial_intermediate_value_id");
            Column(value, row => row.TrialId, "trial_id", "INTEGER");
            Column(value, row => row.Step, "step", "INTEGER");
            Column(value, row => row.IntermediateValue, "intermediate_value", "FLOAT");
            Column(value, row => row.IntermediateValueType, "intermediate_value_type", EnumType("trialintermediatevaluetype"));
            Child<TrialIntermediateValueRow, TrialRow>(value, row => row.TrialId, row => new { row.TrialId, row.Step });
        });
        modelBuilder.Entity<TrialHeartbeatRow>(beat =>
        {
            Table(beat, "trial_heartbeats", row => row.TrialHeartbeatId, "trial_heartbeat_id");
            Column(beat, row => row.TrialId, "trial_id", "INTEGER");
            Column(beat, row => row.Heartbeat, "heartbeat", TimeType).HasConversion(TimeConverter);
            Child<TrialHeartbeatRow, TrialRow>(beat, row => row.TrialId, row => row.TrialId);
        });
        modelBuilder.Entity<AlembicVersionRow>(version =>
        {
            version.ToTable("alembic_version");
            version.HasKey(row => row.VersionNum).HasName("alembic_version_pkc");
            Column(version, row => row.VersionNum, "version_num", "VARCHAR(32)");
        });
    }

    private static void Attributes<TRow, TOwner>(ModelBuilder builder, string name, string owner)
        where TRow : AttributeRow
        where TOwner : class
    {
        EntityTypeBuilder<TRow> attribute = builder.Entity<TRow>();
        Table(attribute, name + "s", row => row.AttributeId, name + "_id");
        Column(attribute, row => row.OwnerId, owner, "INTEGER");
        Column(attribute, row => row.Key, "key", "VARCHAR(512)");
        Column(attribute, row => row.ValueJson, "value_json", "TEXT");
        Child<TRow, TOwner>(attribute, row => row.OwnerId, row => new { row.OwnerId, row.Key });
    }

    private static void Table<TRow>(EntityTypeBuilder<TRow> entity, string name, Expression<Func<TRow, object?>> key, string keyColumn)
        where TRow : class
    {
        entity.ToTable(name);
        entity.HasKey(key);
        entity.Property(key).HasColumnName(keyColumn).HasColumnType("INTEGER").HasColumnOrder(0);
    }

    private static PropertyBuilder<T> Column<TRow, T>(EntityTypeBuilder<TRow> entity, Expression<Func<TRow, T>> property, string name, string type)
        where TRow : class
    {
        int order = entity.Metadata.GetProperties().Max(column => column.GetColumnOrder() ?? 0) + 1;
        return entity.Property(property).HasColumnName(name).HasColumnType(type).HasColumnOrder(order);
    }

    /// <summary>A row that belongs to another one and is unique within it. A unique key without a name is written inside the table.</summary>
    private static void Child<TRow, TOwner>(EntityTypeBuilder<TRow> entity, Expression<Func<TRow, object?>> owner, Expression<Func<TRow, object?>> unique)
        where TRow : class
        where TOwner : class
    {
        entity.HasOne<TOwner>().WithMany().HasForeignKey(owner).OnDelete(DeleteBehavior.NoAction);
        entity.HasIndex(unique).IsUnique();
    }
}
