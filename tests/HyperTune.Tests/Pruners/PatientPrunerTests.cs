using HyperTune.History;
using HyperTune.Pruners;
using HyperTune.Testing;
using HyperTune.Trials;

namespace HyperTune.Tests.Pruners;

public sealed class PatientPrunerTests : PrunerContract
{
    [Theory]
    [InlineData(Direction.Minimize, 1)]
    [InlineData(Direction.Maximize, -1)]
    public void Patience_counts_the_reports_after_the_first_that_is_worse(Direction direction, int sign)
    {
        var pruner = new PatientPruner(new() { Patience = 2 });
        Assert.False(Judge(pruner, new(direction), [(0, sign * 1), (1, sign * 2), (2, sign * 2)]).Prune);
        PruneDecision decision = Judge(pruner, new(direction), [(0, sign * 1), (1, sign * 2), (2, sign * 2), (3, sign * 3)]);
        Assert.Equal(PruneDecision.Because($"the best of the last 3 reports is {2 * sign}, and it was {sign} before"), decision);
        Assert.False(Judge(pruner, new(direction), [(0, sign * 1), (1, sign * 2), (2, sign * 1), (3, sign * 3)]).Prune);
    }

    [Theory]
    [InlineData(0.4, true)]
    [InlineData(0.5, false)]
    public void A_plateau_within_the_tolerance_goes_on(double minDelta, bool prune) =>
        Assert.Equal(prune, Judge(new PatientPruner(new() { Patience = 0, MinDelta = minDelta }), new(), [(0, 1), (1, 1.5)]).Prune);

    [Fact]
    public void NaN_is_left_out()
    {
        var pruner = new PatientPruner(new() { Patience = 1 });
        Assert.False(Judge(pruner, new(), [(0, 1), (1, double.NaN), (2, double.NaN)]).Prune);
        Assert.False(Judge(pruner, new(), [(0, double.NaN), (1, 1), (2, 2)]).Prune);
        Assert.True(Judge(pruner, new(), [(0, 1), (1, double.NaN), (2, 2)]).Prune);
    }

    [Fact]
    public void The_inner_pruner_is_asked_once_patience_is_over_and_sees_every_start()
    {
        var inner = new Inner(new PruneDecision(false, "for now"));
        var pruner = new PatientPruner(new() { Patience = 1, Pruner = inner });
        Assert.Equal(PruneDecision.Keep, Judge(pruner, new(), [(0, 1), (1, 2)]));
        Assert.Equal((1, 0), (inner.Starts, inner.Questions));
        Assert.Equal(new PruneDecision(false, "for now"), Judge(pruner, new(), [(0, 1), (1, 2), (2, 2)]));
        Assert.Equal((2, 1), (inner.Starts, inner.Questions));
    }

    [Fact]
    public void The_reason_is_that_of_the_inner_pruner_and_its_own()
    {
        var pruner = new PatientPruner(new() { Patience = 0, Pruner = new Inner(PruneDecision.Because("too bad")) });
        Assert.Equal("too bad; the best of the last report is 2, and it was 1 before", Judge(pruner, new(), [(0, 1), (1, 2)]).Reason);
    }

    [Fact]
    public void Several_objectives_are_judged_by_the_chosen_one()
    {
        var scenario = new HistoryScenario(Direction.Minimize, Direction.Maximize);
        (long, ObjectiveValues)[] reports = [(0, (1.0, 1.0)), (1, (2.0, 2.0))];
        Assert.True(Judge(new PatientPruner(new() { Patience = 0 }), scenario, reports).Prune);
        Assert.False(Judge(new PatientPruner(new() { Patience = 0, Objective = 1 }), scenario, reports).Prune);
        var refused = new PatientPruner(new() { Patience = 0, Objective = 2 });
        Assert.Throws<InvalidOperationException>(() => refused.BeforeTrial(scenario.Build(), scenario.Context(new())));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Equal("options", Assert.Throws<ArgumentNullException>(() => new PatientPruner(null!)).ParamName);
        Refused(nameof(PatientPrunerOptions.Patience), () => new PatientPrunerOptions { Patience = -1 });
        Refused(nameof(PatientPrunerOptions.MinDelta), () => new PatientPrunerOptions { Patience = 0, MinDelta = -1e-300 });
        Refused(nameof(PatientPrunerOptions.MinDelta), () => new PatientPrunerOptions { Patience = 0, MinDelta = double.NaN });
        Refused(nameof(PatientPrunerOptions.MinDelta), () => new PatientPrunerOptions { Patience = 0, MinDelta = double.PositiveInfinity });
        Refused(nameof(PatientPrunerOptions.Objective), () => new PatientPrunerOptions { Patience = 0, Objective = -1 });
    }

    protected override IPruner Create() => new PatientPruner(new() { Patience = 2, MinDelta = 1, Pruner = new MedianPruner(new() { StartupTrials = 1 }) });

    private static void Refused(string option, Func<object> make) => Assert.Equal(option, Assert.Throws<ArgumentOutOfRangeException>(make).ParamName);

    private static PruneDecision Judge(PatientPruner pruner, HistoryScenario scenario, IReadOnlyList<(long Step, ObjectiveValues Values)> reports) =>
        Ask(pruner, scenario.Build(), scenario.Context(new() { Reports = reports }));

    private sealed class Inner(PruneDecision decision) : IPruner
    {
        public int Starts { get; private set; }

        public int Questions { get; private set; }

        public void BeforeTrial(StudyHistory history, TrialContext trial) => Starts++;

        public PruneDecision ShouldPrune(StudyHistory history, TrialContext trial)
        {
            Questions++;
            return decision;
        }
    }
}
