using HyperTune.Termination;
using HyperTune.Testing;

namespace HyperTune.Tests.Termination;

public sealed class BudgetTerminatorTests : TerminatorContract
{
    protected override ITerminator Create() => new BudgetTerminator(new() { Trials = 15 });

    [Theory]
    [InlineData(5, false)]
    [InlineData(4, true)]
    [InlineData(3, true)]
    public void Ended_trials_count_but_for_imported_ones(int budget, bool stops) =>
        Assert.Equal(stops, new BudgetTerminator(new() { Trials = budget }).ShouldStop(Scenario().Build()).Stop);

    [Fact]
    public void Times_of_trials_add_up()
    {
        // The scenario's trials take 30 seconds each.
        var reached = new BudgetTerminator(new() { TrialTime = TimeSpan.FromMinutes(2) }).ShouldStop(Scenario().Build());

        Assert.Equal("00:02:00 of a budget of 00:02:00 of trials are spent", reached.Reason);
        Assert.False(new BudgetTerminator(new() { TrialTime = TimeSpan.FromSeconds(121) }).ShouldStop(Scenario().Build()).Stop);
    }

    [Fact]
    public void Reports_add_up()
    {
        Assert.Equal("5 reports of a budget of 5 reports are spent", new BudgetTerminator(new() { Reports = 5 }).ShouldStop(Scenario().Build()).Reason);
        Assert.False(new BudgetTerminator(new() { Reports = 6, Trials = 100 }).ShouldStop(Scenario().Build()).Stop);
    }

    [Fact]
    public void Options_are_checked()
    {
        Assert.Throws<ArgumentException>("options", () => new BudgetTerminator(new()));
        Assert.Throws<ArgumentOutOfRangeException>("Trials", () => new BudgetTerminatorOptions { Trials = 0 });
        Assert.Throws<ArgumentOutOfRangeException>("TrialTime", () => new BudgetTerminatorOptions { TrialTime = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>("Reports", () => new BudgetTerminatorOptions { Reports = 0 });
    }

    /// <summary>Four trials that ended, with five reports; an imported and a running one.</summary>
    private static HistoryScenario Scenario() => new HistoryScenario()
        .Add(new() { Reports = [(0, 1), (1, 1)] })
        .Add(new() { State = TrialState.Pruned, Reports = [(0, 1)] })
        .Add(new() { State = TrialState.Failed, Reports = [(0, 1), (7, 1)] })
        .Add(new())
        .Add(new() { Reports = [(0, 1)], SystemAttributes = AttributeSet.Empty.With("hypertune:imported_from", "") })
        .Add(new() { State = TrialState.Running, Reports = [(0, 1)] });
}
