using HyperTune.History;
using HyperTune.Samplers;
using HyperTune.Testing;
using HyperTune.Trials;

namespace HyperTune.Tests.Samplers;

public sealed class PartialFixedSamplerTests
{
    private static readonly SearchSpace Tree = SearchSpace.Empty
        .AddCategorical("model", ["tree", "net"])
        .AddInt("layers", 1, 3, when: ("model", ["net"]))
        .AddInt("depth", 1, 9, when: ("model", ["tree"]))
        .AddDouble("rate", 0, 1, when: ("layers", [2, 3]))
        .AddDouble("ridge", 0, 1);

    [Fact]
    public void Fixed_parameters_have_their_values_and_the_others_are_drawn()
    {
        using Study study = Open(new RandomSampler(new() { Seed = 1 }), new() { ["n"] = 3, ["kind"] = null });
        for (int i = 0; i < 20; i++)
        {
            Trial trial = study.Ask();
            Assert.Equal(3, trial.SuggestInt("n", 1, 5));
            Assert.Null(trial.SuggestCategorical<string?>("kind", ["a", null]));
            trial.SuggestDouble("x", 0, 1);
            study.Tell(trial, 0);
        }
        Assert.Equal(20, study.Trials.Select(trial => trial.Params["x"]).Distinct().Count());
    }

