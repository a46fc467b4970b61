using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune.Benchmarks.Ratios;

/// <summary>One suggestion of the Gaussian process sampler, fit and search together.</summary>
internal static class GpRatios
{
    private const double Allowed = 0.030;

    public static void Suggestion(RatioTable table, bool isQuick)
    {
        int rounds = isQuick ? 20 : 60;
        Clock.WarmUp(() => StudyRatios.Time(new GpSampler(new() { Seed = 1 }), 100), seconds: 2);
        foreach (int n in (int[])[50, 200, 1_000])
        {
            double time = Clock.Median(Measure(n, rounds));
            bool hasGoal = n <= 200;
            table.Add(new(
                $"GP: one suggestion, fit included, n = {n:N0} trials, d = 10", Amounts.Time(time), hasGoal ? Amounts.Time(Allowed) : "-",
                hasGoal ? time / Allowed : null, hasGoal ? "≤ 1" : "", hasGoal ? time <= Allowed : null));
        }
    }

    /// <summary>Each round takes in one more trial with the note of its fit, as in a study, and refits anew.</summary>
    private static IEnumerable<double> Measure(int n, int rounds)
    {
        var sampler = new GpSampler(new() { Seed = 1 });
        TrialRecord[] trials = Studies.Trials(n + rounds, 1);
        HistoryBuilder builder = Studies.Builder(trials[..n]);
        for (int round = 0; round < rounds; round++)
        {
            StudyHistory history = builder.Current;
            TrialContext context = Studies.Context(n + round);
            SearchSpace space = sampler.InferRelativeSpace(history, context);
            yield return Clock.Once(() => sampler.SampleRelative(history, context, space));
            builder.Apply(Studies.Delta(trials[n + round] with { SystemAttributes = context.SystemAttributes }));
        }
    }
}
