using HyperTune.Samplers;

namespace HyperTune.QualityTests;

/// <summary>TPE against random search: medians over 20 seeds of the best of 60 trials.</summary>
[Trait("Category", "Quality")]
public sealed class TpeSamplerQualityTests
{
    private const int Seeds = 20;
    private const int Trials = 60;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_bowl_of_two_dimensions_is_searched_with_a_fifth_of_the_regret_of_random_search(bool isMultivariate)
    {
        double tpe = MedianRegret(seed => new TpeSampler(new() { Seed = seed, IsMultivariate = isMultivariate }), Bowl);
        double random = MedianRegret(seed => new RandomSampler(new() { Seed = seed }), Bowl);
        Assert.True(tpe <= 0.2 * random, $"TPE {tpe:G3}, random {random:G3}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_mixed_space_is_searched_with_half_of_the_regret_of_random_search(bool isMultivariate)
    {
        double tpe = MedianRegret(seed => new TpeSampler(new() { Seed = seed, IsMultivariate = isMultivariate }), Mixed);
        double random = MedianRegret(seed => new RandomSampler(new() { Seed = seed }), Mixed);
        Assert.True(tpe <= 0.5 * random, $"TPE {tpe:G3}, random {random:G3}");
    }

    /// <summary>Its lowest value is 0, at (1, -2).</summary>
    private static double Bowl(Trial trial)
    {
        double x = trial.SuggestDouble("x", -5, 5), y = trial.SuggestDouble("y", -5, 5);
        return (x - 1) * (x - 1) + (y + 2) * (y + 2);
    }

    /// <summary>A logarithmic rate, a stepped share, a whole number and a choice; its lowest value is 0.</summary>
    private static double Mixed(Trial trial)
    {
        double rate = Math.Log10(trial.SuggestDouble("rate", 1e-5, 1, log: true)) + 3;
        double share = trial.SuggestDouble("share", 0, 1, step: 0.05) - 0.35;
        double layers = trial.SuggestInt("layers", 1, 16) - 5;
        double kind = trial.SuggestCategorical("kind", ["a", "b", "c", "d"]) switch { "a" => 1, "b" => 0.5, "c" => 0, _ => 2 };
        return rate * rate + 4 * share * share + 0.05 * layers * layers + kind;
    }

    private static double MedianRegret(Func<ulong, ISampler> create, Func<Trial, double> objective)
    {
        double[] best =
        [
            .. Enumerable.Range(0, Seeds).Select(seed =>
            {
                using Study study = Study.Create(new StudyOptions { Sampler = create((ulong)seed), Pruner = new NopPruner() });
                study.Optimize(objective, new OptimizeOptions { Trials = Trials });
                return study.BestValue;
            }).Order(),
        ];
        return (best[Seeds / 2 - 1] + best[Seeds / 2]) / 2;
    }
}
