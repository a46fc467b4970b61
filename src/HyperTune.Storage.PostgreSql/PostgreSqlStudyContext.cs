using HyperTune.Storage.Relational;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace HyperTune.Storage.PostgreSql;

/// <summary>The model with PostgreSQL's types.</summary>
internal sealed class PostgreSqlStudyContext(DbContextOptions<PostgreSqlStudyContext> options) : StudyContext(options)
{
    protected override string TimeType => "timestamp without time zone";

    protected override ValueConverter TimeConverter { get; } = new ValueConverter<DateTimeOffset, DateTime>(
        time => PostgreSqlTimes.Utc.ToStored(time), stored => new DateTimeOffset(stored.Ticks, TimeSpan.Zero));

    protected override string EnumType(string name) => name;

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        foreach (IMutableEntityType entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (IMutableProperty property in entity.GetProperties())
            {
                string type = property.GetColumnType()!;
                bool isCounted = property.IsPrimaryKey() && property.ClrType == typeof(int) && property.ValueGenerated != ValueGenerated.Never;
                // The old form of a counted key, with a sequence that the column owns, is Optuna's.
                property.SetAnnotation(Schema.TypeAnnotation, isCounted ? "SERIAL" : type);
                if (Schema.EnumTypes.ContainsKey(type)) property.SetColumnType("text");
                else if (type == "FLOAT") property.SetColumnType("double precision");
            }
        }
    }
}
