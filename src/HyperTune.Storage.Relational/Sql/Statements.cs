namespace HyperTune.Storage.Relational;

/// <summary>The statements, made once per dialect. Columns are named everywhere: a migrated database has them in another order.</summary>
internal sealed class Statements(SqlDialect dialect)
{
    // Studies.
    public const string FindStudyByName = "SELECT study_id FROM studies WHERE study_name = $1";
    public const string InsertStudy = "INSERT INTO studies (study_name) VALUES ($1) ON CONFLICT (study_name) DO NOTHING RETURNING study_id";
    public const string StudyName = "SELECT study_name FROM studies WHERE study_id = $1";
    public const string StudyWithDirections =
        "SELECT s.study_name, d.objective FROM studies s LEFT JOIN study_directions d ON d.study_id = s.study_id WHERE s.study_id = $1";

    public const string Directions = "SELECT direction FROM study_directions WHERE study_id = $1 ORDER BY objective";
    public const string StudyUserAttributes = """SELECT "key", value_json FROM study_user_attributes WHERE study_id = $1 ORDER BY study_user_attribute_id""";
    public const string StudySystemAttributes = """SELECT "key", value_json FROM study_system_attributes WHERE study_id = $1 ORDER BY study_system_attribute_id""";
    public const string AllStudies = "SELECT study_id, study_name FROM studies ORDER BY study_id";
    public const string AllDirections = "SELECT study_id, direction FROM study_directions ORDER BY study_id, objective";
    public const string AllUserAttributes = """SELECT study_id, "key", value_json FROM study_user_attributes ORDER BY study_user_attribute_id""";
    public const string AllSystemAttributes = """SELECT study_id, "key", value_json FROM study_system_attributes ORDER BY study_system_attribute_id""";
    public const string AllTrialCounts = "SELECT study_id, COUNT(*), MIN(datetime_start) FROM trials GROUP BY study_id";

    public const string SetStudyUserAttribute =
        """INSERT INTO study_user_attributes (study_id, "key", value_json) VALUES ($1, $2, $3) ON CONFLICT (study_id, "key") DO UPDATE SET value_json = excluded.value_json""";

    public const string SetStudySystemAttribute =
        """INSERT INTO study_system_attributes (study_id, "key", value_json) VALUES ($1, $2, $3) ON CONFLICT (study_id, "key") DO UPDATE SET value_json = excluded.value_json""";

    public const string PutStudySystemAttribute =
        """INSERT INTO study_system_attributes (study_id, "key", value_json) VALUES ($1, $2, $3) ON CONFLICT (study_id, "key") DO NOTHING""";

    // Trials.
    public const string CountTrials = "SELECT COUNT(*) FROM trials WHERE study_id = $1";
    public const string CountShare = "SELECT COUNT(*), (SELECT COUNT(*) FROM trials) FROM trials WHERE study_id = $1";
    public const string CountWaiting = "SELECT COUNT(*) FROM trials WHERE study_id = $1 AND state = 'WAITING'";
    public const string WaitingIds = "SELECT trial_id FROM trials WHERE study_id = $1 AND state = 'WAITING' AND trial_id <= $2";
    public const string Witness = "SELECT number, state, datetime_start, datetime_complete FROM trials WHERE study_id = $1 AND trial_id = $2";
    public const string TrialIdsByRange = "SELECT trial_id FROM trials WHERE study_id = $1 AND number >= $2 AND number <= $3";

    public const string CountRetries =
        """SELECT COUNT(*) FROM trials t JOIN trial_system_attributes a ON a.trial_id = t.trial_id WHERE t.study_id = $1 AND t.trial_id > $2 AND a."key" = 'failed_trial'""";

    public const string DistributionAbove =
        """
        SELECT p.distribution_json FROM trials t JOIN trial_params p ON p.trial_id = t.trial_id
        WHERE t.study_id = $1 AND t.trial_id > $2 AND p.param_name = $3 ORDER BY t.trial_id DESC LIMIT 1
        """;

