using HyperTune.History;
using HyperTune.Samplers;
using HyperTune.Trials;

namespace HyperTune.Testing;

/// <content>What a sampler sees: trials in every state, in any order of arrival, and snapshots of any age.</content>
public abstract partial class SamplerContract
{
    private const int Scenarios = 25;
    private const int Readers = 4;

    private static readonly IntDistribution Branch = new(0, 1);
    private static readonly FloatDistribution Rate = new(1e-4, 1, log: true);
    private static readonly FloatDistribution Left = new(-1, 1);
    private static readonly IntDistribution Right = new(1, 64, log: true);
    private static readonly FloatDistribution Grid = new(0, 2, step: 0.25);
    private static readonly CategoricalDistribution Kind = new(["a", null, 3]);

    /// <summary>The parameters of the random scenarios, "right" and "left" being absent in half of the trials each, and "late" in those of low number.</summary>
    protected virtual SearchSpace ScenarioSpace { get; } = SearchSpace.Empty
        .Add("branch", Branch).Add("rate", Rate).Add("kind", Kind).Add("grid", Grid).Add("left", Left).Add("right", Right).AddDouble("late", 0, 1).AddDouble("moving", 0, 4);

    [Fact]
    public void Histories_in_every_state_are_sampled_from()
    {
        foreach ((HistoryScenario scenario, ScenarioTrial trial) in RandomScenarios()) _ = Propose(Create(1), scenario.Build(), scenario.Context(trial), ScenarioSpace);
    }

    [Theory]
    [InlineData(TrialState.Failed)]
    [InlineData(TrialState.Pruned)]
    [InlineData(TrialState.Running)]
    [InlineData(TrialState.Waiting)]
    public void Histories_without_complete_trials_are_sampled_from(TrialState state)
    {
        var scenario = new HistoryScenario();
        for (int i = 0; i < 30; i++)
        {
            scenario.Add(new() { State = state, Parameters = i % 7 == 0 ? [] : [new("rate", Rate, 0.01 * (i + 1))], Reports = i % 3 == 0 ? [] : [(i, i % 5 == 0 ? double.NaN : i)] });
            _ = Propose(Create(1), scenario.Build(), scenario.Context(new()), ScenarioSpace);
        }
    }

    [Fact]
    public void The_same_question_has_the_same_answer()
    {
        ISampler sampler = Create(1);
        foreach ((HistoryScenario scenario, ScenarioTrial trial) in RandomScenarios())
        {
            StudyHistory history = scenario.Build();
            double[] expected = Propose(sampler, history, scenario.Context(trial), ScenarioSpace);
            Assert.Equal(expected, Propose(sampler, history, scenario.Context(trial), ScenarioSpace));
            Assert.Equal(expected, Propose(Create(1), scenario.Build(), scenario.Context(trial), ScenarioSpace));
        }
    }

    [Fact]
    public void The_order_in_which_trials_arrived_does_not_matter() => CheckOrderOfArrival(RandomScenarios());

    [Fact]
    public void An_older_snapshot_keeps_its_answer() => CheckOldAnswers(RandomScenarios());

    [Fact]
    public void Negated_values_and_reports_with_the_other_direction_change_nothing() => CheckMirrored(RandomScenarios());

    private protected void CheckOrderOfArrival(IEnumerable<(HistoryScenario Scenario, ScenarioTrial Trial)> scenarios)
    {
        int seed = 0;
        foreach ((HistoryScenario scenario, ScenarioTrial trial) in scenarios)
        {
            ISampler sampler = Create(1);
            double[] expected = Propose(Create(1), scenario.Build(), scenario.Context(trial), ScenarioSpace);
            double[] last = [];
            // Asked after every arrival, so that whatever is kept along the way is kept.
            foreach (StudyHistory snapshot in scenario.BuildInParts(seed++)) last = Propose(sampler, snapshot, scenario.Context(trial), ScenarioSpace);
            Assert.Equal(expected, last);
        }
    }

    private protected void CheckOldAnswers(IEnumerable<(HistoryScenario Scenario, ScenarioTrial Trial)> scenarios)
    {
        Assert.SkipUnless(KeepsOldAnswers, "The sampler answers by the newest trials that it has seen.");
        int seed = 0;
        foreach ((HistoryScenario scenario, ScenarioTrial trial) in scenarios)
        {
            ISampler sampler = Create(1);
            IReadOnlyList<StudyHistory> snapshots = scenario.BuildInParts(seed++);
            double[][] inOrder = [.. snapshots.Select(snapshot => Propose(sampler, snapshot, scenario.Context(trial), ScenarioSpace))];
            for (int i = 0; i < snapshots.Count; i++) Assert.Equal(inOrder[i], Propose(sampler, snapshots[i], scenario.Context(trial), ScenarioSpace));
        }
    }

