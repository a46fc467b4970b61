namespace HyperTune.Testing;

/// <content>Every value lies in its distribution.</content>
public abstract partial class SamplerContract
{
    [Theory]
    [InlineData("""{"type": "float", "low": -1, "high": 2}""")]
    [InlineData("""{"type": "float", "low": 1e-8, "high": 10, "log": true}""")]
    [InlineData("""{"type": "float", "low": 1e-300, "high": 1e300, "log": true}""")]
    [InlineData("""{"type": "float", "low": 0, "high": 1, "step": 0.1}""")]
    [InlineData("""{"type": "float", "low": -0.3, "high": 1, "step": 0.7}""")]
    [InlineData("""{"type": "float", "low": 0.05, "high": 1000000, "step": 0.1}""")]
    [InlineData("""{"type": "float", "low": 0, "high": 1, "step": 3}""")]
    [InlineData("""{"type": "float", "low": -1.7e308, "high": 1.7e308}""")]
    [InlineData("""{"type": "float", "low": -1e200, "high": 1e250}""")]
    [InlineData("""{"type": "float", "low": -1e-300, "high": 1e-300}""")]
    [InlineData("""{"type": "float", "low": 0, "high": 5e-324}""")]
    [InlineData("""{"type": "float", "low": 1, "high": 1.0000000000000002}""")]
    [InlineData("""{"type": "float", "low": 1e300, "high": 1.0000000000000002e300, "log": true}""")]
    [InlineData("""{"type": "float", "low": 1000000000, "high": 1000000000.001}""")]
    [InlineData("""{"type": "float", "low": 3, "high": 3}""")]
    [InlineData("""{"type": "int", "low": -3, "high": 6}""")]
    [InlineData("""{"type": "int", "low": 0, "high": 100, "step": 7}""")]
    [InlineData("""{"type": "int", "low": 1, "high": 20, "log": true}""")]
    [InlineData("""{"type": "int", "low": 1, "high": 9007199254740992, "log": true}""")]
    [InlineData("""{"type": "int", "low": -9007199254740992, "high": 9007199254740992}""")]
    [InlineData("""{"type": "int", "low": 5, "high": 7, "step": 4}""")]
    [InlineData("""{"type": "categorical", "choices": [null, true, 2, 0.5, "a", ""]}""")]
    [InlineData("""{"type": "categorical", "choices": [null]}""")]
    [InlineData("""{"type": "categorical", "choices": [false, true]}""")]
    public void Values_belong_to_their_distribution(string json)
    {
        var distribution = Distribution.Parse(json);
        Assert.SkipUnless(TakesAnySpace || distribution.GridSize is not null, "The sampler needs values that can be listed.");
        SearchSpace space = SearchSpace.Empty.Add("under test", distribution).Add("other", UnitSpace("other")[0].Distribution);
        using Study study = Open(Create(1));
        Run(study, space, 40);
        foreach (TrialRecord trial in study.Trials)
        {
            Assert.True(trial.Parameters.TryGetValue("under test", out double value));
            Assert.True(distribution.Contains(value), $"Trial {trial.Number}: {value:R} is not in {distribution}.");
            Assert.True(trial.Parameters.TryGetValue("other", out double other) && other is >= 0 and <= 1);
        }
    }

    [Fact]
    public void Values_of_a_mixed_space_belong_to_their_distributions()
    {
        using Study study = Open(Create(2));
        Run(study, MixedSpace, 60);
        foreach (TrialRecord trial in study.Trials)
        {
            Assert.Equal(MixedSpace.Select(parameter => parameter.Name), trial.Parameters.Names);
            Assert.All(trial.Parameters, parameter => Assert.True(parameter.Distribution.Contains(parameter.Value), $"{parameter}"));
        }
    }

    [Fact]
    public void Several_values_of_every_parameter_are_tried()
    {
        using Study study = Open(Create(3));
        Run(study, MixedSpace, 60);
        foreach (SearchSpaceParameter parameter in MixedSpace) Assert.True(study.Trials.Select(trial => trial.Params[parameter.Name]).Distinct().Count() > 1, parameter.Name);
    }

    [Fact]
    public void Ranges_that_change_between_trials_are_kept()
    {
        Assert.SkipUnless(TakesAnySpace, "The sampler needs ranges that do not change.");
        using Study study = Open(Create(4));
        for (int i = 0; i < 60; i++)
        {
            Trial trial = study.Ask();
            (double low, double high) = RangeOf(i);
            double x = trial.SuggestDouble("x", low, high);
            double rate = trial.SuggestDouble("rate", Math.Pow(10, -1 - i % 5), Math.Pow(10, i % 7), log: true);
            int n = trial.SuggestInt("n", i - 5, i + 5 * (i % 3), step: 1 + i % 2);
            double grid = trial.SuggestDouble("grid", 0, 1 + i % 4, step: i % 2 == 0 ? 0.25 : 0.3);
            double still = trial.SuggestDouble("still", 0, 1);
            Assert.InRange(x, low, high);
            Assert.InRange(n, i - 5, i + 5 * (i % 3));
            Assert.InRange(grid, 0, 1 + i % 4);
            study.Tell(trial, still + rate);
        }

        static (double Low, double High) RangeOf(int i) => (i % 6) switch
        {
            0 => (0, 1 + i),
            1 => (i, i + 1),
            2 => (-1e6, -1e6 + 1e-3),
            3 => (-1e300, 1e300),
            4 => (1e12, 2e12),
            _ => (0, 1),
        };
    }
}
