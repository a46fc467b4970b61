using HyperTune.History;
using HyperTune.Numerics;
using HyperTune.Samplers.Tpe;
using HyperTune.Spaces;
using HyperTune.Testing;
using HyperTune.Trials;

namespace HyperTune.Tests.Samplers.Tpe;

public sealed class TpeSamplerTests
{
    private static readonly FloatDistribution Unit = new(0, 1);
    private static readonly SearchSpace X = SearchSpace.Empty.AddDouble("x", 0, 1);
    private static readonly SearchSpace Plane = X.AddDouble("y", 0, 1);

    [Fact]
    public void Startup_trials_are_random()
    {
        var sampler = new TpeSampler(new() { StartupTrials = 12 });
        var scenario = new HistoryScenario();
        for (int i = 0; i < 12; i++)
        {
            StudyHistory history = scenario.Build();
            TrialContext trial = scenario.Context(new());
            Assert.Same(SearchSpace.Empty, sampler.InferRelativeSpace(history, trial));
            Assert.Equal(RandomDraw.Independent(trial, "x", Unit), sampler.SampleIndependent(history, trial, "x", Unit));
            scenario.Add(At(i / 12.0, i));
            // Neither of them counts.
            scenario.Add(At(0.5, 0) with { State = TrialState.Failed }).Add(At(0.5, 0) with { State = TrialState.Running });
        }
        Assert.Equal(X, sampler.InferRelativeSpace(scenario.Build(), scenario.Context(new())));
    }

    [Fact]
    public void Without_startup_trials_the_first_trial_is_random_and_the_second_is_modelled()
    {
        var sampler = new TpeSampler(new() { StartupTrials = 0 });
        var scenario = new HistoryScenario();
        Assert.Empty(sampler.InferRelativeSpace(scenario.Build(), scenario.Context(new())));
        scenario.Add(At(0.5, 1));
        Assert.Equal(X, sampler.InferRelativeSpace(scenario.Build(), scenario.Context(new())));
    }

    [Fact]
    public void Pruned_trials_count_and_are_ranked_after_complete_ones()
    {
        var scenario = new HistoryScenario();
        for (int i = 0; i < 9; i++) scenario.Add(At(0.1 * i, 0) with { State = TrialState.Pruned, Values = [], Reports = [(i, -1)] });
        Assert.Empty(new TpeSampler().InferRelativeSpace(scenario.Build(), scenario.Context(new())));
        scenario.Add(At(0.95, 100));
        Assert.Equal(X, new TpeSampler().InferRelativeSpace(scenario.Build(), scenario.Context(new())));
        var ranking = new TpeRanking();
        ranking.MoveTo(scenario.Build());
        // The one that went furthest comes first.
        Assert.Equal([9, 8, 7, 6, 5, 4, 3, 2, 1, 0], ranking.BestRows(10).ToArray());
    }

    [Fact]
    public void Infeasible_trials_alone_lead_to_low_violations()
    {
        // Values say the opposite of violations.
        var scenario = new HistoryScenario();
        for (int i = 0; i < 40; i++) scenario.Add(At(i / 40.0, -i) with { Constraints = new Dictionary<string, double> { ["c"] = 1 + i } });
        double[] drawn = [.. Enumerable.Range(100, 100).Select(number => Next(new(), scenario, X, number).Values[0])];
        Assert.True(drawn.Average() < 0.3, $"{drawn.Average()}");
    }

    [Fact]
    public void Proposals_depend_on_the_order_of_values_only()
    {
        HistoryScenario plain = RandomScenario(value => value), bent = RandomScenario(value => Math.Exp(3 * value) - 1e6);
        foreach (bool isMultivariate in (bool[])[true, false])
        {
            for (int number = 100; number < 130; number++)
            {
                var options = new TpeSamplerOptions { IsMultivariate = isMultivariate };
                Assert.Equal(Next(options, plain, Plane, number).Values.ToArray(), Next(options, bent, Plane, number).Values.ToArray());
            }
        }
    }

