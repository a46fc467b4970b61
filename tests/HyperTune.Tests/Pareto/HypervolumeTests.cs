using CsCheck;
using HyperTune.History;
using HyperTune.Testing;

namespace HyperTune.Tests.Pareto;

public sealed class HypervolumeTests
{
    [Fact]
    public void History_is_the_volume_of_the_trials_up_to_each() =>
        (from set in PointSets.Of(1, 5, 25)
         from isMaximized in Gen.Bool.Array[set.Objectives]
         from violations in Gen.Int[-2, 1].Array[set.Rows.Length]
         from seed in Gen.Int[0, 1000]
         select (set, isMaximized, violations, seed)).Sample((set, isMaximized, violations, seed) =>
        {
            Direction[] directions = [.. isMaximized.Select(flag => flag ? Direction.Maximize : Direction.Minimize)];
            var scenario = new HistoryScenario(directions);
            for (int i = 0; i < set.Rows.Length; i++)
            {
                scenario.Add(new()
                {
                    Values = [.. set.Rows[i].Select((value, k) => isMaximized[k] ? -value : value)],
                    Constraints = new Dictionary<string, double> { ["c"] = violations[i] },
                });
            }
            scenario.Add(new() { State = TrialState.Failed }).Add(new() { State = TrialState.Running });
            double[] reference = [.. isMaximized.Select(flag => flag ? -1.125 : 1.125)];

            // However they arrived, in order of number.
            IReadOnlyList<HypervolumePoint> points = Hypervolume.History(scenario.BuildInParts(seed)[^1], reference);

            Assert.Equal(Enumerable.Range(0, set.Rows.Length), points.Select(point => point.Number));
            for (int count = 1; count <= points.Count; count++)
                Assert.Equal(Hypervolume.Of(scenario.Trials.Take(count), directions, reference), points[count - 1].Volume, 1e-12);
            StudyHistory history = scenario.Build();
            Assert.Equal(Hypervolume.Of(scenario.Trials, directions, reference), ParetoFront.Of(history).Hypervolume(reference), 1e-12);
        });

    [Fact]
    public void Infinitely_good_values_make_it_infinite()
    {
        var scenario = new HistoryScenario(Direction.Minimize, Direction.Maximize);
        scenario.Add(new() { Values = [0, 1] }).Add(new() { Values = [double.NegativeInfinity, 0.5] }).Add(new() { Values = [0, 2] });
        Assert.Equal([1, double.PositiveInfinity, double.PositiveInfinity], Hypervolume.History(scenario.Build(), 1, 0).Select(point => point.Volume));
    }

    [Fact]
    public void Reference_point_lies_beyond_the_worst_feasible_values()
    {
        var scenario = new HistoryScenario(Direction.Minimize, Direction.Maximize, Direction.Maximize);
        Assert.Throws<InvalidOperationException>(() => Hypervolume.ReferencePointOf(scenario.Build()));
        scenario.Add(new() { Values = [10, 0.5, -2] }).Add(new() { Values = [4, 0.25, -1] });
        scenario.Add(new() { Values = [99, -99, -99], Constraints = new Dictionary<string, double> { ["c"] = 1 } });
        IReadOnlyList<double> reference = Hypervolume.ReferencePointOf(scenario.Build());
        Assert.Equal(11, reference[0], 1e-12);
        Assert.Equal(0.225, reference[1], 1e-12);
        Assert.Equal(-2.2, reference[2], 1e-12);
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        Direction[] directions = [Direction.Minimize, Direction.Maximize];
        StudyHistory history = new HistoryScenario(directions).Build();
        Assert.Equal(0, Hypervolume.Of((double[][])[], directions, 1, 1));
        Assert.Empty(Hypervolume.History(history, 1, 0));
        Assert.Throws<ArgumentException>(() => Hypervolume.Of([[1, 2, 3]], directions, 1, 1));
        Assert.Throws<ArgumentException>(() => Hypervolume.Of([[1, double.NaN]], directions, 1, 1));
        Assert.Throws<ArgumentException>(() => Hypervolume.Of([[1, 2]], directions, 1));
        Assert.Throws<ArgumentException>(() => Hypervolume.Of([[1, 2]], directions, 1, double.NaN));
        Assert.Throws<ArgumentException>(() => Hypervolume.Of([[1, 2]], [], 1, 1));
        Assert.Throws<ArgumentException>(() => Hypervolume.History(history, 1));
        Assert.Throws<ArgumentNullException>(() => Hypervolume.History(null!, 1, 1));
    }
}
