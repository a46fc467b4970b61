using HyperTune.History;
using HyperTune.Numerics;
using HyperTune.Spaces;
using HyperTune.Storage;
using HyperTune.Testing;
using HyperTune.Trials;

namespace HyperTune.Tests.Samplers.Qmc;

public sealed class QmcSamplerTests
{
    private static readonly SearchSpace Mixed = SearchSpace.Empty
        .AddDouble("rate", 1e-4, 1, log: true).AddInt("n", 0, 9).AddCategorical("kind", ["a", "b", "c"]).AddDouble("only", 2, 2).AddDouble("grid", 0, 1, step: 0.25);

    [Fact]
    public void Trial_n_is_point_n_from_the_first_trial_on()
    {
        var points = new SobolSequence(7);
        using Study study = Open(new() { Seed = 7 });
        for (int i = 0; i < 40; i++) study.Tell(study.Ask(Mixed), i);
        foreach (TrialRecord trial in study.Trials)
        {
            int dimension = 0;
            foreach (Parameter parameter in trial.Parameters.Where(parameter => !parameter.Distribution.IsSingle))
                Assert.Equal(RandomDraw.FromUniform(parameter.Distribution, points.At(dimension++, trial.Number)), parameter.Value);
            Assert.Equal(4, dimension);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_number_of_workers_plays_no_part(bool isDeterministic)
    {
        IReadOnlyList<double[]>[] runs = [.. new[] { 1, 8 }.Select(workers =>
        {
            using var study = Study.Create(new StudyOptions { Sampler = new QmcSampler(new() { Seed = 7 }), SearchSpace = Mixed });
            study.Optimize(trial => trial.Suggest(Mixed).Count, new() { Trials = 60, Parallelism = workers, IsDeterministic = isDeterministic });
            return study.Trials.OrderBy(trial => trial.Number).Select(trial => trial.Parameters.Values.ToArray()).ToArray();
        })];
        Assert.Equal(runs[0], runs[1]);
    }

    [Fact]
    public void The_plain_sequence_begins_at_the_low_ends()
    {
        using Study study = Open(new() { IsScrambled = false });
        Trial first = study.Ask(Mixed);
        study.Tell(first, 0);
        Assert.Equal([1e-4, 0L, "a", 2.0, 0.0], Rounded(first));
        Assert.Equal([0.01, 5L, "b", 2.0, 0.5], Rounded(study.Ask(Mixed)));

        static IEnumerable<object?> Rounded(Trial trial) => trial.Params.Values.Select(value => value is double number ? Math.Round(number, 12) : value);
    }

    [Theory]
    [InlineData(QmcSequence.Sobol, 64)]
    [InlineData(QmcSequence.Halton, 64)]
    public void Every_range_is_covered_by_few_trials(QmcSequence sequence, int trials)
    {
        using Study study = Open(new() { Seed = 3, Sequence = sequence });
        SearchSpace space = SearchSpace.Empty.AddDouble("x", 0, 1).AddDouble("y", 0, 1);
        for (int i = 0; i < trials; i++) study.Tell(study.Ask(space), 0);
        foreach (string name in (string[])["x", "y"])
        {
            // Halton's second base is 3.
            int cells = name == "y" && sequence == QmcSequence.Halton ? 27 : trials;
            Assert.Equal(cells, study.Trials.Take(cells).Select(trial => (int)(cells * (double)trial.Params[name]!)).Distinct().Count());
        }
    }

    [Fact]
    public void Choices_and_grid_values_come_equally_often()
    {
        using Study study = Open(new() { Seed = 5 });
        SearchSpace space = SearchSpace.Empty.AddCategorical("four", [1, 2, 3, 4]).AddInt("eight", 1, 8);
        for (int i = 0; i < 64; i++) study.Tell(study.Ask(space), 0);
        Assert.All(study.Trials.GroupBy(trial => trial.Params["four"]), group => Assert.Equal(16, group.Count()));
        Assert.All(study.Trials.GroupBy(trial => trial.Params["eight"]), group => Assert.Equal(8, group.Count()));
    }

    [Fact]
    public async Task Workers_without_a_seed_share_one_sequence()
    {
        var storage = new InMemoryStorage();
        SearchSpace space = SearchSpace.Empty.AddDouble("x", 0, 1);
        Task[] workers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            // An own sampler and study object each, as in processes of their own.
            await using Study study = await OpenAsync(storage, "shared");
            for (int i = 0; i < 16; i++) await study.TellAsync(await study.AskAsync(space, Token), 0, Token);
        }))];
        await Task.WhenAll(workers);
        await using Study all = await OpenAsync(storage, "shared");
        Assert.Equal(64, all.Trials.Select(trial => (int)(64 * (double)trial.Params["x"]!)).Distinct().Count());
        await using Study other = await OpenAsync(new InMemoryStorage(), "another name");
        Assert.NotEqual(all.Trials[0].Params["x"], (await other.AskAsync(space, Token)).Params["x"]);

        static Task<Study> OpenAsync(IStorage storage, string name) =>
            Study.CreateAsync(new() { Name = name, Storage = storage, Sampler = new QmcSampler(), Pruner = new NopPruner(), LoadIfExists = true }, Token);
    }

    [Fact]
    public void The_space_is_that_of_the_complete_trial_with_the_lowest_number()
    {
        Parameter x = new("x", new FloatDistribution(0, 1), 0.5), y = new("y", new FloatDistribution(0, 1), 0.5), z = new("z", new FloatDistribution(0, 1), 0.5);
        HistoryScenario scenario = new HistoryScenario().Add(new() { State = TrialState.Failed, Parameters = [z] }).Add(new() { State = TrialState.Pruned, Parameters = [z, x] });
        Assert.Equal(["z", "x"], SpaceOf(scenario));
        scenario.Add(new() { Parameters = [y, x] }).Add(new() { Parameters = [x, y, z] });
        Assert.Equal(["y", "x"], SpaceOf(scenario));
        for (int seed = 0; seed < 8; seed++)
        {
            foreach (StudyHistory snapshot in scenario.BuildInParts(seed))
            {
                int[] numbers = [.. snapshot.Numbers.ToArray().Where(number => number >= 2).Order()];
                string[] expected = numbers.Length > 0 ? (numbers[0] == 2 ? ["y", "x"] : ["x", "y", "z"]) : snapshot.Numbers.Contains(1) ? ["z", "x"] : [];
                Assert.Equal(expected, new QmcSampler().InferRelativeSpace(snapshot, scenario.Context(new())).Select(parameter => parameter.Name));
            }
        }

        static IEnumerable<string> SpaceOf(HistoryScenario scenario) =>
            new QmcSampler().InferRelativeSpace(scenario.Build(), scenario.Context(new())).Select(parameter => parameter.Name);
    }

    [Fact]
    public void What_the_space_lacks_is_drawn_at_random_and_said_once()
    {
        using var logs = new CapturingLoggerFactory();
        using Study study = Study.Create(new() { Sampler = new QmcSampler(new() { Seed = 1 }), Pruner = new NopPruner(), LoggerFactory = logs });
        for (int i = 0; i < 10; i++)
        {
            Trial trial = study.Ask();
            trial.SuggestDouble("x", 0, 1);
            if (i > 0) trial.SuggestDouble("late", 0, 1);
            study.Tell(trial, 0);
        }
        Assert.Equal(9, study.Trials.Where(trial => trial.Number > 0).Select(trial => trial.Params["late"]).Distinct().Count());
        Assert.Contains("late", Assert.Single(logs.WithId(22)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_declared_branch_is_drawn_where_the_given_parent_leads()
    {
        SearchSpace space = SearchSpace.Empty.AddCategorical("model", ["tree", "net"]).AddInt("depth", 1, 64, when: ("model", ["tree"])).AddDouble("rate", 0, 1, when: ("model", ["net"]));
        var scenario = new HistoryScenario { DeclaredSpace = space };
        StudyHistory history = scenario.Build();
        var sampler = new QmcSampler(new() { Seed = 1 });
        for (int number = 0; number < 16; number++)
        {
            TrialContext trial = scenario.Context(new() { Number = number }, ParameterSet.Of([new("model", space[0].Distribution, number % 2)]));
            Assert.Contains(number % 2 == 0 ? "depth" : "rate", sampler.SampleRelative(history, trial, sampler.InferRelativeSpace(history, trial)).Names);
        }
    }

    [Fact]
    public void A_range_that_moves_keeps_its_dimension()
    {
        var scenario = new HistoryScenario();
        scenario.Add(new() { Parameters = [new("x", new FloatDistribution(0, 1), 0.5), new("y", new FloatDistribution(0, 1), 0.5)] });
        var points = new SobolSequence(4);
        for (int number = 1; number < 10; number++)
        {
            double value = new QmcSampler(new() { Seed = 4 }).SampleIndependent(scenario.Build(), scenario.Context(new() { Number = number }), "y", new FloatDistribution(0, 8));
            Assert.Equal(8 * points.At(1, number), value);
        }
    }

    [Fact]
    public void More_parameters_than_dimensions_are_drawn_beside_the_sequence()
    {
        var sampler = new QmcSampler(new() { Seed = 1, Sequence = QmcSequence.Halton });
        SearchSpace space = SearchSpace.Create(Enumerable.Range(0, 300).Select(i => new SearchSpaceParameter($"x{i}", new FloatDistribution(0, 1))));
        var scenario = new HistoryScenario { DeclaredSpace = space };
        TrialContext trial = scenario.Context(new() { Number = 5 });
        ParameterSet drawn = sampler.SampleRelative(scenario.Build(), trial, sampler.InferRelativeSpace(scenario.Build(), trial));
        Assert.Equal(300, drawn.Values.ToArray().Distinct().Count());
        Assert.Equal(new HaltonSequence(1).At(249, 5), drawn.Values[249]);
        Assert.Equal(RandomDraw.Independent(trial, "x250", space[250].Distribution), drawn.Values[250]);
    }

    [Fact]
    public void A_repetition_is_exchanged_where_that_is_asked_for()
    {
        SearchSpace space = SearchSpace.Empty.AddInt("n", 0, 5).AddInt("m", 0, 5);
        using Study study = Study.Create(new() { Sampler = new QmcSampler(new() { Seed = 2 }), Pruner = new NopPruner(), SearchSpace = space });
        study.Optimize(trial => trial.Suggest(space).Count, new() { Trials = 36, Repeats = RepeatPolicy.DrawAgain }, Token);
        Assert.Equal(36, study.Trials.Select(trial => (trial.Params["n"], trial.Params["m"])).Distinct().Count());
    }

    [Fact]
    public void Unknown_sequences_are_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new QmcSamplerOptions { Sequence = (QmcSequence)7 });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Study Open(QmcSamplerOptions options) => Study.Create(new() { Sampler = new QmcSampler(options), Pruner = new NopPruner() });
}
