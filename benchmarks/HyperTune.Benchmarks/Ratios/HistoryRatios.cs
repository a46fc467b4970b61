using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune.Benchmarks.Ratios;

/// <summary>Costs that must not grow with the number of stored trials.</summary>
internal static class HistoryRatios
{
    private const int Few = 100, Many = 100_000, Steps = 10, Repeats = 1_000;

    public static void Pruner(RatioTable table, bool isQuick)
    {
        var pruner = new MedianPruner();
        StudyHistory few = Studies.Builder(Studies.Curves(Few, Steps)).Current, many = Studies.Builder(Studies.Curves(Many, Steps)).Current;
        double[] reports = [.. Enumerable.Range(0, 6).Select(step => 0.5 + (1.0 / (1 + step)))];
        TrialContext trial = Studies.Reporting(Many + 1, reports);
        double[] times = Clock.Medians(isQuick ? 20 : 100, Judge(few), Judge(many));
        table.Add(new($"Median pruner: one decision with {Many:N0} trials (floor: with {Few})", Amounts.Time(times[1] / Repeats), Amounts.Time(times[0] / Repeats), times[1] / times[0], "≤ 2 × (no growth)", times[1] / times[0] <= 2));

        Action Judge(StudyHistory history) => () =>
        {
            for (int i = 0; i < Repeats; i++) pruner.ShouldPrune(history, trial);
        };
    }

    public static void Snapshot(RatioTable table, bool isQuick)
    {
        int count = isQuick ? 2_000 : 10_000;
        TrialRecord[] trials = Studies.Trials(Many + count);
        HistoryBuilder few = Studies.Builder(trials[..Few]), many = Studies.Builder(trials[..Many]);
        var fewTimes = new double[count];
        var manyTimes = new double[count];
        for (int i = 0; i < count; i++)
        {
            StudyDelta first = Studies.Delta(trials[Few + i]), second = Studies.Delta(trials[Many + i]);
            fewTimes[i] = Clock.Once(() => few.Apply(first));
            manyTimes[i] = Clock.Once(() => many.Apply(second));
        }
        (double small, double large) = (Clock.Median(fewTimes), Clock.Median(manyTimes));
        table.Add(new($"History: append one trial and publish a snapshot at {Many:N0} trials (floor: at {Few})", Amounts.Time(large), Amounts.Time(small), large / small, "≤ 2 × (no growth)", large / small <= 2));
    }
}
