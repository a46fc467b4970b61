using HyperTune.Pruners;
using HyperTune.Pruners.Rungs;
using HyperTune.Testing;
using HyperTune.Trials;

namespace HyperTune.Tests.Pruners;

public sealed class HyperbandPrunerTests : PrunerContract
{
    private static readonly BracketPlan Brackets = new(4, 2, BracketAssignment.Hash);

    [Fact]
    public void The_bracket_is_stored_with_the_start()
    {
        var scenario = new HistoryScenario();
        var pruner = new HyperbandPruner(new() { MaxResource = 8, ReductionFactor = 2 });
        for (int number = 0; number < 20; number++)
        {
            TrialContext context = scenario.Context(new() { Number = number });
            pruner.BeforeTrial(scenario.Build(), context);
            Assert.Equal(Brackets.BracketOf("scenario", number), context.Bracket);
            Assert.Equal(context.Bracket, (int)context.SystemAttributes["hypertune:bracket"].AsInt64());
        }
    }

    [Fact]
    public void Only_trials_of_the_same_bracket_compete()
    {
        // Competitors that are better, and are finished or running.
        foreach (TrialState state in new[] { TrialState.Pruned, TrialState.Running })
        {
            int own = NumberIn(0, 0), other = NumberIn(1, 0), same = NumberIn(0, own + 1);
            Assert.False(JudgedBeside(state, own, other).Prune);
            PruneDecision decision = JudgedBeside(state, own, same);
            Assert.Equal((true, "report 2 at step 1: 1 of 2 at rung 0 are better, and the best one goes on"), (decision.Prune, decision.Reason));
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(3, 8)]
    public void Each_bracket_begins_one_rung_later(int bracket, int step)
    {
        int own = NumberIn(bracket, 0), same = NumberIn(bracket, own + 1);
        Assert.False(JudgedBeside(TrialState.Complete, own, same, step - 1).Prune);
        Assert.True(JudgedBeside(TrialState.Complete, own, same, step).Prune);
    }

    [Fact]
    public void Until_the_last_step_is_known_there_are_no_brackets()
    {
        var pruner = new HyperbandPruner(new() { ReductionFactor = 2 });
        var scenario = new HistoryScenario().Add(new() { State = TrialState.Pruned, Reports = [(100, 1)] });
        TrialContext context = scenario.Context(new() { Reports = [(64, 1)] });
        Assert.Equal(PruneDecision.Keep, Ask(pruner, scenario.Build(), context));
        Assert.Null(context.Bracket);
        Assert.Empty(context.SystemAttributes);
        scenario.Add(new() { Reports = [(7, 1)] });
        TrialContext next = scenario.Context(new() { Number = 5, Reports = [(64, 1)] });
        _ = Ask(pruner, scenario.Build(), next);
        Assert.Equal(Brackets.BracketOf("scenario", 5), next.Bracket);
        Assert.True(next.SystemAttributes.ContainsKey("completed_rung_0"));
    }

    [Fact]
    public void A_last_step_that_another_worker_stored_is_taken()
    {
        var scenario = new HistoryScenario { StudyAttributes = AttributeSet.Empty.With("hypertune:max_resource", 8) }.Add(new() { Reports = [(1000, 1)] });
        TrialContext context = scenario.Context(new());
        new HyperbandPruner(new() { ReductionFactor = 2 }).BeforeTrial(scenario.Build(), context);
        Assert.Equal(Brackets.BracketOf("scenario", context.Number), context.Bracket);
    }

    [Fact]
    public void Trials_are_spread_over_the_brackets_in_proportion_to_their_budgets()
    {
        const int trials = 22_000;
        var counts = new int[Brackets.Count];
        for (int number = 0; number < trials; number++) counts[Brackets.BracketOf("study", number)]++;
        // Budgets 8, 6, 4 and 4 of 22. Chi-squared with 3 degrees of freedom: 21.1 is passed once in 10,000.
        double chiSquared = counts.Select((count, i) => Math.Pow(count - (1000.0 * Brackets.BudgetOf(i)), 2) / (1000.0 * Brackets.BudgetOf(i))).Sum();
        Assert.True(chiSquared < 21.1, $"{chiSquared}");
    }

    [Theory]
    [InlineData(5, 3)]
    [InlineData(4, 2)]
    [InlineData(2, 3)]
    [InlineData(1, 2)]
    [InlineData(6, 4)]
    public void In_a_cycle_any_trials_in_a_row_have_exactly_the_budgets(int count, int reductionFactor)
    {
        var plan = new BracketPlan(count, reductionFactor, BracketAssignment.Cycle);
        long[] budgets = [.. Enumerable.Range(0, count).Select(plan.BudgetOf)];
        int total = (int)budgets.Sum();
        foreach (int first in new[] { 0, 1, 17, total, 1_000_003 })
        {
            var counts = new long[count];
            for (int i = 0; i < total; i++) counts[plan.BracketOf("study", first + i)]++;
            Assert.Equal(budgets, counts);
        }
        // Well mixed: a half of them, or a tenth, has about its share of the first bracket.
        foreach (int part in new[] { total / 2, total / 10 })
        {
            int ofFirst = Enumerable.Range(0, part).Count(number => plan.BracketOf("study", number) == 0);
            Assert.Equal(part * (double)budgets[0] / total, ofFirst, 3.0);
        }
    }

    [Fact]
    public void The_pruner_follows_the_chosen_assignment()
    {
        var plan = new BracketPlan(4, 2, BracketAssignment.Cycle);
        var scenario = new HistoryScenario();
        var pruner = new HyperbandPruner(new() { MaxResource = 8, ReductionFactor = 2, Assignment = BracketAssignment.Cycle });
        for (int number = 0; number < 30; number++)
        {
            TrialContext context = scenario.Context(new() { Number = number });
            pruner.BeforeTrial(scenario.Build(), context);
            Assert.Equal(plan.BracketOf("scenario", number), context.Bracket);
        }
    }

    [Fact]
    public void A_last_step_below_the_lowest_rung_makes_one_bracket()
    {
        Assert.Equal(1, BracketPlan.CountOf(5, 3, 2));
        Assert.Equal(1, BracketPlan.FloatingCountOf(5, 3, 2));
        Assert.Equal(62, BracketPlan.CountOf(1, 1L << 61, 2));
        Assert.InRange(new BracketPlan(62, 2, BracketAssignment.Hash).BracketOf("study", 3), 0, 61);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Refused(nameof(HyperbandPrunerOptions.MinResource), () => new HyperbandPrunerOptions { MinResource = 0 });
        Refused(nameof(HyperbandPrunerOptions.MaxResource), () => new HyperbandPrunerOptions { MaxResource = 0 });
        Refused(nameof(HyperbandPrunerOptions.ReductionFactor), () => new HyperbandPrunerOptions { ReductionFactor = 1 });
        Refused(nameof(HyperbandPrunerOptions.BootstrapTrials), () => new HyperbandPrunerOptions { BootstrapTrials = -1 });
        Refused(nameof(HyperbandPrunerOptions.Objective), () => new HyperbandPrunerOptions { Objective = -1 });
        Refused(nameof(HyperbandPrunerOptions.Assignment), () => new HyperbandPrunerOptions { Assignment = (BracketAssignment)2 });
        Assert.Equal("options", Assert.Throws<ArgumentException>(() => new HyperbandPruner(new() { BootstrapTrials = 1 })).ParamName);
        Assert.Equal("options", Assert.Throws<ArgumentException>(() => new HyperbandPruner(new() { MinResource = 3, MaxResource = 2 })).ParamName);
        _ = new HyperbandPruner(new() { MinResource = 3, MaxResource = 3 });
    }

    protected override IPruner Create() => new HyperbandPruner(new() { MaxResource = 8, ReductionFactor = 2 });

    protected override AttributeSet NotesOf(ScenarioTrial trial) => RungNotes.Of(trial, new RungLadder(1, 2, Brackets.BracketOf("scenario", trial.Number!.Value)));

    private static void Refused(string option, Func<object> make) => Assert.Equal(option, Assert.Throws<ArgumentOutOfRangeException>(make).ParamName);

    /// <summary>The first number from some one on that belongs to a bracket.</summary>
    private static int NumberIn(int bracket, int first) => Enumerable.Range(first, 1000).First(number => Brackets.BracketOf("scenario", number) == bracket);

    private static PruneDecision JudgedBeside(TrialState state, int own, int other, int step = 1)
    {
        HistoryScenario scenario = new HistoryScenario().Add(new() { Number = other, State = state, SystemAttributes = AttributeSet.Empty.With("completed_rung_0", 1.0) });
        TrialContext context = scenario.Context(new() { Number = own, Reports = [(step, 2)] });
        return Ask(new HyperbandPruner(new() { MaxResource = 8, ReductionFactor = 2 }), scenario.Build(), context);
    }
}
