using HyperTune.History;
using HyperTune.Numerics;
using HyperTune.Samplers;
using HyperTune.Samplers.Evolution;
using HyperTune.Samplers.Evolution.Selection;
using HyperTune.Samplers.Generations;
using HyperTune.Spaces;
using HyperTune.Testing;
using HyperTune.Trials;

namespace HyperTune.Tests.Samplers.Evolution;

/// <summary>What NSGA-II and NSGA-III promise beyond the contract of samplers.</summary>
public sealed class GeneticSamplerTests
{
    private const string NoteKey = "NSGAIISampler:generation";

    private static readonly FloatDistribution Unit = new(0, 1);
    private static readonly SearchSpace Plane = SearchSpace.Empty.AddDouble("x", 0, 1).AddDouble("y", 0, 1);
    private static readonly Direction[] Two = [Direction.Minimize, Direction.Minimize];

    [Theory]
    [InlineData(2, "NSGAIISampler:generation")]
    [InlineData(3, "NSGAIIISampler:generation")]
    public void Trials_carry_the_number_of_their_generation_under_the_name_that_Optuna_uses(int kind, string key)
    {
        using var study = Study.Create(new StudyOptions { Directions = Two, Sampler = Create(kind, 4) });
        for (int i = 0; i < 13; i++)
        {
            Trial trial = study.Ask();
            study.Tell(trial, (trial.SuggestDouble("x", 0, 1), i));
        }
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3], study.Trials.Select(trial => trial.SystemAttributes[key].AsInt64()));
        // The first generation is random, the others are drawn jointly.
        Assert.Equal([4, 9], study.Trials.GroupBy(trial => trial.SystemAttributes.ContainsKey("tpe:relative_params:0")).Select(group => group.Count()));
    }

    [Fact]
    public void Trials_of_other_workers_count_by_their_note_and_those_without_one_as_generation_0()
    {
        foreach (int? noted in (int?[])[0, null])
        {
            var scenario = new HistoryScenario(Two);
            for (int i = 0; i < 3; i++) scenario.Add(At(0.1 * i, 0.5, i, -i, noted));
            Assert.Equal(0, Generation(scenario));
            scenario.Add(At(0.7, 0.5, 3, -3, noted));
            Assert.Equal(1, Generation(scenario));
        }

        static long Generation(HistoryScenario scenario)
        {
            TrialContext trial = scenario.Context(new());
            _ = Create(2, 4).InferRelativeSpace(scenario.Build(), trial);
            return trial.SystemAttributes[NoteKey].AsInt64();
        }
    }

    [Fact]
    public void Failed_and_pruned_trials_are_no_members_and_infeasible_ones_are_no_parents_while_there_are_others()
    {
        var scenario = new HistoryScenario(Two);
        for (int i = 0; i < 4; i++) scenario.Add(At(0.1, 0.5, i, -i) with { State = TrialState.Failed, Values = [] }).Add(At(0.2, 0.5, i, -i) with { State = TrialState.Pruned, Values = [] });
        Assert.Empty(Create(2, 4).InferRelativeSpace(scenario.Build(), scenario.Context(new())));
        for (int i = 0; i < 4; i++) scenario.Add(At(0.3 + 0.01 * i, 0.5, 100 + i, 100 - i)).Add(At(0.9, 0.5, 0, 0) with { Constraints = new Dictionary<string, double> { ["c"] = 0.1 } });

        Population population = Population(scenario.Build(), new NsgaIIScheme(8));
        Population small = Population(scenario.Build(), new NsgaIIScheme(4));

        Assert.Equal([8, 10, 12, 14], population.Trials.Take(4).Select(trial => trial.Number));
        Assert.Equal(8, population.Count);
        // The fourth member closes the small one: two feasible trials, two others.
        Assert.Equal([8, 10, 11, 9], small.Trials.Select(trial => trial.Number));
        Assert.True(small.Standings[1] < small.Standings[2]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Workers_with_seeds_of_their_own_have_the_same_parents(int kind)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        var storage = new InMemoryStorage();
        var random = new Random(kind);
        EvolutionScheme scheme = kind == 2 ? new NsgaIIScheme(8) : new NsgaIIIScheme(8, null, null);
        Study[] workers = [.. Enumerable.Range(0, 3).Select(i => Open((ulong)i))];
        var running = new List<(Study Study, Trial Trial)>();
        for (int i = 0; i < 250; i++)
        {
            Study study = workers[random.Next(workers.Length)];
            running.Add((study, await study.AskAsync(Plane, cancellation)));
            if (running.Count < 9) continue;
            int ending = random.Next(running.Count);
            (Study owner, Trial trial) = running[ending];
            running.RemoveAt(ending);
            double x = (double)trial.Params["x"]!, y = (double)trial.Params["y"]!;
            if (random.Next(10) == 0) await owner.TellAsync(trial, TrialState.Failed, cancellationToken: cancellation);
            else await owner.TellAsync(trial, new ObjectiveValues(x, y * y, (1 - x) * (1 - y)), cancellation);
        }
        var populations = new List<Population>();
        foreach (Study worker in workers)
        {
            await worker.RefreshAsync(cancellation);
            populations.Add(Population(worker.History, scheme));
        }
        using Study late = Open(77);
        populations.Add(Population(late.History, scheme));
        Assert.Equal(8, populations[0].Count);
        Assert.True(GenerationLog<Population>.Of(late.History, scheme).Index >= 15);
        foreach (Population population in populations)
        {
            Assert.Equal(populations[0].Trials.Select(trial => trial.Number), population.Trials.Select(trial => trial.Number));
            Assert.Equal(populations[0].Standings, population.Standings);
            Assert.Equal(populations[0].Losses, population.Losses);
        }
        foreach (Study worker in workers) await worker.DisposeAsync();

        Study Open(ulong seed) => Study.Create(new StudyOptions
        {
            Name = "shared",
            Directions = [Direction.Minimize, Direction.Minimize, Direction.Maximize],
            Storage = storage,
            LoadIfExists = true,
            Sampler = Create(kind, 8, seed),
        });
    }

    [Fact]
    public void What_is_inherited_stays_the_same_to_the_last_bit()
    {
        SearchSpace space = SearchSpace.Empty.AddDouble("rate", 1e-7, 3, log: true).AddDouble("x", -7, 0.3).AddInt("n", 1, 5000, log: true).AddDouble("grid", 0.05, 7, step: 0.1);
        using var study = Study.Create(new StudyOptions
        {
            SearchSpace = space,
            Directions = Two,
            Sampler = new NsgaIISampler(new() { Seed = 3, PopulationSize = 10, Crossover = new UniformCrossover(), MutationProbability = 0 }),
        });
        for (int i = 0; i < 80; i++)
        {
            Trial trial = study.Ask(space);
            study.Tell(trial, ((double)trial.Params["rate"]!, (double)trial.Params["x"]!));
        }
        var known = new HashSet<(string, double)>(study.Trials.Take(10).SelectMany(trial => trial.Parameters).Select(parameter => (parameter.Name, parameter.Value)));
        int fresh = study.Trials.Skip(10).SelectMany(trial => trial.Parameters).Count(parameter => known.Add((parameter.Name, parameter.Value)));
        // Only a child that is like one of its parents is mutated, once.
        Assert.InRange(fresh, 1, 40);
    }

    [Fact]
    public void A_child_is_never_like_its_parents()
    {
        var scenario = new HistoryScenario(Two);
        scenario.Add(At(0.2, 0.3, 0, 1)).Add(At(0.7, 0.8, 1, 0));
        var sampler = new NsgaIISampler(new() { PopulationSize = 2, Crossover = new UniformCrossover(), MutationProbability = 0, CrossoverProbability = 0.5 });
        StudyHistory history = scenario.Build();
        for (int i = 0; i < 200; i++)
        {
            ParameterSet child = sampler.SampleRelative(history, scenario.Context(new() { Number = 10 + i }), Plane);
            Assert.False(child.Values is [0.2, 0.3] or [0.7, 0.8], string.Join(", ", child));
        }
    }

    [Fact]
    public void Mutations_leave_the_value_of_a_coarse_grid()
    {
        var coarse = new IntDistribution(1, 3);
        var scenario = new HistoryScenario(Two);
        for (int i = 0; i < 4; i++) scenario.Add(new() { Values = [i, -i], Parameters = [new("a", coarse, 2), new("b", coarse, 2)] });
        var sampler = new NsgaIISampler(new() { PopulationSize = 4, Mutation = new GaussianMutation { Sigma = 1e-6 }, MutationProbability = 0 });
        StudyHistory history = scenario.Build();
        int changed = 0;
        for (int i = 0; i < 300; i++)
        {
            ParameterSet child = sampler.SampleRelative(history, scenario.Context(new() { Number = 10 + i }), sampler.InferRelativeSpace(history, scenario.Context(new())));
            changed += child.Values is [2, 2] ? 0 : 1;
        }
        // The one gene that is mutated is drawn anew among three values: 200 of 300, with a deviation of 8.
        Assert.InRange(changed, 168, 232);
    }

    [Fact]
    public void A_declared_branch_comes_as_a_whole_from_a_parent_that_took_it()
    {
        SearchSpace space = SearchSpace.Empty.AddCategorical("model", ["tree", "net", "line"])
            .AddInt("depth", 1, 100, when: ("model", ["tree"])).AddInt("leaves", 1, 100, when: ("model", ["tree"]))
            .AddDouble("rate", 0, 1, when: ("model", ["net"])).AddDouble("slope", 0, 1, when: ("model", ["line"]));
        var scenario = new HistoryScenario(Two) { DeclaredSpace = space };
        Parameter Of(string name, double value) => new(name, space.Single(parameter => parameter.Name == name).Distribution, value);
        scenario.Add(new() { Values = [0, 2], Parameters = [Of("model", 0), Of("depth", 17), Of("leaves", 71)] });
        scenario.Add(new() { Values = [1, 1], Parameters = [Of("model", 0), Of("depth", 33), Of("leaves", 66)] });
        scenario.Add(new() { Values = [2, 0], Parameters = [Of("model", 1), Of("rate", 0.625)] });
        var sampler = new NsgaIISampler(new() { PopulationSize = 3, Crossover = new UniformCrossover(), MutationProbability = 0.02, CrossoverProbability = 0.9 });
        StudyHistory history = scenario.Build();
        int[] counts = new int[3];
        int whole = 0;
        for (int i = 0; i < 400; i++)
        {
            TrialContext trial = scenario.Context(new() { Number = 10 + i });
            ParameterSet child = sampler.SampleRelative(history, trial, sampler.InferRelativeSpace(history, trial));
            Assert.True(child.TryGetValue("model", out double model));
            counts[(int)model]++;
            Assert.Equal(model == 0 ? ["model", "depth", "leaves"] : model == 1 ? ["model", "rate"] : ["model", "slope"], child.Names);
            if (model != 0) continue;
            _ = child.TryGetValue("depth", out double depth);
            _ = child.TryGetValue("leaves", out double leaves);
            // Two trees may be crossed with one another, a tree and a net may not.
            whole += (depth, leaves) is (17, 71) or (33, 66) ? 1 : 0;
        }
        Assert.All(counts, count => Assert.True(count > 0));
        Assert.InRange(whole, 0.6 * counts[0], counts[0]);
    }

    [Fact]
    public void A_branch_of_an_objective_that_defines_its_space_comes_from_one_parent()
    {
        var kind = new CategoricalDistribution(["tree", "net"]);
        var whole = new IntDistribution(1, 100);
        var scenario = new HistoryScenario(Two);
        scenario.Add(new() { Values = [0, 1], Parameters = [new("model", kind, 0), new("depth", whole, 17), new("leaves", whole, 71)] });
        scenario.Add(new() { Values = [1, 0], Parameters = [new("model", kind, 1), new("rate", Unit, 0.625)] });
        var sampler = new NsgaIISampler(new() { PopulationSize = 2, MutationProbability = 0 });
        StudyHistory history = scenario.Build();
        TrialContext trial = scenario.Context(new());
        Assert.Equal(["model"], sampler.InferRelativeSpace(history, trial).Select(parameter => parameter.Name));
        Assert.Equal(17, sampler.SampleIndependent(history, trial, "depth", whole));
        Assert.Equal(71, sampler.SampleIndependent(history, trial, "leaves", whole));
        Assert.Equal(0.625, sampler.SampleIndependent(history, trial, "rate", Unit));
        // Nobody has it.
        Assert.NotEqual(sampler.SampleIndependent(history, trial, "new", Unit), sampler.SampleIndependent(history, scenario.Context(new() { Number = 9 }), "new", Unit));
        // A value beyond the present range is as none.
        Assert.InRange(sampler.SampleIndependent(history, trial, "rate", new FloatDistribution(0, 0.5)), 0, 0.5);
    }

    [Fact]
    public void Fixed_parameters_decide_which_branch_is_drawn()
    {
        SearchSpace space = SearchSpace.Empty.AddCategorical("model", ["tree", "net"]).AddInt("depth", 1, 100, when: ("model", ["tree"])).AddDouble("rate", 0, 1, when: ("model", ["net"]));
        var scenario = new HistoryScenario { DeclaredSpace = space };
        for (int i = 0; i < 4; i++) scenario.Add(new() { Values = [i], Parameters = [new("model", space[0].Distribution, 0), new("depth", space[1].Distribution, 5 + i)] });
        var sampler = new NsgaIISampler(new() { PopulationSize = 4, MutationProbability = 0 });
        TrialContext trial = scenario.Context(new(), ParameterSet.Empty.With("model", space[0].Distribution, 1));
        ParameterSet child = sampler.SampleRelative(scenario.Build(), trial, space);
        Assert.Equal(["model", "rate"], child.Names);
    }

    [Fact]
    public void Operators_of_ones_own_are_called_and_what_they_leave_outside_is_cut()
    {
        var crossover = new Outside();
        var scenario = new HistoryScenario(Two);
        for (int i = 0; i < 4; i++) scenario.Add(At(0.2 * i, 0.3, i, -i));
        var sampler = new NsgaIISampler(new() { PopulationSize = 4, Crossover = crossover, Mutation = new ToNaN(), MutationProbability = 1, CrossoverProbability = 1 });
        ParameterSet child = sampler.SampleRelative(scenario.Build(), scenario.Context(new()), Plane);
        Assert.True(crossover.Calls > 1);
        Assert.All(child, parameter => Assert.True(parameter.Distribution.Contains(parameter.Value)));
        Assert.Equal(Math.BitDecrement(1.0), child.Values[0]);
    }

    [Fact]
    public void Ranges_whose_width_is_no_double_are_drawn_at_random()
    {
        var huge = new FloatDistribution(-1.7e308, 1.7e308);
        var scenario = new HistoryScenario(Two);
        for (int i = 0; i < 4; i++) scenario.Add(new() { Values = [i, -i], Parameters = [new("x", Unit, 0.1), new("huge", huge, 1e308)] });
        NsgaIISampler sampler = new(new() { PopulationSize = 4 });
        TrialContext trial = scenario.Context(new());
        Assert.Equal(["x"], sampler.InferRelativeSpace(scenario.Build(), trial).Select(parameter => parameter.Name));
        Assert.Equal(RandomDraw.Independent(trial, "huge", huge), sampler.SampleIndependent(scenario.Build(), trial, "huge", huge));
    }

    [Fact]
    public void Directions_of_ones_own_are_where_the_elite_lies()
    {
        // A line of 21 undominated points; two directions, next to the first axis and in the middle.
        double[] losses = [.. Enumerable.Range(0, 21).SelectMany(i => (double[])[i, 20 - i])];
        int[] elite = NsgaIIISelection.Elite(losses, 2, new double[21], 4, [0.9, 0.1, 0.5, 0.5], RandomStream.Create(1, 1, "test"), out int[] standings);
        Assert.Contains(18, elite);
        Assert.Contains(10, elite);
        Assert.All(standings, standing => Assert.Equal(0, standing));
    }

    [Fact]
    public void Many_objectives_have_at_least_one_direction_for_each()
    {
        var scheme = new NsgaIIIScheme(4, null, null);
        var scenario = new HistoryScenario([.. Enumerable.Repeat(Direction.Minimize, 9)]);
        for (int i = 0; i < 12; i++)
        {
            scenario.Add(new() { Values = [.. Enumerable.Range(0, 9).Select(k => (double)((i + k) % 9))], SystemAttributes = AttributeSet.Empty.With(scheme.NoteKey, i < 4 ? 0 : 1) });
        }
        Assert.Equal(4, Population(scenario.Build(), scheme).Count);
    }

    [Fact]
    public void Wrong_options_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new NsgaIISamplerOptions { PopulationSize = 1 });
        Assert.Equal(2, new NsgaIISamplerOptions { PopulationSize = 2 }.PopulationSize);
        Assert.Throws<ArgumentNullException>(() => new NsgaIISamplerOptions { Crossover = null! });
        Assert.Throws<ArgumentOutOfRangeException>(() => new NsgaIISamplerOptions { CrossoverProbability = -0.1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new NsgaIISamplerOptions { SwappingProbability = 1.1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new NsgaIISamplerOptions { MutationProbability = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new NsgaIIISamplerOptions { Partitions = 0 });
        Assert.Throws<ArgumentException>(() => new NsgaIIISamplerOptions { ReferenceDirections = [] });
        Assert.Throws<ArgumentException>(() => new NsgaIIISamplerOptions { ReferenceDirections = [[1, 0], [1]] });
        Assert.Throws<ArgumentException>(() => new NsgaIIISamplerOptions { ReferenceDirections = [[0, 0]] });
        Assert.Throws<ArgumentException>(() => new NsgaIIISamplerOptions { ReferenceDirections = [[1, -1]] });
        Assert.Throws<ArgumentException>(() => new NsgaIIISampler(new() { ReferenceDirections = [[1, 0]], Partitions = 3 }));
        var scenario = new HistoryScenario(Two);
        var sampler = new NsgaIIISampler(new() { ReferenceDirections = [[1, 0, 0]] });
        Assert.Throws<InvalidOperationException>(() => sampler.InferRelativeSpace(scenario.Build(), scenario.Context(new())));
    }

    private static ISampler Create(int kind, int population, ulong seed = 1) => kind == 2
        ? new NsgaIISampler(new() { Seed = seed, PopulationSize = population })
        : new NsgaIIISampler(new() { Seed = seed, PopulationSize = population });

    private static Population Population(StudyHistory history, EvolutionScheme scheme) => GenerationLog<Population>.Of(history, scheme).State;

    private static ScenarioTrial At(double x, double y, double first, double second, int? generation = null) => new()
    {
        Values = [first, second],
        Parameters = [new("x", Unit, x), new("y", Unit, y)],
        SystemAttributes = generation is { } noted ? AttributeSet.Empty.With(NoteKey, noted) : AttributeSet.Empty,
    };

    private sealed class Outside : Crossover
    {
        public int Calls { get; private set; }

        public override int ParentCount => 4;

        public override void Cross(in ParentGenes parents, RandomStream random, Span<double> child)
        {
            Calls++;
            Assert.Equal((4, 2), (parents.Count, parents.Dimension));
            child.Fill(7);
        }
    }

    private sealed class ToNaN : Mutation
    {
        public override double Mutate(double gene, double lower, double upper, RandomStream random) => double.NaN;
    }
}
