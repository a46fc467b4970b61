using HyperTune.Numerics;
using HyperTune.Samplers.Evolution.Selection;

namespace HyperTune.Benchmarks.Ratios;

/// <summary>The genetic samplers: whole studies, and one selection of the parents.</summary>
internal static class EvolutionRatios
{
    private const int Points = 1000, Objectives = 3;

    // A native implementation takes 0.055 s and 10.7 s on a machine of the same kind.
    private static readonly (int Trials, double Goal)[] Studies = [(1_000, 0.055), (20_000, 0.6)];

    public static void WholeStudies(RatioTable table, bool isQuick)
    {
        // The JIT compiler needs some ten thousand trials to be done.
        Clock.WarmUp(() => Time(1, 20_000), seconds: 3);
        foreach ((int trials, double goal) in Studies)
        {
            Clock.Span time = Clock.Median([.. Enumerable.Range(0, isQuick ? 1 : 5).Select(run => Time((ulong)run, trials))]);
            table.Add(new($"NSGA-II: whole study of {trials:N0} trials, 10 parameters, 2 objectives, in memory, one worker", time.ToString(), "-", null, $"≤ {Amounts.Time(goal)}", time.Wall <= goal));
        }
    }

    public static void Selection(RatioTable table, bool isQuick)
    {
        var random = RandomStream.Create(3, 0, "benchmark");
        double[] losses = new double[Points * Objectives], violations = new double[Points];
        random.Fill(losses);
        double[] directions = [.. Enumerable.Range(0, 66).SelectMany(_ => (double[])[random.NextDouble(), random.NextDouble(), random.NextDouble()])];
        double[] times = Clock.Medians(
            isQuick ? 5 : 50,
            () => NsgaIISelection.Elite(losses, Objectives, violations, Points / 2, out _),
            () => NsgaIIISelection.Elite(losses, Objectives, violations, Points / 2, directions, random, out _));
        const double Goal = 0.02;
        table.Add(new($"NSGA-II: selection of half of {Points:N0} points of {Objectives} objectives", Amounts.Time(times[0]), "-", null, $"≤ {Amounts.Time(Goal)}", times[0] <= Goal));
        table.Add(new("NSGA-III: the same, 66 reference directions", Amounts.Time(times[1]), "-", null, $"≤ {Amounts.Time(Goal)}", times[1] <= Goal));
    }

    private static Clock.Span Time(ulong seed, int trials)
    {
        GC.Collect();
        using Study study = Study.Create(new() { Sampler = new NsgaIISampler(new() { Seed = seed }), Directions = [Direction.Minimize, Direction.Minimize] });
        Clock.Span time = Clock.OnceByBoth(() => study.Optimize(Benchmarks.Studies.TwoSpheres, new() { Trials = trials }));
        if (study.History.Count != trials) throw new InvalidOperationException($"The study has {study.History.Count} trials instead of {trials}.");
        return time;
    }
}
