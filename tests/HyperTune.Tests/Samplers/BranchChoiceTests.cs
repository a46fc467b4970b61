using HyperTune.History;
using HyperTune.Numerics;
using HyperTune.Samplers;
using HyperTune.Testing;

namespace HyperTune.Tests.Samplers;

public sealed class BranchChoiceTests
{
    private static readonly SearchSpace Space = SearchSpace.Empty
        .AddCategorical("kind", ["x", "xy", "n"])
        .AddDouble("x", 0, 1, when: ("kind", ["x", "xy"]))
        .AddDouble("y", 0, 1, when: ("kind", ["xy"]))
        .AddInt("n", 1, 3, when: ("kind", ["n"]));

    [Fact]
    public void Owed_GoesRoundUntilEachHasItsLeast_RunningAndFailedTrialsIncluded()
    {
        var scenario = new HistoryScenario();
        var counts = new int[3];
        for (int i = 0; ; i++)
        {
            StudyHistory history = scenario.Build();
            if (BranchChoice.Owed(history, BranchTrials.Of(history, Space)) is not { } branch) break;
            counts[branch.Index]++;
            TrialState state = (i % 3) switch { 0 => TrialState.Complete, 1 => TrialState.Failed, _ => TrialState.Running };
            // A failed one has not asked for all.
            scenario.Add(At(branch.Index, isWhole: state != TrialState.Failed, 1) with { State = state, Values = state == TrialState.Complete ? [1] : [] });
        }
        // 2 (d + 2), but no more than there are points.
        Assert.Equal([6, 8, 3], counts);
    }

    [Fact]
    public void Draw_OfEqualResults_VisitsAllAlike()
    {
        var scenario = new HistoryScenario();
        for (int i = 0; i < 6; i++) scenario.Add(At(i % 3, isWhole: true, 5));

        // Binomial(3000, 1/3) has a standard deviation of 26.
        Assert.All(Draws(scenario, 3000), count => Assert.InRange(count, 870, 1130));
    }

    [Fact]
    public void Draw_PrefersCompleteToPrunedToInfeasibleToFailedTrials()
    {
        ScenarioTrial[] ranks =
        [
            new() { Values = [100] },
            new() { State = TrialState.Pruned, Reports = [(0, -50)] },
            new() { Values = [-100], Constraints = new Dictionary<string, double> { ["c"] = 1 } },
            new() { Values = [-100], Constraints = new Dictionary<string, double> { ["c"] = 2 } },
            new() { State = TrialState.Failed },
        ];
        for (int better = 0; better < ranks.Length - 1; better++)
        {
            var scenario = new HistoryScenario();
            for (int i = 0; i < 8; i++) scenario.Add(ranks[better] with { Parameters = At(0, isWhole: true, 0).Parameters }).Add(ranks[better + 1] with { Parameters = At(1, isWhole: true, 0).Parameters });
            int[] counts = Draws(scenario, 300);
            // The worse one gets its part of the visits, a third of the third, and the empty one has never been seen.
            Assert.InRange(counts[0], 200, 260);
            Assert.InRange(counts[1], 15, 60);
        }
    }

    [Fact]
    public void Draw_LooksAtTheLastResults()
    {
        var scenario = new HistoryScenario(Direction.Maximize);
        for (int i = 0; i < 40; i++) scenario.Add(At(i % 2, isWhole: true, i < 20 == (i % 2 == 0) ? 1 : 0));

        int[] counts = Draws(scenario, 300);

        Assert.InRange(counts[1], 200, 260);
    }

    [Fact]
    public void Draw_NeverVisitsABranchWhosePointsAreAllKnown()
    {
        var scenario = new HistoryScenario();
        for (int i = 0; i < 30; i++) scenario.Add(At(i % 3, isWhole: true, i % 3));

        Assert.Equal(0, Draws(scenario, 300)[2]);
    }

    private static int[] Draws(HistoryScenario scenario, int draws)
    {
        StudyHistory history = scenario.Build();
        BranchTrials trials = BranchTrials.Of(history, Space);
        var counts = new int[3];
        for (int i = 0; i < draws; i++) counts[BranchChoice.Draw(history, trials, _ => 5, RandomStream.Create(1, i, "test")).Index]++;
        return counts;
    }

    private static ScenarioTrial At(int kind, bool isWhole, double value)
    {
        var values = new double[] { kind, 0.5, 0.5, 2 };
        return new()
        {
            Values = [value],
            Parameters = [.. Space.Where((_, i) => i == 0 || (isWhole && Space.IsActive(i, values))).Select(parameter => new Parameter(parameter.Name, parameter.Distribution, values[Space.IndexOf(parameter.Name)]))],
        };
    }
}
