using System.Diagnostics;

namespace HyperTune.Benchmarks.Ratios;

/// <summary>Takes times so that neighbours on the machine disturb ratios as little as possible: by turns, then the median.</summary>
internal static class Clock
{
    public static double Once(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Time by the wall and by the processors (all threads of the process), which neighbours on the machine disturb less.</summary>
    public static Span OnceByBoth(Action action)
    {
        using var process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        double wall = Once(action);
        process.Refresh();
        return new(wall, (process.TotalProcessorTime - before).TotalSeconds);
    }

    public static Span Median(IReadOnlyList<Span> spans) => new(Median(spans.Select(span => span.Wall)), Median(spans.Select(span => span.Processor)));

    /// <summary>Repeats an action until the JIT compiler is done with it.</summary>
    public static void WarmUp(Action action, double seconds = 0.5)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds) action();
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The median time of each of several actions that take turns.</summary>
    public static double[] Medians(int rounds, params IReadOnlyList<Action> actions)
    {
        double[][] times = [.. actions.Select(_ => new double[rounds])];
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < actions.Count; i++) times[i][round] = Once(actions[i]);
        }
        return [.. times.Select(Median)];
    }

    /// <summary>Seconds by the wall and by the processors.</summary>
    public readonly record struct Span(double Wall, double Processor)
    {
        public override string ToString() => $"{Amounts.Time(Wall)} ({Amounts.Time(Processor)})";
    }
}
