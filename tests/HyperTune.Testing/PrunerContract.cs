using HyperTune.History;
using HyperTune.Pruners;
using HyperTune.Trials;

namespace HyperTune.Testing;

/// <summary>The duties of every <see cref="IPruner"/>. A subclass says how to make one; it should be warm after few trials, so that it prunes at all.</summary>
public abstract class PrunerContract
{
    private const int Scenarios = 40;
    private const int Readers = 4;

    /// <summary>Makes a new pruner; each has the same options.</summary>
    protected abstract IPruner Create();

    /// <summary>The directions of the studies under test; one objective to minimize unless overridden.</summary>
    protected virtual IReadOnlyList<Direction> Directions => [Direction.Minimize];

    /// <summary>Whether the pruner ever prunes a trial of the random scenarios; a suite in which nothing is pruned shows little.</summary>
    protected virtual bool Prunes => true;

    /// <summary>What this pruner would have noted on a trial of the random scenarios with these reports; nothing unless overridden.</summary>
    protected virtual AttributeSet NotesOf(ScenarioTrial trial) => AttributeSet.Empty;

    [Fact]
    public void A_trial_without_reports_goes_on()
    {
        foreach ((HistoryScenario scenario, _) in RandomScenarios()) Assert.False(Ask(Create(), scenario.Build(), scenario.Context(new())).Prune);
    }

    [Fact]
    public void Reports_that_are_NaN_or_infinite_are_judged_without_an_exception()
    {
        double[] values = [double.NaN, double.PositiveInfinity, double.NegativeInfinity];
        foreach (double theirs in values)
        {
            HistoryScenario scenario = New();
            for (int i = 0; i < 12; i++) scenario.Add(new() { Reports = [(0, Vector(theirs)), (1, Vector(i)), (2, Vector(i % 2 == 0 ? theirs : i))] });
            foreach (double own in values)
            {
                for (int step = 0; step < 3; step++) _ = Ask(Create(), scenario.Build(), scenario.Context(new() { Reports = [(step, Vector(own))] }));
            }
        }
    }

    [Fact]
    public void Gaps_and_unordered_steps_are_judged_as_the_same_reports_in_order()
    {
        foreach ((HistoryScenario scenario, ScenarioTrial trial) in RandomScenarios())
        {
            StudyHistory history = scenario.Build();
            ScenarioTrial ordered = trial with { Reports = [.. trial.Reports.OrderBy(report => report.Step)] };
            Assert.Equal(Ask(Create(), history, scenario.Context(ordered)), Ask(Create(), history, scenario.Context(trial)));
        }
    }

    /// <summary>Strides of one report a fold, and of folds of three steps.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Reports_by_fold_are_judged_as_the_same_reports_in_order(long stride)
    {
        AttributeSet byFold = AttributeSet.Empty.With(SystemKeys.FoldStride, stride);
        for (int seed = 0; seed < Scenarios; seed++)
        {
            var random = new Random(seed);
            HistoryScenario scenario = New();
            for (int i = 0; i < 12; i++)
            {
                var trial = new ScenarioTrial { Number = i, Values = [.. Vector(random.Next(-20, 20))], Reports = Reports(random, 0) };
                scenario.Add(trial with { SystemAttributes = byFold.With(NotesOf(trial)) });
            }
            var shuffled = new ScenarioTrial { Reports = Reports(random, 10), SystemAttributes = byFold };
            ScenarioTrial ordered = shuffled with { Reports = [.. shuffled.Reports.OrderBy(report => report.Step)] };
            StudyHistory history = scenario.Build();
            Assert.Equal(Ask(Create(), history, scenario.Context(ordered)), Ask(Create(), history, scenario.Context(shuffled)));
        }
    }

    [Fact]
    public void An_empty_history_is_judged_without_an_exception()
    {
        HistoryScenario scenario = New();
        _ = Ask(Create(), scenario.Build(), scenario.Context(new()));
        _ = Ask(Create(), scenario.Build(), scenario.Context(new() { Reports = [(0, Vector(1)), (7, Vector(double.NaN))] }));
    }

