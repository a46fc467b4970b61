using HyperTune.History;
using HyperTune.Samplers;
using HyperTune.Trials;

namespace HyperTune.Testing;

/// <content>Spaces whose parameters depend on others.</content>
public abstract partial class SamplerContract
{
    /// <summary>A declared space with nested branches and single-valued parameters.</summary>
    protected virtual SearchSpace ConditionalSpace { get; } = SearchSpace.Empty
        .AddCategorical("model", ["tree", "net", "line"])
        .AddInt("depth", 1, 12, when: ("model", ["tree"]))
        .AddDouble("rate", 1e-4, 1, log: true, when: ("model", ["net"]))
        .AddInt("layers", 1, 2, when: ("model", ["net"]))
        .AddInt("width", 8, 64, step: 8, when: ("layers", [2]))
        .AddDouble("fixed", 2, 2, when: ("model", ["net", "line"]))
        .AddDouble("ridge", 0, 1);

    [Fact]
    public void Objectives_that_ask_for_other_parameters_by_branch_are_served()
    {
        Assert.SkipUnless(TakesAnySpace, "The sampler needs values that can be listed.");
        using Study study = Open(Create(20));
        for (int i = 0; i < 60; i++)
        {
            Trial trial = study.Ask();
            string model = trial.SuggestCategorical("model", ["tree", "net"]);
            double value = model == "tree"
                ? trial.SuggestInt("depth", 1, 12)
                : trial.SuggestDouble("rate", 1e-4, 1, log: true) + (trial.SuggestInt("layers", 1, 2) == 2 ? trial.SuggestInt("width", 8, 64, step: 8) : 0);
            study.Tell(trial, value);
            Assert.Equal(model == "tree", trial.Params.ContainsKey("depth"));
            Assert.Equal(model == "net", trial.Params.ContainsKey("rate"));
        }
        Assert.All(study.Trials.SelectMany(trial => trial.Parameters), parameter => Assert.True(parameter.Distribution.Contains(parameter.Value), $"{parameter}"));
    }

    [Fact]
    public void Parameters_of_a_declared_conditional_space_are_drawn_where_they_are_active()
    {
        using Study study = Open(Create(21), declared: ConditionalSpace);
        Run(study, ConditionalSpace, 60);
        foreach (TrialRecord trial in study.Trials)
        {
            IEnumerable<string> active = ConditionalSpace
                .Where(parameter => ConditionalSpace.IsActive(parameter.Name, name => trial.Parameters.TryGetValue(name, out double value) ? value : null))
                .Select(parameter => parameter.Name);
            Assert.Equal(active, trial.Parameters.Names);
            Assert.All(trial.Parameters, parameter => Assert.True(parameter.Distribution.Contains(parameter.Value), $"{parameter}"));
        }
    }

    [Fact]
    public void Joint_samples_of_a_declared_conditional_space_hold_active_parameters_only()
    {
        for (int trials = 0; trials < 40; trials++)
        {
            HistoryScenario scenario = ConditionalScenario(trials, isDeclared: true);
            StudyHistory history = scenario.Build();
            TrialContext trial = scenario.Context(new());
            ISampler sampler = Create(22);
            SearchSpace space = sampler.InferRelativeSpace(history, trial);
            if (space.Count == 0) continue;
            ParameterSet joint = sampler.SampleRelative(history, trial, space);
            foreach (Parameter parameter in joint)
            {
                Assert.True(parameter.Distribution.Contains(parameter.Value), $"{parameter}");
                Assert.True(
                    ConditionalSpace.IsActive(parameter.Name, name => joint.TryGetValue(name, out double value) ? value : null),
                    $"'{parameter.Name}' is drawn, but not active in {string.Join(", ", joint)}.");
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_conditional_study_that_is_continued_by_another_process_goes_on_as_if_it_had_not_stopped(bool isDeclared)
    {
        SearchSpace? declared = isDeclared ? ConditionalSpace : null;
        using Study whole = Open(Create(23), declared: declared);
        Run(whole, ConditionalSpace, Restarts + 1);
        var storage = new InMemoryStorage();
        for (int i = 0; i <= Restarts; i++)
        {
            using Study part = Open(Create(23), declared: declared, storage: storage);
            Run(part, ConditionalSpace, 1);
        }
        using Study parts = Open(Create(23), storage: storage);
        Same(Proposals(whole), Proposals(parts));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_order_in_which_trials_of_several_branches_arrived_does_not_matter(bool isDeclared)
    {
        Assert.SkipUnless(TakesAnySpace, "The sampler needs trials that ask for the same parameters.");
        CheckOrderOfArrival(ConditionalScenarios(isDeclared));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_older_snapshot_of_several_branches_keeps_its_answer(bool isDeclared)
    {
        Assert.SkipUnless(TakesAnySpace, "The sampler needs trials that ask for the same parameters.");
        CheckOldAnswers(ConditionalScenarios(isDeclared));
    }

    private IEnumerable<(HistoryScenario Scenario, ScenarioTrial Trial)> ConditionalScenarios(bool isDeclared) =>
        new[] { 6, 15, 30, 50 }.Select(trials => (ConditionalScenario(trials, isDeclared), new ScenarioTrial()));

    private HistoryScenario ConditionalScenario(int trials, bool isDeclared)
    {
        var scenario = new HistoryScenario { DeclaredSpace = isDeclared ? ConditionalSpace : null, Seed = (ulong)trials };
        for (int i = 0; i < trials; i++)
        {
            TrialContext trial = scenario.Context(new() { Number = i });
            var parameters = ParameterSet.Empty;
            foreach (SearchSpaceParameter parameter in ConditionalSpace)
            {
                if (!ConditionalSpace.IsActive(parameter.Name, name => parameters.TryGetValue(name, out double value) ? value : null)) continue;
                double drawn = parameter.Distribution.IsSingle ? 2 : new RandomSampler().SampleIndependent(scenario.Build(), trial, parameter.Name, parameter.Distribution);
                parameters = parameters.With(parameter.Name, parameter.Distribution, drawn);
            }
            scenario.Add(new() { Parameters = [.. parameters], Values = [i * 7 % 11] });
        }
        return scenario;
    }
}
