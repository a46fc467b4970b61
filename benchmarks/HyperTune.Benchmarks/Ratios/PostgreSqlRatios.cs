using System.Diagnostics;
using HyperTune.Testing;
using Npgsql;

namespace HyperTune.Benchmarks.Ratios;

/// <summary>The PostgreSQL storage beside the bare ADO.NET driver on the same server, which runs on this machine for that purpose.</summary>
internal static class PostgreSqlRatios
{
    private const int SideBySide = 16, Stored = 10_000, Many = 100_000, WarmUpTrials = 2_000, Slices = 5;

    public static string Durability =>
        "PostgreSQL: fsync=on, synchronous_commit=on, on loopback, files in the temporary folder, for the storage and for the bare driver.";

    public static async Task RunAsync(RatioTable table, bool isQuick)
    {
        await using PostgresServer server = await PostgresServer.StartOrSkipAsync(isDurable: true);
        await WholeTrialsAsync(table, server, workers: 1, trials: isQuick ? 500 : 1500, most: 3);
        await WholeTrialsAsync(table, server, SideBySide, trials: isQuick ? 800 : 3200, most: 1);
        await OpeningAsync(table, server, rounds: isQuick ? 3 : 7);
        await GrowthAsync(table, server, trials: isQuick ? 250 : 1000);
    }

    /// <summary>Whole trials and bare commits take turns in slices, so that a slow disk slows both.</summary>
    private static async Task WholeTrialsAsync(RatioTable table, PostgresServer server, int workers, int trials, int most)
    {
        string database = server.ConnectionString(await server.CreateDatabaseAsync());
        await using PostgreSqlStorage storage = await PostgreSqlStorage.OpenAsync(database);
        await using Study study = await CreateAsync(storage, "ratios");
        await using NpgsqlDataSource bare = NpgsqlDataSource.Create(database);
        await using NpgsqlConnection connection = await bare.OpenConnectionAsync();
        await RunAsync(connection, "CREATE TABLE rows (id serial PRIMARY KEY, number integer NOT NULL, value double precision NOT NULL, text varchar(64) NOT NULL)");
        await TrialsAsync(study, WarmUpTrials, workers);
        await CommitsAsync(connection, trials);
        var times = new double[Slices];
        var floors = new double[Slices];
        for (int slice = 0; slice < Slices; slice++)
        {
            times[slice] = await TimeAsync(() => TrialsAsync(study, trials / Slices, workers)) / (trials / Slices);
            floors[slice] = await TimeAsync(() => CommitsAsync(connection, trials / Slices)) / (trials / Slices);
        }
        (double time, double floor) = (Clock.Median(times), Clock.Median(floors));
        table.Add(new($"PostgreSQL: a whole trial (start, 3 parameters, end), {(workers == 1 ? "one worker" : $"{workers} trials side by side")} (floor: one-row commit)",
            Amounts.Time(time), Amounts.Time(floor), time / floor, workers == 1 ? $"≤ {most} commits" : $"< {most} commit", workers == 1 ? time / floor <= most : time / floor < most));
    }

    private static async Task OpeningAsync(RatioTable table, PostgresServer server, int rounds)
    {
        string database = server.ConnectionString(await server.CreateDatabaseAsync());
        await using (PostgreSqlStorage storage = await PostgreSqlStorage.OpenAsync(database))
        {
            await using Study study = await CreateAsync(storage, "stored");
            await study.OptimizeAsync(Studies.Sphere, new() { Trials = Stored, Parallelism = SideBySide });
        }
        await using NpgsqlDataSource bare = NpgsqlDataSource.Create(database);
        await using NpgsqlConnection connection = await bare.OpenConnectionAsync();
        await RunAsync(connection, "VACUUM ANALYZE");
        var times = new double[rounds];
        var floors = new double[rounds];
        for (int round = -1; round < rounds; round++)
        {
            double time = await TimeAsync(() => OpenStudyAsync(database));
            double floor = await TimeAsync(() => ReadBareAsync(connection));
            if (round >= 0) (times[round], floors[round]) = (time, floor);
        }
        (double opening, double reading) = (Clock.Median(times), Clock.Median(floors));
        table.Add(new($"PostgreSQL: opening a stored study of {Stored:N0} trials of 10 parameters (floor: bare read of the same rows)",
            Amounts.Time(opening), Amounts.Time(reading), opening / reading, "≤ 2 × floor, < 0.5 s", opening / reading <= 2 && opening < 0.5));
    }