    public const string AddParameter =
        "INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json) VALUES ($1, $2, $3, $4) ON CONFLICT (trial_id, param_name) DO NOTHING";

    public const string SetUserAttribute =
        """INSERT INTO trial_user_attributes (trial_id, "key", value_json) VALUES ($1, $2, $3) ON CONFLICT (trial_id, "key") DO UPDATE SET value_json = excluded.value_json""";

    public const string SetSystemAttribute =
        """INSERT INTO trial_system_attributes (trial_id, "key", value_json) VALUES ($1, $2, $3) ON CONFLICT (trial_id, "key") DO UPDATE SET value_json = excluded.value_json""";

    // The library's own tables.
    public const string FindRequest = "SELECT answer FROM hypertune_requests WHERE request_id = $1";
    public const string FindBudget = "SELECT last_trial_id, retried FROM hypertune_budgets WHERE study_id = $1";

    public const string BudgetIsOfStudy = "SELECT 1 FROM trials t JOIN hypertune_budgets b ON b.last_trial_id = t.trial_id WHERE b.study_id = $1 AND t.study_id = $1";

    public const string SetBudget =
        """
        INSERT INTO hypertune_budgets (study_id, last_trial_id, retried) VALUES ($1, $2, $3)
        ON CONFLICT (study_id) DO UPDATE SET last_trial_id = excluded.last_trial_id, retried = excluded.retried
        """;

    public const string AddRetried =
        """
        INSERT INTO hypertune_budgets (study_id, last_trial_id, retried) VALUES ($1, 0, 1)
        ON CONFLICT (study_id) DO UPDATE SET retried = hypertune_budgets.retried + 1
        """;

    public static readonly string[] DeleteStudy =
    [
        .. new[] { "trial_heartbeats", "trial_intermediate_values", "trial_values", "trial_params", "trial_system_attributes", "trial_user_attributes" }
            .Select(table => $"DELETE FROM {table} WHERE trial_id IN (SELECT trial_id FROM trials WHERE study_id = $1)"),
        "DELETE FROM trials WHERE study_id = $1",
        "DELETE FROM study_system_attributes WHERE study_id = $1",
        "DELETE FROM study_user_attributes WHERE study_id = $1",
        "DELETE FROM study_directions WHERE study_id = $1",
        "DELETE FROM studies WHERE study_id = $1",
    ];

    public static readonly string[] ForgetStudy = ["DELETE FROM hypertune_requests WHERE study_id = $1", "DELETE FROM hypertune_budgets WHERE study_id = $1"];

    /// <summary>For each table and its owners' column what finds the ids of owners that do not exist, with the number of rows of each.</summary>
    public static readonly (string Table, string Owner, string Statement)[] Orphans =
    [
        .. new[] { "study_directions", "study_user_attributes", "study_system_attributes", "trials" }.Select(table => (table, "study_id", OrphansOf(table, "studies", "study_id"))),
        .. new[] { "trial_user_attributes", "trial_system_attributes", "trial_params", "trial_values", "trial_intermediate_values", "trial_heartbeats" }
            .Select(table => (table, "trial_id", OrphansOf(table, "trials", "trial_id"))),
    ];

    public static readonly string StrayRequests = OrphansOf("hypertune_requests", "studies", "study_id");

    /// <summary>Ages are told by the database's clock, so that a worker whose clock is wrong forgets no answer too early.</summary>
    public string RememberRequest { get; } =
        $"INSERT INTO hypertune_requests (request_id, study_id, answer, created_at) VALUES ($1, $2, $3, {dialect.ClockInSeconds}) ON CONFLICT (request_id) DO NOTHING";

    public string ForgetRequests { get; } = $"DELETE FROM hypertune_requests WHERE created_at < {dialect.ClockInSeconds} - $1";

    public string DistributionOfList { get; } = $"SELECT distribution_json FROM trial_params WHERE {dialect.IsOneOf("trial_id", "$1")} AND param_name = $2 LIMIT 1";