    [Fact]
    public void Trials_without_a_parameter_do_not_take_part()
    {
        HistoryScenario scenario = RandomScenario(value => value), more = RandomScenario(value => value);
        // Worse than all others, so that the number of good ones is what changes; the function of their number keeps it.
        for (int i = 0; i < 10; i++) more.Add(new() { Values = [100], Parameters = [new("z", Unit, 0.5)] });
        var options = new TpeSamplerOptions { Gamma = _ => 4, IsMultivariate = false };
        Assert.Equal(Next(options, scenario, Plane, 100).Values.ToArray(), Next(options, more, Plane, 100).Values.ToArray());
    }

    [Fact]
    public void A_group_is_drawn_from_the_trials_of_its_branch()
    {
        // On branch 1 good trials lie on the diagonal: at (0.1, 0.1) and (0.9, 0.9). Drawn one by one, half of the points would lie off it.
        HistoryScenario scenario = Branches();
        var joint = new TpeSampler(new() { IsGrouped = true });
        SearchSpace space = joint.InferRelativeSpace(scenario.Build(), scenario.Context(new()));
        Assert.Equal(["branch", "a", "b", "c"], space.Select(parameter => parameter.Name).OrderBy(name => name == "branch" ? "" : name, StringComparer.Ordinal));
        int onDiagonal = 0;
        for (int number = 1000; number < 1100; number++)
        {
            ParameterSet drawn = joint.SampleRelative(scenario.Build(), scenario.Context(new() { Number = number }), space);
            Assert.Equal(4, drawn.Count);
            Assert.True(drawn.TryGetValue("a", out double a) & drawn.TryGetValue("b", out double b));
            if (Math.Abs(a - b) < 0.3) onDiagonal++;
        }
        Assert.True(onDiagonal > 80, $"{onDiagonal}");
    }

    [Fact]
    public void A_declared_space_is_drawn_by_its_active_branch()
    {
        SearchSpace declared = SearchSpace.Empty.AddInt("branch", 0, 1)
            .AddDouble("a", 0, 1, when: ("branch", [1])).AddDouble("b", 0, 1, when: ("branch", [1])).AddDouble("c", 0, 1, when: ("branch", [0]));
        HistoryScenario scenario = Branches(declared);
        // Of several candidates the better one of two branches is always taken.
        var sampler = new TpeSampler(new() { Candidates = 1 });
        Assert.Equal(declared, sampler.InferRelativeSpace(scenario.Build(), scenario.Context(new())));
        var branches = new HashSet<double>();
        for (int number = 1000; number < 1100; number++)
        {
            ParameterSet drawn = sampler.SampleRelative(scenario.Build(), scenario.Context(new() { Number = number }), declared);
            branches.Add(drawn.Values[0]);
            Assert.Equal(drawn.Values[0] == 1 ? ["branch", "a", "b"] : ["branch", "c"], drawn.Names);
        }
        Assert.Equal(2, branches.Count);
    }

    [Fact]
    public void The_branch_that_an_enqueued_trial_must_take_is_drawn()
    {
        SearchSpace declared = SearchSpace.Empty.AddInt("branch", 0, 1).AddDouble("a", 0, 1, when: ("branch", [1])).AddDouble("c", 0, 1, when: ("branch", [0]));
        HistoryScenario scenario = Branches(declared);
        for (int number = 1000; number < 1020; number++)
        {
            TrialContext trial = scenario.Context(new() { Number = number }, ParameterSet.Of([new("branch", declared[0].Distribution, number % 2)]));
            Assert.Contains(number % 2 == 1 ? "a" : "c", new TpeSampler().SampleRelative(scenario.Build(), trial, declared).Names);
        }
    }

    [Fact]
    public void A_parameter_called_joint_has_a_stream_of_its_own()
    {
        var scenario = new HistoryScenario();
        for (int i = 0; i < 20; i++) scenario.Add(new() { Values = [i], Parameters = [new("joint", Unit, i / 20.0)] });
        TrialContext trial = scenario.Context(new());
        var sampler = new TpeSampler();
        double joint = sampler.SampleRelative(scenario.Build(), trial, SearchSpace.Empty.AddDouble("joint", 0, 1)).Values[0];
        Assert.NotEqual(joint, sampler.SampleIndependent(scenario.Build(), trial, "joint", Unit));
    }

