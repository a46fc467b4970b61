using HyperTune.History;
using HyperTune.Samplers.Tpe;
using HyperTune.Spaces;
using HyperTune.Testing;
using HyperTune.Trials;

namespace HyperTune.Tests.Samplers.Tpe;

public sealed class TpeSeveralObjectivesTests
{
    private static readonly FloatDistribution Unit = new(0, 1);
    private static readonly SearchSpace Plane = SearchSpace.Empty.AddDouble("x", 0, 1).AddDouble("y", 0, 1);

    public static TheoryData<bool?, TpeGoodWeights?> Ways => new()
    {
        { null, null },
        { true, TpeGoodWeights.Uniform },
        { false, TpeGoodWeights.Hypervolume },
        { true, TpeGoodWeights.Hypervolume },
    };

    [Fact]
    public void Parameters_are_modelled_one_by_one_unless_the_options_say_otherwise()
    {
        HistoryScenario scenario = Line(40);
        StudyHistory history = scenario.Build();
        TrialContext trial = scenario.Context(new());

        Assert.Empty(new TpeSampler().InferRelativeSpace(history, trial));
        Assert.NotEqual(RandomDraw.Independent(trial, "x", Unit), new TpeSampler().SampleIndependent(history, trial, "x", Unit));
        Assert.Empty(new TpeSampler(new() { IsMultivariate = false }).InferRelativeSpace(history, trial));
        Assert.Equal(Plane, new TpeSampler(new() { IsMultivariate = true }).InferRelativeSpace(history, trial));
        Assert.Equal(Plane, new TpeSampler(new() { IsGrouped = true }).InferRelativeSpace(history, trial));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Proposals_lie_where_the_front_lies(bool? isMultivariate, TpeGoodWeights? weights)
    {
        // The front is y = 0, and y is what evenly spread draws have 0.5 of on average.
        HistoryScenario scenario = Line(200);
        var options = new TpeSamplerOptions { IsMultivariate = isMultivariate, GoodWeights = weights };
        double[][] drawn = [.. Enumerable.Range(1000, 60).Select(number => Next(options, scenario, number))];
        Assert.True(drawn.Average(point => point[1]) < 0.2, $"{drawn.Average(point => point[1])}");
        Assert.True(drawn.Max(point => point[0]) - drawn.Min(point => point[0]) > 0.5, "Proposals keep to one end of the front.");
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_maximized_objective_is_a_negated_minimized_one_to_the_last_bit(bool? isMultivariate, TpeGoodWeights? weights)
    {
        var options = new TpeSamplerOptions { IsMultivariate = isMultivariate, GoodWeights = weights };
        HistoryScenario scenario = AllStates(), mirrored = scenario.Mirrored();
        for (int number = 1000; number < 1020; number++) Assert.Equal(Next(options, scenario, number), Next(options, mirrored, number));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Trials_in_any_order_and_older_snapshots_give_the_same_answers(bool? isMultivariate, TpeGoodWeights? weights)
    {
        var sampler = new TpeSampler(new() { IsMultivariate = isMultivariate, GoodWeights = weights });
        HistoryScenario scenario = AllStates();
        double[] expected = Next(sampler, scenario.Build(), scenario.Context(new() { Number = 1000 }));
        IReadOnlyList<StudyHistory> snapshots = scenario.BuildInParts(seed: 5);
        double[][] answers = [.. snapshots.Select(snapshot => Next(sampler, snapshot, scenario.Context(new() { Number = 1000 })))];
        Assert.Equal(expected, answers[^1]);
        for (int i = 0; i < snapshots.Count; i += 3) Assert.Equal(answers[i], Next(sampler, snapshots[i], scenario.Context(new() { Number = 1000 })));
    }

    [Fact]
    public void Feasible_complete_trials_come_before_pruned_ones_and_those_before_infeasible_ones()
    {
        var scenario = new HistoryScenario(Direction.Minimize, Direction.Minimize);
        scenario.Add(Violated(2, 0, 0)).Add(Violated(1, 0, 0));
        scenario.Add(new() { State = TrialState.Pruned, Reports = [(1, (5, 5))] }).Add(new() { State = TrialState.Pruned, Reports = [(3, (9, 9))] });
        scenario.Add(new() { Values = [2, 2] }).Add(new() { Values = [1, 3] }).Add(new() { Values = [3, 3] });
        scenario.Add(new() { State = TrialState.Failed }).Add(new() { State = TrialState.Running });
        scenario.Add(new() { Values = [0, 0], Constraints = new Dictionary<string, double> { ["c"] = double.NaN } });
        var ranking = new TpeRanking();
        ranking.MoveTo(scenario.Build());

        // Of the front (2, 2) and (1, 3) below (2.2, 3.3) the first one has 0.26 and the second one 0.36.
        int[] expected = [5, 4, 6, 3, 2, 1, 0, 9];
        Assert.Equal(8, ranking.Count);
        for (int count = 0; count <= 8; count++) Assert.Equal(expected[..count].Order(), NumbersOf(ranking, count).Order());
        // Of all good ones only the front weighs.
        Assert.Equal([4, 5], NumbersOf(ranking, 8).Where((_, i) => ranking.BestWeights(8)[i] > 1e-6).Order());
        Assert.Equal(1, ranking.BestWeights(8).ToArray().Max());

        static ScenarioTrial Violated(double violation, params double[] values) => new() { Values = values, Constraints = new Dictionary<string, double> { ["c"] = violation } };
    }

    [Fact]
    public void Infeasible_trials_alone_lead_to_low_violations()
    {
        var random = new Random(1);
        var scenario = new HistoryScenario(Direction.Minimize, Direction.Maximize);
        for (int i = 0; i < 60; i++)
        {
            double x = random.NextDouble();
            scenario.Add(At(x, random.NextDouble(), -x, x) with { Constraints = new Dictionary<string, double> { ["c"] = 0.1 + x } });
        }
        double[] drawn = [.. Enumerable.Range(1000, 100).Select(number => Next(new(), scenario, number)[0])];
        Assert.True(drawn.Average() < 0.3, $"{drawn.Average()}");
    }

    [Fact]
    public void Running_trials_count_as_bad_and_leave_no_trace()
    {
        HistoryScenario scenario = Line(60), running = Line(60);
        for (int i = 0; i < 20; i++) running.Add(At(0.5, 0.001 * i, 0, 0) with { State = TrialState.Running, Values = [] });
        StudyHistory alone = scenario.Build(), crowded = alone.WithRunning(running.Build().Running);
        var sampler = new TpeSampler();
        int moved = 0;
        for (int number = 1000; number < 1020; number++)
        {
            double[] before = Next(sampler, alone, scenario.Context(new() { Number = number }));
            if (!before.SequenceEqual(Next(sampler, crowded, scenario.Context(new() { Number = number })))) moved++;
            Assert.Equal(before, Next(sampler, alone, scenario.Context(new() { Number = number })));
        }
        Assert.True(moved > 5, $"{moved}");
    }

    [Fact]
    public void Weights_of_ones_own_serve_good_trials_too_unless_those_have_a_rule()
    {
        HistoryScenario scenario = Line(40);
        Assert.Equal([4, 36], Asked(null));
        Assert.Equal([36], Asked(TpeGoodWeights.Uniform));
        Assert.Equal([36], Asked(TpeGoodWeights.Hypervolume));
        // Without any of them good ones weigh the same.
        Assert.Equal(Next(new() { GoodWeights = TpeGoodWeights.Uniform }, scenario, 1000), Next(new(), scenario, 1000));
        Assert.NotEqual(Next(new() { GoodWeights = TpeGoodWeights.Hypervolume }, scenario, 1000), Next(new(), scenario, 1000));

        IEnumerable<int> Asked(TpeGoodWeights? good)
        {
            var asked = new HashSet<int>();
            _ = Next(new() { GoodWeights = good, Weights = n => [.. Enumerable.Repeat((double)(asked.Add(n) ? 1 : 1), n)] }, scenario, 1000);
            return asked.Order();
        }
    }

    [Fact]
    public void The_rule_for_good_trials_of_several_objectives_does_not_touch_one()
    {
        var scenario = new HistoryScenario();
        var random = new Random(1);
        for (int i = 0; i < 40; i++) scenario.Add(At(random.NextDouble(), random.NextDouble(), random.NextDouble()));
        Assert.Equal(Next(new(), scenario, 1000), Next(new() { GoodWeights = TpeGoodWeights.Hypervolume }, scenario, 1000));
    }

    [Fact]
    public void Infinite_values_are_borne()
    {
        var scenario = new HistoryScenario(Direction.Minimize, Direction.Maximize);
        for (int i = 0; i < 40; i++) scenario.Add(At(i / 40.0, 0.5, i % 3 == 0 ? double.NegativeInfinity : i, i % 5 == 0 ? double.NegativeInfinity : i));
        foreach (TpeGoodWeights weights in Enum.GetValues<TpeGoodWeights>())
            Assert.All(Next(new() { GoodWeights = weights }, scenario, 1000), value => Assert.InRange(value, 0, 1));
    }

    private static int[] NumbersOf(TpeRanking ranking, int count) => Array.ConvertAll(ranking.BestRows(count).ToArray(), row => ranking.History!.Numbers[row]);

    private static ScenarioTrial At(double x, double y, params double[] values) => new() { Values = values, Parameters = [new("x", Unit, x), new("y", Unit, y)] };

    /// <summary>Trials of (x + y, 1 - x + y), whose front is y = 0 with any x.</summary>
    private static HistoryScenario Line(int trials)
    {
        var random = new Random(1);
        var scenario = new HistoryScenario(Direction.Minimize, Direction.Minimize);
        for (int i = 0; i < trials; i++)
        {
            double x = random.NextDouble(), y = random.NextDouble();
            scenario.Add(At(x, y, x + y, 1 - x + y));
        }
        return scenario;
    }

    /// <summary>Complete, pruned, failed and running trials, feasible and infeasible, some of them equal.</summary>
    private static HistoryScenario AllStates()
    {
        var random = new Random(2);
        var scenario = new HistoryScenario(Direction.Minimize, Direction.Maximize, Direction.Minimize);
        for (int i = 0; i < 60; i++)
        {
            double x = random.NextDouble(), y = random.NextDouble();
            double[] values = [Math.Round(x, 1), Math.Round(y - x, 1), i % 8 == 0 ? 0 : Math.Round(x * y, 1)];
            scenario.Add(At(x, y) with
            {
                State = (i % 10) switch { 7 => TrialState.Pruned, 8 => TrialState.Failed, 9 => TrialState.Running, _ => TrialState.Complete },
                Values = i % 10 < 7 ? values : [],
                Reports = i % 10 == 7 ? [(i, new ObjectiveValues(values))] : [],
                Constraints = i % 4 == 0 ? new Dictionary<string, double> { ["c"] = x - 0.5 } : new Dictionary<string, double>(),
            });
        }
        return scenario;
    }

    private static double[] Next(TpeSamplerOptions options, HistoryScenario scenario, int number) =>
        Next(new TpeSampler(options), scenario.Build(), scenario.Context(new() { Number = number }));

    private static double[] Next(TpeSampler sampler, StudyHistory history, TrialContext trial)
    {
        if (sampler.InferRelativeSpace(history, trial).Count > 0) return [.. sampler.SampleRelative(history, trial, Plane).Values];
        return [.. Plane.Select(parameter => sampler.SampleIndependent(history, trial, parameter.Name, parameter.Distribution))];
    }
}
