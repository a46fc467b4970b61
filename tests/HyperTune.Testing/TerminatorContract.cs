using HyperTune.History;
using HyperTune.Termination;

namespace HyperTune.Testing;

/// <summary>The duties of every <see cref="ITerminator"/>. A subclass says how to make one; it should stop some studies of up to 30 trials.</summary>
public abstract class TerminatorContract
{
    private const int Scenarios = 40;
    private const int Readers = 4;

    private static readonly FloatDistribution X = new(0, 1);

    /// <summary>Makes a new terminator; each has the same options.</summary>
    protected abstract ITerminator Create();

    /// <summary>The same for studies with all directions turned round; the same terminator unless values enter its options.</summary>
    protected virtual ITerminator CreateMirrored() => Create();

    /// <summary>The directions of the studies under test; one objective to minimize unless overridden.</summary>
    protected virtual IReadOnlyList<Direction> Directions => [Direction.Minimize];

    [Fact]
    public void A_study_without_trials_goes_on() => Assert.False(Create().ShouldStop(New().Build()).Stop);

    [Theory]
    [InlineData(TrialState.Running)]
    [InlineData(TrialState.Waiting)]
    public void Trials_that_have_not_ended_stop_nothing(TrialState state)
    {
        HistoryScenario scenario = New();
        for (int i = 0; i < 60; i++) scenario.Add(new() { State = state });
        Assert.False(Create().ShouldStop(scenario.Build()).Stop);
    }

    [Theory]
    [InlineData(TrialState.Failed)]
    [InlineData(TrialState.Pruned)]
    public void A_study_without_complete_trials_is_judged_without_an_exception(TrialState state)
    {
        HistoryScenario scenario = New();
        for (int i = 0; i < 60; i++) scenario.Add(new() { State = state });
        _ = Create().ShouldStop(scenario.Build());
    }

    [Fact]
    public void Infinite_values_are_judged_without_an_exception()
    {
        foreach (double value in (double[])[double.PositiveInfinity, double.NegativeInfinity])
        {
            HistoryScenario scenario = New();
            for (int i = 0; i < 40; i++) scenario.Add(Trial(i, i % 2 == 0 ? value : i, i / 40.0));
            _ = Create().ShouldStop(scenario.Build());
        }
    }

    [Fact]
    public void The_same_question_has_the_same_answer_from_whomever()
    {
        ITerminator shared = Create();
        int stopped = 0;
        foreach (HistoryScenario scenario in RandomScenarios())
        {
            StudyHistory history = scenario.Build();
            TerminationDecision first = shared.ShouldStop(history);
            Assert.Equal(first, shared.ShouldStop(history));
            Assert.Equal(first, Create().ShouldStop(scenario.Build()));
            if (!first.Stop) continue;
            stopped++;
            Assert.False(string.IsNullOrEmpty(first.Reason));
        }
        Assert.InRange(stopped, 1, Scenarios - 1);
    }

    [Fact]
    public void The_order_in_which_trials_arrived_does_not_matter()
    {
        int seed = 0;
        foreach (HistoryScenario scenario in RandomScenarios())
        {
            ITerminator terminator = Create();
            TerminationDecision last = default;
            // Asked after every arrival, so that whatever is kept along the way is kept.
            foreach (StudyHistory snapshot in scenario.BuildInParts(seed++)) last = terminator.ShouldStop(snapshot);
            Assert.Equal(Create().ShouldStop(scenario.Build()), last);
        }
    }

    [Fact]
    public void An_older_snapshot_keeps_its_answer()
    {
        int seed = 0;
        foreach (HistoryScenario scenario in RandomScenarios())
        {
            ITerminator terminator = Create();
            IReadOnlyList<StudyHistory> snapshots = scenario.BuildInParts(seed++);
            TerminationDecision[] inOrder = [.. snapshots.Select(terminator.ShouldStop)];
            Assert.Equal(inOrder.Reverse(), snapshots.Reverse().Select(terminator.ShouldStop));
        }
    }

    [Fact]
    public void Maximizing_is_minimizing_the_negated_values()
    {
        foreach (HistoryScenario scenario in RandomScenarios())
            Assert.Equal(Create().ShouldStop(scenario.Build()).Stop, CreateMirrored().ShouldStop(scenario.Mirrored().Build()).Stop);
    }

    [Fact]
    public void Studies_judged_at_the_same_time_get_the_answers_they_get_alone()
    {
        StudyHistory[] histories = [.. RandomScenarios().Select(scenario => scenario.Build())];
        TerminationDecision[] expected = [.. RandomScenarios().Select(scenario => Create().ShouldStop(scenario.Build()))];
        ITerminator shared = Create();
        using var barrier = new Barrier(Readers);
        var answers = new TerminationDecision[Readers][];
        Thread[] readers = [.. Enumerable.Range(0, Readers).Select(reader => new Thread(() =>
        {
            barrier.SignalAndWait();
            answers[reader] = [.. histories.Select(shared.ShouldStop)];
        }))];
        foreach (Thread reader in readers) reader.Start();
        foreach (Thread reader in readers) reader.Join();
        Assert.All(answers, given => Assert.Equal(expected, given));
    }

    private HistoryScenario New() => new(Directions);

    private ScenarioTrial Trial(int number, double value, double x) => new()
    {
        Number = number,
        Values = [.. Directions.Select((_, k) => k % 2 == 0 ? value : -value)],
        Parameters = [new Parameter("x", X, x)],
        StandardErrors = [.. Directions.Select(_ => 0.5)],
    };

    /// <summary>Studies of 0 to 30 trials in mixed states, whose values fall at first, each with one parameter.</summary>
    private IEnumerable<HistoryScenario> RandomScenarios()
    {
        for (int seed = 0; seed < Scenarios; seed++)
        {
            var random = new Random(seed);
            HistoryScenario scenario = New();
            int trials = random.Next(31);
            for (int i = 0; i < trials; i++)
            {
                double x = random.NextDouble();
                ScenarioTrial trial = Trial(i, Math.Round(((x - 0.5) * (x - 0.5) * 40) + random.Next(3), 1), x);
                scenario.Add(random.Next(10) switch
                {
                    0 => trial with { State = TrialState.Failed, Values = [] },
                    1 => trial with { State = TrialState.Pruned, Values = [], Reports = [(0, new(trial.Values.ToArray()))] },
                    2 => trial with { State = TrialState.Running, Values = [] },
                    3 => trial with { Constraints = new Dictionary<string, double> { ["c"] = 1 } },
                    _ => trial,
                });
            }
            yield return scenario;
        }
    }
}
