namespace HyperTune.Storage.Relational;

/// <summary>Where SQL databases differ, as far as this storage meets it: pieces of statements, and the forms of values.</summary>
public abstract class SqlDialect
{
    /// <summary>What a SELECT of rows that are about to be changed ends with; empty where beginning the transaction takes the lock.</summary>
    public virtual string RowLock => "";

    /// <summary>What a SELECT of rows that are about to be deleted ends with: nobody may refer to them meanwhile. Empty where beginning the transaction takes the lock.</summary>
    public virtual string DeletionLock => "";

    /// <summary>The database's own clock, as the value of a heartbeat.</summary>
    public abstract string Clock { get; }

    /// <summary>The database's own clock in whole seconds since 1970, UTC.</summary>
    public abstract string ClockInSeconds { get; }

    /// <summary>A heartbeat, or the clock, in a form whose differences are true times: not shifted by a change to daylight saving time.</summary>
    /// <param name="expression">A column, or <see cref="Clock"/>.</param>
    public virtual string Elapsing(string expression) => expression;

    /// <summary>What the statement that makes a table of the library's own ends with.</summary>
    public virtual string OwnTableSuffix => "";

    /// <summary>Whether a negative zero is given back as one.</summary>
    public virtual bool KeepsSignOfZero => true;

    /// <summary>The statement that tells up to where changes of study attributes are seen: one whole number. Null if the database cannot tell which changed.</summary>
    public virtual string? LastAttributeChange => null;

    /// <summary>
    /// The statement that reads the attributes of the study $1 that may have changed since the number $2, whoever changed them. Its columns are the number up to which this
    /// reading has seen them, the id of the study, 1 for a user attribute or 0, the key, the attribute's id, and its text; rows of other studies are passed over, and
    /// one of this study without an id says that attributes were deleted. The last row has the highest number.
    /// </summary>
    public virtual string? AttributeChanges => null;

    /// <summary>
    /// The array of the ids of the study $1 above $2 and of those of the list $3, where one reading of new trials and of those of a list costs less than two; null where it does not.
    /// </summary>
    public virtual string? JoinedIds => null;

    /// <summary>Whether going through whole tables is worth a count of their rows first, when a study is read from its beginning.</summary>
    public virtual bool CanReadWholeTables => true;

    /// <summary>The query of the trials of the study $1 with the highest ids.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="limit">How many trials at most.</param>
    public virtual string NewestTrials(string columns, string limit) => $"SELECT {columns} FROM trials WHERE study_id = $1 ORDER BY trial_id DESC LIMIT {limit}";

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