    [Theory]
    [InlineData(TrialState.Failed)]
    [InlineData(TrialState.Pruned)]
    [InlineData(TrialState.Running)]
    public void A_history_without_complete_trials_is_judged_without_an_exception(TrialState state)
    {
        HistoryScenario scenario = New();
        for (int i = 0; i < 12; i++) scenario.Add(new() { State = state, Reports = i % 3 == 0 ? [] : [(0, Vector(i)), (i, Vector(-i))] });
        _ = Ask(Create(), scenario.Build(), scenario.Context(new()));
        _ = Ask(Create(), scenario.Build(), scenario.Context(new() { Reports = [(0, Vector(100)), (5, Vector(100))] }));
    }

    [Fact]
    public void The_same_question_has_the_same_answer()
    {
        IPruner pruner = Create();
        int pruned = 0;
        foreach ((HistoryScenario scenario, ScenarioTrial trial) in RandomScenarios())
        {
            StudyHistory history = scenario.Build();
            TrialContext context = scenario.Context(trial);
            PruneDecision first = Ask(pruner, history, context);
            Assert.Equal(first, pruner.ShouldPrune(history, context));
            Assert.Equal(first, Ask(pruner, history, scenario.Context(trial)));
            if (first.Prune) pruned++;
        }
        Assert.Equal(Prunes, pruned > 0);
    }

    [Fact]
    public void The_order_in_which_trials_arrived_does_not_matter()
    {
        int seed = 0;
        foreach ((HistoryScenario scenario, ScenarioTrial trial) in RandomScenarios())
        {
            IPruner pruner = Create();
            PruneDecision expected = Ask(Create(), scenario.Build(), scenario.Context(trial));
            PruneDecision last = PruneDecision.Keep;
            // Asked after every arrival, so that whatever is kept along the way is kept.
            foreach (StudyHistory snapshot in scenario.BuildInParts(seed++)) last = Ask(pruner, snapshot, scenario.Context(trial));
            Assert.Equal(expected, last);
        }
    }

    [Fact]
    public void An_older_snapshot_keeps_its_answer()
    {
        int seed = 0;
        foreach ((HistoryScenario scenario, ScenarioTrial trial) in RandomScenarios())
        {
            IPruner pruner = Create();
            IReadOnlyList<StudyHistory> snapshots = scenario.BuildInParts(seed++);
            PruneDecision[] inOrder = [.. snapshots.Select(snapshot => Ask(pruner, snapshot, scenario.Context(trial)))];
            Assert.Equal(inOrder, snapshots.Select(snapshot => Ask(pruner, snapshot, scenario.Context(trial))));
        }
    }

    [Fact]
    public void Maximizing_is_minimizing_the_negated_values()
    {
        foreach ((HistoryScenario scenario, ScenarioTrial trial) in RandomScenarios())
        {
            HistoryScenario mirrored = scenario.Mirrored();
            bool expected = Ask(Create(), scenario.Build(), scenario.Context(trial)).Prune;
            Assert.Equal(expected, Ask(Create(), mirrored.Build(), mirrored.Context(HistoryScenario.Mirrored(trial))).Prune);
        }
    }

