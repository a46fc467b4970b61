using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune.Benchmarks.Ratios;

/// <summary>One joint TPE suggestion against its arithmetic, and whole TPE studies beside a native implementation.</summary>
internal static class TpeRatios
{
    private const double Goal = 2;

    // Whole studies of the native implementation on a machine of the same kind; the aim is a fifth of them.
    private static readonly (int Trials, double Seconds)[] Native = [(1_000, 0.87), (5_000, 16.5)];

    // As above, with two objectives; the aim is half a second.
    private const double NativeOfTwo = 2.1, AimOfTwo = 0.5;

    public static void Suggestion(RatioTable table, bool isQuick)
    {
        int rounds = isQuick ? 40 : 200;
        WarmUp();
        foreach (int n in (int[])[1_000, 10_000])
        {
            foreach ((string name, double spread) in ((string, double)[])[("evenly spread", 0), ("near the optimum", 0.7)])
            {
                (double suggestion, double floor) = Measure(n, spread, rounds);
                table.Add(new($"TPE: one joint suggestion, n = {n:N0} trials {name}, d = 10", Amounts.Time(suggestion), Amounts.Time(floor), suggestion / floor, $"≤ {Goal} × floor", suggestion / floor <= Goal));
            }
        }
    }

    /// <summary>Whole studies, until the JIT compiler is done with them.</summary>
    private static void WarmUp() => Clock.WarmUp(() => StudyRatios.Time(new TpeSampler(new() { Seed = 1 }), 500), seconds: 2);

    /// <summary>Each round takes in one more trial, which is part of the suggestion's time, as in a study.</summary>
    private static (double Suggestion, double Floor) Measure(int n, double spread, int rounds)
    {
        var sampler = new TpeSampler(new() { Seed = 1 });
        TrialRecord[] trials = Studies.Trials(n + (rounds / 2), spread);
        int known = n - (rounds / 2);
        HistoryBuilder builder = Studies.Builder(trials[..known]);
        var floor = new TpeFloor(n, Studies.Dimensions);
        var times = new List<double>();
        var floors = new List<double>();
        Clock.WarmUp(() => floor.Run(), seconds: 1.5);
        Clock.WarmUp(() => sampler.SampleRelative(builder.Current, Studies.Context(n), Studies.Space));
        for (int round = 0; round < rounds; round++)
        {
            builder.Apply(Studies.Delta(trials[known++]));
            StudyHistory history = builder.Current;
            TrialContext context = Studies.Context(n + rounds + round);
            SearchSpace space = sampler.InferRelativeSpace(history, context);
            double time = Clock.Once(() => sampler.SampleRelative(history, context, space));
            double least = Clock.Once(() => floor.Run());
            times.Add(time);
            floors.Add(least);
        }
        return (Clock.Median(times), Clock.Median(floors));
    }

    /// <summary>The first proposal on a stored study: everything that is derived from its trials is made at once.</summary>
    public static void First(RatioTable table, bool isQuick)
    {
        TrialRecord[] few = Studies.Trials(500, spread: 0.7);
        Clock.WarmUp(() => Propose(few), seconds: 2);
        foreach (int n in (int[])[1_000, 10_000, 100_000])
        {
            TrialRecord[] trials = Studies.Trials(n, spread: 0.7);
            double[] times = Clock.Medians(isQuick ? 2 : 5, () => Propose(trials), () => Sort(trials));
            table.Add(new($"TPE: first joint suggestion on a stored study of n = {n:N0} trials, d = 10 (floor: read and sort its columns)", Amounts.Time(times[0]), Amounts.Time(times[1]), times[0] / times[1], "", null));
        }

        static void Propose(TrialRecord[] trials)
        {
            StudyHistory history = Studies.Builder(trials).Current;
            var sampler = new TpeSampler(new() { Seed = 1 });
            TrialContext context = Studies.Context(trials.Length);
            sampler.SampleRelative(history, context, sampler.InferRelativeSpace(history, context));
        }

        static void Sort(TrialRecord[] trials)
        {
            StudyHistory history = Studies.Builder(trials).Current;
            foreach (string name in Studies.Names)
            {
                history.TryGetParameter(name, out ParameterColumn column);
                Array.Sort(column.Values.ToArray(), column.Rows.ToArray());
            }
        }
    }

    public static void WholeStudies(RatioTable table, bool isQuick)
    {
        WarmUp();
        foreach ((int trials, double native) in Native)
        {
            int runs = trials > 1_000 || isQuick ? 1 : 3;
            Clock.Span time = Clock.Median([.. Enumerable.Range(0, runs).Select(run => StudyRatios.Time(new TpeSampler(new() { Seed = (ulong)run }), trials))]);
            table.Add(new($"TPE: whole study of {trials:N0} trials, 10 parameters, in memory, one worker (floor: native implementation)", time.ToString(), Amounts.Time(native), time.Wall / native, "≤ 0.2 ×", time.Wall / native <= 0.2));
        }
        TwoObjectives(table, isQuick);
    }

    private static void TwoObjectives(RatioTable table, bool isQuick)
    {
        const int trials = 1_000;
        Run(seed: 100);
        Clock.Span time = Clock.Median([.. Enumerable.Range(0, isQuick ? 1 : 3).Select(Run)]);
        table.Add(new($"TPE: whole study of {trials:N0} trials, 2 objectives, 10 parameters, in memory, one worker (floor: native implementation)", time.ToString(), Amounts.Time(NativeOfTwo), time.Wall / NativeOfTwo, $"≤ {Amounts.Time(AimOfTwo)}", time.Wall <= AimOfTwo));

        static Clock.Span Run(int seed)
        {
            GC.Collect();
            using Study study = Study.Create(new() { Directions = [Direction.Minimize, Direction.Minimize], Sampler = new TpeSampler(new() { Seed = (ulong)seed }) });
            return Clock.OnceByBoth(() => study.Optimize(Studies.TwoSpheres, new() { Trials = trials }));
        }
    }
}
