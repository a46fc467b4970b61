using System.Diagnostics;
using HyperTune.Testing;
using StackExchange.Redis;

namespace HyperTune.Benchmarks.Ratios;

/// <summary>The Redis journal beside bare round trips of the same driver to the same server: that of the variable HYPERTUNE_REDIS, or one that is started for the purpose.</summary>
internal static class RedisRatios
{
    private const int SideBySide = 16, Stored = 10_000, WarmUpTrials = 3_000, SetLength = 1200;

    public static string Durability => "Redis: an append-only file that nobody waits for (appendfsync no), on loopback, unless HYPERTUNE_REDIS names another server.";

    public static async Task RunAsync(RatioTable table, bool isQuick)
    {
        string? given = Environment.GetEnvironmentVariable("HYPERTUNE_REDIS");
        await using RedisServer? started = given is null ? await RedisServer.TryStartAsync() : null;
        if ((given ?? started?.Address) is not { } address)
        {
            Console.WriteLine("Redis: there is no redis-server on the path, so nothing is measured. Install one, or name a server in HYPERTUNE_REDIS.");
            return;
        }
        ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(address);
        string prefix = $"ratios-{Guid.NewGuid():N}";
        await using (connection)
        {
            try
            {
                await WholeTrialsAsync(table, connection, prefix + "-one", workers: 1, trials: isQuick ? 500 : 3000);
                await WholeTrialsAsync(table, connection, prefix + "-many", SideBySide, trials: isQuick ? 800 : 6400);
                await OpeningAsync(table, connection, prefix + "-stored", rounds: isQuick ? 3 : 7);
            }
            finally
            {
                foreach (IServer server in connection.GetServers())
                {
                    await foreach (RedisKey key in server.KeysAsync(pattern: prefix + "*")) await connection.GetDatabase().KeyDeleteAsync(key);
                }
            }
        }
    }

    private static async Task WholeTrialsAsync(RatioTable table, ConnectionMultiplexer connection, string prefix, int workers, int trials)
    {
        const int slices = 5;
        await using JournalStorage storage = await RedisStorage.OpenAsync(connection, new() { KeyPrefix = prefix });
        await using Study study = await Study.CreateAsync(new() { Name = "ratios", Storage = storage, Sampler = new RandomSampler(new() { Seed = 1 }) });
        await TrialsAsync(study, WarmUpTrials, workers);
        await SetsAsync(connection, prefix, trials);
        var times = new double[slices];
        var floors = new double[slices];
        for (int slice = 0; slice < slices; slice++)
        {
            long start = Stopwatch.GetTimestamp();
            await TrialsAsync(study, trials / slices, workers);
            times[slice] = Stopwatch.GetElapsedTime(start).TotalSeconds / (trials / slices);
            start = Stopwatch.GetTimestamp();
            await SetsAsync(connection, prefix, trials / slices);
            floors[slice] = Stopwatch.GetElapsedTime(start).TotalSeconds / (trials / slices);
        }
        (double time, double floor) = (Clock.Median(times), Clock.Median(floors));
        table.Add(new($"Redis: a whole trial (start, 3 parameters, end), {(workers == 1 ? "one worker" : $"{workers} trials side by side")} (floor: one SET of {SetLength} bytes)",
            Amounts.Time(time), Amounts.Time(floor), time / floor, "≤ 1 ms", time <= 1e-3));
    }

    private static Task TrialsAsync(Study study, int trials, int workers) => study.OptimizeAsync(
        trial => trial.SuggestDouble("x", 0, 1) + trial.SuggestDouble("y", 0, 1) + trial.SuggestInt("z", 0, 9),
        new() { Trials = trials, Parallelism = workers });

    private static async Task SetsAsync(ConnectionMultiplexer connection, string prefix, int count)
    {
        IDatabase database = connection.GetDatabase();
        byte[] bytes = new byte[SetLength];
        for (int i = 0; i < count; i++) await database.StringSetAsync(prefix + "-bare", bytes);
    }

    private static async Task OpeningAsync(RatioTable table, ConnectionMultiplexer connection, string prefix, int rounds)
    {
        await using (JournalStorage storage = await RedisStorage.OpenAsync(connection, new() { KeyPrefix = prefix, SnapshotInterval = 1_000_000 }))
        {
            await using Study study = await Study.CreateAsync(new() { Name = "stored", Storage = storage, Sampler = new RandomSampler(new() { Seed = 1 }) });
            await study.OptimizeAsync(Studies.Sphere, new() { Trials = Stored, Parallelism = SideBySide });
        }
        double replayed = await OpenManyAsync(1_000_000);
        await OpenAsync(1);
        double restored = await OpenManyAsync(1_000_000);
        table.Add(new($"Redis: opening a study of {Stored:N0} trials of 10 parameters from its snapshot (floor: without one)",
            Amounts.Time(restored), Amounts.Time(replayed), restored / replayed, "≤ 0.5 s", restored <= 0.5));

        async Task<double> OpenManyAsync(int interval)
        {
            await OpenAsync(interval);
            var times = new double[rounds];
            for (int i = 0; i < rounds; i++) times[i] = await OpenAsync(interval);
            return Clock.Median(times);
        }

        async Task<double> OpenAsync(int interval)
        {
            long start = Stopwatch.GetTimestamp();
            await using JournalStorage storage = await RedisStorage.OpenAsync(connection, new() { KeyPrefix = prefix, SnapshotInterval = interval });
            await using Study study = await Study.LoadAsync(new() { Name = "stored", Storage = storage });
            if (study.History.Count != Stored) throw new InvalidOperationException($"The study has {study.History.Count} trials instead of {Stored}.");
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }
}
