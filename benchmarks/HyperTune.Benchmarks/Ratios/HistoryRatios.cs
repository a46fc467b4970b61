using HyperTune.History;
using HyperTune.Pruners;
using HyperTune.Trials;

namespace HyperTune.Benchmarks.Ratios;

/// <summary>Costs that must not grow with the number of stored trials.</summary>
internal static class HistoryRatios
{
    private const int Few = 100, Many = 100_000, Steps = 10, Repeats = 1_000;

    public static void Pruner(RatioTable table, bool isQuick)
    {
        (string Name, IPruner Pruner)[] pruners =
        [
            ("Median pruner", new MedianPruner()),
            ("Wilcoxon pruner", new WilcoxonPruner()),
            ("Successive halving", new SuccessiveHalvingPruner(new() { MinResource = 1, ReductionFactor = 2 })),
            ("Hyperband", new HyperbandPruner(new() { MaxResource = 8, ReductionFactor = 2 })),
            ("PASHA", new PashaPruner(new() { MinResource = 1, ReductionFactor = 2 })),
        ];
        StudyHistory few = Studies.Builder(Studies.Curves(Few, Steps)).Current, many = Studies.Builder(Studies.Curves(Many, Steps)).Current;
        double[] reports = [.. Enumerable.Range(0, 6).Select(step => 0.5 + (1.0 / (1 + step)))];
        foreach ((string name, IPruner pruner) in pruners)
        {
            // Asked again about one report, pruners with rungs judge its rung again.
            TrialContext trial = Studies.Reporting(Many + 1, reports);
            double[] times = Clock.Medians(isQuick ? 20 : 100, Judge(pruner, few, trial), Judge(pruner, many, trial));
            table.Add(new($"{name}: one decision with {Many:N0} trials (floor: with {Few})", Amounts.Time(times[1] / Repeats), Amounts.Time(times[0] / Repeats), times[1] / times[0], "≤ 2 × (no growth)", times[1] / times[0] <= 2));
        }

        static Action Judge(IPruner pruner, StudyHistory history, TrialContext trial) => () =>
        {
            for (int i = 0; i < Repeats; i++) pruner.ShouldPrune(history, trial);
        };
    }

    /// <summary>In batches, since one append is shorter than some clocks can tell.</summary>
    public static void Snapshot(RatioTable table, bool isQuick)
    {
        const int batch = 100;
        int batches = isQuick ? 20 : 100;
        TrialRecord[] trials = Studies.Trials(Many + (batch * batches));
        var deltas = Array.ConvertAll(trials, trial => Studies.Delta(trial));
        // The history of few is made anew for each batch, so that it stays small.
        HistoryBuilder many = Studies.Builder(trials[..Many]);
        var fewTimes = new double[batches];
        var manyTimes = new double[batches];
        for (int i = 0; i < batches; i++)
        {
            HistoryBuilder few = Studies.Builder(trials[..Few]);
            fewTimes[i] = Clock.Once(() => Append(few, Few)) / batch;
            manyTimes[i] = Clock.Once(() => Append(many, Many + (i * batch))) / batch;
        }
        (double small, double large) = (Clock.Median(fewTimes), Clock.Median(manyTimes));
        table.Add(new($"History: append one trial and publish a snapshot at {Many:N0} trials (floor: at {Few})", Amounts.Time(large), Amounts.Time(small), large / small, "≤ 2 × (no growth)", large / small <= 2));

        void Append(HistoryBuilder builder, int first)
        {
            for (int i = 0; i < batch; i++) builder.Apply(deltas[first + i]);
        }
    }
}