    private protected void CheckMirrored(IEnumerable<(HistoryScenario Scenario, ScenarioTrial Trial)> scenarios)
    {
        foreach ((HistoryScenario scenario, ScenarioTrial trial) in scenarios)
        {
            HistoryScenario mirrored = scenario.Mirrored();
            double[] expected = Propose(Create(1), scenario.Build(), scenario.Context(trial), ScenarioSpace);
            Assert.Equal(expected, Propose(Create(1), mirrored.Build(), mirrored.Context(HistoryScenario.Mirrored(trial)), ScenarioSpace));
        }
    }

    [Fact]
    public void Nothing_is_carried_from_one_study_to_another()
    {
        ISampler shared = Create(1);
        foreach ((HistoryScenario scenario, ScenarioTrial trial) in RandomScenarios())
        {
            // The shared sampler has served all studies before.
            double[] expected = Propose(Create(1), scenario.Build(), scenario.Context(trial), ScenarioSpace);
            Assert.Equal(expected, Propose(shared, scenario.Build(), scenario.Context(trial), ScenarioSpace));
        }
    }

    [Fact]
    public void Trials_sampled_at_the_same_time_get_the_values_they_get_alone()
    {
        (HistoryScenario Scenario, ScenarioTrial Trial)[] cases = [.. RandomScenarios()];
        double[][] expected = [.. cases.Select(one => Independent(Create(1), one.Scenario.Build(), one.Scenario.Context(one.Trial)))];
        ISampler shared = Create(1);
        IReadOnlyList<StudyHistory>[] snapshots = [.. cases.Select((one, i) => one.Scenario.BuildInParts(i))];
        using var barrier = new Barrier(Readers);
        var values = new double[Readers][][];
        var errors = new Exception?[Readers];
        Thread[] readers = [.. Enumerable.Range(0, Readers).Select(reader => new Thread(() =>
        {
            barrier.SignalAndWait();
            values[reader] = new double[cases.Length][];
            errors[reader] = Record.Exception(() =>
            {
                for (int i = 0; i < cases.Length; i++)
                {
                    // Readers meet at different snapshots of one study.
                    _ = Independent(shared, snapshots[i][reader % snapshots[i].Count], cases[i].Scenario.Context(cases[i].Trial));
                    values[reader][i] = Independent(shared, snapshots[i][^1], cases[i].Scenario.Context(cases[i].Trial));
                }
            });
        }))];
        foreach (Thread reader in readers) reader.Start();
        foreach (Thread reader in readers) reader.Join();
        Assert.All(errors, Assert.Null);
        if (KeepsOldAnswers) Assert.All(values, given => Assert.Equal(expected, given));

        double[] Independent(ISampler sampler, StudyHistory history, TrialContext trial) =>
            [.. ScenarioSpace.Select(parameter => sampler.SampleIndependent(history, trial, parameter.Name, parameter.Distribution))];
    }

    [Fact]
    public void Notes_are_those_of_the_trial_that_is_sampled()
    {
        ISampler sampler = Create(1);
        foreach ((HistoryScenario scenario, ScenarioTrial trial) in RandomScenarios())
        {
            StudyHistory history = scenario.Build();
            TrialContext first = scenario.Context(trial), again = scenario.Context(trial), other = scenario.Context(trial with { Number = 1000 });
            _ = Propose(sampler, history, first, ScenarioSpace);
            AttributeSet notes = first.SystemAttributes;
            _ = Propose(sampler, history, other, ScenarioSpace);
            _ = Propose(sampler, history, again, ScenarioSpace);
            Assert.Equal(notes, again.SystemAttributes);
            Assert.Equal(notes, first.SystemAttributes);
        }
    }

    [Fact]
    public void Seeing_how_trials_end_does_no_harm()
    {
        foreach ((HistoryScenario scenario, ScenarioTrial trial) in RandomScenarios())
        {
            ISampler sampler = Create(1);
            StudyHistory history = scenario.Build();
            double[] expected = Propose(Create(1), history, scenario.Context(trial), ScenarioSpace);
            foreach (TrialState state in (TrialState[])[TrialState.Complete, TrialState.Pruned, TrialState.Failed])
            {
                TrialContext ended = scenario.Context(trial with { Number = 2000 });
                _ = Propose(sampler, history, ended, ScenarioSpace);
                sampler.AfterTrial(history, ended, new TrialOutcome(state, state == TrialState.Failed ? [] : [0.5]));
            }
            Assert.Equal(expected, Propose(sampler, history, scenario.Context(trial), ScenarioSpace));
        }
    }