    /// <summary>The first statement of everything that numbers trials: whoever holds the study's row numbers alone.</summary>
    public string LockStudy { get; } = StudyName + dialect.RowLock;

    /// <summary>The first statements of a deletion, where beginning the transaction does not take the lock: nobody may add to the study or its trials meanwhile.</summary>
    public string[] LockForDeletion { get; } = dialect.DeletionLock.Length == 0
        ? [StudyName]
        : [StudyName + dialect.DeletionLock, "SELECT trial_id FROM trials WHERE study_id = $1 ORDER BY trial_id" + dialect.DeletionLock];

    public string InsertDirection { get; } =
        $"INSERT INTO study_directions (study_id, objective, direction) VALUES ($1, $2, {dialect.Enumerated("$3", "studydirection")})";

    public string OldestWaiting { get; } =
        $"SELECT trial_id FROM trials WHERE study_id = $1 AND state = 'WAITING' AND trial_id > $2 ORDER BY trial_id LIMIT $3{dialect.RowLock}";

    public string InsertTrial { get; } =
        $"""
        INSERT INTO trials (study_id, number, state, datetime_start, datetime_complete)
        VALUES ($1, $2, {dialect.Enumerated("$3", "trialstate")}, $4, $5) RETURNING trial_id
        """;

    public string ClaimTrial { get; } = "UPDATE trials SET state = 'RUNNING', datetime_start = $2 WHERE trial_id = $1 AND state = 'WAITING' RETURNING trial_id";

    public string LastTrial { get; } = dialect.NewestTrials("trial_id, number", "1");

    /// <summary>Right after several <see cref="InsertTrial"/>, so that no round trip brings the ids back first.</summary>
    public string FirstBeatsOfLast { get; } =
        $"INSERT INTO trial_heartbeats (trial_id, heartbeat) {dialect.NewestTrials($"trial_id, {dialect.Clock}", "$2")}";

    public string Beat { get; } =
        $"""
        INSERT INTO trial_heartbeats (trial_id, heartbeat) VALUES ($1, {dialect.Clock})
        ON CONFLICT (trial_id) DO UPDATE SET heartbeat = excluded.heartbeat
        """;

    public string Leases { get; } =
        $"""
        SELECT t.trial_id, {dialect.Elapsing("h.heartbeat")}, {dialect.Elapsing(dialect.Clock)} FROM trials t JOIN trial_heartbeats h ON h.trial_id = t.trial_id
        WHERE t.study_id = $1 AND t.state = 'RUNNING' ORDER BY t.trial_id
        """;

    /// <summary>Before <see cref="Leases"/> are judged in order to take trials back, so that no end and no renewal comes in between. Null where beginning the transaction does that.</summary>
    public string? LockRunning { get; } = dialect.RowLock.Length == 0
        ? null
        : "SELECT trial_id FROM trials WHERE study_id = $1 AND state = 'RUNNING' ORDER BY trial_id" + dialect.RowLock;

    /// <summary>Running trials of all studies with their last heartbeat, and whether there is one.</summary>
    public string RunningTrials { get; } =
        $"""
        SELECT t.study_id, t.number, t.datetime_start, {dialect.Elapsing("h.heartbeat")}, {dialect.Elapsing(dialect.Clock)}, CASE WHEN h.trial_id IS NULL THEN 0 ELSE 1 END
        FROM trials t LEFT JOIN trial_heartbeats h ON h.trial_id = t.trial_id WHERE t.state = 'RUNNING' ORDER BY t.study_id, t.trial_id
        """;

    /// <summary>In order of id, so that two groups with trials in common cannot wait for each other.</summary>
    public string TrialStates { get; } =
        $"SELECT trial_id, number, state FROM trials WHERE study_id = $1 AND {dialect.IsOneOf("trial_id", "$2")} ORDER BY trial_id{dialect.RowLock}";

    public string FinishTrial { get; } =
        $"UPDATE trials SET state = {dialect.Enumerated("$2", "trialstate")}, datetime_complete = $3 WHERE trial_id = $1 AND state IN ('RUNNING', 'WAITING')";

