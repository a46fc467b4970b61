using CsCheck;
using HyperTune.Testing;

namespace HyperTune.Tests.Pareto;

public sealed class ParetoFrontTests
{
    // Accuracy is maximized, latency minimized. Trial 5 is dominated, 6 infeasible.
    private static readonly ParetoFront Front = Named(
        [Direction.Maximize, Direction.Minimize], ["accuracy", "latency"], [0.80, 10], [0.90, 20], [0.92, 30], [0.94, 80], [0.95, 160], [0.90, 30]);

    [Fact]
    public void Where_keeps_what_is_within_the_limits()
    {
        Assert.Equal([0, 1, 2, 3, 4], Numbers(Front));
        Assert.Equal([1, 2, 3, 4], Numbers(Front.Where("accuracy", atLeast: 0.90)));
        Assert.Equal([1, 2], Numbers(Front.Where("accuracy", atLeast: 0.90).Where("latency", atMost: 50)));
        Assert.Equal([1, 2], Numbers(Front.Where(1, atLeast: 20, atMost: 40)));
        Assert.Equal([3], Numbers(Front.Where(trial => trial.Number == 3)));
        Assert.Empty(Front.Where("accuracy", atLeast: 0.99));
        Assert.Equal("2 of 5 trial(s) with 'accuracy' ≥ 0.9, 'latency' ≤ 50", Front.Where("accuracy", atLeast: 0.90).Where("latency", atMost: 50).ToString());
        Assert.Equal("5 trial(s)", Front.ToString());
    }

    [Fact]
    public void NearBest_keeps_what_is_within_the_tolerance()
    {
        Assert.Equal([2, 3, 4], Numbers(Front.NearBest("accuracy", within: 0.0301)));
        Assert.Equal([0], Numbers(Front.NearBest("latency", within: 0)));
        Assert.Equal([0, 1], Numbers(Front.NearBest("latency", within: 10)));
        Assert.Equal([2], Numbers(Front.NearBest("accuracy", within: 0.0301).NearBest("latency", within: 10)));
    }

    [Fact]
    public void Knee_lies_at_the_bend()
    {
        // Scaled losses: (1, 0), (1/3, 1/15), (0.2, 0.2), (1/15, 7/15), (0, 1).
        // Sums of scaled losses: 1, 0.4, 0.33, 0.53, 1.
        Assert.Equal(2, Front.Knee().Number);
        // Without the first trial the scales are others: 1, 0.67, 0.63, 1.
        Assert.Equal(3, Front.Where("accuracy", atLeast: 0.90).Knee().Number);
    }

    [Fact]
    public void Weights_trade_scaled_metrics()
    {
        Assert.Equal(Front.Knee(), Front.Weighted(1, 1));
        Assert.Equal(4, Front.Weighted(1, 0).Number);
        Assert.Equal(0, Front.Weighted(0, 1).Number);
        Assert.Equal(3, Front.Weighted(("accuracy", 3), ("latency", 1)).Number);
        Assert.Equal(3, Front.Weighted((1, 1), (0, 3)).Number);
        Assert.Equal(0, Front.Weighted(("latency", 2)).Number);
    }

    [Fact]
    public void Lexicographic_takes_metrics_in_order_of_importance()
    {
        Assert.Equal(4, Front.Lexicographic("accuracy", "latency").Number);
        Assert.Equal(0, Front.Lexicographic("latency").Number);
        Assert.Equal(3, Front.Lexicographic(("accuracy", 0.0101), ("latency", 0)).Number);
        // Within both tolerances the first metric decides again.
        Assert.Equal(2, Front.Lexicographic(("accuracy", 0.0501), ("latency", 20)).Number);
        Assert.Equal(0, Front.Lexicographic((1, 10)).Number);
    }

    [Fact]
    public void ClosestToIdeal_finds_a_compromise_where_the_front_has_no_bend()
    {
        ParetoFront flat = Named([Direction.Minimize, Direction.Minimize], [], [0, 10], [5.1, 5], [10, 0]);
        Assert.Equal(0, flat.Knee().Number);
        Assert.Equal(1, flat.ClosestToIdeal().Number);
    }

