using HyperTune.Samplers;
using HyperTune.Trials;

namespace HyperTune.Testing;

/// <summary>The duties of an <see cref="ISampler"/> that also takes studies with several objectives.</summary>
public abstract class MultiObjectiveSamplerContract : SamplerContract
{
    private static readonly Direction[][] SeveralDirections =
    [
        [Direction.Minimize, Direction.Minimize],
        [Direction.Maximize, Direction.Minimize],
        [Direction.Minimize, Direction.Maximize, Direction.Maximize],
        [.. Enumerable.Repeat(Direction.Minimize, 6)],
    ];

    /// <summary>Whether units of objectives play no part.</summary>
    protected virtual bool IgnoresUnits(int objectives) => true;

    [Fact]
    public void Histories_of_several_objectives_are_sampled_from()
    {
        foreach ((HistoryScenario scenario, ScenarioTrial trial) in SeveralScenarios()) _ = Propose(Create(1), scenario.Build(), scenario.Context(trial), ScenarioSpace);
    }

    [Fact]
    public void Several_negated_objectives_with_the_other_directions_change_nothing() => CheckMirrored(SeveralScenarios());

    [Fact]
    public void The_order_in_which_trials_of_several_objectives_arrived_does_not_matter() => CheckOrderOfArrival(SeveralScenarios());

    [Fact]
    public void An_older_snapshot_of_several_objectives_keeps_its_answer() => CheckOldAnswers(SeveralScenarios());

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Maximizing_several_objectives_is_minimizing_the_negated_values(int objectives)
    {
        using Study minimized = OpenSeveral(Create(8), Direction.Minimize, objectives), maximized = OpenSeveral(Create(8), Direction.Maximize, objectives);
        for (int i = 0; i < 60; i++)
        {
            foreach (Study study in (Study[])[minimized, maximized])
            {
                Trial trial = study.Ask(MixedSpace);
                double[] values = Bowls(trial, objectives);
                // A third of the trials violate a constraint, by different amounts.
                trial.SetConstraint("first", Math.Max(0, Point(MixedSpace, trial)[1] - 0.66));
                study.Tell(trial, study == minimized ? values : [.. values.Select(value => -value)]);
            }
        }
        Same(Proposals(minimized), Proposals(maximized));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Units_of_several_objectives_change_nothing(int objectives)
    {
        Assert.SkipUnless(IgnoresUnits(objectives), "The sampler compares values of different objectives.");
        using Study plain = OpenSeveral(Create(9), Direction.Minimize, objectives), scaled = OpenSeveral(Create(9), Direction.Minimize, objectives);
        // By powers of two, so that nothing is rounded.
        double[] units = [1024, 1.0 / 4096, 1];
        for (int i = 0; i < 30; i++)
        {
            Trial trial = plain.Ask(MixedSpace);
            plain.Tell(trial, Bowls(trial, objectives));
            trial = scaled.Ask(MixedSpace);
            scaled.Tell(trial, [.. Bowls(trial, objectives).Select((value, k) => units[k] * value)]);
        }
        Same(Proposals(plain), Proposals(scaled));
    }

    [Fact]
    public void A_study_of_several_objectives_goes_on_in_another_process_as_if_it_had_not_stopped()
    {
        using Study whole = OpenSeveral(Create(7), Direction.Minimize, 2);
        RunSeveral(whole, Restarts + 1);
        var storage = new InMemoryStorage();
        for (int i = 0; i <= Restarts; i++)
        {
            using Study part = OpenSeveral(Create(7), Direction.Minimize, 2, storage);
            RunSeveral(part, 1);
        }
        using Study parts = OpenSeveral(Create(7), Direction.Minimize, 2, storage);
        Same(Proposals(whole), Proposals(parts));
    }

    [Fact]
    public async Task Imported_enqueued_and_infeasible_trials_of_several_objectives_mix()
    {
        Assert.SkipUnless(TakesAnySpace, "The sampler needs trials that ask for the same parameters.");
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using Study study = OpenSeveral(Create(12), Direction.Minimize, 2);
        await study.AddTrialsAsync(
            Enumerable.Range(0, 20).Select(i => new TrialTemplate
            {
                State = i % 5 == 0 ? TrialState.Failed : TrialState.Complete,
                Values = i % 5 == 0 ? [] : [i, 20 - i],
                Parameters = i % 3 == 0 ? ParameterSet.Empty : ParameterSet.Of([new("rate", MixedSpace[0].Distribution, 0.01 + 0.01 * i), new("extra", new FloatDistribution(0, 1), 0.5)]),
            }),
            cancellation);
        for (int i = 0; i < 50; i++)
        {
            if (i % 6 == 0) await study.EnqueueAsync([KeyValuePair.Create("momentum", (object?)0.25)], cancellationToken: cancellation);
            Trial trial = await study.AskAsync(MixedSpace, cancellation);
            if (i % 6 == 0) Assert.Equal(0.25, trial.Params["momentum"]);
            if (i % 3 == 0) trial.SetConstraint("c", i % 2 == 0 ? 1 : -1);
            if (i % 7 == 1) trial.Report(new double[] { 1, 2 }, i);
            TrialState state = (i % 7) switch { 1 or 2 => TrialState.Pruned, 3 => TrialState.Failed, _ => TrialState.Complete };
            Task<TellOutcome> told = state == TrialState.Complete
                ? study.TellAsync(trial, Bowls(trial, 2), cancellation)
                : study.TellAsync(trial, state, cancellationToken: cancellation);
            Assert.Equal(TellOutcome.Stored, await told);
        }
        Assert.Equal(70, study.Trials.Count);
        Assert.All(study.Trials.Skip(20).SelectMany(trial => trial.Parameters), parameter => Assert.True(parameter.Distribution.Contains(parameter.Value), $"{parameter}"));
    }

    [Fact]
    public void A_parallel_run_of_several_objectives_ends_without_an_exception()
    {
        using Study study = OpenSeveral(Create(11), Direction.Maximize, 3);
        study.Optimize(trial => new ObjectiveValues(Bowls(Suggested(trial), 3)), new OptimizeOptions { Trials = 60, Parallelism = 4 });
        Assert.Equal(60, study.History.CountOf(TrialState.Complete));
    }

    private IEnumerable<(HistoryScenario Scenario, ScenarioTrial Trial)> SeveralScenarios() => SeveralDirections.SelectMany(directions => RandomScenarios(directions));

    private static Study OpenSeveral(ISampler sampler, Direction direction, int objectives, InMemoryStorage? storage = null) =>
        Study.Create(new StudyOptions
        {
            Name = "contract",
            Directions = [.. Enumerable.Repeat(direction, objectives)],
            Sampler = sampler,
            Pruner = new NopPruner(),
            Storage = storage,
            LoadIfExists = true,
        });

    private void RunSeveral(Study study, int trials)
    {
        for (int i = 0; i < trials; i++)
        {
            Trial trial = study.Ask(MixedSpace);
            study.Tell(trial, Bowls(trial, 2));
        }
    }

    /// <summary>The values of bowls whose bottoms lie apart.</summary>
    private double[] Bowls(Trial trial, int objectives)
    {
        double[] point = Point(MixedSpace, trial);
        return [.. Enumerable.Range(1, objectives).Select(k => point.Sum(share => (share - 0.25 * k) * (share - 0.25 * k)))];
    }
}
