using CsCheck;
using HyperTune.History;
using HyperTune.Numerics;
using HyperTune.Testing;

namespace HyperTune.Tests.History;

public sealed class StepStatisticsTests
{
    private static readonly Gen<double> Report = Gen.Frequency((12, Gen.Int[-5, 5].Select(value => (double)value)), (12, Gen.Double[-1, 1]), (1, Gen.OneOf(double.NaN, double.PositiveInfinity)));

    private static readonly Gen<ScenarioTrial> Trial =
        from state in Gen.OneOf(TrialState.Complete, TrialState.Complete, TrialState.Complete, TrialState.Pruned, TrialState.Failed, TrialState.Running)
        from reports in Gen.Select(Gen.Long[0, 6], Report, Report).Array[0, 6]
        select new ScenarioTrial { State = state, Reports = [.. reports.Select(report => (report.Item1, (ObjectiveValues)(report.Item2, report.Item3)))] };

    [Fact]
    public void The_view_equals_a_full_computation_at_every_snapshot_old_and_new() =>
        Gen.Select(Trial.Array[0, 40], Gen.Int[0, 1000]).Sample((trials, seed) =>
        {
            var scenario = new HistoryScenario(Direction.Minimize, Direction.Maximize);
            foreach (ScenarioTrial trial in trials) scenario.Add(trial);
            IReadOnlyList<StudyHistory> snapshots = scenario.BuildInParts(seed);
            foreach (StudyHistory snapshot in snapshots) Check(snapshot);
            foreach (StudyHistory snapshot in snapshots) Check(snapshot);
        });

    [Fact]
    public void A_decision_costs_no_more_at_a_hundred_thousand_trials_than_the_lookup()
    {
        // Counted in bytes allocated, which unlike time is the same on every machine: nothing that grows with the trials is copied.
        long small = BytesOfLookup(Grown(100)), large = BytesOfLookup(Grown(100_000));
        Assert.InRange(large, 0, small + 64);

        static StudyHistory Grown(int trials)
        {
            var builder = new HistoryBuilder(new StudyRecord { Id = new StudyId(1), Name = "grown", Directions = [Direction.Minimize] });
            TrialRecord[] records = [.. Enumerable.Range(0, trials).Select(i => new TrialRecord
            {
                Id = new TrialId(i + 1),
                Number = i,
                State = TrialState.Complete,
                Values = [0],
                IntermediateValues = IntermediateValues.Of([new(0, i * 7919 % 10_007), new(1, i)]),
            })];
            return builder.Apply(new StudyDelta { Cursor = StudyCursor.Start, Trials = records });
        }

        static long BytesOfLookup(StudyHistory history)
        {
            for (int i = 0; i < 100; i++) _ = StepStatistics.At(history, 0, 1).Percentile(50);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++) _ = StepStatistics.At(history, 0, 1).Percentile(50);
            return (GC.GetAllocatedBytesForCurrentThread() - before) / 100;
        }
    }

    [Fact]
    public void A_report_without_the_objective_is_left_out()
    {
        var scenario = new HistoryScenario(Direction.Minimize, Direction.Minimize);
        scenario.Add(new() { Reports = [(0, (1.0, 2.0)), (1, 3.0)] });
        scenario.Add(new() { Reports = [(0, 5.0)], SystemAttributes = AttributeSet.Empty.With("hypertune:report:0", "foreign") });
        StudyHistory history = scenario.Build();
        Assert.Equal(2, StepStatistics.At(history, 0, 0).Count);
        Assert.Equal(1, StepStatistics.At(history, 1, 0).Count);
        Assert.Equal(0, StepStatistics.At(history, 1, 1).Count);
    }

    private static void Check(StudyHistory history)
    {
        for (int objective = 0; objective < 2; objective++)
        {
            for (long step = 0; step <= 7; step++)
            {
                OrderedValues values = StepStatistics.At(history, objective, step);
                double[] all = Naive(history, objective, step);
                double[] expected = [.. all.Where(value => !double.IsNaN(value)).Order()];
                var actual = new double[values.Count];
                values.CopyTo(actual);
                Assert.Equal(expected, actual);
                Assert.Equal(all.Length - expected.Length, values.NanCount);
            }
        }
    }

    private static double[] Naive(StudyHistory history, int objective, long step)
    {
        var losses = new List<double>();
        for (int row = 0; row < history.Count; row++)
        {
            TrialRecord trial = history[row];
            if (trial.State != TrialState.Complete || !trial.IntermediateValues.ContainsKey(step)) continue;
            losses.Add(objective == 0 ? trial.IntermediateValues[step] : -trial.SystemAttributes[$"hypertune:report:{step}"].Items[objective].AsDouble());
        }
        return [.. losses];
    }
}