    [Fact]
    public void The_group_of_a_range_that_moves_has_that_of_the_highest_number()
    {
        var scenario = new HistoryScenario();
        for (int i = 0; i < 20; i++) scenario.Add(new() { Number = 19 - i, Values = [i], Parameters = [new("x", new FloatDistribution(0, 20 - i), 0.5)] });
        // The failed trial has taught nothing.
        scenario.Add(new() { State = TrialState.Failed, Parameters = [new("x", new FloatDistribution(0, 50), 0.5)] });
        for (int seed = 0; seed < 5; seed++)
        {
            SearchSpace space = new TpeSampler(new() { IsGrouped = true }).InferRelativeSpace(scenario.BuildInParts(seed)[^1], scenario.Context(new()));
            Assert.Equal(new FloatDistribution(0, 20), Assert.Single(space).Distribution);
        }
    }

    [Fact]
    public void Observations_outside_of_the_present_range_are_learned_from()
    {
        // Bad trials fill the range and good ones lie above it, so that its upper part is where they point to.
        var scenario = new HistoryScenario();
        for (int i = 0; i < 44; i++) scenario.Add(new() { Values = [-i], Parameters = [new("x", new FloatDistribution(0, 6), i / 39.0)] });
        double[] drawn = [.. Enumerable.Range(100, 100).Select(number => new TpeSampler().SampleIndependent(scenario.Build(), scenario.Context(new() { Number = number }), "x", Unit))];
        Assert.All(drawn, x => Assert.InRange(x, 0, 1));
        Assert.True(drawn.Average() > 0.6, $"{drawn.Average()}");
    }

