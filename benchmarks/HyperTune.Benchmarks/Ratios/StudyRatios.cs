using HyperTune.History;
using HyperTune.Samplers;

namespace HyperTune.Benchmarks.Ratios;

/// <summary>Whole studies in memory: what the library itself costs when neither sampler nor objective does.</summary>
internal static class StudyRatios
{
    private const int Trials = 100_000;

    public static void Random(RatioTable table, bool isQuick)
    {
        int runs = isQuick ? 1 : 3;
        Time(new RandomSampler(), Trials / 2);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        Clock.Span time = Clock.Median([.. Enumerable.Range(0, runs).Select(run => Time(new RandomSampler(new() { Seed = (ulong)run }), Trials))]);
        double allocated = (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)runs / Trials;
        table.Add(new($"Random: {Trials:N0} trials of 10 parameters, in memory, everything recorded", time.ToString(), "-", null, "≤ 0.5 s", time.Wall <= 0.5));
        table.Add(new("Random: bytes allocated per trial of the same", Amounts.Bytes(allocated), "-", null, "< 3 kB", allocated < 3000));
    }

    public static void Memory(RatioTable table)
    {
        long before = LiveBytes();
        Study study = Run(new RandomSampler(new() { Seed = 1 }), Trials);
        double whole = LiveBytes() - before;
        GC.KeepAlive(study);
        study.Dispose();
        table.Add(new($"Memory: live bytes of a study of {Trials:N0} trials of 10 parameters, its storage included", Amounts.Bytes(whole), "-", null, "≤ 100 MB", whole <= 100e6));
        TrialRecord[]? trials = Studies.Trials(Trials);
        before = LiveBytes();
        HistoryBuilder builder = Studies.Builder(trials);
        double columns = LiveBytes() - before;
        GC.KeepAlive(trials);
        table.Add(new("Memory: of this, what the history adds to the trials' records", Amounts.Bytes(columns), Amounts.Bytes(Trials * 10.0 * sizeof(double)), columns / (Trials * 10.0 * sizeof(double)), "", null));
        GC.KeepAlive(builder);
    }

    public static Clock.Span Time(ISampler sampler, int trials)
    {
        GC.Collect();
        using Study study = Study.Create(new() { Sampler = sampler });
        Clock.Span time = Clock.OnceByBoth(() => study.Optimize(Studies.Sphere, new() { Trials = trials }));
        if (study.History.Count != trials) throw new InvalidOperationException($"The study has {study.History.Count} trials instead of {trials}.");
        return time;
    }

    private static Study Run(ISampler sampler, int trials)
    {
        Study study = Study.Create(new() { Sampler = sampler });
        study.Optimize(Studies.Sphere, new() { Trials = trials });
        return study;
    }

    private static long LiveBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
