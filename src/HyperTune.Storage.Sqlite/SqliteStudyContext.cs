using HyperTune.Storage.Relational;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace HyperTune.Storage.Sqlite;

/// <summary>The model with SQLite's types.</summary>
internal sealed class SqliteStudyContext(DbContextOptions<SqliteStudyContext> options) : StudyContext(options)
{
    protected override string TimeType => "DATETIME";

    protected override ValueConverter TimeConverter { get; } = new ValueConverter<DateTimeOffset, string>(
        time => SqliteTimes.Utc.ToText(time), text => Parse(text));

    /// <summary>As wide as the longest label, which is how Optuna declares it.</summary>
    protected override string EnumType(string name) => $"VARCHAR({Schema.EnumTypes[name].Max(label => label.Length)})";

    private static DateTimeOffset Parse(string text) =>
        SqliteTimes.Utc.TryParse(text, out DateTimeOffset time) ? time : throw new FormatException($"'{text}' is no time.");
}