    [Fact]
    public void Fixed_parameters_leave_the_joint_space_and_the_rest_is_joint()
    {
        var scenario = new HistoryScenario();
        for (int i = 0; i < 20; i++) scenario.Add(new() { Values = [i], Parameters = [new("x", new FloatDistribution(0, 1), i / 20.0), new("y", new FloatDistribution(0, 1), 0.5)] });
        var sampler = new PartialFixedSampler(new TpeSampler(new() { Seed = 1 }), new Dictionary<string, object?> { ["y"] = 0.25 });
        Assert.Equal(1UL, sampler.Seed);
        SearchSpace space = sampler.InferRelativeSpace(scenario.Build(), scenario.Context(new()));
        Assert.Equal(["x"], space.Select(parameter => parameter.Name));
        Assert.Equal(["x"], sampler.SampleRelative(scenario.Build(), scenario.Context(new()), space).Names);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Branches_that_are_left_are_drawn_jointly(bool isTpe, bool isDeclared)
    {
        ISampler inner = isTpe ? new TpeSampler(new() { Seed = 2 }) : new CmaEsSampler(new() { Seed = 2 });
        using Study study = Study.Create(new()
        {
            Sampler = new PartialFixedSampler(inner, new Dictionary<string, object?> { ["layers"] = 2 }),
            Pruner = new NopPruner(),
            SearchSpace = isDeclared ? Tree : null,
        });
        for (int i = 0; i < 80; i++)
        {
            Trial trial = study.Ask(Tree);
            study.Tell(trial, (double)trial.Params["ridge"]!);
        }
        foreach (string name in (string[])["model", "depth", "rate", "ridge"])
        {
            Assert.True(study.History.TryGetParameter(name, out ParameterColumn column));
            Assert.All(Enumerable.Range(0, column.Count).Where(entry => column.Rows[entry] >= 20), entry => Assert.Equal(ParameterOrigin.Joint, column.Origins[entry]));
        }
        Assert.All(study.Trials, trial => Assert.True(!trial.Parameters.TryGetValue("layers", out double layers) || layers == 2));
    }

    [Fact]
    public void Of_a_declared_space_the_branches_are_left_that_fixed_values_lead_to()
    {
        Assert.Equal("{depth: int [1, 9], ridge: float [0, 1]}", SpaceWith("model", "tree"));
        Assert.Equal("{layers: int [1, 3], rate: float [0, 1] if layers in [2, 3], ridge: float [0, 1]}", SpaceWith("model", "net"));
        Assert.Equal("{model: categorical [\"tree\", \"net\"], depth: int [1, 9] if model in [\"tree\"], rate: float [0, 1] if model in [\"net\"], ridge: float [0, 1]}", SpaceWith("layers", 2));
        Assert.Equal("{model: categorical [\"tree\", \"net\"], depth: int [1, 9] if model in [\"tree\"], ridge: float [0, 1]}", SpaceWith("layers", 1));
        Assert.Equal(Tree.ToString(), SpaceWith("elsewhere", 1));

        static string SpaceWith(string name, object? value)
        {
            var scenario = new HistoryScenario { DeclaredSpace = Tree };
            return new PartialFixedSampler(new QmcSampler(), new Dictionary<string, object?> { [name] = value }).InferRelativeSpace(scenario.Build(), scenario.Context(new())).ToString();
        }
    }

    [Fact]
    public void The_inner_sampler_sees_what_is_fixed_while_it_is_asked()
    {
        var seen = new List<ParameterSet>();
        var inner = new Studies.FakeSampler
        {
            Infer = (_, trial) => Note(trial, Tree),
            Sample = (_, trial, _) => Note(trial, ParameterSet.Empty),
            Independent = (_, trial, _, _) => Note(trial, 1.0),
            After = (_, trial, _) => Note(trial, true),
        };
        var scenario = new HistoryScenario { DeclaredSpace = Tree };
        StudyHistory history = scenario.Build();
        TrialContext trial = scenario.Context(new());
        var sampler = new PartialFixedSampler(inner, new Dictionary<string, object?> { ["model"] = "net", ["unknown"] = 1 });
        sampler.SampleRelative(history, trial, sampler.InferRelativeSpace(history, trial));
        sampler.SampleIndependent(history, trial, "layers", Tree[1].Distribution);
        sampler.AfterTrial(history, trial, default);
        Assert.Equal(4, seen.Count);
        Assert.All(seen, given => Assert.Equal(new Parameter("model", Tree[0].Distribution, 1), Assert.Single(given)));
        Assert.Empty(trial.FixedParameters);

        T Note<T>(TrialContext trial, T result)
        {
            seen.Add(trial.FixedParameters);
            return result;
        }
    }

    [Fact]
    public async Task What_an_enqueued_trial_gives_comes_first()
    {
        await using Study study = Open(new RandomSampler(new() { Seed = 1 }), new() { ["n"] = 3 });
        await study.EnqueueAsync([KeyValuePair.Create("n", (object?)5)], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(5, study.Ask().SuggestInt("n", 1, 5));
        Assert.Equal(3, study.Ask().SuggestInt("n", 1, 5));
    }

    [Theory]
    [InlineData(9)]
    [InlineData(1.5)]
    [InlineData("three")]
    [InlineData(null)]
    public void A_value_that_the_distribution_lacks_is_refused_when_it_is_asked_for(object? value)
    {
        using Study study = Open(new RandomSampler(new() { Seed = 1 }), new() { ["n"] = value });
        var thrown = Assert.Throws<InvalidOperationException>(() => study.Ask().SuggestInt("n", 1, 5));
        Assert.Contains("'n' is fixed to", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("int [1, 5]", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_no_parameter_can_be_is_refused_at_once()
    {
        Assert.Throws<ArgumentException>(() => new PartialFixedSampler(new RandomSampler(), new Dictionary<string, object?> { ["n"] = DateTime.UnixEpoch }));
        Assert.Throws<ArgumentException>(() => new PartialFixedSampler(new RandomSampler(), new Dictionary<string, object?> { [""] = 1 }));
        Assert.Throws<ArgumentNullException>(() => new PartialFixedSampler(null!, new Dictionary<string, object?>()));
        Assert.Throws<ArgumentNullException>(() => new PartialFixedSampler(new RandomSampler(), null!));
    }

    private static Study Open(ISampler inner, Dictionary<string, object?> values) =>
        Study.Create(new() { Sampler = new PartialFixedSampler(inner, values), Pruner = new NopPruner() });
}