    public string SetValue { get; } =
        $"""
        INSERT INTO trial_values (trial_id, objective, value, value_type) VALUES ($1, $2, $3, {dialect.Enumerated("$4", "trialvaluetype")})
        ON CONFLICT (trial_id, objective) DO UPDATE SET value = excluded.value, value_type = excluded.value_type
        """;

    public string SetIntermediateValue { get; } =
        $"""
        INSERT INTO trial_intermediate_values (trial_id, step, intermediate_value, intermediate_value_type)
        VALUES ($1, $2, $3, {dialect.Enumerated("$4", "trialintermediatevaluetype")})
        ON CONFLICT (trial_id, step) DO UPDATE
        SET intermediate_value = excluded.intermediate_value, intermediate_value_type = excluded.intermediate_value_type
        """;

    /// <summary>Reads trials: those above an id, and those of a list. See <see cref="TrialReader"/> for the order of statements and columns.</summary>
    public string[] TrialsAbove { get; } = Reads("t.trial_id > $2");

    /// <summary>Reads all trials of a study that has most of the database's: parameters and values in the order of their own table, which no index has to find.</summary>
    public string[] WholeTables { get; } = WholeReads();

    public string[] TrialsOfList { get; } = Reads(dialect.IsOneOf("t.trial_id", "$2"));

    /// <summary>Reads both: trials above the id $2, and those of the list $3. Null where that takes two readings.</summary>
    public string[]? TrialsAboveAndOfList { get; } = dialect.JoinedIds is { } ids ? ReadsOfIds(ids) : null;

    private static string OrphansOf(string table, string owners, string id) =>
        $"SELECT c.{id}, COUNT(*) FROM {table} c WHERE NOT EXISTS (SELECT 1 FROM {owners} o WHERE o.{id} = c.{id}) GROUP BY c.{id} ORDER BY c.{id}";

    private static string[] WholeReads()
    {
        string[] reads = Reads("t.trial_id > $2");
        // The plus keeps SQLite from beginning with the trials.
        reads[1] = "SELECT c.trial_id, c.param_id, c.param_name, c.param_value, c.distribution_json FROM trial_params c "
            + "JOIN trials t ON t.trial_id = c.trial_id WHERE +t.study_id = $1 AND t.trial_id > $2 ORDER BY c.param_id";
        reads[2] = "SELECT c.trial_id, c.objective, c.value, c.value_type FROM trial_values c "
            + "JOIN trials t ON t.trial_id = c.trial_id WHERE +t.study_id = $1 AND t.trial_id > $2 ORDER BY c.trial_value_id";
        return reads;
    }

    private static string[] Reads(string condition) => Reads(
        condition, (columns, table) => $"SELECT c.trial_id, {columns} FROM trials t JOIN {table} c ON c.trial_id = t.trial_id WHERE t.study_id = $1 AND {condition} ORDER BY t.trial_id");

    /// <summary>What belongs to a trial is found by its id alone, which the database must not weigh against going through the trials.</summary>
    private static string[] ReadsOfIds(string ids) =>
        Reads($"t.trial_id = ANY({ids})", (columns, table) => $"SELECT c.trial_id, {columns} FROM {table} c WHERE c.trial_id = ANY({ids}) ORDER BY c.trial_id");

    private static string[] Reads(string condition, Func<string, string, string> children) =>
    [
        $"SELECT t.trial_id, t.number, t.state, t.datetime_start, t.datetime_complete FROM trials t WHERE t.study_id = $1 AND {condition} ORDER BY t.trial_id",
        children("c.param_id, c.param_name, c.param_value, c.distribution_json", "trial_params"),
        children("c.objective, c.value, c.value_type", "trial_values"),
        children("c.step, c.intermediate_value, c.intermediate_value_type", "trial_intermediate_values"),
        children("""c.trial_user_attribute_id, c."key", c.value_json""", "trial_user_attributes"),
        children("""c.trial_system_attribute_id, c."key", c.value_json""", "trial_system_attributes"),
    ];
}