    [Fact]
    public void Infinite_values_do_not_spoil_the_scales()
    {
        ParetoFront front = Named([Direction.Minimize, Direction.Maximize], [], [0, double.NegativeInfinity], [1, 1], [2, 2], [double.PositiveInfinity, double.PositiveInfinity]);
        Assert.Equal([0, 1, 2, 3], Numbers(front));
        Assert.Equal(2, front.Knee().Number);
        Assert.Equal(0, front.Weighted(1, 0).Number);
        Assert.Equal(2, front.Weighted(0, 1).Number);
        Assert.Equal(3, front.Lexicographic(1).Number);
        Assert.Equal(3, front.NearBest(1, within: 5).Single().Number);
        ParetoFront huge = Named([Direction.Minimize, Direction.Minimize], [], [-double.MaxValue, double.MaxValue], [-double.MaxValue / 2, -double.MaxValue / 2], [double.MaxValue, -double.MaxValue]);
        Assert.Equal(1, huge.Knee().Number);
    }

    [Fact]
    public void Choices_do_not_depend_on_units_and_directions() =>
        (from objectives in Gen.Int[1, 4]
         from values in Gen.Int[-20, 20].Select(value => (double)value).Array[objectives].Array[1, 30]
         from weights in Gen.Int[1, 5].Select(weight => (double)weight).Array[objectives]
         select (values, weights)).Sample((values, weights) =>
        {
            Direction[] down = [.. weights.Select(_ => Direction.Minimize)], up = [.. weights.Select(_ => Direction.Maximize)];
            ParetoFront front = Named(down, [], values), mirrored = Named(up, [], [.. values.Select(row => row.Select(value => -4 * value).ToArray())]);
            Assert.Equal(Numbers(front), Numbers(mirrored));
            Assert.Equal(front.Knee().Number, mirrored.Knee().Number);
            Assert.Equal(front.ClosestToIdeal().Number, mirrored.ClosestToIdeal().Number);
            Assert.Equal(front.Weighted(weights).Number, mirrored.Weighted(weights).Number);
            Metric[] order = [.. Enumerable.Range(0, weights.Length).Reverse().Select(k => (Metric)k)];
            Assert.Equal(front.Lexicographic(order).Number, mirrored.Lexicographic(order).Number);
            Assert.Equal(front.NearBest(0, 3).Select(trial => trial.Number), mirrored.NearBest(0, 12).Select(trial => trial.Number));
        });

    [Fact]
    public void Front_is_kept_up_with_rows_that_arrive_in_any_portions() =>
        (from objectives in Gen.Int[1, 4]
         from values in Gen.Int[0, 6].Select(value => (double)value).Array[objectives].Array[0, 40]
         from seed in Gen.Int[0, 1000]
         select (objectives, values, seed)).Sample((objectives, values, seed) =>
        {
            HistoryScenario scenario = Scenario([.. Enumerable.Range(0, objectives).Select(k => k == 1 ? Direction.Maximize : Direction.Minimize)], [], values);
            int[] expected = Numbers(ParetoFront.Of(scenario.Build()));
            ParetoFront front = null!;
            foreach (HyperTune.History.StudyHistory snapshot in scenario.BuildInParts(seed)) front = ParetoFront.Of(snapshot);
            Assert.Equal(expected, Numbers(front));
        });

