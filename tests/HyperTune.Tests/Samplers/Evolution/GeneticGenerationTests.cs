using HyperTune.History;
using HyperTune.Samplers;
using HyperTune.Testing;

namespace HyperTune.Tests.Samplers.Evolution;

/// <summary>Genetic samplers with numbers that only a storage can bring.</summary>
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
}