    /// <summary>The same trials in a study that has few and in one that has many, by turns.</summary>
    private static async Task GrowthAsync(RatioTable table, PostgresServer server, int trials)
    {
        string database = server.ConnectionString(await server.CreateDatabaseAsync());
        await using PostgreSqlStorage storage = await PostgreSqlStorage.OpenAsync(database);
        await using (await CreateAsync(storage, "few"))
        await using (await CreateAsync(storage, "many"))
        await using (NpgsqlDataSource bare = NpgsqlDataSource.Create(database))
        await using (NpgsqlConnection connection = await bare.OpenConnectionAsync())
        {
            await RunAsync(connection, $$$"""
                INSERT INTO trials (study_id, number, state, datetime_start, datetime_complete) SELECT 2, i, 'COMPLETE', now(), now() FROM generate_series(0, {{{Many - 1}}}) i;
                INSERT INTO trial_values (trial_id, objective, value, value_type) SELECT trial_id, 0, number, 'FINITE' FROM trials;
                INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json)
                SELECT trial_id, name, 0.5, '{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}' FROM trials, (VALUES ('x'), ('y')) p (name);
                """);
            await RunAsync(connection, "VACUUM ANALYZE");
        }
        await using Study few = await LoadAsync(storage, "few"), many = await LoadAsync(storage, "many");
        await TrialsAsync(few, trials, 1);
        await TrialsAsync(many, trials, 1);
        var times = new double[Slices];
        var floors = new double[Slices];
        for (int slice = 0; slice < Slices; slice++)
        {
            times[slice] = await TimeAsync(() => TrialsAsync(many, trials / Slices, 1)) / (trials / Slices);
            floors[slice] = await TimeAsync(() => TrialsAsync(few, trials / Slices, 1)) / (trials / Slices);
        }
        (double time, double floor) = (Clock.Median(times), Clock.Median(floors));
        table.Add(new($"PostgreSQL: a whole trial in a study of {Many:N0} (floor: in one of some {trials:N0})", Amounts.Time(time), Amounts.Time(floor), time / floor, "≤ 1.25 × floor", time / floor <= 1.25));
    }

    private static Task<Study> CreateAsync(PostgreSqlStorage storage, string name) =>
        Study.CreateAsync(new() { Name = name, Storage = storage, Sampler = new RandomSampler(new() { Seed = 1 }) });

    private static Task<Study> LoadAsync(PostgreSqlStorage storage, string name) =>
        Study.LoadAsync(new() { Name = name, Storage = storage, Sampler = new RandomSampler(new() { Seed = 1 }) });

    private static Task TrialsAsync(Study study, int trials, int workers) => study.OptimizeAsync(
        trial => trial.SuggestDouble("x", 0, 1) + trial.SuggestDouble("y", 0, 1) + trial.SuggestInt("z", 0, 9),
        new() { Trials = trials, Parallelism = workers });

    private static async Task CommitsAsync(NpgsqlConnection connection, int count)
    {
        await using var insert = new NpgsqlCommand("INSERT INTO rows (number, value, text) VALUES ($1, $2, $3)", connection);
        var number = new NpgsqlParameter<int>();
        var value = new NpgsqlParameter<double>();
        insert.Parameters.AddRange(new NpgsqlParameter[] { number, value, new NpgsqlParameter<string> { TypedValue = "COMPLETE" } });
        await insert.PrepareAsync();
        for (int i = 0; i < count; i++)
        {
            (number.TypedValue, value.TypedValue) = (i, i * 0.5);
            await insert.ExecuteNonQueryAsync();
        }
    }

    private static async Task OpenStudyAsync(string database)
    {
        await using PostgreSqlStorage storage = await PostgreSqlStorage.OpenAsync(database);
        await using Study study = await LoadAsync(storage, "stored");
        if (study.History.Count != Stored) throw new InvalidOperationException($"The study has {study.History.Count} trials instead of {Stored}.");
    }

    /// <summary>Reads every value of every row that belongs to the study's trials, as the storage must: numbers as numbers, texts as texts.</summary>
    private static async Task ReadBareAsync(NpgsqlConnection connection)
    {
        int rows = await ReadAsync(connection, "SELECT trial_id, number, state, datetime_start, datetime_complete FROM trials ORDER BY trial_id");
        await ReadAsync(connection, "SELECT trial_id, param_id, param_name, param_value, distribution_json FROM trial_params ORDER BY trial_id, param_id");
        await ReadAsync(connection, "SELECT trial_id, objective, value, value_type FROM trial_values ORDER BY trial_id");
        await ReadAsync(connection, "SELECT trial_id, step, intermediate_value, intermediate_value_type FROM trial_intermediate_values ORDER BY trial_id");
        await ReadAsync(connection, "SELECT trial_id, key, value_json FROM trial_user_attributes ORDER BY trial_id");
        await ReadAsync(connection, "SELECT trial_id, key, value_json FROM trial_system_attributes ORDER BY trial_id");
        if (rows != Stored) throw new InvalidOperationException($"The database has {rows} trials instead of {Stored}.");
    }

    private static async Task<int> ReadAsync(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // The statements are this file's own.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        int rows = 0;
        for (; await reader.ReadAsync(); rows++)
        {
            for (int i = 0; i < reader.FieldCount; i++) _ = reader.GetValue(i);
        }
        return rows;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        long start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
