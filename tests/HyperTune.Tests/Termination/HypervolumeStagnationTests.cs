using HyperTune.Termination;
using HyperTune.Testing;

namespace HyperTune.Tests.Termination;

public sealed class HypervolumeStagnationTests : TerminatorContract
{
    protected override IReadOnlyList<Direction> Directions => [Direction.Minimize, Direction.Maximize];

    protected override ITerminator Create() => new StagnationTerminator(new() { Trials = 8, Tolerance = 0.01 });

    [Theory]
    [InlineData(0.1, false)]
    [InlineData(0.3, true)]
    public void Tolerance_is_a_share_of_the_hypervolume(double tolerance, bool stops)
    {
        // Volumes below (4, 4): 4 of (2, 2), and 5 with (1, 3): a fifth more of the present one.
        var terminator = new StagnationTerminator(new() { Trials = 1, Tolerance = tolerance, ReferencePoint = (4, 4) });
        HistoryScenario scenario = new HistoryScenario(Direction.Minimize, Direction.Minimize).Add(new() { Values = [2, 2] }).Add(new() { Values = [1, 3] });

        TerminationDecision decision = terminator.ShouldStop(scenario.Build());

        Assert.Equal(stops, decision.Stop);
        if (stops) Assert.Equal("the hypervolume has grown by 0.2 of its size only over the last 1 trial", decision.Reason);
    }

    [Fact]
    public void Dominated_and_repeated_points_are_no_improvement()
    {
        HistoryScenario scenario = new HistoryScenario(Direction.Minimize, Direction.Maximize).Add(new() { Values = [2, 5] }).Add(new() { Values = [1, 3] });
        scenario.Add(new() { Values = [2, 5] }).Add(new() { Values = [3, 4] });

        Assert.Equal("the hypervolume has not grown over the last 2 trials", new StagnationTerminator(new() { Trials = 2 }).ShouldStop(scenario.Build()).Reason);
        scenario.Add(new() { Values = [1.5, 4] });
        Assert.False(new StagnationTerminator(new() { Trials = 2 }).ShouldStop(scenario.Build()).Stop);
    }

    [Fact]
    public void A_point_that_dominates_all_others_is_an_improvement()
    {
        HistoryScenario scenario = new HistoryScenario(Direction.Minimize, Direction.Minimize).Add(new() { Values = [2, 2] }).Add(new() { Values = [3, 1] }).Add(new() { Values = [0.5, 0.5] });

        Assert.False(new StagnationTerminator(new() { Trials = 1, Tolerance = 0.2 }).ShouldStop(scenario.Build()).Stop);
    }

    [Fact]
    public void Nothing_inside_of_the_reference_point_goes_on()
    {
        var scenario = new HistoryScenario(Direction.Minimize, Direction.Minimize);
        for (int i = 0; i < 9; i++) scenario.Add(new() { Values = [5, 5] });

        Assert.False(new StagnationTerminator(new() { Trials = 2, ReferencePoint = (4, 4) }).ShouldStop(scenario.Build()).Stop);
        Assert.True(new StagnationTerminator(new() { Trials = 2, ReferencePoint = (6, 6) }).ShouldStop(scenario.Build()).Stop);
    }
}
