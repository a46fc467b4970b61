using HyperTune.History;
using HyperTune.Numerics;
using HyperTune.Pruners;
using HyperTune.Testing;
using HyperTune.Trials;

namespace HyperTune.Tests.Pruners;

/// <summary>How often pruners end a trial by mere chance, against theory: reports are independent draws that say nothing about the trial.</summary>
/// <remarks>Bounds are 4.5 standard deviations wide, which a right pruner passes but once in 150,000 runs; seeds are fixed.</remarks>
public sealed class PrunerStatisticsTests
{
    private const double Bound = 4.5;

    [Theory]
    [InlineData(50, 11)]
    [InlineData(25, 9)]
    [InlineData(100, 4)]
    [InlineData(0, 4)]
    public void The_percentile_pruner_ends_a_trial_at_its_first_report_as_often_as_its_rank_says(double percentile, int complete)
    {
        const int studies = 4000;
        var random = new Random(11);
        var pruner = new PercentilePruner(new() { Percentile = percentile, StartupTrials = 0 });
        int pruned = 0;
        for (int study = 0; study < studies; study++)
        {
            var scenario = new HistoryScenario(study % 2 == 0 ? Direction.Minimize : Direction.Maximize);
            for (int i = 0; i < complete; i++) scenario.Add(new() { Reports = [(0, random.NextDouble())] });
            if (pruner.ShouldPrune(scenario.Build(), scenario.Context(new() { Reports = [(0, random.NextDouble())] })).Prune) pruned++;
        }
        // The cut is the order statistic of rank r = (n - 1)p, a whole number here; all n + 1 ranks of the new report are equally likely, and n - r lie above.
        double rate = (complete - ((complete - 1) * percentile / 100)) / (complete + 1);
        Within(pruned, studies * rate, studies * rate * (1 - rate));
    }

    [Fact]
    public void Successive_halving_lets_through_each_rung_what_ranks_of_independent_reports_say()
    {
        const int studies = 150, trials = 40, eta = 3;
        int[] rungs = [1, 3, 9];
        var random = new Random(5);
        var pruner = new SuccessiveHalvingPruner(new() { MinResource = 1, ReductionFactor = eta });
        var passed = new double[rungs.Length];
        var expected = new double[rungs.Length];
        var variance = new double[rungs.Length];
        int bestPruned = 0;
        double bestExpected = 0, bestVariance = 0;
        for (int study = 0; study < studies; study++)
        {
            var run = new SequentialStudy(study % 2 == 0 ? Direction.Minimize : Direction.Maximize);
            var arrivals = new int[rungs.Length];
            // The final values are independent of the reports: any trial may be the eventual best one.
            int best = random.Next(trials);
            for (int trial = 0; trial < trials; trial++)
            {
                bool isPruned = false;
                for (int rung = 0; rung < rungs.Length && !isPruned; rung++)
                {
                    // The relative ranks of independent draws are independent (Rényi 1962): the k-th one to come is among the best ⌊k/η⌋ with probability ⌊k/η⌋/k.
                    int k = ++arrivals[rung];
                    double q = Math.Max(k / eta, 1) / (double)k;
                    expected[rung] += q;
                    variance[rung] += q * (1 - q);
                    isPruned = run.Report(pruner, rungs[rung], random.NextDouble());
                    if (!isPruned) passed[rung]++;
                    if (trial != best || rung > 0) continue;
                    bestExpected += 1 - q;
                    bestVariance += q * (1 - q);
                    if (isPruned) bestPruned++;
                }
                run.End(isPruned);
            }
        }
        for (int rung = 0; rung < rungs.Length; rung++) Within(passed[rung], expected[rung], variance[rung]);
        Within(bestPruned, bestExpected, bestVariance);
    }

    [Fact]
    public void The_best_of_trials_whose_reports_never_cross_is_never_pruned()
    {
        IPruner[] pruners =
        [
            new MedianPruner(), new PercentilePruner(new() { Percentile = 10 }),
            new SuccessiveHalvingPruner(new() { MinResource = 1 }), new HyperbandPruner(new() { MaxResource = 16, ReductionFactor = 2 }),
        ];
        var random = new Random(8);
        foreach (IPruner pruner in pruners)
        {
            var run = new SequentialStudy(Direction.Maximize);
            double best = double.NegativeInfinity;
            int ended = 0;
            for (int trial = 0; trial < 60; trial++)
            {
                double level = random.NextDouble();
                bool isPruned = false;
                for (int step = 1; step <= 16 && !isPruned; step++) isPruned = run.Report(pruner, step, level + (step * 0.01));
                run.End(isPruned);
                if (isPruned) ended++;
                if (level > best) Assert.False(isPruned, $"{pruner.GetType().Name} pruned trial {trial}");
                best = Math.Max(best, level);
            }
            Assert.InRange(ended, 5, 59);
        }
    }

