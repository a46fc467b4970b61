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

    [Theory]
    [InlineData(null, null)]
    [InlineData(true, TpeGoodWeights.Hypervolume)]
    public void A_front_is_approached_to_half_of_the_distance_of_random_search(bool? isMultivariate, TpeGoodWeights? weights)
    {
        double tpe = MedianDistance(seed => new TpeSampler(new() { Seed = seed, IsMultivariate = isMultivariate, GoodWeights = weights }));
        double random = MedianDistance(seed => new RandomSampler(new() { Seed = seed }));
        Assert.True(tpe <= 0.5 * random, $"TPE {tpe:G3}, random {random:G3}");
    }

    /// <summary>What the hypervolume of two spheres in four dimensions lacks of that of their true front, the segment between the centres.</summary>
    private static double MedianDistance(Func<ulong, ISampler> create)
    {
        Direction[] directions = [Direction.Minimize, Direction.Minimize];
        double best = Hypervolume.Of(Enumerable.Range(0, 1001).Select(i => i / 1000.0).Select(t => (double[])[16 * t * t, 16 * (1 - t) * (1 - t)]), directions, 60, 60);
        double[] distances = [.. Enumerable.Range(0, Seeds).Select(seed =>
        {
            using Study study = Study.Create(new StudyOptions { Directions = directions, Sampler = create((ulong)seed), Pruner = new NopPruner() });
            study.Optimize(
                trial =>
                {
                    double[] point = [.. Enumerable.Range(0, 4).Select(i => trial.SuggestDouble($"x{i}", -5, 5))];
                    return new ObjectiveValues([point.Sum(x => (x - 1) * (x - 1)), point.Sum(x => (x + 1) * (x + 1))]);
                },
                new OptimizeOptions { Trials = 2 * Trials });
            return best - Hypervolume.Of(study.Trials, directions, 60, 60);
        }).Order()];
        return (distances[(Seeds / 2) - 1] + distances[Seeds / 2]) / 2;
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
