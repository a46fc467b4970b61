using System.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace HyperTune.Benchmarks.Ratios;

/// <summary>The journal file beside bare appends to a file in the same folder, each flushed to the disk.</summary>
internal static class JournalRatios
{
    private const int SideBySide = 16, Stored = 10_000, Many = 100_000, WarmUpTrials = 3_000, Window = 2_000;

    /// <summary>Bytes of a bare append: those of a trial's end and the next one's start with three parameters.</summary>
    private const int AppendLength = 1200;

    public static string Durability => "Journal file: each group and each bare append is flushed to the disk, where a figure does not say otherwise, files in the temporary folder.";

    public static async Task RunAsync(RatioTable table, bool isQuick)
    {
        string folder = Directory.CreateTempSubdirectory("hypertune-ratios-").FullName;
        try
        {
            await WholeTrialsAsync(table, folder, workers: 1, trials: isQuick ? 500 : 1500);
            await WholeTrialsAsync(table, folder, SideBySide, trials: isQuick ? 800 : 3200);
            await OpeningAsync(table, folder, rounds: isQuick ? 3 : 7);
            if (!isQuick) await FlatCostAsync(table, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task WholeTrialsAsync(RatioTable table, string folder, int workers, int trials)
    {
        const int slices = 5;
        await using JournalStorage storage = await JournalStorage.OpenFileAsync(Path.Combine(folder, $"trials{workers}.log"));
        await using Study study = await Study.CreateAsync(new() { Name = "ratios", Storage = storage, Sampler = new RandomSampler(new() { Seed = 1 }) });
        using SafeFileHandle bare = File.OpenHandle(Path.Combine(folder, $"bare{workers}"), FileMode.Create, FileAccess.Write);
        await TrialsAsync(study, WarmUpTrials, workers);
        Appends(bare, trials);
        var times = new double[slices];
        var floors = new double[slices];
        for (int slice = 0; slice < slices; slice++)
        {
            long start = Stopwatch.GetTimestamp();
            await TrialsAsync(study, trials / slices, workers);
            times[slice] = Stopwatch.GetElapsedTime(start).TotalSeconds / (trials / slices);
            floors[slice] = Clock.Once(() => Appends(bare, trials / slices)) / (trials / slices);
        }
        (double time, double floor) = (Clock.Median(times), Clock.Median(floors));
        table.Add(new($"Journal: a whole trial (start, 3 parameters, end), {(workers == 1 ? "one worker" : $"{workers} trials side by side")} (floor: append and flush of {AppendLength} bytes)",
            Amounts.Time(time), Amounts.Time(floor), time / floor, workers == 1 ? "≤ 3 appends" : "< 1 append", workers == 1 ? time <= 3 * floor : time < floor));
    }

    private static Task TrialsAsync(Study study, int trials, int workers) => study.OptimizeAsync(
        trial => trial.SuggestDouble("x", 0, 1) + trial.SuggestDouble("y", 0, 1) + trial.SuggestInt("z", 0, 9),
        new() { Trials = trials, Parallelism = workers });

    private static void Appends(SafeFileHandle file, int count)
    {
        byte[] bytes = new byte[AppendLength];
        for (int i = 0; i < count; i++)
        {
            RandomAccess.Write(file, bytes, RandomAccess.GetLength(file));
            RandomAccess.FlushToDisk(file);
        }
    }

    private static async Task OpeningAsync(RatioTable table, string folder, int rounds)
    {
        string path = Path.Combine(folder, "stored.log"), snapshot = path + ".hypertune.snapshot";
        await FillAsync(path, Stored);
        File.Delete(snapshot);
        var replays = new double[rounds];
        var restores = new double[rounds];
        var floors = new double[rounds];
        for (int round = -1; round < rounds; round++)
        {
            double replay = await OpenAsync(path, new() { SnapshotInterval = 1_000_000 });
            if (round < 0) await OpenAsync(path, new() { SnapshotInterval = 1 });
            string kept = snapshot + ".kept";
            if (round < 0) File.Move(snapshot, kept);
            File.Copy(kept, snapshot);
            double restore = await OpenAsync(path, new());
            File.Delete(snapshot);
            double floor = Clock.Once(() => File.ReadAllText(path));
            if (round >= 0) (replays[round], restores[round], floors[round]) = (replay, restore, floor);
        }
        (double replayed, double restored, double read) = (Clock.Median(replays), Clock.Median(restores), Clock.Median(floors));
        table.Add(new($"Journal: opening a study of {Stored:N0} trials of 10 parameters without a snapshot (floor: reading the text)", Amounts.Time(replayed), Amounts.Time(read), replayed / read, "≤ 3 × floor", replayed <= 3 * read));
        table.Add(new($"Journal: opening it with a snapshot", Amounts.Time(restored), Amounts.Time(read), restored / read, "≤ 0.5 s", restored <= 0.5));
    }

    private static async Task FillAsync(string path, int trials)
    {
        await using JournalStorage storage = await JournalStorage.OpenFileAsync(path, new() { FlushToDisk = false });
        await using Study study = await Study.CreateAsync(new() { Name = "stored", Storage = storage, Sampler = new RandomSampler(new() { Seed = 1 }) });
        await study.OptimizeAsync(Studies.Sphere, new() { Trials = trials, Parallelism = SideBySide });
    }

    private static async Task<double> OpenAsync(string path, JournalFileOptions options)
    {
        long start = Stopwatch.GetTimestamp();
        await using JournalStorage storage = await JournalStorage.OpenFileAsync(path, options);
        await using Study study = await Study.LoadAsync(new() { Name = "stored", Storage = storage });
        if (study.History.Count != Stored) throw new InvalidOperationException($"The study has {study.History.Count} trials instead of {Stored}.");
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The cost of a trial early and late in a long study, snapshots included.</summary>
    private static async Task FlatCostAsync(RatioTable table, string folder)
    {
        await using JournalStorage storage = await JournalStorage.OpenFileAsync(Path.Combine(folder, "many.log"), new() { FlushToDisk = false });
        await using Study study = await Study.CreateAsync(new() { Name = "many", Storage = storage, Sampler = new RandomSampler(new() { Seed = 1 }) });
        await TrialsAsync(study, WarmUpTrials, 1);
        double early = await WindowAsync();
        await TrialsAsync(study, Many - WarmUpTrials - (2 * Window), SideBySide);
        double late = await WindowAsync();
        table.Add(new($"Journal: a trial after {Many:N0} trials, not flushed (floor: one after {WarmUpTrials:N0})", Amounts.Time(late), Amounts.Time(early), late / early, "≤ 1.5 × floor", late / early <= 1.5));

        async Task<double> WindowAsync()
        {
            long start = Stopwatch.GetTimestamp();
            await TrialsAsync(study, Window, 1);
            return Stopwatch.GetElapsedTime(start).TotalSeconds / Window;
        }
    }
}
