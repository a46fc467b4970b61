using HyperTune.History;
using HyperTune.Samplers.Tpe;
using HyperTune.Testing;
using HyperTune.Trials;

namespace HyperTune.Tests.Samplers.Tpe;

/// <summary>Failed trials as bad ones.</summary>
public sealed class TpeFailureTests
{
    private static readonly FloatDistribution Unit = new(0, 1);
    private static readonly SearchSpace X = SearchSpace.Empty.AddDouble("x", 0, 1);
    private static readonly TpeSamplerOptions Avoiding = new() { AvoidsFailures = true };

    /// <summary>Half of the space fails, and the best values lie at its border, so that good trials lead beyond it.</summary>
    [Fact]
    public void A_region_that_fails_is_avoided()
    {
        double avoiding = ShareOfFailures(avoidsFailures: true), other = ShareOfFailures(avoidsFailures: false);

        // 0.41 and 0.97 of 1200 proposals each when written: a point that failed does not count as tried there, and is proposed again.
        Assert.True(avoiding < 0.6 * other, $"avoiding {avoiding:F3}, other {other:F3}");
    }

    [Fact]
    public void Failures_of_the_objective_raise_the_bad_density_alone()
    {
        HistoryScenario scenario = Ranked();
        double[] without = Densities(scenario.Build(), Avoiding);
        scenario.Add(Failed(0.3, FailureKind.Exception));

        double[] with = Densities(scenario.Build(), Avoiding);

        Assert.Equal(without[0], with[0]);
        Assert.True(with[1] > without[1]);
        Assert.Equal(without, Densities(scenario.Build(), new()));
    }

    [Theory]
    [InlineData(FailureKind.Exception, true)]
    [InlineData(FailureKind.InvalidValues, true)]
    [InlineData(FailureKind.Told, true)]
    [InlineData(FailureKind.TimedOut, true)]
    [InlineData(null, true)]
    [InlineData(FailureKind.Cancelled, false)]
    [InlineData(FailureKind.GivenBack, false)]
    [InlineData(FailureKind.Lapsed, false)]
    [InlineData(FailureKind.Sampling, false)]
    public void Failures_for_other_reasons_do_not_count(FailureKind? kind, bool counts)
    {
        HistoryScenario scenario = Ranked();
        double[] without = Densities(scenario.Build(), Avoiding);

        double[] with = Densities(scenario.Add(Failed(0.3, kind)).Build(), Avoiding);

        Assert.Equal(counts, !with.AsSpan().SequenceEqual(without));
    }

    [Fact]
    public void Failures_do_not_change_how_many_are_good_nor_when_the_model_begins()
    {
        var counts = new List<int>();
        var sampler = new TpeSampler(Avoiding with { Gamma = count => { counts.Add(count); return count; } });
        var scenario = new HistoryScenario();
        for (int i = 0; i < 9; i++) scenario.Add(new() { Parameters = [new("x", Unit, i / 9.0)], Values = [i] }).Add(Failed(0.5, FailureKind.Told));
        Assert.Empty(sampler.InferRelativeSpace(scenario.Build(), scenario.Context(new())));
        scenario.Add(new() { Parameters = [new("x", Unit, 1)], Values = [9] });

        _ = sampler.SampleRelative(scenario.Build(), scenario.Context(new()), X);

        Assert.Equal([10], counts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whatever_snapshots_were_asked_for_before_the_state_is_that_of_a_fresh_model(bool isDiscrete)
    {
        var random = new Random(8);
        var grid = new IntDistribution(0, 40);
        SearchSpace space = isDiscrete ? SearchSpace.Empty.AddInt("x", 0, 40) : X;
        var scenario = new HistoryScenario();
        for (int i = 0; i < 300; i++)
        {
            Parameter parameter = isDiscrete ? new("x", grid, random.Next(41)) : new("x", Unit, random.NextDouble());
            ScenarioTrial trial = random.Next(3) == 0 ? Failed(0, (FailureKind)random.Next(8)) : new() { Values = [random.NextDouble()] };
            scenario.Add(trial with { Parameters = [parameter] });
        }
        IReadOnlyList<StudyHistory> snapshots = scenario.BuildInParts(1);
        var model = new TpeModel(space, Avoiding, false);
        var ranking = new TpeRanking();
        for (int step = 0; step < 100; step++)
        {
            StudyHistory snapshot = snapshots[random.Next(snapshots.Count)];
            ranking.MoveTo(snapshot);
            var fresh = new TpeRanking();
            fresh.MoveTo(snapshot);
            Assert.Equal(Densities(new TpeModel(space, Avoiding, false), fresh), Densities(model, ranking));
        }
    }

    private static HistoryScenario Ranked()
    {
        var scenario = new HistoryScenario();
        for (int i = 0; i < 20; i++) scenario.Add(new() { Parameters = [new("x", Unit, i / 20.0)], Values = [i] });
        return scenario;
    }

    private static ScenarioTrial Failed(double x, FailureKind? kind) => new()
    {
        State = TrialState.Failed,
        Parameters = [new("x", Unit, x)],
        SystemAttributes = kind is null ? AttributeSet.Empty : AttributeSet.Empty.With(SystemKeys.FailKind, kind.Value.ToString()),
    };

    private static double[] Densities(StudyHistory history, TpeSamplerOptions options)
    {
        var ranking = new TpeRanking();
        ranking.MoveTo(history);
        return Densities(new TpeModel(X, options, false), ranking, [0.3]);
    }

    private static double[] Densities(TpeModel model, TpeRanking ranking, params double[] points)
    {
        if (points.Length == 0) points = [0, 0.2, 0.5, 1];
        double[] goodLogs = new double[points.Length], badLogs = new double[points.Length];
        model.Score(ranking, new(TpeSampler.DefaultGamma(ranking.Count, 1), [], 0), points, goodLogs, badLogs);
        return [.. goodLogs, .. badLogs];
    }

    private static double ShareOfFailures(bool avoidsFailures)
    {
        int failures = 0;
        const int Seeds = 20, Trials = 80, First = 20;
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            using Study study = Study.Create(new() { Sampler = new TpeSampler(new() { Seed = seed, AvoidsFailures = avoidsFailures }), Pruner = new NopPruner() });
            study.Optimize(
                trial =>
                {
                    double x = trial.SuggestDouble("x", 0, 1), y = trial.SuggestDouble("y", 0, 1);
                    return x < 0.5 ? throw new InsufficientMemoryException("too large") : ((x - 0.45) * (x - 0.45)) + ((y - 0.5) * (y - 0.5));
                },
                new() { Trials = Trials, Catch = [typeof(InsufficientMemoryException)] });
            failures += study.Trials.Skip(First).Count(trial => trial.State == TrialState.Failed);
        }
        return failures / (double)(Seeds * (Trials - First));
    }
}
