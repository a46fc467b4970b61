namespace HyperTune.Storage.Sqlite;

/// <summary>The triggers by which the file itself notes which attributes of a study changed, whoever changes them: this library or Optuna.</summary>
/// <remarks>
/// A sampler may keep thousands of attributes with a study, and reading them all after each change of anybody's would cost more than all the rest.
/// Changes happen in place, so that ids do not tell them, and Optuna's tables have no column for a version.
/// </remarks>
internal static class SqliteAttributeLog
{
    /// <summary>Each statement does nothing where its object exists.</summary>
    public static IReadOnlyList<string> Statements { get; } =
    [
        // Optuna allows nulls, and a trigger must never refuse a row.
        """CREATE TABLE IF NOT EXISTS hypertune_study_changes (change_id INTEGER PRIMARY KEY, study_id INTEGER, is_user INTEGER, "key" VARCHAR(512))""",
        """CREATE INDEX IF NOT EXISTS hypertune_study_changes_key ON hypertune_study_changes (study_id, is_user, "key")""",
        Changed("hypertune_study_user_added", "INSERT", "study_user_attributes", 1),
        Changed("hypertune_study_user_changed", "UPDATE", "study_user_attributes", 1),
        Removed("hypertune_study_user_removed", "study_user_attributes"),
        Changed("hypertune_study_system_added", "INSERT", "study_system_attributes", 0),
        Changed("hypertune_study_system_changed", "UPDATE", "study_system_attributes", 0),
        Removed("hypertune_study_system_removed", "study_system_attributes"),
    ];

    /// <summary>The names of what the statements make.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "hypertune_study_changes", "hypertune_study_changes_key", "hypertune_study_user_added", "hypertune_study_user_changed", "hypertune_study_user_removed",
        "hypertune_study_system_added", "hypertune_study_system_changed", "hypertune_study_system_removed",
    ];

    /// <summary>Moves the attribute's row to the end. The highest id stays where it is until a higher one is there, so that none is given out twice.</summary>
    private static string Changed(string name, string verb, string table, int isUser) =>
        $"""
        CREATE TRIGGER IF NOT EXISTS {name} AFTER {verb} ON {table} BEGIN
            INSERT INTO hypertune_study_changes (study_id, is_user, "key") VALUES (NEW.study_id, {isUser}, NEW."key");
            DELETE FROM hypertune_study_changes WHERE study_id IS NEW.study_id AND is_user IS {isUser} AND "key" IS NEW."key" AND change_id < last_insert_rowid();
        END
        """;

    /// <summary>Attributes go only with their study; one row without a key then says that nothing known of it counts.</summary>
    private static string Removed(string name, string table) =>
        $"""
        CREATE TRIGGER IF NOT EXISTS {name} AFTER DELETE ON {table} BEGIN
            INSERT INTO hypertune_study_changes (study_id) VALUES (OLD.study_id);
            DELETE FROM hypertune_study_changes WHERE study_id IS OLD.study_id AND change_id < last_insert_rowid();
        END
        """;
}