    [Fact]
    public void Choices_near_to_good_ones_are_drawn_more_often()
    {
        // Of eleven choices only the first was ever good, and the last one is bad. Between them distances decide.
        var rank = new CategoricalDistribution(Enumerable.Range(0, 11).Select(i => (object?)(long)i));
        var scenario = new HistoryScenario();
        for (int i = 0; i < 40; i++) scenario.Add(new() { Values = [i], Parameters = [new("rank", rank, i < 4 ? 0 : 10)] });
        var options = new TpeSamplerOptions
        {
            CategoricalDistances = new Dictionary<string, Func<object?, object?, double>> { ["rank"] = (a, b) => Math.Abs((long)a! - (long)b!) },
        };
        SearchSpace space = SearchSpace.Empty.Add("rank", rank);
        double[] near = [.. Enumerable.Range(100, 200).Select(number => Next(options with { Candidates = 2 }, scenario, space, number).Values[0])];
        double[] plain = [.. Enumerable.Range(100, 200).Select(number => Next(new() { Candidates = 2 }, scenario, space, number).Values[0])];
        Assert.True(near.Count(x => x is > 0 and <= 4) > 2 * plain.Count(x => x is > 0 and <= 4), $"{near.Count(x => x is > 0 and <= 4)}, {plain.Count(x => x is > 0 and <= 4)}");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_distance_that_is_none_is_refused(double distance)
    {
        var kind = new CategoricalDistribution(["a", "b"]);
        var scenario = new HistoryScenario();
        for (int i = 0; i < 10; i++) scenario.Add(new() { Parameters = [new("kind", kind, i % 2)] });
        var options = new TpeSamplerOptions { CategoricalDistances = new Dictionary<string, Func<object?, object?, double>> { ["kind"] = (_, _) => distance } };
        var thrown = Assert.Throws<ArgumentException>(() => Next(options, scenario, SearchSpace.Empty.Add("kind", kind), 100));
        Assert.Contains("must be finite and not negative", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_of_ones_own_are_asked_for_either_side()
    {
        var asked = new HashSet<int>();
        var options = new TpeSamplerOptions
        {
            Weights = n =>
            {
                asked.Add(n);
                return [.. Enumerable.Range(1, n).Select(i => (double)i)];
            },
        };
        _ = Next(options, RandomScenario(value => value), Plane, 100);
        Assert.Equal([4, 36], asked.Order());
    }

    [Fact]
    public void A_trial_whose_weight_is_zero_draws_nothing()
    {
        // All good trials but the newest weigh nothing: candidates come from around it, and from the prior.
        HistoryScenario scenario = RandomScenario(value => value);
        var options = new TpeSamplerOptions { PriorWeight = 1e-9, Weights = n => [.. Enumerable.Range(1, n).Select(i => i == n ? 1.0 : 0.0)] };
        TrialRecord newest = scenario.Trials.OrderBy(trial => trial.Value).Take(4).MaxBy(trial => trial.Number)!;
        double[] distances = [.. Enumerable.Range(100, 50).Select(number => Math.Abs(Next(options, scenario, X, number).Values[0] - newest.Parameters.Values[0]))];
        Assert.True(distances.Order().ElementAt(25) < 0.35, string.Join(", ", distances));
    }

    [Theory]
    [InlineData(1, "gave 5 weights for 4 trials")]
    [InlineData(-1, "gave 3 weights for 4 trials")]
    public void A_wrong_number_of_weights_is_refused(int more, string message)
    {
        var options = new TpeSamplerOptions { Weights = n => new double[n + more] };
        var thrown = Assert.Throws<InvalidOperationException>(() => Next(options, RandomScenario(value => value), Plane, 100));
        Assert.Contains(message, thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(0.0)]
    public void Weights_that_are_none_are_refused(double weight)
    {
        var options = new TpeSamplerOptions { Weights = n => [.. Enumerable.Repeat(weight, n)] };
        Assert.Throws<ArgumentException>(() => Next(options, RandomScenario(value => value), Plane, 100));
    }

    [Fact]
    public void No_weights_are_refused()
    {
        var options = new TpeSamplerOptions { Weights = _ => null! };
        var thrown = Assert.Throws<InvalidOperationException>(() => Next(options, RandomScenario(value => value), Plane, 100));
        Assert.Contains("gave no weights for 4 trials", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_of_weights_that_throws_once_leaves_no_trace()
    {
        HistoryScenario scenario = RandomScenario(value => value), running = RandomScenario(value => value);
        running.Add(new() { State = TrialState.Running, Parameters = [new("x", Unit, 0.5), new("y", Unit, 0.5)] });
        bool fails = false;
        var options = new TpeSamplerOptions { Weights = n => fails ? [.. Enumerable.Repeat(n > 30 ? -1.0 : 1.0, n)] : [.. Enumerable.Repeat(1.0, n)] };
        var sampler = new TpeSampler(options);
        StudyHistory history = scenario.Build();
        double[] expected = Next(sampler, history, scenario.Context(new() { Number = 100 }), Plane).Values.ToArray();
        fails = true;
        StudyHistory withRunning = history.WithRunning(running.Build().Running);
        Assert.Throws<ArgumentException>(() => Next(sampler, withRunning, scenario.Context(new() { Number = 100 }), Plane));
        fails = false;
        Assert.Equal(expected, Next(sampler, history, scenario.Context(new() { Number = 100 }), Plane).Values.ToArray());
    }

    [Fact]
    public void Running_trials_count_as_bad_and_leave_no_trace()
    {
        HistoryScenario scenario = RandomScenario(value => value), running = RandomScenario(value => value);
        for (int i = 0; i < 20; i++) running.Add(new() { State = TrialState.Running, Parameters = [new("x", Unit, 0.2 + 0.001 * i), new("y", Unit, 0.7)] });
        var sampler = new TpeSampler();
        StudyHistory alone = scenario.Build(), crowded = alone.WithRunning(running.Build().Running);
        int moved = 0;
        for (int number = 100; number < 120; number++)
        {
            double[] before = Next(sampler, alone, scenario.Context(new() { Number = number }), Plane).Values.ToArray();
            double[] during = Next(sampler, crowded, scenario.Context(new() { Number = number }), Plane).Values.ToArray();
            Assert.Equal(before, Next(sampler, alone, scenario.Context(new() { Number = number }), Plane).Values.ToArray());
            Assert.Equal(before, Next(new TpeSampler(new() { HasConstantLiar = false }), crowded, scenario.Context(new() { Number = number }), Plane).Values.ToArray());
            if (!before.SequenceEqual(during)) moved++;
        }
        Assert.True(moved > 5, $"{moved}");
    }

    [Fact]
    public void A_running_trial_weighs_as_a_bad_trial_of_its_number_does()
    {
        HistoryScenario running = RandomScenario(value => value), told = RandomScenario(value => value);
        var trial = new ScenarioTrial { Parameters = [new("x", Unit, 0.25), new("y", Unit, 0.75)], Values = [1000] };
        running.Add(trial with { State = TrialState.Running, Values = [] });
        told.Add(trial);
        var options = new TpeSamplerOptions { Gamma = _ => 4 };
        for (int number = 100; number < 110; number++)
            Assert.Equal(Next(options, told, Plane, number).Values.ToArray(), Next(options, running, Plane, number).Values.ToArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Running_trials_keep_proposals_apart(bool isMultivariate)
    {
        // Medians over 15 studies: measured 1.8 times as far apart jointly, more one by one.
        double apart = MedianSmallestDistance(new() { IsMultivariate = isMultivariate });
        double free = MedianSmallestDistance(new() { IsMultivariate = isMultivariate, HasConstantLiar = false });
        Assert.True(apart > 1.3 * free, $"{apart:G3}, {free:G3}");
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    [InlineData(true, 3)]
    public void Whatever_snapshots_were_asked_for_before_the_state_is_that_of_a_fresh_model(bool isDiscrete, int objectives)
    {
        // Every third trial is better than all before, so that good ones turn bad again and again.
        var scenario = new HistoryScenario([.. Enumerable.Repeat(Direction.Minimize, objectives)]);
        var random = new Random(3);
        var grid = new IntDistribution(0, 30);
        Parameter At(string name, double value) => isDiscrete ? new(name, grid, Math.Floor(31 * value)) : new(name, Unit, value);
        SearchSpace space = isDiscrete ? SearchSpace.Empty.AddInt("x", 0, 30).AddInt("y", 0, 30) : Plane;
        var options = new TpeSamplerOptions { GoodWeights = TpeGoodWeights.Hypervolume };
        var model = new TpeModel(space, options, objectives > 1);
        var ranking = new TpeRanking();
        List<StudyHistory> snapshots = Growing(scenario, 400, i => new()
        {
            State = i % 7 == 6 ? TrialState.Failed : TrialState.Complete,
            Values = i % 7 == 6 ? [] : [i % 3 == 0 ? -i : i, .. Enumerable.Range(1, objectives - 1).Select(_ => (double)random.Next(9))],
            Parameters = i % 11 == 0 ? [At("x", 0.5)] : [At("x", random.NextDouble()), At("y", random.NextDouble())],
        });
        double[] points = [.. Enumerable.Range(0, 40).Select(_ => isDiscrete ? random.Next(31) : random.NextDouble())];
        // On from snapshot to snapshot, a few back, far back and far on.
        int at = 0;
        for (int step = 0; step < 200; step++)
        {
            at = random.Next(10) switch { 0 => random.Next(400), < 4 => at - random.Next(20), _ => at + random.Next(20) };
            at = Math.Clamp(at, 0, 399);
            ranking.MoveTo(snapshots[at]);
            int good = TpeSampler.DefaultGamma(ranking.Count, objectives);
            var fresh = new TpeRanking();
            fresh.MoveTo(snapshots[at]);
            Assert.Equal(State(new TpeModel(space, options, objectives > 1), fresh, good), State(model, ranking, good));
        }

        double[] State(TpeModel asked, TpeRanking ranked, int good)
        {
            double[] goodLogs = new double[20], badLogs = new double[20];
            asked.Score(ranked, new(good, [], 0), points, goodLogs, badLogs);
            double[] drawn = asked.Propose(ranked, new(good, [], 0), RandomStream.Create(1, at, "test")).Values.ToArray();
            return [.. Array.ConvertAll(ranked.BestRows(ranked.Count).ToArray(), row => (double)row), .. goodLogs, .. badLogs, .. drawn];
        }
    }

    [Fact]
    public void Groups_of_an_older_snapshot_are_its_own()
    {
        var random = new Random(5);
        string[] names = ["a", "b", "c", "d"];
        List<StudyHistory> snapshots = Growing(new HistoryScenario(), 60, i => new()
        {
            State = i % 9 == 8 ? TrialState.Failed : TrialState.Pruned,
            Parameters = [.. names.Take(1 + (i / 15)).Where(name => i % 15 < 10 || random.Next(2) == 0).Select(name => new Parameter(name, new FloatDistribution(0, 1 + random.Next(2)), 0.5))],
        });
        foreach (StudyHistory snapshot in snapshots) _ = GroupedSpace.Of(snapshot);
        foreach (StudyHistory snapshot in snapshots)
        {
            var expected = new GroupDecomposition();
            var latest = new Dictionary<string, Distribution>();
            for (int row = 0; row < snapshot.Count; row++)
            {
                if (snapshot.States[row] == TrialState.Failed) continue;
                expected.Add(snapshot[row].Parameters.Names);
                foreach (Parameter parameter in snapshot[row].Parameters) latest[parameter.Name] = parameter.Distribution;
            }
            IReadOnlyList<SearchSpace> groups = GroupedSpace.Of(snapshot);
            Assert.Equal(expected.Groups.Select(group => group.ToArray()), groups.Select(group => group.Select(parameter => parameter.Name).ToArray()));
            Assert.All(groups.SelectMany(group => group), parameter => Assert.Equal(latest[parameter.Name], parameter.Distribution));
        }
    }

    [Fact]
    public void Options_are_checked()
    {
        AssertRefused("StartupTrials", () => new TpeSamplerOptions { StartupTrials = -1 });
        AssertRefused("Candidates", () => new TpeSamplerOptions { Candidates = 0 });
        foreach (double weight in (double[])[0, -1, double.NaN, double.PositiveInfinity, double.NegativeInfinity])
            AssertRefused("PriorWeight", () => new TpeSamplerOptions { PriorWeight = weight });
        AssertRefused("PrunedTrials", () => new TpeSamplerOptions { PrunedTrials = (PrunedTrialUse)7 });
        AssertRefused("GoodWeights", () => new TpeSamplerOptions { GoodWeights = (TpeGoodWeights)7 });
        Assert.Throws<ArgumentNullException>("CategoricalDistances", () => new TpeSamplerOptions { CategoricalDistances = null! });
        Assert.Throws<ArgumentException>("options", () => new TpeSampler(new() { IsGrouped = true, IsMultivariate = false }));

        var least = new TpeSamplerOptions { StartupTrials = 0, Candidates = 1, PriorWeight = double.Epsilon };
        Assert.Equal((0, 1, double.Epsilon), (least.StartupTrials, least.Candidates, least.PriorWeight));
        Assert.Equal(double.MaxValue, new TpeSamplerOptions { PriorWeight = double.MaxValue }.PriorWeight);
        Assert.Equal(7UL, new TpeSampler(new() { Seed = 7 }).Seed);
        Assert.Null(new TpeSampler().Seed);

        static void AssertRefused(string option, Func<object> make)
        {
            var thrown = Assert.Throws<ArgumentOutOfRangeException>(option, make);
            Assert.StartsWith(option + " is ", thrown.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(1000)]
    public void A_number_of_good_trials_beyond_the_ends_is_cut(int good)
    {
        ParameterSet drawn = Next(new() { Gamma = _ => good }, RandomScenario(value => value), Plane, 100);
        Assert.All(drawn, parameter => Assert.InRange(parameter.Value, 0, 1));
    }

    [Fact]
    public void Widths_of_the_outermost_kernels_and_the_smallest_ones_follow_the_options()
    {
        HistoryScenario scenario = RandomScenario(value => value);
        double[] plain = Next(new(), scenario, Plane, 100).Values.ToArray();
        Assert.NotEqual(plain, Next(new() { ConsidersEndpoints = true }, scenario, Plane, 100).Values.ToArray());
        Assert.NotEqual(plain, Next(new() { HasMagicClip = false }, scenario, Plane, 100).Values.ToArray());
        Assert.NotEqual(plain, Next(new() { PriorWeight = 50 }, scenario, Plane, 100).Values.ToArray());
        Assert.NotEqual(plain, Next(new() { Candidates = 1 }, scenario, Plane, 100).Values.ToArray());
    }

    [Fact]
    public void Parameters_of_a_study_are_drawn_jointly_once_the_startup_is_over()
    {
        using Study study = Study.Create(new StudyOptions { Sampler = new TpeSampler(new() { Seed = 1 }), Pruner = new NopPruner() });
        for (int i = 0; i < 15; i++) study.Tell(study.Ask(Plane), i);
        Assert.True(study.History.TryGetParameter("x", out ParameterColumn column));
        Assert.Equal(Enumerable.Range(0, 15).Select(i => i < 10 ? ParameterOrigin.Independent : ParameterOrigin.Joint), column.Origins.ToArray());
    }

    /// <summary>The smallest distance among 16 trials that run at the same time, after 30 told ones.</summary>
    private static double MedianSmallestDistance(TpeSamplerOptions options)
    {
        SearchSpace space = Plane.AddDouble("z", 0, 1).AddDouble("w", 0, 1);
        var distances = new List<double>();
        for (ulong seed = 0; seed < 15; seed++)
        {
            using Study study = Study.Create(new StudyOptions { Sampler = new TpeSampler(options with { Seed = seed }), Pruner = new NopPruner() });
            for (int i = 0; i < 30; i++)
            {
                Trial trial = study.Ask(space);
                study.Tell(trial, PointOf(trial).Sum(x => (x - 0.3) * (x - 0.3)));
            }
            double[][] open = [.. Enumerable.Range(0, 16).Select(_ => PointOf(study.Ask(space)))];
            distances.Add(open.SelectMany((a, i) => open.Take(i).Select(b => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum()))).Min());
        }
        return distances.Order().ElementAt(7);

        static double[] PointOf(Trial trial) => [.. trial.Params.Values.Select(value => (double)value!)];
    }

    private static ScenarioTrial At(double x, double value) => new() { Values = [value], Parameters = [new("x", Unit, x)] };

    /// <summary>40 trials on a plane, the best of which lie near (0.2, 0.7).</summary>
    private static HistoryScenario RandomScenario(Func<double, double> bend)
    {
        var random = new Random(1);
        var scenario = new HistoryScenario();
        for (int i = 0; i < 40; i++)
        {
            double x = random.NextDouble(), y = random.NextDouble();
            scenario.Add(new() { Values = [bend(Math.Abs(x - 0.2) + Math.Abs(y - 0.7))], Parameters = [new("x", Unit, x), new("y", Unit, y)] });
        }
        return scenario;
    }

    /// <summary>200 trials of two branches: 1 with a and b, good where they are equal and near 0.1 or 0.9; and 0 with c.</summary>
    private static HistoryScenario Branches(SearchSpace? declared = null)
    {
        var random = new Random(2);
        var scenario = new HistoryScenario { DeclaredSpace = declared };
        var branch = new IntDistribution(0, 1);
        for (int i = 0; i < 200; i++)
        {
            double a = random.NextDouble(), b = random.NextDouble();
            double value = Math.Abs(a - b) + Math.Min(Math.Abs(a - 0.1), Math.Abs(a - 0.9));
            scenario.Add(i % 4 > 0
                ? new() { Values = [value], Parameters = [new("branch", branch, 1), new("a", Unit, a), new("b", Unit, b)] }
                : new() { Values = [0.5 * a], Parameters = [new("branch", branch, 0), new("c", Unit, a)] });
        }
        return scenario;
    }

    private static List<StudyHistory> Growing(HistoryScenario scenario, int trials, Func<int, ScenarioTrial> trial)
    {
        var builder = new HistoryBuilder(scenario.Build().Study);
        var snapshots = new List<StudyHistory>();
        for (int i = 0; i < trials; i++)
        {
            scenario.Add(trial(i));
            snapshots.Add(builder.Apply(new() { Cursor = StudyCursor.Start, Trials = [scenario.Trials[^1]] }));
        }
        return snapshots;
    }

    private static ParameterSet Next(TpeSamplerOptions options, HistoryScenario scenario, SearchSpace space, int number) =>
        Next(new TpeSampler(options), scenario.Build(), scenario.Context(new() { Number = number }), space);

    /// <summary>A joint sample, or each parameter on its own where there is none.</summary>
    private static ParameterSet Next(TpeSampler sampler, StudyHistory history, TrialContext trial, SearchSpace space)
    {
        if (sampler.InferRelativeSpace(history, trial).Count > 0) return sampler.SampleRelative(history, trial, space);
        return ParameterSet.Of(space.Select(parameter =>
            new Parameter(parameter.Name, parameter.Distribution, sampler.SampleIndependent(history, trial, parameter.Name, parameter.Distribution))));
    }
}
