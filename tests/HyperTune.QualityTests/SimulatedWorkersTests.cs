using HyperTune.Quality;
using HyperTune.Quality.Problems;
using HyperTune.Quality.Results;

namespace HyperTune.QualityTests;

public sealed class SimulatedWorkersTests
{
    private static readonly SuiteData Data = new();
    private static readonly ProblemCatalog Catalog = new(Data);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void As_many_trials_as_there_are_workers_run_until_none_is_left(int workers)
    {
        const int Trials = 30;
        using Study study = Study.Create(new() { Sampler = new RandomSampler(new() { Seed = 1 }) });
        List<int> ended = [];
        int most = 0, started = 0;
        new SimulatedWorkers(Plan("branin2", Trials, workers)).Run(study, Evaluate, TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, Trials), ended.Order());
        Assert.Equal(workers, most);
        Assert.Equal(workers == 1, ended.SequenceEqual(ended.Order()));
        Assert.Equal(6, study.Trials.Count(trial => trial.State == TrialState.Failed));

        SimulatedEnd Evaluate(Trial trial)
        {
            int running = ++started - ended.Count;
            most = Math.Max(most, running);
            // One more starts as soon as one has ended.
            Assert.Equal(Math.Min(started, workers), running);
            double x = trial.SuggestDouble("x", 0, 1);
            return new(trial.Number % 5 == 3 ? default(ObjectiveValues?) : x, "fifth", () => ended.Add(trial.Number));
        }
    }

    [Fact]
    public void A_study_of_several_workers_is_the_same_each_time()
    {
        double[] first = Run("tpe", "tree10", 4), again = Run("tpe", "tree10", 4), alone = Run("tpe", "tree10", 1);
        Assert.Equal(first, again);
        Assert.NotEqual(first, alone);
    }

    /// <summary>The loop of the library itself, which the simulation replaces.</summary>
    [Fact]
    public void A_study_of_one_worker_is_that_of_the_optimize_loop()
    {
        var problem = Catalog.Single.Single(p => p.Name == "branin2");
        using Study study = Study.Create(new() { Sampler = new TpeSampler(new() { Seed = 0 }), Pruner = new NopPruner() });
        study.Optimize(trial => problem.Evaluate(new TrialParameters(trial)), new() { Trials = 40 }, TestContext.Current.CancellationToken);
        double best = double.PositiveInfinity;
        double[] expected = [.. study.Trials.Select(trial => best = Math.Min(best, trial.Values[0]))];
        Assert.Equal(expected, Run("tpe", "branin2", 1));
    }

    [Fact]
    public void Failed_and_infeasible_trials_are_not_the_best()
    {
        double[] failing = Run("random", "failing4", 3), constrained = Run("random", "constrained4", 3);
        Assert.Equal(failing.OrderDescending(), failing);
        Assert.Equal(constrained.OrderDescending(), constrained);
        Assert.Equal(2.1, constrained[0]);
        Assert.InRange(constrained[^1], 0.296429, 2);
    }

    [Fact]
    public void A_noisy_study_is_judged_by_the_true_value_of_what_looks_best()
    {
        double[][] judged = [.. Enumerable.Range(0, 5).Select(seed => Run("tpe", "noisy6", 1, seed))];
        Assert.Contains(judged, study => !study.SequenceEqual(study.OrderDescending()));
        Assert.All(judged, study => Assert.All(study, value => Assert.True(value >= 0)));
    }

    private static double[] Run(string sampler, string problem, int workers, int seed = 0) =>
        new StudyRunner(new ReferenceResults(Data)).Run(Plan(problem, 40, workers) with { Sampler = sampler, Seed = seed }, TestContext.Current.CancellationToken);

    private static StudyPlan Plan(string problem, int trials, int workers) =>
        new(Catalog.Single.Concat(Catalog.Own).Single(p => p.Name == problem), "random", Seed: 0, trials, workers);
}