    [Theory]
    [InlineData(6)]
    [InlineData(12)]
    [InlineData(30)]
    public void One_look_of_the_Wilcoxon_pruner_ends_equal_trials_no_more_often_than_its_threshold_says(int instances)
    {
        const int studies = 4000;
        const double threshold = 0.1;
        var random = new Random(21);
        int highest = instances * (instances + 1) / 2;
        int pruned = 0;
        for (int study = 0; study < studies; study++)
        {
            if (IsEverPruned(new() { Threshold = threshold, StartupSteps = instances }, instances, random)) pruned++;
        }
        // The exact size of the test is the largest attainable p below the threshold; the condition on the means takes little from it.
        int least = highest;
        while (SignedRankTest.PGreater(WithRankSum(instances, least - 1)) < threshold) least--;
        double size = SignedRankTest.PGreater(WithRankSum(instances, least));
        double deviation = Math.Sqrt(studies * size * (1 - size));
        Assert.True(pruned <= (studies * size) + (Bound * deviation), $"{pruned} of {studies}, {size}");
        Assert.True(pruned >= (0.8 * studies * size) - (Bound * deviation), $"{pruned} of {studies}, {size}");
    }

    [Theory]
    [InlineData(0.1, 10, 0.20)]
    [InlineData(0.1, 30, 0.31)]
    [InlineData(0.05, 10, 0.10)]
    [InlineData(0.05, 30, 0.18)]
    [InlineData(0.02, 10, 0.04)]
    [InlineData(0.02, 30, 0.09)]
    public void Repeated_looks_of_the_Wilcoxon_pruner_end_equal_trials_as_often_as_its_page_says(double threshold, int instances, double rate)
    {
        const int studies = 3000;
        var random = new Random(22);
        int pruned = 0;
        for (int study = 0; study < studies; study++)
        {
            if (IsEverPruned(new() { Threshold = threshold }, instances, random)) pruned++;
        }
        // The page gives two digits.
        Assert.Equal(rate, pruned / (double)studies, 0.005 + (Bound * Math.Sqrt(rate * (1 - rate) / studies)));
    }

    /// <summary>Whether a trial that differs from the best one by chance alone is pruned at one look or another.</summary>
    private static bool IsEverPruned(WilcoxonPrunerOptions options, int instances, Random random)
    {
        var pruner = new WilcoxonPruner(options);
        double[] best = [.. Enumerable.Range(0, instances).Select(_ => random.NextDouble())];
        StudyHistory history = new HistoryScenario().Add(new() { Reports = [.. best.Select((value, i) => ((long)i, (ObjectiveValues)value))] }).Build();
        var buffer = new TrialBuffer(new TrialRecord { Id = new TrialId(2), Number = 1, State = TrialState.Running });
        bool isPruned = false;
        for (int i = 0; i < instances; i++)
        {
            buffer.TryAddReport(i, random.NextDouble());
            isPruned |= pruner.ShouldPrune(history, new TrialContext(buffer, 0, ParameterSet.Empty)).Prune;
        }
        return isPruned;
    }

    /// <summary>Differences of which the positive ones have a rank sum.</summary>
    private static double[] WithRankSum(int count, int rankSum)
    {
        var differences = new double[count];
        for (int rank = count; rank >= 1; rank--)
        {
            bool isPositive = rank <= rankSum;
            if (isPositive) rankSum -= rank;
            differences[rank - 1] = isPositive ? rank : -rank;
        }
        return differences;
    }

    private static void Within(double observed, double expected, double variance) =>
        Assert.True(Math.Abs(observed - expected) <= Bound * Math.Sqrt(variance), $"{observed}, expected {expected} ± {Math.Sqrt(variance)}");

    /// <summary>A study whose trials run one after another, each report being judged at once.</summary>
    private sealed class SequentialStudy(Direction direction)
    {
        private readonly HistoryBuilder _builder = new(new StudyRecord { Id = new StudyId(1), Name = "sequential", Directions = [direction] });
        private TrialBuffer _trial = Start(0);

        public bool Report(IPruner pruner, int step, double value)
        {
            _trial.TryAddReport(step, value);
            return pruner.ShouldPrune(_builder.Current, new TrialContext(_trial, 0, ParameterSet.Empty)).Prune;
        }

        public void End(bool isPruned)
        {
            TrialRecord record = _trial.ToRecord();
            record = record with { State = isPruned ? TrialState.Pruned : TrialState.Complete, Values = [record.IntermediateValues.LastValue] };
            _builder.Apply(new StudyDelta { Cursor = StudyCursor.Start, Trials = [record] });
            _trial = Start(_trial.Number + 1);
        }

        private static TrialBuffer Start(int number) => new(new TrialRecord { Id = new TrialId(number + 1), Number = number, State = TrialState.Running });
    }
}
