using HyperTune.Termination;
using HyperTune.Testing;

namespace HyperTune.Tests.Termination;

public sealed class TargetTerminatorTests : TerminatorContract
{
    protected override ITerminator Create() => new TargetTerminator(new() { Target = 0.1 });

    protected override ITerminator CreateMirrored() => new TargetTerminator(new() { Target = -0.1 });

    [Fact]
    public void The_oldest_trial_that_reaches_it_is_named()
    {
        HistoryScenario scenario = new HistoryScenario(Direction.Maximize).Add(new() { Values = [0.89] }).Add(new() { Values = [0.9] }).Add(new() { Values = [0.95] });

        Assert.Equal("trial 1 has reached the target 0.9 with 0.9", new TargetTerminator(new() { Target = 0.9 }).ShouldStop(scenario.Build()).Reason);
        Assert.False(new TargetTerminator(new() { Target = 0.96 }).ShouldStop(scenario.Build()).Stop);
    }

    [Fact]
    public void Several_objectives_must_be_reached_by_one_trial()
    {
        HistoryScenario scenario = new HistoryScenario(Direction.Minimize, Direction.Maximize).Add(new() { Values = [1, 5] }).Add(new() { Values = [3, 9] });
        var terminator = new TargetTerminator(new() { Target = (2, 8) });

        Assert.False(terminator.ShouldStop(scenario.Build()).Stop);
        scenario.Add(new() { Values = [2, 8] });
        Assert.True(terminator.ShouldStop(scenario.Build()).Stop);
    }

    [Fact]
    public void Infeasible_and_pruned_trials_do_not_reach_it()
    {
        HistoryScenario scenario = new HistoryScenario()
            .Add(new() { Values = [0], Constraints = new Dictionary<string, double> { ["c"] = 1 } })
            .Add(new() { State = TrialState.Pruned, Reports = [(0, 0)] });

        Assert.False(new TargetTerminator(new() { Target = 1 }).ShouldStop(scenario.Build()).Stop);
    }

    [Fact]
    public void Targets_are_checked()
    {
        Assert.Throws<ArgumentException>("options", () => new TargetTerminator(new() { Target = double.NaN }));
        Assert.Throws<ArgumentException>("options", () => new TargetTerminator(new() { Target = default }));
        Assert.Throws<InvalidOperationException>(() => new TargetTerminator(new() { Target = (1, 2) }).ShouldStop(new HistoryScenario().Build()));
    }
}
