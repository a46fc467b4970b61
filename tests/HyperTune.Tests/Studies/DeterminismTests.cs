using HyperTune.Pruners;
using HyperTune.Testing;
using static HyperTune.Tests.Studies.StudyTesting;

namespace HyperTune.Tests.Studies;

public sealed class DeterminismTests
{
    private static readonly SearchSpace Space = SearchSpace.Empty.AddDouble("x", 0, 1).AddDouble("y", 0, 1);

    [Fact]
    public async Task Deterministic_ParallelRunsWithRandomDelays_GiveTheSameStudy()
    {
        var descriptions = new List<string>();
        for (int run = 0; run < 4; run++)
        {
            var random = new Random(run);
            var gate = new Lock();
            var storage = new FaultyStorage { Latency = async _ => await YieldAsync(Next()) };
            await using Study study = await Study.CreateAsync(new() { Sampler = HistorySampler(), Pruner = HistoryPruner(), Storage = run % 2 == 0 ? storage : null }, Token);
            var order = new List<int>();

            await study.OptimizeAsync(async trial =>
            {
                double value = 0;
                for (int step = 0; step < 4; step++)
                {
                    await YieldAsync(Next());
                    value += trial.SuggestDouble("x", 0, 1) * trial.SuggestDouble($"z{step}", 0, 1);
                    trial.Report(value, step);
                    trial.ThrowIfShouldPrune();
                }
                return trial.Number % 7 == 3 ? double.NaN : value;
            }, new() { Trials = 42, Parallelism = 4, IsDeterministic = true, Callbacks = [(_, trial) => order.Add(trial.Number)] }, Token);

            Assert.Equal(Enumerable.Range(0, 42), order);
            descriptions.Add(Describe(study));

            int Next()
            {
                lock (gate) return random.Next(8);
            }
        }
        Assert.Contains("Pruned", descriptions[0], StringComparison.Ordinal);
        Assert.Single(descriptions.Distinct());
    }

    [Fact]
    public async Task Deterministic_SynchronousObjectivesOnThreads_GiveTheSameStudy()
    {
        var descriptions = new List<string>();
        for (int run = 0; run < 3; run++)
        {
            await using Study study = Study.Create(new() { Sampler = HistorySampler(), Pruner = HistoryPruner() });
            await study.OptimizeAsync(trial =>
            {
                for (int i = 0; i < (trial.Number * (run + 1)) % 5; i++) Thread.Yield();
                trial.Report(trial.SuggestDouble("x", 0, 1), 0);
                trial.ThrowIfShouldPrune();
                return trial.SuggestDouble("y", 0, 1);
            }, new() { Trials = 21, Parallelism = 4, IsDeterministic = true }, Token);
            descriptions.Add(Describe(study));
        }
        Assert.Single(descriptions.Distinct());
    }

    [Fact]
    public async Task Deterministic_PrunersSeeTheStartOfTheBatch()
    {
        var counts = new HashSet<(int Batch, int Finished)>();
        await using Study study = Study.Create(new()
        {
            Pruner = new FakePruner((history, trial) =>
            {
                lock (counts) counts.Add((trial.Number / 3, history.Count));
                return default;
            }),
        });

        await study.OptimizeAsync(trial =>
        {
            trial.Report(1, 0);
            trial.ShouldPrune();
            return 1.0;
        }, new() { Trials = 9, Parallelism = 3, IsDeterministic = true }, Token);

        Assert.Equal([(0, 0), (1, 3), (2, 6)], counts.Order());
    }

    [Fact]
    public async Task Seeded_OneWorker_GivesTheSameStudy()
    {
        string[] descriptions = [await RunAsync(40), await RunAsync(15, 25), await RunAsync(1, 1, 38)];
        Assert.Single(descriptions.Distinct());

        static async Task<string> RunAsync(params int[] calls)
        {
            await using Study study = Study.Create(new() { Sampler = HistorySampler(), Pruner = HistoryPruner() });
            foreach (int count in calls) await study.OptimizeAsync(Objective, new() { Trials = count }, Token);
            return Describe(study);
        }
    }

    [Fact]
    public async Task Seeded_OneWorkerRestartedAnywhere_GivesTheSameStudy()
    {
        string expected = await RunAsync([20]);
        foreach (int k in (int[])[1, 5, 19]) Assert.Equal(expected, await RunAsync([k, 20 - k]));

        static async Task<string> RunAsync(int[] calls)
        {
            var storage = new InMemoryStorage();
            foreach (int count in calls)
            {
                await using Study study = await Study.CreateAsync(
                    new() { Name = "s", Storage = new FaultyStorage(storage), LoadIfExists = true, Sampler = HistorySampler(), Pruner = HistoryPruner() }, Token);
                await study.OptimizeAsync(Objective, new() { Trials = count }, Token);
            }
            await using Study loaded = await Study.LoadAsync(new() { Name = "s", Storage = storage }, Token);
            return Describe(loaded);
        }
    }

    [Fact]
    public async Task Unseeded_TwoStudies_Differ()
    {
        await using Study first = Study.Create(new() { Sampler = new RandomSampler() }), second = Study.Create(new() { Sampler = new RandomSampler() });
        await first.OptimizeAsync(trial => trial.SuggestDouble("x", 0, 1), new() { Trials = 3 }, Token);
        await second.OptimizeAsync(trial => trial.SuggestDouble("x", 0, 1), new() { Trials = 3 }, Token);
        Assert.NotEqual(Describe(first), Describe(second));
    }

    private static double Objective(Trial trial)
    {
        double sum = trial.SuggestDouble("x", 0, 1) + trial.SuggestDouble("y", 0, 1);
        for (int step = 0; step < 3; step++)
        {
            trial.Report(sum * step, step);
            trial.ThrowIfShouldPrune();
        }
        return trial.Number % 5 == 4 ? double.NaN : sum + trial.SuggestDouble("z", 0, 1);
    }

    /// <summary>Depends on the history, on its siblings and on the trial's stream, as a model would.</summary>
    private static FakeSampler HistorySampler() => new()
    {
        Infer = (history, _) => history.Count < 3 ? SearchSpace.Empty : Space,
        Sample = (history, trial, space) =>
        {
            double seen = history.Running.Sum(running => running.Parameters.TryGetValue("x", out double x) ? x : 0);
            for (int row = 0; row < history.Count; row++) seen += double.IsNaN(history.Values(0)[row]) ? 0.1 : history.Values(0)[row];
            double shift = seen * 1000 % 1;
            return ParameterSet.Of(space.Select(parameter => new Parameter(parameter.Name, parameter.Distribution, (trial.Random("joint", parameter.Name).NextDouble() + shift) % 1)));
        },
    };

    private static FakePruner HistoryPruner() => new((history, trial) =>
    {
        double sum = 0;
        for (int row = 0; row < history.Count; row++) sum += history[row].IntermediateValues.TryGetValue(trial.IntermediateValues.LastStep, out double value) ? value : 0;
        return history.Count > 5 && trial.IntermediateValues.LastValue > 1.3 * sum / history.Count ? PruneDecision.Because("worse than most") : default;
    });

    private static async Task YieldAsync(int times)
    {
        for (int i = 0; i < times; i++) await Task.Yield();
    }
}
