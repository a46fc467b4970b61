using HyperTune.History;
using HyperTune.Samplers.BruteForce;
using HyperTune.Storage;
using HyperTune.Testing;

namespace HyperTune.Tests.Samplers.BruteForce;

public sealed class BruteForceSamplerTests
{
    /// <summary>3 + 2·4 + 1 leaves: tree with a depth, net with layers and a width, line.</summary>
    private const int Leaves = 12;

    private static readonly SearchSpace Declared = SearchSpace.Empty
        .AddCategorical("model", ["tree", "net", "line"])
        .AddInt("depth", 1, 3, when: ("model", ["tree"]))
        .AddInt("layers", 1, 2, when: ("model", ["net"]))
        .AddDouble("drop", 0, 0.3, step: 0.1, when: ("model", ["net"]));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 4)]
    [InlineData(true, 1)]
    [InlineData(true, 4)]
    public void Each_leaf_is_tried_and_then_the_study_stops(bool isDeclared, int parallelism)
    {
        for (ulong seed = 0; seed < 5; seed++)
        {
            using Study study = Open(new() { Seed = seed, AvoidsPrematureStop = parallelism > 1 }, isDeclared);
            study.Optimize(Objective, new() { Trials = 200, Parallelism = parallelism }, Token);
            string[] leaves = [.. study.Trials.Where(trial => trial.State == TrialState.Complete).Select(Leaf)];
            Assert.Equal(Leaves, leaves.Distinct().Count());
            if (parallelism == 1) Assert.Equal(Leaves, study.Trials.Count);
            Assert.True(study.History.Study.SystemAttributes.ContainsKey("hypertune:stop"));
        }
    }

    [Fact]
    public void Open_trials_of_a_declared_space_are_all_different()
    {
        using Study study = Open(new() { Seed = 1 }, isDeclared: true);
        Trial[] open = [.. Enumerable.Range(0, Leaves).Select(_ => study.Ask(Declared))];
        Assert.Equal(Leaves, open.Select(trial => string.Join(' ', trial.Params)).Distinct().Count());
        // Nothing is left to be tried, but one of them may fail.
        Assert.ThrowsAny<HyperTuneException>(() => study.Ask(Declared));
        study.Tell(open[7], TrialState.Failed);
        Assert.Equal(open[7].Params, study.Ask(Declared).Params);
        Assert.False(study.History.Study.SystemAttributes.ContainsKey("hypertune:stop"));
    }

    [Fact]
    public void A_running_leaf_is_repeated_rather_than_the_loop_ended_where_that_is_wanted()
    {
        using Study study = Open(new() { Seed = 1, AvoidsPrematureStop = true }, isDeclared: true);
        for (int i = 0; i < Leaves; i++) study.Ask(Declared);
        Assert.NotEmpty(study.Ask(Declared).Params);
    }

    [Fact]
    public async Task Processes_share_the_tree()
    {
        var storage = new InMemoryStorage();
        await Task.WhenAll(Enumerable.Range(0, 3).Select(worker => Task.Run(async () =>
        {
            await using Study study = await OpenAsync(storage, (ulong)worker);
            await study.OptimizeAsync(Objective, new() { Trials = 200 }, Token);
        })));
        await using Study all = await OpenAsync(storage, 9);
        if (!all.History.Study.SystemAttributes.ContainsKey("hypertune:stop")) await all.OptimizeAsync(Objective, new() { Trials = 200 }, Token);
        Assert.Equal(Leaves, all.Trials.Where(trial => trial.State == TrialState.Complete).Select(Leaf).Distinct().Count());

        static Task<Study> OpenAsync(IStorage storage, ulong seed) =>
            Study.CreateAsync(new() { Name = "shared", Storage = storage, Sampler = new BruteForceSampler(new() { Seed = seed }), Pruner = new NopPruner(), LoadIfExists = true }, Token);
    }

    [Fact]
    public void A_study_that_is_stopped_anywhere_is_continued()
    {
        using Study whole = Open(new() { Seed = 4 }, isDeclared: false);
        for (int i = 0; i < Leaves; i++) Run(whole);
        var storage = new InMemoryStorage();
        for (int i = 0; i < Leaves; i++)
        {
            using Study part = Study.Create(new() { Name = "parts", Storage = storage, Sampler = new BruteForceSampler(new() { Seed = 4 }), Pruner = new NopPruner(), LoadIfExists = true });
            Run(part);
            Assert.Equal(whole.Trials.Take(i + 1).Select(Leaf), part.Trials.Select(Leaf));
        }

        static void Run(Study study)
        {
            Trial trial = study.Ask();
            study.Tell(trial, Objective(trial));
        }
    }

    [Fact]
    public void Failed_leaves_are_tried_again_but_not_for_ever()
    {
        using Study study = Open(new() { Seed = 1, MaxTries = 2 }, isDeclared: false);
        study.Optimize(
            trial => Objective(trial) + (trial.Params["model"] is "tree" ? throw new InvalidDataException() : 0.0),
            new() { Trials = 200, Catch = [typeof(InvalidDataException)] }, Token);
        Assert.Equal(Leaves - 3, study.Trials.Count(trial => trial.State == TrialState.Complete));
        Assert.All(study.Trials.Where(trial => trial.Params.ContainsKey("depth")).GroupBy(Leaf), group => Assert.Equal(2, group.Count()));
    }

    [Fact]
    public void Trials_that_fail_before_they_ask_do_not_end_the_study()
    {
        using Study study = Open(new() { Seed = 1 }, isDeclared: false);
        for (int i = 0; i < 10; i++) study.Tell(study.Ask(), TrialState.Failed);
        Trial trial = study.Ask();
        study.Tell(trial, Objective(trial));
        Assert.Equal(1, study.History.CountOf(TrialState.Complete));
    }

    [Fact]
    public void Trials_pruned_on_their_way_leave_the_tree_whole()
    {
        using Study study = Open(new() { Seed = 3 }, isDeclared: false);
        int pruned = 0;
        study.Optimize(
            trial =>
            {
                // Pruned with the model alone: whether it has more to ask for is seen by others.
                if (trial.SuggestCategorical("model", ["tree", "net", "line"]) == "tree" && trial.Number < 4 && pruned++ < 1) throw new TrialPrunedException();
                return Objective(trial);
            },
            new() { Trials = 200 }, Token);
        Assert.True(study.Trials.Where(trial => trial.State == TrialState.Complete).Select(Leaf).Distinct().Count() >= Leaves - 3);
        Assert.True(study.History.Study.SystemAttributes.ContainsKey("hypertune:stop"));
    }

    [Fact]
    public void An_objective_without_parameters_has_one_leaf()
    {
        using Study study = Open(new(), isDeclared: false);
        study.Optimize(_ => 1.0, new() { Trials = 10 }, Token);
        Assert.Equal(1, study.History.CountOf(TrialState.Complete));
    }

    [Fact]
    public void Steps_are_counted_in_decimals()
    {
        var step = new FloatDistribution(0, 0.9, step: 0.1);
        Assert.Equal([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9], Enumerable.Range(0, 10).Select(place => BruteForceValues.At(step, place)));
        Distribution[] distributions =
        [
            step,
            new FloatDistribution(1e-30, 1e-28, step: 1e-30),
            new FloatDistribution(-1e200, 1e200, step: 1e198),
            new IntDistribution(-7, 50, step: 3),
            new CategoricalDistribution(["a", null, 2]),
        ];
        foreach (Distribution distribution in distributions)
        {
            for (long place = 0; place < distribution.GridSize; place++)
            {
                double value = BruteForceValues.At(distribution, place);
                Assert.True(distribution.Contains(value));
                Assert.Equal(place, BruteForceValues.IndexOf(distribution, value));
            }
        }
        Assert.Equal(-1, BruteForceValues.IndexOf(step, 0.05));
        Assert.Equal(-1, BruteForceValues.IndexOf(new FloatDistribution(0, 1), 0.5));
    }

    [Fact]
    public void Children_are_drawn_half_by_open_leaves_and_half_evenly()
    {
        // Of three children one has 8 open leaves, one is unvisited, one is finished: ½·8/9 + ½·1/2 and ½·1/9 + ½·1/2.
        var tree = new BruteForceTree(maxTries: 1);
        Distribution root = new IntDistribution(0, 2), below = new IntDistribution(0, 8);
        tree.AddFinished([new("a", root, 3, 0), new("b", below, 9, 4)], TrialState.Complete, 0);
        tree.AddFinished([new("a", root, 3, 2)], TrialState.Pruned, 1);
        Assert.Equal(9, tree.Root.Open);
        double[] counts = new double[3];
        for (int i = 0; i < 10_000; i++) counts[tree.Root.Draw(HyperTune.Numerics.RandomStream.Create(1, i, "test"))]++;
        Assert.Equal(0, counts[2]);
        // Standard deviation 45.
        Assert.InRange(counts[0], 10_000 * (4 / 9.0 + 0.25) - 180, 10_000 * (4 / 9.0 + 0.25) + 180);
    }

    [Fact]
    public void What_is_taken_back_leaves_no_trace()
    {
        // A tree of random paths beside one on which others were tried out and taken back.
        var random = new Random(1);
        var plain = new BruteForceTree(maxTries: 2);
        var tried = new BruteForceTree(maxTries: 2);
        for (int i = 0; i < 300; i++)
        {
            BruteForceStep[] path = RandomPath(random);
            TrialState end = random.Next(3) switch { 0 => TrialState.Failed, 1 => TrialState.Pruned, _ => TrialState.Complete };
            plain.AddFinished(path, end, i);
            using (tried.Try())
            {
                for (int k = 0; k < 3; k++) tried.AddRunning(RandomPath(random), 1000 + k);
                Assert.True(tried.Root.Open <= plain.Root.Open + 20);
            }
            tried.AddFinished(path, end, i);
            Assert.Equal(plain.Root.Open, tried.Root.Open);
            long[] draws = [.. Enumerable.Range(0, 10).Select(k => plain.Root.Draw(HyperTune.Numerics.RandomStream.Create(2, k, "test")))];
            Assert.Equal(draws, Enumerable.Range(0, 10).Select(k => tried.Root.Draw(HyperTune.Numerics.RandomStream.Create(2, k, "test"))));
        }
        Assert.Null(tried.Conflict);

        static BruteForceStep[] RandomPath(Random random)
        {
            int first = random.Next(4);
            var root = new BruteForceStep("a", new IntDistribution(0, 3), 4, first);
            if (first == 0) return [root];
            var second = new BruteForceStep($"b{first}", new IntDistribution(0, 5), 6, random.Next(6));
            return first == 1 ? [root, second] : [root, second, new("c", new IntDistribution(0, 2), 3, random.Next(3))];
        }
    }

    [Fact]
    public void Continuous_ranges_are_refused()
    {
        using Study study = Open(new(), isDeclared: false);
        Assert.Contains("Give it a step", Assert.Throws<InvalidOperationException>(() => study.Ask().SuggestDouble("x", 0, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_objective_that_asks_for_another_parameter_is_refused_at_once()
    {
        using Study study = Open(new() { Seed = 1 }, isDeclared: false);
        Ask(study, "a", 2);
        Assert.Contains("asked for 'a'", Assert.Throws<InvalidOperationException>(() => Ask(study, "b", 2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_objective_that_asks_for_another_range_is_refused_once_that_is_stored()
    {
        using Study study = Open(new() { Seed = 1 }, isDeclared: false);
        Ask(study, "a", 2);
        Ask(study, "a", 3);
        Assert.Contains("int [0, 3]", Assert.Throws<InvalidOperationException>(() => Ask(study, "a", 3)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Trials_that_contradict_one_another_are_named_in_any_order_of_arrival()
    {
        var scenario = new HistoryScenario()
            .Add(new() { Parameters = [new("a", new IntDistribution(0, 2), 1)] })
            .Add(new() { Parameters = [new("a", new IntDistribution(0, 2), 1), new("b", new IntDistribution(0, 2), 1)] });
        for (int seed = 0; seed < 4; seed++)
        {
            StudyHistory history = scenario.BuildInParts(seed)[^1];
            var thrown = Assert.Throws<InvalidOperationException>(() => new BruteForceSampler().InferRelativeSpace(history, scenario.Context(new())));
            Assert.Contains("begin a new study", thrown.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Fixed_parameters_leave_a_part_of_the_tree_which_is_tried_whole()
    {
        foreach (bool isDeclared in (bool[])[false, true])
        {
            var sampler = new PartialFixedSampler(new BruteForceSampler(new() { Seed = 1 }), new Dictionary<string, object?> { ["model"] = "net" });
            using Study study = Study.Create(new() { Sampler = sampler, Pruner = new NopPruner(), SearchSpace = isDeclared ? Declared : null });
            study.Optimize(Objective, new() { Trials = 100 }, Token);
            string[] leaves = [.. study.Trials.Where(trial => trial.State == TrialState.Complete).Select(Leaf)];
            Assert.Equal(8, leaves.Distinct().Count());
            Assert.Equal(8, leaves.Length);
        }
    }

    [Fact]
    public async Task Enqueued_trials_keep_what_they_are_given_and_count()
    {
        await using Study study = Open(new() { Seed = 1 }, isDeclared: false);
        await study.EnqueueAsync([KeyValuePair.Create("model", (object?)"net"), KeyValuePair.Create("layers", (object?)2)], cancellationToken: Token);
        await study.OptimizeAsync(Objective, new() { Trials = 100 }, Token);
        TrialRecord[] complete = [.. study.Trials.Where(trial => trial.State == TrialState.Complete)];
        Assert.Equal(2L, complete[0].Params["layers"]);
        Assert.Equal(Leaves, complete.Select(Leaf).Distinct().Count());
        Assert.Equal(Leaves, complete.Length);
    }

    private static void Ask(Study study, string name, int high)
    {
        Trial trial = study.Ask();
        trial.SuggestInt(name, 0, high);
        study.Tell(trial, 0);
    }

    private static Study Open(BruteForceSamplerOptions options, bool isDeclared) =>
        Study.Create(new() { Sampler = new BruteForceSampler(options), Pruner = new NopPruner(), SearchSpace = isDeclared ? Declared : null });

    private static double Objective(Trial trial) => trial.SuggestCategorical("model", ["tree", "net", "line"]) switch
    {
        "tree" => trial.SuggestInt("depth", 1, 3),
        "net" => trial.SuggestInt("layers", 1, 2) + trial.SuggestDouble("drop", 0, 0.3, step: 0.1),
        _ => 0,
    };

    private static string Leaf(TrialRecord trial) => string.Join(' ', trial.Params.Select(parameter => FormattableString.Invariant($"{parameter.Key}={parameter.Value}")));
}