    [Fact]
    public async Task Failed_pruned_infeasible_enqueued_and_imported_trials_mix()
    {
        Assert.SkipUnless(TakesAnySpace, "The sampler needs trials that ask for the same parameters.");
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using Study study = Open(Create(12));
        await study.AddTrialsAsync(
            Enumerable.Range(0, 15).Select(i => new TrialTemplate
            {
                State = (i % 4) switch { 0 => TrialState.Failed, 1 => TrialState.Pruned, _ => TrialState.Complete },
                Values = i % 4 > 1 ? [i] : [],
                Parameters = i % 5 == 0 ? ParameterSet.Empty : ParameterSet.Of([new("rate", MixedSpace[0].Distribution, 0.01 + 0.01 * i), new("extra", new FloatDistribution(0, 1), 0.5)]),
            }),
            cancellation);
        for (int i = 0; i < 50; i++)
        {
            if (i % 6 == 0) await study.EnqueueAsync([KeyValuePair.Create("momentum", (object?)0.25)], cancellationToken: cancellation);
            Trial trial = await study.AskAsync(MixedSpace, cancellation);
            if (i % 6 == 0) Assert.Equal(0.25, trial.Params["momentum"]);
            if (i % 3 == 0) trial.SetConstraint("c", i % 2 == 0 ? 1 : -1);
            if (i % 7 == 1) trial.Report(i % 2 == 0 ? double.NaN : 0.1 * i, i);
            TrialState state = (i % 7) switch { 1 or 2 => TrialState.Pruned, 3 => TrialState.Failed, _ => TrialState.Complete };
            Task<TellOutcome> told = state == TrialState.Complete
                ? study.TellAsync(trial, Bowl(MixedSpace, trial), cancellation)
                : study.TellAsync(trial, state, cancellationToken: cancellation);
            Assert.Equal(TellOutcome.Stored, await told);
        }
        Assert.Equal(65, study.Trials.Count);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity, double.NegativeInfinity)]
    [InlineData(double.NegativeInfinity, double.PositiveInfinity)]
    [InlineData(double.PositiveInfinity, 0.5)]
    [InlineData(double.MinValue, double.MaxValue)]
    public void Equal_infinite_and_huge_values_are_learned_from(double even, double odd)
    {
        using Study study = Open(Create(13));
        for (int i = 0; i < 40; i++) study.Tell(study.Ask(MixedSpace), i % 2 == 0 ? even : odd);
        Assert.Equal(40, study.History.CountOf(TrialState.Complete));
    }

    /// <summary>Studies of 0 to 45 trials in mixed states, with ties, infinities, violated constraints, absent parameters and moving ranges, and a running trial each.</summary>
    protected IEnumerable<(HistoryScenario Scenario, ScenarioTrial Trial)> RandomScenarios(params Direction[] directions)
    {
        int objectives = Math.Max(1, directions.Length);
        for (int seed = 0; seed < Scenarios; seed++)
        {
            var random = new Random(seed);
            var scenario = new HistoryScenario(directions) { Seed = (ulong)seed };
            int trials = random.Next(46);
            for (int i = 0; i < trials; i++)
            {
                TrialState state = random.Next(12) switch { 0 => TrialState.Failed, 1 or 2 => TrialState.Pruned, 3 => TrialState.Running, 4 => TrialState.Waiting, _ => TrialState.Complete };
                double[] values = [.. Enumerable.Range(0, objectives).Select(_ => random.Next(15) switch { 0 => double.PositiveInfinity, 1 => double.NegativeInfinity, _ => random.Next(-9, 10) })];
                scenario.Add(new()
                {
                    State = state,
                    Values = state == TrialState.Complete ? values : [],
                    Parameters = state == TrialState.Waiting || (TakesAnySpace && random.Next(20) == 0) ? [] : ScenarioParameters(random, i),
                    Reports = state != TrialState.Pruned || random.Next(4) == 0 ? [] : [(0, random.Next(5)), (random.Next(1, 4), random.Next(5) == 0 ? double.NaN : random.Next(5))],
                    Constraints = random.Next(5) == 0 ? new Dictionary<string, double> { ["c"] = random.Next(-2, 3) } : new Dictionary<string, double>(),
                });
            }
            yield return (scenario, new());
        }
    }

    /// <summary>The parameters of a trial of the random scenarios, in the order in which it asked for them.</summary>
    protected virtual IReadOnlyList<Parameter> ScenarioParameters(Random random, int trial)
    {
        ArgumentNullException.ThrowIfNull(random);
        int branch = random.Next(2);
        var parameters = new List<Parameter>
        {
            new("branch", Branch, branch),
            new("rate", Rate, Math.Pow(10, -4 * random.NextDouble())),
            new("kind", Kind, random.Next(3)),
            new("grid", Grid, 0.25 * random.Next(9)),
        };
        parameters.Add(branch == 0 ? new("left", Left, 2 * random.NextDouble() - 1) : new("right", Right, random.Next(1, 65)));
        if (trial > 12) parameters.Add(new("late", new FloatDistribution(0, 1), random.NextDouble()));
        // Its range is another one in every third trial.
        int high = 1 + trial / 3;
        parameters.Add(new("moving", new FloatDistribution(0, high), high * random.NextDouble()));
        return parameters;
    }
}