    [Fact]
    public void Trials_judged_at_the_same_time_get_the_answers_they_get_alone()
    {
        (HistoryScenario Scenario, ScenarioTrial Trial)[] cases = [.. RandomScenarios()];
        PruneDecision[] expected = [.. cases.Select(one => Ask(Create(), one.Scenario.Build(), one.Scenario.Context(one.Trial)))];
        IPruner shared = Create();
        IReadOnlyList<StudyHistory>[] snapshots = [.. cases.Select((one, i) => one.Scenario.BuildInParts(i))];
        using var barrier = new Barrier(Readers);
        var answers = new PruneDecision[Readers][];
        Thread[] readers = [.. Enumerable.Range(0, Readers).Select(reader => new Thread(() =>
        {
            barrier.SignalAndWait();
            answers[reader] = new PruneDecision[cases.Length];
            for (int i = 0; i < cases.Length; i++)
            {
                // Readers meet at different snapshots of one study.
                _ = Ask(shared, snapshots[i][reader % snapshots[i].Count], cases[i].Scenario.Context(cases[i].Trial));
                answers[reader][i] = Ask(shared, snapshots[i][^1], cases[i].Scenario.Context(cases[i].Trial));
            }
        }))];
        foreach (Thread reader in readers) reader.Start();
        foreach (Thread reader in readers) reader.Join();
        Assert.All(answers, given => Assert.Equal(expected, given));
    }

    [Fact]
    public void Nothing_is_carried_from_one_study_to_another()
    {
        IPruner shared = Create();
        (HistoryScenario Scenario, ScenarioTrial Trial)? former = null;
        foreach ((HistoryScenario scenario, ScenarioTrial trial) in RandomScenarios())
        {
            PruneDecision expected = Ask(Create(), scenario.Build(), scenario.Context(trial));
            if (former is var (otherScenario, otherTrial)) _ = Ask(shared, otherScenario.Build(), otherScenario.Context(otherTrial));
            Assert.Equal(expected, Ask(shared, scenario.Build(), scenario.Context(trial)));
            former = (scenario, trial);
        }
    }

    /// <summary>Judges a trial as a study does: what runs before a trial runs first.</summary>
    protected static PruneDecision Ask(IPruner pruner, StudyHistory history, TrialContext trial)
    {
        ArgumentNullException.ThrowIfNull(pruner);
        pruner.BeforeTrial(history, trial);
        return pruner.ShouldPrune(history, trial);
    }

    private HistoryScenario New() => new(Directions);

    private ObjectiveValues Vector(double value) => new([.. Enumerable.Repeat(value, Directions.Count)]);

    /// <summary>Studies of 0 to 30 trials in mixed states, with ties, NaNs, infinities and gaps, and a running trial each.</summary>
    private IEnumerable<(HistoryScenario Scenario, ScenarioTrial Trial)> RandomScenarios()
    {
        for (int seed = 0; seed < Scenarios; seed++)
        {
            var random = new Random(seed);
            HistoryScenario scenario = New();
            int trials = random.Next(31);
            for (int i = 0; i < trials; i++)
            {
                TrialState state = random.Next(10) switch { 0 => TrialState.Failed, 1 or 2 => TrialState.Pruned, 3 => TrialState.Running, 4 => TrialState.Waiting, _ => TrialState.Complete };
                var trial = new ScenarioTrial
                {
                    Number = i,
                    State = state,
                    Values = state == TrialState.Complete ? [.. Vector(random.Next(-20, 20))] : [],
                    Reports = state == TrialState.Waiting ? [] : Reports(random, 0),
                };
                scenario.Add(trial with { SystemAttributes = NotesOf(trial) });
            }
            // Worse than the others on the whole, so that there is something to prune.
            yield return (scenario, new() { Reports = Reports(random, 10) });
        }
    }

    private (long Step, ObjectiveValues Values)[] Reports(Random random, int handicap)
    {
        var reports = new List<(long, ObjectiveValues)>();
        int last = random.Next(1, 9);
        for (int step = 0; step < last; step++)
        {
            if (step < last - 1 && random.Next(5) == 0) continue;
            reports.Add((step, new([.. Directions.Select(direction => Value(random, direction == Direction.Maximize ? -handicap : handicap))])));
        }
        var shuffled = reports.ToArray();
        if (random.Next(3) == 0) random.Shuffle(shuffled);
        return shuffled;
    }

    private static double Value(Random random, int handicap) => random.Next(25) switch
    {
        0 => double.NaN,
        1 => double.PositiveInfinity,
        2 => double.NegativeInfinity,
        _ => random.Next(-20, 20) + handicap,
    };
}
