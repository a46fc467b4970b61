using HyperTune.History;
using HyperTune.Noise;
using HyperTune.Testing;

namespace HyperTune.Tests.Noise;

public sealed class ConfigurationsTests
{
    private static readonly FloatDistribution Unit = new(0, 1);

    [Fact]
    public void Complete_trials_with_equal_parameters_are_one_configuration()
    {
        StudyHistory history = new HistoryScenario()
            .Add(At(0.5, 1))
            .Add(At(0.25, 4))
            .Add(At(0.5, 3))
            .Add(At(0.5, 7) with { State = TrialState.Pruned })
            .Add(At(0.5, 0) with { State = TrialState.Failed, Values = [] })
            .Add(new() { Parameters = [new("y", Unit, 0.5)], Values = [5] })
            .Add(At(0.5, 8))
            .Build();

        IReadOnlyList<Configuration> found = Configurations.Of(history);

        Assert.Equal([[0, 2, 6], [1], [5]], found.Select(configuration => configuration.Trials.Select(trial => trial.Number)));
        Assert.Equal((3, 4.0), (found[0].Count, found[0].Mean));
        Assert.Equal(0.5, found[0].Params["x"]);
        // Pooled variance 26/2; the moderated one (4·13 + 26)/6.
        Assert.Equal(Math.Sqrt(13 / 3.0), found[0].StandardError, 12);
        Assert.Equal(Math.Sqrt(13), found[1].StandardError, 12);
    }

    [Fact]
    public void Order_of_parameters_and_rounding_on_a_grid_do_not_matter()
    {
        var grid = new FloatDistribution(0, 1, step: 0.1);
        StudyHistory history = new HistoryScenario()
            .Add(new() { Parameters = [new("x", Unit, 0.5), new("g", grid, 0.3)] })
            .Add(new() { Parameters = [new("g", grid, 0.1 * 3), new("x", new FloatDistribution(0, 2), 0.5)] })
            .Add(new() { Parameters = [new("x", Unit, 0.3), new("g", grid, 0.5)] })
            .Build();

        Assert.NotEqual(0.3, 0.1 * 3);
        Assert.Equal([2, 1], Configurations.Of(history).Select(configuration => configuration.Count));
    }

    [Fact]
    public void The_order_of_arrival_does_not_matter()
    {
        HistoryScenario scenario = Noisy(Direction.Minimize, 60);
        string[] expected = [.. Configurations.Of(scenario.Build()).Select(configuration => configuration.ToString())];

        for (int seed = 0; seed < 5; seed++)
        {
            IReadOnlyList<StudyHistory> snapshots = scenario.BuildInParts(seed);
            foreach (StudyHistory snapshot in snapshots) Assert.Equal(Oracle(snapshot), Configurations.Of(snapshot).Sum(configuration => configuration.Count));
            Assert.Equal(expected, Configurations.Of(snapshots[^1]).Select(configuration => configuration.ToString()));
        }

        static int Oracle(StudyHistory history) => history.CountOf(TrialState.Complete);
    }

    [Fact]
    public void Mirrored_objectives_have_mirrored_estimates_and_the_same_best()
    {
        HistoryScenario scenario = Noisy(Direction.Minimize, 60);
        foreach (double standardErrors in new[] { 0.0, 1, 3 })
        {
            Configuration best = Configurations.Best(scenario.Build(), standardErrors)!, mirrored = Configurations.Best(scenario.Mirrored().Build(), standardErrors)!;

            Assert.Equal(best.Trials[0].Number, mirrored.Trials[0].Number);
            Assert.Equal(best.Mean, -mirrored.Mean, 12);
            Assert.Equal(best.PessimisticValue(standardErrors), -mirrored.PessimisticValue(standardErrors), 12);
            Assert.Equal(Configurations.Of(scenario.Build()).Where(one => one.IsFeasible).Min(one => one.PessimisticValue(standardErrors)), best.PessimisticValue(standardErrors));
        }
    }

    [Fact]
    public void More_evaluations_make_a_configuration_more_certain_to_be_best()
    {
        StudyHistory history = new HistoryScenario()
            .Add(At(0.1, 1.0)).Add(At(0.2, 0.9))
            .Add(At(0.1, 1.1)).Add(At(0.1, 0.9)).Add(At(0.1, 1.0))
            .Build();

        Assert.Equal(1, Configurations.Best(history, 0)!.Trials[0].Number);
        Assert.Equal(0, Configurations.Best(history, 3)!.Trials[0].Number);
    }

    [Fact]
    public void One_infeasible_evaluation_makes_a_configuration_infeasible()
    {
        HistoryScenario scenario = new HistoryScenario()
            .Add(At(0.1, 0)).Add(At(0.1, 0) with { Constraints = new Dictionary<string, double> { ["c"] = 1 } });
        Assert.Null(Configurations.Best(scenario.Build(), 1));

        scenario.Add(At(0.2, 5));

        Assert.Equal(2, Configurations.Best(scenario.Build(), 1)!.Trials[0].Number);
        Assert.Equal([false, true], Configurations.Of(scenario.Build()).Select(configuration => configuration.IsFeasible));
    }

    [Fact]
    public void Reported_errors_weigh_and_widen()
    {
        StudyHistory history = new HistoryScenario(Direction.Minimize, Direction.Maximize)
            .Add(new() { Parameters = [new("x", Unit, 0)], Values = [1, 10], StandardErrors = [0.5, 0] })
            .Add(new() { Parameters = [new("x", Unit, 0)], Values = [2, 30], StandardErrors = [1, 2] })
            .Add(new() { Parameters = [new("x", Unit, 1)], Values = [2, 30] })
            .Build();

        Configuration first = Configurations.Of(history)[0];

        Assert.Equal([1.2, 10], first.Means.Select(mean => Math.Round(mean, 12)));
        Assert.Equal([Math.Sqrt(0.2), 0], first.StandardErrors, (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Throws<InvalidOperationException>(() => first.Mean);
        Assert.Throws<InvalidOperationException>(() => first.StandardError);
        Assert.Throws<InvalidOperationException>(() => first.PessimisticValue());
        Assert.Equal("1.2 ± 0.447214, 10 ± 0 (2 evaluation(s)) x=0", first.ToString());
    }

    [Fact]
    public void Infinite_values_are_ranked_as_they_are()
    {
        StudyHistory history = new HistoryScenario()
            .Add(At(0.1, double.PositiveInfinity)).Add(At(0.2, 1)).Add(At(0.2, 2)).Add(At(0.3, double.NegativeInfinity)).Add(At(0.4, double.NegativeInfinity))
            .Build();

        Assert.Equal(3, Configurations.Best(history, 1)!.Trials[0].Number);
        Assert.Equal(double.PositiveInfinity, Configurations.Of(history)[0].PessimisticValue());
    }

    private static ScenarioTrial At(double x, double value) => new() { Parameters = [new("x", Unit, x)], Values = [value] };

    private static HistoryScenario Noisy(Direction direction, int trials)
    {
        var random = new Random(5);
        var scenario = new HistoryScenario(direction);
        for (int i = 0; i < trials; i++)
        {
            scenario.Add(At(random.Next(9) / 8.0, random.NextDouble()) with
            {
                StandardErrors = random.Next(3) == 0 ? [random.NextDouble()] : [],
                Constraints = random.Next(8) == 0 ? new Dictionary<string, double> { ["c"] = 1 } : [],
                State = random.Next(6) == 0 ? TrialState.Pruned : TrialState.Complete,
            });
        }
        return scenario;
    }
}
