using System.Globalization;
using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune.Benchmarks;

/// <summary>Inputs of benchmarks: histories of any length and whole studies, all from fixed seeds.</summary>
internal static class Studies
{
    public const int Dimensions = 10;

    public static readonly string[] Names = [.. Enumerable.Range(0, Dimensions).Select(i => $"x{i}")];

    private static readonly DateTimeOffset Start = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A study that minimizes one value.</summary>
    public static StudyRecord Record { get; } = new() { Id = new StudyId(1), Name = "benchmark", Directions = [Direction.Minimize] };

    /// <summary>Ten ranges of doubles from -5 to 5.</summary>
    public static SearchSpace Space { get; } =
        Names.Aggregate(SearchSpace.Empty, (space, name) => space.AddDouble(name, -5, 5));

    /// <summary>The objective of whole studies: the sphere in ten dimensions.</summary>
    public static double Sphere(Trial trial)
    {
        double sum = 0;
        foreach (string name in Names)
        {
            double x = trial.SuggestDouble(name, -5, 5);
            sum += x * x;
        }
        return sum;
    }

    /// <summary>Two spheres whose centres lie apart: the front is the segment between them.</summary>
    public static ObjectiveValues TwoSpheres(Trial trial)
    {
        double first = 0, second = 0;
        foreach (string name in Names)
        {
            double x = trial.SuggestDouble(name, -5, 5);
            first += (x - 1) * (x - 1);
            second += (x + 1) * (x + 1);
        }
        return (first, second);
    }

    /// <summary>A finished trial of the sphere.</summary>
    /// <param name="schema">Where the parameters begin.</param>
    /// <param name="number">The trial's number.</param>
    /// <param name="spread">0 for points spread evenly; else the standard deviation of points near the optimum.</param>
    public static TrialRecord Trial(ParameterSchema schema, int number, double spread = 0)
    {
        var random = Numerics.RandomStream.Create(7, number, "benchmark");
        var values = new double[Dimensions];
        double sum = 0;
        for (int i = 0; i < Dimensions; i++)
        {
            values[i] = spread == 0 ? (10 * random.NextDouble()) - 5 : Math.Clamp(spread * random.NextNormal(), -5, 5);
            sum += values[i] * values[i];
            schema = schema.Append(Names[i], Space[i].Distribution);
        }
        return new TrialRecord
        {
            Id = new TrialId(number + 1),
            Number = number,
            State = TrialState.Complete,
            Values = [sum],
            Parameters = new ParameterSet(schema, values),
            StartedAt = Start.AddSeconds(number),
            CompletedAt = Start.AddSeconds(number + 1),
        };
    }

    /// <summary>Finished trials from 0 on.</summary>
    public static TrialRecord[] Trials(int count, double spread = 0)
    {
        ParameterSchema root = ParameterSchema.CreateRoot();
        return [.. Enumerable.Range(0, count).Select(number => Trial(root, number, spread))];
    }

    /// <summary>A builder that has taken in the trials.</summary>
    public static HistoryBuilder Builder(IReadOnlyList<TrialRecord> trials)
    {
        var builder = new HistoryBuilder(Record);
        builder.Apply(Delta(trials));
        return builder;
    }

    public static StudyDelta Delta(params IReadOnlyList<TrialRecord> trials) => new() { Cursor = StudyCursor.Start, Trials = trials };

    /// <summary>What a sampler sees of a trial that has just started.</summary>
    public static TrialContext Context(int number, ulong seed = 1)
    {
        var started = new TrialRecord { Id = new TrialId(number + 1), Number = number, State = TrialState.Running, StartedAt = Start };
        return new TrialContext(new TrialBuffer(started), seed, ParameterSet.Empty);
    }

    /// <summary>What a pruner sees of a trial that has reported a value at each step from 0 on.</summary>
    public static TrialContext Reporting(int number, params ReadOnlySpan<double> reports)
    {
        var started = new TrialRecord { Id = new TrialId(number + 1), Number = number, State = TrialState.Running, StartedAt = Start };
        var buffer = new TrialBuffer(started);
        for (int step = 0; step < reports.Length; step++) buffer.TryAddReport(step, reports[step]);
        return new TrialContext(buffer, 1, ParameterSet.Empty);
    }

    /// <summary>Finished trials that reported a falling curve of a few steps and noted its values at the rungs 1, 2, 4, 8 …</summary>
    public static TrialRecord[] Curves(int count, int steps)
    {
        var trials = new TrialRecord[count];
        for (int number = 0; number < count; number++)
        {
            var random = Numerics.RandomStream.Create(11, number, "curve");
            double level = random.NextDouble();
            var reports = new KeyValuePair<long, double>[steps];
            for (int step = 0; step < steps; step++) reports[step] = new(step, level + (1.0 / (1 + step)));
            AttributeSet notes = AttributeSet.Empty;
            for (int rung = 0; 1 << rung < steps; rung++) notes = notes.With(string.Create(CultureInfo.InvariantCulture, $"completed_rung_{rung}"), reports[1 << rung].Value);
            trials[number] = new TrialRecord
            {
                Id = new TrialId(number + 1),
                Number = number,
                State = TrialState.Complete,
                Values = [reports[^1].Value],
                IntermediateValues = IntermediateValues.Of(reports),
                SystemAttributes = notes,
                StartedAt = Start,
                CompletedAt = Start,
            };
        }
        return trials;
    }
}
