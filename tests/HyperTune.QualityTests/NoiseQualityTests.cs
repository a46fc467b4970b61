namespace HyperTune.QualityTests;

/// <summary>What evaluating again is worth: true values of what is recommended after noisy evaluations, means over 200 seeds. The figures of docs/concepts/noise.md.</summary>
[Trait("Category", "Quality")]
public sealed class NoiseQualityTests
{
    private const int Seeds = 200;

    [Fact]
    public void The_robust_best_of_studies_that_evaluate_again_is_better_than_the_best_trial_of_those_that_do_not()
    {
        double logRatios = 0;
        (double Noise, int Trials)[] settings = [(0.1, 60), (0.1, 200), (0.3, 60), (0.3, 200), (1, 60), (1, 200)];
        foreach ((double noise, int trials) in settings)
        {
            double best = MeanLoss(noise, trials, null, static study => study.BestParams);
            double robust = MeanLoss(noise, trials, new(), static study => study.RobustBest.Params);
            TestContext.Current.TestOutputHelper?.WriteLine($"noise {noise}, {trials} trials: best {best:G3}, robust {robust:G3}");
            logRatios += Math.Log(robust / best);
        }

        // 0.85 when written; a single ratio has a standard error of about 0.06.
        Assert.InRange(Math.Exp(logRatios / settings.Length), 0, 0.95);
    }

    private static double MeanLoss(double noise, int trials, ReevaluationOptions? reevaluation, Func<Study, IReadOnlyDictionary<string, object?>> recommend)
    {
        double sum = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            using Study study = Study.Create(new StudyOptions { Sampler = new TpeSampler(new() { Seed = (ulong)seed }) });
            var random = new Random(seed);
            study.Optimize(
                trial =>
                {
                    for (int i = 0; i < 3; i++) trial.SuggestDouble($"x{i}", 0, 1);
                    trial.SuggestCategorical("c", ["a", "b"]);
                    double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
                    return TrueLoss(trial.Params) + (noise * normal);
                },
                new OptimizeOptions { Trials = trials, Reevaluation = reevaluation });
            sum += TrueLoss(recommend(study));
        }
        return sum / Seeds;
    }

    /// <summary>A rippled bowl of three dimensions and a choice; from 0 to about 6.</summary>
    private static double TrueLoss(IReadOnlyDictionary<string, object?> parameters)
    {
        double loss = (string)parameters["c"]! == "a" ? 0 : 0.1;
        for (int i = 0; i < 3; i++)
        {
            double x = (double)parameters[$"x{i}"]! - 0.3;
            loss += (4 * x * x) + (0.1 * (1 - Math.Cos(12 * x)));
        }
        return loss;
    }
}
