namespace HyperTune.Storage.Relational;

/// <summary>Where SQL databases differ, as far as this storage meets it: pieces of statements, and the forms of values.</summary>
public abstract class SqlDialect
{
    /// <summary>What a SELECT of rows that are about to be changed ends with; empty where beginning the transaction takes the lock.</summary>
    public virtual string RowLock => "";

    /// <summary>The database's own clock, as the value of a heartbeat.</summary>
    public abstract string Clock { get; }

    /// <summary>What the statement that makes a table of the library's own ends with.</summary>
    public virtual string OwnTableSuffix => "";

    /// <summary>
    /// Whether the table <c>hypertune_study_changes</c> (change_id, study_id, is_user, "key") has a row for the last change of each study attribute, whoever
    /// made it, with ids that ascend, and one without a key where attributes were deleted. A read then fetches only what changed; else all of them.
    /// </summary>
    public virtual bool NotesAttributeChanges => false;

    /// <summary>A parameter as a value of an enumerated type.</summary>
    /// <param name="parameter">The parameter, such as <c>$2</c>.</param>
    /// <param name="type">The type's name in Optuna's schema, such as <c>trialstate</c>.</param>
    public virtual string Enumerated(string parameter, string type) => parameter;

    /// <summary>The condition that a column is one of the ids of a parameter made by <see cref="Ids"/>.</summary>
    public abstract string IsOneOf(string column, string parameter);

    /// <summary>The value of a parameter that holds ids.</summary>
    public abstract object Ids(IReadOnlyList<long> ids);

    /// <summary>The value of a parameter that holds a time.</summary>
    public abstract object? Time(DateTimeOffset? time);

    /// <summary>A time as this database keeps it: to the microsecond.</summary>
    public static DateTimeOffset Truncated(DateTimeOffset time) => new(time.UtcTicks / TimeSpan.TicksPerMicrosecond * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
}