    [Fact]
    public void Bad_questions_are_answered_clearly()
    {
        Assert.Contains("'accuracy', 'latency'", Assert.Throws<ArgumentException>(() => Front.Where("acuracy", atLeast: 0)).Message, StringComparison.Ordinal);
        Assert.Contains("has 2", Assert.Throws<ArgumentException>(() => Front.Where(2, atLeast: 0)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Front.Where(-1, atLeast: 0));
        Assert.Throws<ArgumentException>(() => Front.Where("", atLeast: 0));
        Assert.Throws<ArgumentException>(() => Front.Where("accuracy"));
        Assert.Throws<ArgumentOutOfRangeException>(() => Front.Where("accuracy", atLeast: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Front.Where("accuracy", atMost: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Front.Where("accuracy", atLeast: 2, atMost: 1));
        Assert.Throws<ArgumentNullException>(() => Front.Where((Func<TrialRecord, bool>)null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => Front.NearBest("accuracy", -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Front.NearBest("accuracy", double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Front.NearBest("accuracy", double.PositiveInfinity));
        Assert.Throws<ArgumentException>(() => Front.Weighted(1));
        Assert.Throws<ArgumentException>(() => Front.Weighted(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Front.Weighted(1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Front.Weighted(1, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Front.Weighted(1, double.PositiveInfinity));
        Assert.Throws<ArgumentException>(() => Front.Weighted(("accuracy", 1), (0, 1)));
        Assert.Throws<ArgumentException>(() => Front.Lexicographic("latency", "latency"));
        Assert.Throws<ArgumentException>(() => Front.Lexicographic((Metric[])[]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Front.Lexicographic(("latency", -1)));
        Assert.Contains("StudyOptions.MetricNames", Assert.Throws<ArgumentException>(() => Named([Direction.Minimize], [], [1]).Where("x", 0)).Message, StringComparison.Ordinal);
        Assert.Contains("Several", Assert.Throws<ArgumentException>(() => Named([Direction.Minimize, Direction.Minimize], ["x", "x"], [1, 1]).Where("x", 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_to_choose_Throws()
    {
        ParetoFront none = Named([Direction.Minimize, Direction.Minimize], []);
        Assert.Empty(none);
        Assert.Contains("no complete feasible trial", Assert.Throws<InvalidOperationException>(() => none.Knee()).Message, StringComparison.Ordinal);
        ParetoFront left = Front.Where("accuracy", atLeast: 0.99).Where("latency", atMost: 1);
        Assert.Contains("'accuracy' ≥ 0.99, 'latency' ≤ 1", Assert.Throws<InvalidOperationException>(() => left.Knee()).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => left.ClosestToIdeal());
        Assert.Throws<InvalidOperationException>(() => left.Weighted(1, 1));
        Assert.Throws<InvalidOperationException>(() => left.Lexicographic(0));
        Assert.Empty(left.NearBest(0, 1));
    }

    [Fact]
    public void Hypervolume_respects_directions()
    {
        Assert.Equal((0.8 * 190) + (0.1 * 180) + (0.02 * 170) + (0.02 * 120) + (0.01 * 40), Front.Hypervolume(0, 200), 1e-12);
        Assert.Equal(Front.Hypervolume(0, 200), Hypervolume.Of(Front.Select(trial => trial.Values), Front.Directions, 0, 200));
        Assert.Equal(0.01 * 40, Front.Hypervolume(0.94, 200), 1e-12);
        Assert.Throws<ArgumentException>(() => Front.Hypervolume(0));
        Assert.Throws<ArgumentException>(() => Front.Hypervolume(0, double.NaN));
    }

    private static int[] Numbers(ParetoFront front) => [.. front.Select(trial => trial.Number)];

    private static ParetoFront Named(Direction[] directions, string[] names, params double[][] values) => ParetoFront.Of(Scenario(directions, names, values).Build());

    private static HistoryScenario Scenario(Direction[] directions, string[] names, double[][] values)
    {
        var scenario = new HistoryScenario(directions)
        {
            StudyAttributes = names.Length == 0 ? AttributeSet.Empty : AttributeSet.Empty.With("study:metric_names", AttributeValue.Array(names.Select(name => (AttributeValue?)name))),
        };
        foreach (double[] row in values) scenario.Add(new() { Values = row });
        // Neither of these is ever on a front.
        scenario.Add(new() { Values = [.. directions.Select(direction => direction == Direction.Maximize ? 1e9 : -1e9)], Constraints = new Dictionary<string, double> { ["c"] = 1 } });
        scenario.Add(new() { State = TrialState.Failed });
        return scenario;
    }
}
