using HyperTune.Pruners;
using HyperTune.Testing;

namespace HyperTune.Tests.Pruners;

public sealed class WilcoxonPrunerTests : PrunerContract
{
    [Theory]
    [InlineData(Direction.Minimize, 1)]
    [InlineData(Direction.Maximize, -1)]
    public void The_reason_names_the_best_trial_and_the_p_value(Direction direction, int sign)
    {
        var scenario = new HistoryScenario(direction)
            .Add(new() { Values = [sign * 9], Reports = [.. Instances(4, i => sign * 20)] })
            .Add(new() { Values = [sign * 3], Reports = [.. Instances(4, i => sign * i)] });
        PruneDecision decision = Judge(new(), scenario, [.. Instances(4, i => sign * (2 * i + 1))]);
        Assert.Equal(PruneDecision.Because("worse than the best trial 1 on 4 common instances: p = 0.0625, below 0.1"), decision);
        Assert.False(Judge(new() { Threshold = 0.0625 }, scenario, [.. Instances(4, i => sign * (2 * i + 1))]).Prune);
    }

    [Fact]
    public void Only_common_instances_are_compared_and_enough_must_be()
    {
        HistoryScenario scenario = Best(Instances(6, i => i));
        (long, ObjectiveValues)[] reports = [(0, 10), (1, 10), (2, 10), (3, 10), (100, 10), (101, 10)];
        Assert.Contains("on 4 common instances", Judge(new() { StartupSteps = 4 }, scenario, reports).Reason, StringComparison.Ordinal);
        Assert.False(Judge(new() { StartupSteps = 5 }, scenario, reports).Prune);
        Assert.False(Judge(new() { StartupSteps = 0, Threshold = 1 }, scenario, [(0, 10), (100, 10)]).Prune);
    }

    [Fact]
    public void A_trial_whose_mean_is_no_worse_goes_on()
    {
        HistoryScenario scenario = Best(Instances(10, i => 1));
        // Worse on nine instances, but so much better on one that the mean is the same.
        Assert.False(Judge(new(), scenario, [.. Instances(10, i => i == 0 ? -8 : 2)]).Prune);
        Assert.True(Judge(new(), scenario, [.. Instances(10, i => i == 0 ? -7 : 2)]).Prune);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Reports_that_are_not_finite_end_the_comparison(double value)
    {
        (long, ObjectiveValues)[] bad = [.. Instances(8, i => 9)];
        Assert.True(Judge(new(), Best(Instances(8, i => i)), bad).Prune);
        Assert.False(Judge(new(), Best([.. Instances(8, i => i), (8, value)]), bad).Prune);
        Assert.False(Judge(new(), Best(Instances(8, i => i)), [.. bad, (8, value)]).Prune);
    }

    [Fact]
    public void The_best_trial_is_complete_and_feasible_and_of_equal_ones_the_first()
    {
        (long, ObjectiveValues)[] reports = [.. Instances(8, i => i)];
        HistoryScenario scenario = new HistoryScenario()
            .Add(new() { State = TrialState.Pruned, Values = [1], Reports = reports })
            .Add(new() { Values = [2], Reports = reports, Constraints = new Dictionary<string, double> { ["c"] = 1 } })
            .Add(new() { Values = [4], Reports = reports })
            .Add(new() { Values = [3], Reports = reports })
            .Add(new() { Values = [3], Reports = reports });
        Assert.Contains("best trial 3 ", Judge(new(), scenario, [.. Instances(8, i => 9)]).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_objectives_are_judged_by_the_chosen_one()
    {
        var scenario = new HistoryScenario(Direction.Minimize, Direction.Maximize)
            .Add(new() { Values = [0, 9], Reports = [.. Enumerable.Range(0, 8).Select(i => ((long)i, (ObjectiveValues)(0.0, 9.0 + i)))] })
            .Add(new() { Values = [1, 0], Reports = [.. Enumerable.Range(0, 8).Select(i => ((long)i, (ObjectiveValues)(1.0, 0.0)))] });
        (long, ObjectiveValues)[] own = [.. Enumerable.Range(0, 8).Select(i => ((long)i, (ObjectiveValues)(-1.0, 1.0)))];
        Assert.False(Judge(new(), scenario, own).Prune);
        Assert.Contains("best trial 0 ", Judge(new() { Objective = 1 }, scenario, own).Reason, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => Judge(new() { Objective = 2 }, scenario, own));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Refused(nameof(WilcoxonPrunerOptions.Threshold), () => new WilcoxonPrunerOptions { Threshold = -1e-300 });
        Refused(nameof(WilcoxonPrunerOptions.Threshold), () => new WilcoxonPrunerOptions { Threshold = 1.0000001 });
        Refused(nameof(WilcoxonPrunerOptions.Threshold), () => new WilcoxonPrunerOptions { Threshold = double.NaN });
        Refused(nameof(WilcoxonPrunerOptions.StartupSteps), () => new WilcoxonPrunerOptions { StartupSteps = -1 });
        Refused(nameof(WilcoxonPrunerOptions.Objective), () => new WilcoxonPrunerOptions { Objective = -1 });
    }

    protected override IPruner Create() => new WilcoxonPruner(new() { Threshold = 0.3 });

    private static void Refused(string option, Func<object> make) => Assert.Equal(option, Assert.Throws<ArgumentOutOfRangeException>(make).ParamName);

    private static IEnumerable<(long Step, ObjectiveValues Values)> Instances(int count, Func<int, double> value) => Enumerable.Range(0, count).Select(i => ((long)i, (ObjectiveValues)value(i)));

    private static HistoryScenario Best(IEnumerable<(long Step, ObjectiveValues Values)> reports) => new HistoryScenario().Add(new() { Reports = [.. reports] });

    private static PruneDecision Judge(WilcoxonPrunerOptions options, HistoryScenario scenario, IReadOnlyList<(long Step, ObjectiveValues Values)> reports) =>
        Ask(new WilcoxonPruner(options), scenario.Build(), scenario.Context(new() { Reports = reports }));
}
