using System.Globalization;
using Microsoft.Data.Sqlite;

namespace HyperTune.Benchmarks.Ratios;

/// <summary>The SQLite storage beside the bare ADO.NET driver on a file in the same folder with the same settings.</summary>
internal static class SqliteRatios
{
    private const int SideBySide = 16, Stored = 10_000, WarmUpTrials = 8_000;

    public static string Durability =>
        "SQLite: journal_mode=WAL, synchronous=FULL for the storage and for the bare driver, files in the temporary folder. In-memory studies are not durable.";

    public static async Task RunAsync(RatioTable table, bool isQuick)
    {
        string folder = Directory.CreateTempSubdirectory("hypertune-ratios-").FullName;
        try
        {
            await WholeTrialsAsync(table, folder, workers: 1, trials: isQuick ? 500 : 1500, most: 3);
            await WholeTrialsAsync(table, folder, SideBySide, trials: isQuick ? 800 : 3200, most: 1);
            await OpeningAsync(table, folder, rounds: isQuick ? 3 : 7);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Whole trials and bare commits take turns in slices, so that a slow disk slows both. Before them the JIT compiler gets some thousand trials to be done.</summary>
    private static async Task WholeTrialsAsync(RatioTable table, string folder, int workers, int trials, int most)
    {
        const int slices = 5;
        await using SqliteStorage storage = await SqliteStorage.OpenAsync(Path.Combine(folder, $"trials{workers}.db"));
        await using Study study = await Study.CreateAsync(new() { Name = "ratios", Storage = storage, Sampler = new RandomSampler(new() { Seed = 1 }) });
        using SqliteConnection bare = OpenBare(Path.Combine(folder, $"bare{workers}.db"));
        Run(bare, "CREATE TABLE rows (id INTEGER PRIMARY KEY, number INTEGER NOT NULL, value REAL NOT NULL, text VARCHAR(64) NOT NULL)");
        await TrialsAsync(study, WarmUpTrials, workers);
        Commits(bare, trials);
        var times = new double[slices];
        var floors = new double[slices];
        for (int slice = 0; slice < slices; slice++)
        {
            long start = System.Diagnostics.Stopwatch.GetTimestamp();
            await TrialsAsync(study, trials / slices, workers);
            times[slice] = System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds / (trials / slices);
            floors[slice] = Clock.Once(() => Commits(bare, trials / slices)) / (trials / slices);
        }
        (double time, double floor) = (Clock.Median(times), Clock.Median(floors));
        table.Add(new($"SQLite: a whole trial (start, 3 parameters, end), {(workers == 1 ? "one worker" : $"{workers} trials side by side")} (floor: one-row commit)",
            Amounts.Time(time), Amounts.Time(floor), time / floor, workers == 1 ? $"≤ {most} commits" : $"< {most} commit", workers == 1 ? time / floor <= most : time / floor < most));
    }

    private static Task TrialsAsync(Study study, int trials, int workers) => study.OptimizeAsync(
        trial => trial.SuggestDouble("x", 0, 1) + trial.SuggestDouble("y", 0, 1) + trial.SuggestInt("z", 0, 9),
        new() { Trials = trials, Parallelism = workers });

    private static void Commits(SqliteConnection connection, int count)
    {
        using SqliteCommand insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO rows (number, value, text) VALUES ($number, $value, $text)";
        SqliteParameter number = insert.Parameters.Add("$number", SqliteType.Integer), value = insert.Parameters.Add("$value", SqliteType.Real);
        insert.Parameters.AddWithValue("$text", "COMPLETE");
        for (int i = 0; i < count; i++)
        {
            (number.Value, value.Value) = (i, i * 0.5);
            insert.ExecuteNonQuery();
        }
    }

    private static async Task OpeningAsync(RatioTable table, string folder, int rounds)
    {
        string path = Path.Combine(folder, "stored.db");
        await using (SqliteStorage storage = await SqliteStorage.OpenAsync(path, new() { Synchronous = SqliteSynchronous.Off }))
        {
            await using Study study = await Study.CreateAsync(new() { Name = "stored", Storage = storage, Sampler = new RandomSampler(new() { Seed = 1 }) });
            await study.OptimizeAsync(Studies.Sphere, new() { Trials = Stored, Parallelism = SideBySide });
        }
        var times = new double[rounds];
        var floors = new double[rounds];
        for (int round = -1; round < rounds; round++)
        {
            long start = System.Diagnostics.Stopwatch.GetTimestamp();
            await OpenStudyAsync(path);
            double time = System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds;
            double floor = Clock.Once(() => ReadBare(path));
            if (round < 0) continue;
            (times[round], floors[round]) = (time, floor);
        }
        double ratio = Clock.Median(times) / Clock.Median(floors);
        table.Add(new($"SQLite: opening a stored study of {Stored:N0} trials of 10 parameters (floor: bare read of the same rows)",
            Amounts.Time(Clock.Median(times)), Amounts.Time(Clock.Median(floors)), ratio, "≤ 2 × floor", ratio <= 2));
    }

    private static async Task OpenStudyAsync(string path)
    {
        await using SqliteStorage storage = await SqliteStorage.OpenAsync(path);
        await using Study study = await Study.LoadAsync(new() { Name = "stored", Storage = storage });
        if (study.History.Count != Stored) throw new InvalidOperationException($"The study has {study.History.Count} trials instead of {Stored}.");
    }

    /// <summary>Reads every value of every row that belongs to the study's trials, as the storage must: numbers as numbers, texts as texts.</summary>
    private static void ReadBare(string path)
    {
        using SqliteConnection connection = OpenBare(path);
        int rows = Read(connection, "SELECT trial_id, number, state, datetime_start, datetime_complete FROM trials ORDER BY trial_id");
        Read(connection, "SELECT trial_id, param_name, param_value, distribution_json FROM trial_params ORDER BY trial_id, param_id");
        Read(connection, "SELECT trial_id, objective, value, value_type FROM trial_values ORDER BY trial_id");
        Read(connection, "SELECT trial_id, step, intermediate_value, intermediate_value_type FROM trial_intermediate_values ORDER BY trial_id");
        Read(connection, "SELECT trial_id, \"key\", value_json FROM trial_user_attributes ORDER BY trial_id");
        Read(connection, "SELECT trial_id, \"key\", value_json FROM trial_system_attributes ORDER BY trial_id");
        if (rows != Stored) throw new InvalidOperationException($"The file has {rows.ToString(CultureInfo.InvariantCulture)} trials instead of {Stored}.");
    }

    private static int Read(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using SqliteDataReader reader = command.ExecuteReader();
        int rows = 0;
        for (; reader.Read(); rows++)
        {
            for (int i = 0; i < reader.FieldCount; i++) _ = reader.GetValue(i);
        }
        return rows;
    }

    private static SqliteConnection OpenBare(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        Run(connection, "PRAGMA journal_mode = WAL");
        Run(connection, "PRAGMA synchronous = FULL");
        return connection;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
