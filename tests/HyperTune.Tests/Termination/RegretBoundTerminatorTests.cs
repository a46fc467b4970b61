using HyperTune.Numerics;
using HyperTune.Termination;
using HyperTune.Testing;

namespace HyperTune.Tests.Termination;

public sealed class RegretBoundTerminatorTests : TerminatorContract
{
    private static readonly FloatDistribution X = new(-1, 1);

    protected override ITerminator Create() => new RegretBoundTerminator(new() { StartupTrials = 10, Tolerance = 2 });

    [Fact]
    public void Beta_is_that_of_the_paper()
    {
        // A fifth of 2 ln(d n² π² / 0.6).
        Assert.Equal(0.4 * Math.Log(3 * 400 * Math.PI * Math.PI / 0.6), RegretBound.Beta(3, 20), 1e-12);
    }

    [Fact]
    public void Score_error_allows_for_overlapping_training_sets()
    {
        // s² = 2.5 of 1..5; (1/5 + 1/4) s² = 1.125.
        Assert.Equal(Math.Sqrt(1.125), ScoreError.OfFolds([1, 2, 3, 4, 5]), 1e-12);
    }

    [Fact]
    public void A_well_known_bowl_stops_and_few_trials_of_it_do_not()
    {
        var terminator = new RegretBoundTerminator(new() { StartupTrials = 5, Interval = 1, Tolerance = 0.05 });

        Assert.False(terminator.ShouldStop(Bowl(6).Build()).Stop);
        TerminationDecision decision = terminator.ShouldStop(Bowl(60).Build());
        Assert.True(decision.Stop, decision.Reason);
        Assert.Contains("after 60 trials is within the tolerance 0.05", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_region_without_trials_keeps_the_study_going()
    {
        // All trials lie in a corner, where the function still falls towards the middle.
        var scenario = new HistoryScenario();
        var random = new Random(5);
        for (int i = 0; i < 40; i++)
        {
            double x = -1 + (0.3 * random.NextDouble()), y = -1 + (0.3 * random.NextDouble());
            scenario.Add(Trial((x * x) + (y * y), x, y));
        }

        Assert.False(new RegretBoundTerminator(new() { Tolerance = 0.05 }).ShouldStop(scenario.Build()).Stop);
    }

    /// <summary>What the bound promises: the true regret of the best trial is below it, here in all of 20 seeded studies of random trials.</summary>
    [Fact]
    public void The_bound_is_above_the_true_regret()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            HistoryScenario scenario = Bowl(30, seed);
            double best = scenario.Trials.Min(trial => trial.Values[0]);
            // Were the bound below the true regret, it would be within this tolerance. The minimum is 0.
            TerminationDecision decision = new RegretBoundTerminator(new() { Tolerance = best * 0.999 }).ShouldStop(scenario.Build());
            Assert.False(decision.Stop, $"seed {seed}: {decision.Reason}");
        }
    }

    [Fact]
    public void Without_a_tolerance_the_error_of_the_best_trial_counts()
    {
        var terminator = new RegretBoundTerminator();
        HistoryScenario unknown = Bowl(60), certain = Bowl(60, error: 1e-9), uncertain = Bowl(60, error: 0.2);

        Assert.Contains("not known", terminator.ShouldStop(unknown.Build()).Reason, StringComparison.Ordinal);
        Assert.False(terminator.ShouldStop(certain.Build()).Stop);
        Assert.Contains("within the error 0.2", terminator.ShouldStop(uncertain.Build()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Fold_scores_of_the_best_trial_give_its_error()
    {
        HistoryScenario scenario = Bowl(60);
        // Scores -0.2, 0, 0.2 about the mean: s² = 0.04, and √((1/3 + 1/2) s²) = 0.182574. Earlier steps of a fold do not count.
        scenario.Add(Trial(-0.001, 0, 0) with
        {
            Reports = [(5, 99), (1_000_000, -0.201), (2_000_000, -0.001), (2_000_007, 0.199), (6, -0.001)],
            SystemAttributes = AttributeSet.Empty.With("hypertune:fold_stride", 1_000_000L),
        });

        TerminationDecision decision = new RegretBoundTerminator(new() { Interval = 1 }).ShouldStop(scenario.Build());

        Assert.Contains("within the error 0.182574", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Between_two_looks_the_answer_stays()
    {
        var terminator = new RegretBoundTerminator(new() { Interval = 10, Tolerance = 0.05 });
        HistoryScenario scenario = Bowl(60);
        TerminationDecision decision = terminator.ShouldStop(scenario.Build());

        for (int i = 0; i < 9; i++) scenario.Add(Trial(5, 0.9, 0.9 - (i * 0.01)));

        Assert.Equal(decision, terminator.ShouldStop(scenario.Build()));
        scenario.Add(Trial(5, 0.9, 0.5));
        Assert.Contains("after 70 trials", terminator.ShouldStop(scenario.Build()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_branch_of_a_conditional_space_has_its_bound()
    {
        SearchSpace space = SearchSpace.Create(
        [
            new SearchSpaceParameter("kind", new CategoricalDistribution(["a", "b"])),
            new SearchSpaceParameter("x", X, new ParameterCondition("kind", ["a"])),
            new SearchSpaceParameter("y", X, new ParameterCondition("kind", ["b"])),
        ]);
        var scenario = new HistoryScenario { DeclaredSpace = space };
        for (int i = 0; i < 40; i++) scenario.Add(Branch(0, "x", (i / 19.5) - 1));
        var terminator = new RegretBoundTerminator(new() { Tolerance = 0.05, Interval = 1 });

        Assert.Equal(TerminationDecision.GoOnBecause("a branch of the space has too few trials to bound what it holds"), terminator.ShouldStop(scenario.Build()));
        for (int i = 0; i < 40; i++) scenario.Add(Branch(1, "y", (i / 19.5) - 1));
        Assert.True(terminator.ShouldStop(scenario.Build()).Stop);

        ScenarioTrial Branch(int kind, string name, double value) =>
            new() { Values = [value * value], Parameters = [new("kind", space[0].Distribution, kind), new(name, X, value)] };
    }

    [Fact]
    public void Several_objectives_are_refused() =>
        Assert.Throws<InvalidOperationException>(() => new RegretBoundTerminator().ShouldStop(new HistoryScenario(Direction.Minimize, Direction.Minimize).Build()));

    [Fact]
    public void Options_are_checked()
    {
        Assert.Throws<ArgumentOutOfRangeException>("StartupTrials", () => new RegretBoundTerminatorOptions { StartupTrials = 1 });
        Assert.Throws<ArgumentOutOfRangeException>("Interval", () => new RegretBoundTerminatorOptions { Interval = 0 });
        Assert.Throws<ArgumentOutOfRangeException>("Tolerance", () => new RegretBoundTerminatorOptions { Tolerance = -1 });
    }

    /// <summary>x² + y² at quasi-random points.</summary>
    private static HistoryScenario Bowl(int trials, int seed = 0, double error = double.NaN)
    {
        var scenario = new HistoryScenario();
        var sobol = new SobolSequence((ulong)seed);
        for (int i = 0; i < trials; i++)
        {
            double x = (2 * sobol.At(0, i)) - 1, y = (2 * sobol.At(1, i)) - 1;
            ScenarioTrial trial = Trial((x * x) + (y * y), x, y);
            scenario.Add(double.IsNaN(error) ? trial : trial with { StandardErrors = [error] });
        }
        return scenario;
    }

    private static ScenarioTrial Trial(double value, double x, double y) => new() { Values = [value], Parameters = [new("x", X, x), new("y", X, y)] };
}
