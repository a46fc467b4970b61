using HyperTune.Testing;

namespace HyperTune.Tests.Samplers;

/// <summary>Distributions over trial numbers: each trial has a stream of its own, so that this also tests the streams against each other.</summary>
public sealed class RandomSamplerTests
{
    private const int Trials = 20_000;

    [Theory]
    [InlineData("""{"type": "int", "low": 1, "high": 20}""")]
    [InlineData("""{"type": "int", "low": 3, "high": 60, "step": 3}""")]
    [InlineData("""{"type": "float", "low": -1, "high": 0.9, "step": 0.1}""")]
    [InlineData("""{"type": "categorical", "choices": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, null]}""")]
    public void Grid_values_are_equally_likely(string json)
    {
        var distribution = Distribution.Parse(json);
        double[] grid = [.. Enumerable.Range(0, 20).Select(place => distribution.GridValue(place))];
        AssertFits([.. Enumerable.Repeat(0.05, 20)], Draws(distribution).Select(value => Array.IndexOf(grid, value)));
    }

    [Fact]
    public void Whole_numbers_on_a_logarithmic_scale_have_the_mass_of_half_a_step_to_either_side()
    {
        double[] masses = [.. Enumerable.Range(1, 20).Select(k => Math.Log((k + 0.5) / (k - 0.5)) / Math.Log(20.5 / 0.5))];
        AssertFits(masses, Draws(new IntDistribution(1, 20, log: true)).Select(value => (int)value - 1));
    }

    [Fact]
    public void Doubles_are_even_on_their_scale()
    {
        double[] even = [.. Enumerable.Repeat(0.05, 20)];
        AssertFits(even, Draws(new FloatDistribution(-2, 8)).Select(value => (int)((value + 2) * 2)));
        AssertFits(even, Draws(new FloatDistribution(1e-4, 1, log: true)).Select(value => (int)((Math.Log10(value) + 4) * 5)));
    }

    [Fact]
    public void Parameters_of_one_trial_are_independent()
    {
        // The correlation of n independent pairs has a deviation of 1/√n; beyond 4 of them lies a probability of 6e-5.
        double[] x = [.. Draws(new FloatDistribution(-0.5, 0.5), "x")], y = [.. Draws(new FloatDistribution(-0.5, 0.5), "y")];
        Assert.InRange(12 * x.Zip(y, (a, b) => a * b).Average(), -4 / Math.Sqrt(Trials), 4 / Math.Sqrt(Trials));
        // So do neighbouring trials.
        Assert.InRange(12 * x.Zip(x.Skip(1), (a, b) => a * b).Average(), -4 / Math.Sqrt(Trials), 4 / Math.Sqrt(Trials));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_number_of_workers_plays_no_part(bool isDeterministic)
    {
        double[] alone = Values(1), together = Values(8);
        Assert.Equal(alone, together);

        double[] Values(int workers)
        {
            using var study = Study.Create(new StudyOptions { Sampler = new RandomSampler(new() { Seed = 5 }), Pruner = new NopPruner() });
            study.Optimize(trial => trial.SuggestDouble("x", 0, 1) + trial.SuggestInt("n", 0, 9), new() { Trials = 60, Parallelism = workers, IsDeterministic = isDeterministic });
            return [.. study.Trials.OrderBy(trial => trial.Number).Select(trial => trial.Values[0])];
        }
    }

    [Fact]
    public void There_is_no_joint_sample()
    {
        var scenario = new HistoryScenario().Add(new() { Parameters = [new("x", new FloatDistribution(0, 1), 0.5)] });
        var sampler = new RandomSampler(new() { Seed = 3 });
        Assert.Equal(3UL, sampler.Seed);
        Assert.Empty(sampler.InferRelativeSpace(scenario.Build(), scenario.Context(new())));
        Assert.Empty(sampler.SampleRelative(scenario.Build(), scenario.Context(new()), SearchSpace.Empty.AddDouble("x", 0, 1)));
    }

    private static IEnumerable<double> Draws(Distribution distribution, string name = "x")
    {
        var scenario = new HistoryScenario { Seed = 11 };
        var history = scenario.Build();
        var sampler = new RandomSampler();
        for (int number = 0; number < Trials; number++) yield return sampler.SampleIndependent(history, scenario.Context(new() { Number = number }), name, distribution);
    }

    /// <summary>Chi-squared with 19 degrees of freedom exceeds 43.8 with a probability of 0.001.</summary>
    private static void AssertFits(double[] masses, IEnumerable<int> cells)
    {
        double[] counts = new double[masses.Length];
        foreach (int cell in cells) counts[cell]++;
        double sum = 0;
        for (int i = 0; i < counts.Length; i++) sum += (counts[i] - Trials * masses[i]) * (counts[i] - Trials * masses[i]) / (Trials * masses[i]);
        Assert.InRange(sum, 0, 43.8);
    }
}
