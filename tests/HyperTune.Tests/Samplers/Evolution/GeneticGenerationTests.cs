using HyperTune.History;
using HyperTune.Samplers;
using HyperTune.Testing;
using HyperTune.Trials;

namespace HyperTune.Tests.Samplers.Evolution;

/// <summary>Genetic samplers while generations close under running trials, and with numbers that only a storage can bring.</summary>
public sealed class GeneticGenerationTests
{
    private static readonly Direction[] Two = [Direction.Minimize, Direction.Minimize];

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_violation_that_is_no_number_is_worse_than_any_other(int kind)
    {
        var scenario = new HistoryScenario(Two);
        for (int i = 0; i < 8; i++)
        {
            ScenarioTrial trial = new() { Values = [i, -i], Parameters = [new("x", new FloatDistribution(0, 1), 0.1 * i)] };
            scenario.Add(i % 2 == 0 ? trial : trial with { SystemAttributes = AttributeSet.Empty.With("constraints", AttributeValue.Array(double.NaN)) });
        }
        ISampler sampler = kind == 2 ? new NsgaIISampler(new() { PopulationSize = 4 }) : new NsgaIIISampler(new() { PopulationSize = 4 });
        StudyHistory history = scenario.Build();
        SearchSpace space = sampler.InferRelativeSpace(history, scenario.Context(new()));
        Assert.Equal(["x"], sampler.SampleRelative(history, scenario.Context(new()), space).Names);
    }

    [Fact]
    public void A_trial_has_the_same_parents_when_its_generation_closes_while_it_asks()
    {
        var a = new FloatDistribution(0, 1);
        using var study = Study.Create(new StudyOptions { Sampler = new NsgaIISampler(new() { Seed = 4, PopulationSize = 4, MutationProbability = 0, CrossoverProbability = 0 }) });
        // Every other trial lacks the parameters, so that nothing is drawn jointly; those that have them have equal ones.
        for (int i = 0; i < 4; i++) Tell(i, i);
        Trial slow = study.Ask();
        double first = slow.SuggestDouble("a", 0, 1);
        for (int i = 4; i < 12; i++) Tell(i, -i);
        double second = slow.SuggestDouble("b", 0, 1);
        Assert.Equal(first, second);

        void Tell(int i, double value)
        {
            ParameterSet parameters = i % 2 == 0 ? ParameterSet.Empty.With("a", a, 0.05 * (i + 1)).With("b", a, 0.05 * (i + 1)) : ParameterSet.Empty.With("c", a, 0.5);
            study.AddTrial(new TrialTemplate
            {
                State = TrialState.Complete,
                Values = [value],
                Parameters = parameters,
                SystemAttributes = AttributeSet.Empty.With("NSGAIISampler:generation", i / 4),
            });
        }
    }
}
