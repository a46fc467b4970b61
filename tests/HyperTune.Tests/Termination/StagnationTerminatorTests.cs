using HyperTune.Termination;
using HyperTune.Testing;

namespace HyperTune.Tests.Termination;

public sealed class StagnationTerminatorTests : TerminatorContract
{
    private const string ImportedFrom = "hypertune:imported_from";

    protected override ITerminator Create() => new StagnationTerminator(new() { Trials = 8, Tolerance = 0.5 });

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    public void Counts_trials_after_the_best(int window, bool stops)
    {
        // The best is trial 1; trials 2 and 3 follow.
        Assert.Equal(stops, Ask(new() { Trials = window }, 5, 1, 2, 3).Stop);
    }

    [Fact]
    public void Small_steps_add_up()
    {
        double[] values = [10, 9.7, 9.4, 9.1, 8.8];

        Assert.False(Ask(new() { Trials = 4, Tolerance = 1 }, values).Stop);
        TerminationDecision decision = Ask(new() { Trials = 4, Tolerance = 1.3 }, values);
        Assert.Equal(new TerminationDecision(true, "the best value 8.8 has improved by 1.2 only over the last 4 trials"), decision);
    }

    [Fact]
    public void Equal_values_are_no_improvement() =>
        Assert.Equal("the best value 1 has not improved over the last 2 trials", Ask(new() { Trials = 2 }, 1, 1, 1).Reason);

    [Fact]
    public void Pruned_trials_count_and_failed_ones_do_not()
    {
        HistoryScenario scenario = new HistoryScenario().Add(new() { Values = [1] }).Add(new() { State = TrialState.Pruned, Reports = [(0, 0.5)] }).Add(new() { State = TrialState.Failed });
        var terminator = new StagnationTerminator(new() { Trials = 2 });

        Assert.False(terminator.ShouldStop(scenario.Build()).Stop);
        scenario.Add(new() { State = TrialState.Pruned });
        // Also the pruned trial's report is no best value.
        Assert.Equal("the best value 1 has not improved over the last 2 trials", terminator.ShouldStop(scenario.Build()).Reason);
    }

    [Fact]
    public void Imported_trials_can_be_the_best_but_are_no_attempts()
    {
        var scenario = new HistoryScenario();
        for (int i = 0; i < 20; i++) scenario.Add(new() { Values = [1], SystemAttributes = AttributeSet.Empty.With(ImportedFrom, "") });
        var terminator = new StagnationTerminator(new() { Trials = 2 });

        Assert.False(terminator.ShouldStop(scenario.Build()).Stop);
        scenario.Add(new() { Values = [2] }).Add(new() { Values = [3] });
        Assert.True(terminator.ShouldStop(scenario.Build()).Stop);
    }

    [Fact]
    public void Infeasible_trials_are_not_the_best()
    {
        var violated = new Dictionary<string, double> { ["c"] = 1 };
        var scenario = new HistoryScenario();
        for (int i = 0; i < 5; i++) scenario.Add(new() { Values = [1], Constraints = violated });
        var terminator = new StagnationTerminator(new() { Trials = 2 });

        Assert.False(terminator.ShouldStop(scenario.Build()).Stop);
        scenario.Add(new() { Values = [9] });
        Assert.False(terminator.ShouldStop(scenario.Build()).Stop);
        scenario.Add(new() { Values = [1], Constraints = violated }).Add(new() { Values = [9] });
        Assert.True(terminator.ShouldStop(scenario.Build()).Stop);
    }

    [Fact]
    public void The_window_goes_by_number_whatever_came_last()
    {
        // Trial 0 runs long and ends last, with the best value: it was not among the last three to be proposed.
        HistoryScenario scenario = new HistoryScenario().Add(new() { Number = 0, Values = [0] });
        for (int i = 1; i < 5; i++) scenario.Add(new() { Number = i, Values = [5] });

        Assert.True(new StagnationTerminator(new() { Trials = 3 }).ShouldStop(scenario.BuildInParts(3)[^1]).Stop);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Tolerance_that_is_no_distance_is_refused(double tolerance) =>
        Assert.Throws<ArgumentOutOfRangeException>("Tolerance", () => new StagnationTerminatorOptions { Tolerance = tolerance });

    [Fact]
    public void Options_are_checked()
    {
        Assert.Throws<ArgumentOutOfRangeException>("Trials", () => new StagnationTerminatorOptions { Trials = 0 });
        Assert.Throws<ArgumentException>("options", () => new StagnationTerminator(new() { ReferencePoint = (1, double.NaN) }));
        Assert.Throws<InvalidOperationException>(() => new StagnationTerminator(new() { ReferencePoint = (1, 2) }).ShouldStop(new HistoryScenario().Build()));
        Assert.Throws<InvalidOperationException>(() => new StagnationTerminator(new() { ReferencePoint = (1, 2, 3) }).ShouldStop(new HistoryScenario(Direction.Minimize, Direction.Minimize).Build()));
    }

    private static TerminationDecision Ask(StagnationTerminatorOptions options, params double[] values)
    {
        var scenario = new HistoryScenario();
        foreach (double value in values) scenario.Add(new() { Values = [value] });
        return new StagnationTerminator(options).ShouldStop(scenario.Build());
    }
}
