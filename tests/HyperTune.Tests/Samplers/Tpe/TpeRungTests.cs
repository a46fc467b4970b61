using HyperTune.History;
using HyperTune.Samplers.Tpe;
using HyperTune.Testing;
using HyperTune.Trials;

namespace HyperTune.Tests.Samplers.Tpe;

/// <summary>What is learned from pruned trials, by rung and by bracket.</summary>
public sealed class TpeRungTests
{
    private static readonly FloatDistribution Unit = new(0, 1);
    private static readonly SearchSpace X = SearchSpace.Empty.AddDouble("x", 0, 1);

    [Theory]
    [InlineData(0, 0.4)]
    [InlineData(1, 0.3)]
    [InlineData(2, 0.3)]
    [InlineData(3, 0.2)]
    [InlineData(4, null)]
    [InlineData(TpeScope.End, null)]
    public void A_pruned_trial_has_at_a_rung_its_first_report_there_or_beyond(long rung, double? expected)
    {
        TrialRecord trial = Record(Pruned(0.5, (0, 0.4), (2, 0.3), (3, 0.2)));
        Assert.Equal(expected is not null, new TpeScope(Rung: rung).TryGetValueAtRung(trial, out double value));
        if (expected is not null) Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData(2, 0.3)]
    [InlineData(3, 9)]
    [InlineData(TpeScope.End, 9)]
    public void A_complete_trial_has_its_final_value_beyond_its_last_report(long rung, double expected)
    {
        TrialRecord trial = Record(At(0.5, 9) with { Reports = [(0, 0.4), (2, 0.3)] });
        Assert.True(new TpeScope(Rung: rung).TryGetValueAtRung(trial, out double value));
        Assert.Equal(expected, value);
    }

    [Fact]
    public void Reports_by_fold_count_by_their_running_mean()
    {
        TrialRecord trial = Record(Pruned(0.5, (0, 1), (1, 3)) with { SystemAttributes = AttributeSet.Empty.With(SystemKeys.FoldStride, 1) });
        Assert.True(new TpeScope(Rung: 1).TryGetValueAtRung(trial, out double value));
        Assert.Equal(2, value);
    }

    [Theory]
    [InlineData(1, TpeScope.End)]
    [InlineData(2, 9L)]
    [InlineData(3, 9L)]
    [InlineData(4, 3L)]
    [InlineData(6, 3L)]
    [InlineData(7, 1L)]
    [InlineData(8, null)]
    public void The_rung_is_the_highest_that_enough_trials_came_to(int enough, long? expected)
    {
        var scenario = new HistoryScenario();
        scenario.Add(Pruned(0.5, (1, 0)));
        for (int i = 0; i < 3; i++) scenario.Add(Pruned(0.5, (1, 0), (3, 0)));
        // Failed trials and those without reports came to none.
        scenario.Add(Pruned(0.5)).Add(Pruned(0.5, (1, 0), (20, 0)) with { State = TrialState.Failed });
        for (int i = 0; i < 2; i++) scenario.Add(Pruned(0.5, (1, 0), (3, 0), (9, 0)));
        scenario.Add(At(0.5, 0));
        Assert.Equal(expected, Rung(scenario.Build(), enough));
        foreach (int seed in (int[])[1, 2, 3]) Assert.Equal(expected, Rung(scenario.BuildInParts(seed)[^1], enough));
    }

    [Fact]
    public void Running_trials_count_as_far_as_they_have_reported()
    {
        var scenario = new HistoryScenario();
        scenario.Add(Pruned(0.1, (1, 0))).Add(Pruned(0.2, (1, 0), (3, 0))).Add(At(0.3, 0));
        Assert.Equal(1, Rung(scenario.Build(), 3));
        scenario.Add(Running(0.4, (1, 0), (2, 0)));
        Assert.Equal(1, Rung(scenario.Build(), 3));
        // At step 4 it is between two rungs.
        scenario.Add(Running(0.5, (4, 0)));
        Assert.Equal(3, Rung(scenario.Build(), 3));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void All_that_came_to_the_rung_are_compared_by_what_they_had_there(bool isMaximized)
    {
        HistoryScenario scenario = Rungs();
        StudyHistory history = (isMaximized ? scenario.Mirrored() : scenario).Build();

        var ranking = new TpeRanking(new TpeScope(Rung: 3));
        ranking.MoveTo(history);

        // Final values and later reports say otherwise; trial 1 did not come so far, 5 is infeasible, 6 had NaN.
        Assert.Equal([3, 4, 2, 0, 6, 5], NumbersOf(ranking));
    }

    [Fact]
    public void Running_trials_are_good_or_bad_by_what_they_had_at_the_rung()
    {
        HistoryScenario scenario = Rungs();
        scenario.Add(Running(0.6, (1, 0), (3, 0.25)) with { Number = 20 });
        scenario.Add(Running(0.7, (1, 0), (3, 0.35)) with { Number = 21 });
        scenario.Add(Running(0.8, (1, 0)) with { Number = 22 });
        StudyHistory history = scenario.Build();
        var ranking = new TpeRanking(new TpeScope(Rung: 3));
        ranking.MoveTo(history);

        // In order: 3 (0.1), 4 (0.2), 20, 2 (0.3), 21, 0, 6, 5.
        var counts = new List<int>();
        (int, int[], int) SplitOf(int good, bool hasLiar = true)
        {
            TpeSplit split = ranking.Split(history.Running, hasLiar, count => { counts.Add(count); return good; });
            return (split.Good, [.. split.Running.Select(trial => trial.Number)], split.GoodRunning);
        }
        Assert.Equivalent((2, (int[])[20, 21, 22], 0), SplitOf(2));
        Assert.Equivalent((2, (int[])[20, 21, 22], 1), SplitOf(3));
        Assert.Equivalent((3, (int[])[20, 21, 22], 1), SplitOf(4));
        Assert.Equivalent((3, (int[])[20, 21, 22], 2), SplitOf(5));
        Assert.Equivalent((6, (int[])[20, 21], 2), SplitOf(99, hasLiar: false));
        Assert.All(counts, count => Assert.Equal(8, count));
        // Without a rung none has a rank.
        var byStep = new TpeRanking();
        byStep.MoveTo(history);
        Assert.Equal(new TpeSplit(2, history.Running, 0), byStep.Split(history.Running, true, _ => 2));
    }

    [Fact]
    public void A_running_trial_that_ended_meanwhile_counts_once()
    {
        HistoryScenario scenario = Rungs();
        StudyHistory history = scenario.Build();
        RunningTrial ended = new(history[3], history[3].Parameters);
        var ranking = new TpeRanking(new TpeScope(Rung: 3));
        ranking.MoveTo(history);
        TpeSplit split = ranking.Split([ended], true, count => count);
        Assert.Equal((ranking.Count, 0, 0), (split.Good, split.Running.Count, split.GoodRunning));
        Assert.Equal(Progress(history).RungFor(null, 7, []), Progress(history).RungFor(null, 7, [ended]));
    }

    [Fact]
    public void Trials_below_the_rung_are_bad_or_take_no_part()
    {
        HistoryScenario with = Rungs(), without = Rungs(hasLow: false);
        var rung = new TpeScope(Rung: 3);
        double[] all = Densities(with, default), alone = Densities(with, rung), none = Densities(without, rung);
        Assert.Equal(none, alone);
        // Trial 1, at 0.9, raises the bad density there.
        Assert.Equal(none[0], all[0]);
        Assert.True(all[1] > none[1]);

        double[] Densities(HistoryScenario scenario, TpeScope part)
        {
            var ranking = new TpeRanking(rung);
            ranking.MoveTo(scenario.Build());
            double[] good = new double[1], bad = new double[1];
            new TpeModel(X, new(), false, part).Score(ranking, new(2, [], 0), [0.9], good, bad);
            return [good[0], bad[0]];
        }
    }

    /// <summary>The first trial to come to a rung goes on whatever it is; by how far it came it would be the best one.</summary>
    [Fact]
    public void A_poor_trial_that_went_far_is_not_good_for_that()
    {
        var scenario = new HistoryScenario();
        scenario.Add(Pruned(0.9, (1, 5), (3, 5)));
        for (int i = 0; i < 20; i++) scenario.Add(Pruned(i / 20.0, (1, Math.Abs((i / 20.0) - 0.2))));
        Assert.InRange(Mean(PrunedTrialUse.ByRung), 0, 0.4);
        Assert.InRange(Mean(PrunedTrialUse.ByRungAlone), 0, 0.4);
        Assert.InRange(Mean(PrunedTrialUse.ByStep), 0.5, 1);

        double Mean(PrunedTrialUse use) => Enumerable.Range(100, 60).Average(number => Next(new() { PrunedTrials = use, Gamma = _ => 1 }, scenario.Build(), scenario.Context(new() { Number = number })));
    }

    [Fact]
    public void Without_pruned_trials_or_enough_at_a_rung_all_rules_are_one()
    {
        var complete = new HistoryScenario();
        for (int i = 0; i < 15; i++) complete.Add(At(i / 15.0, (i * 7) % 15) with { Reports = [(0, i)] });
        complete.Add(Running(0.5, (0, 3)));
        // None reported anything.
        var silent = new HistoryScenario();
        for (int i = 0; i < 15; i++) silent.Add(Pruned(i / 15.0));
        var several = new HistoryScenario(Direction.Minimize, Direction.Minimize);
        for (int i = 0; i < 15; i++) several.Add(new() { State = i % 2 == 0 ? TrialState.Pruned : TrialState.Complete, Values = i % 2 == 0 ? [] : [i, -i], Parameters = [new("x", Unit, i / 15.0)], Reports = [(i % 3, (ObjectiveValues)(i, i))] });
        foreach (HistoryScenario scenario in (HistoryScenario[])[complete, silent, several])
        {
            TrialContext trial = scenario.Context(new());
            double expected = Next(new() { PrunedTrials = PrunedTrialUse.ByStep }, scenario.Build(), trial);
            Assert.Equal(expected, Next(new() { PrunedTrials = PrunedTrialUse.ByRung }, scenario.Build(), trial));
            Assert.Equal(expected, Next(new() { PrunedTrials = PrunedTrialUse.ByRungAlone }, scenario.Build(), trial));
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 3)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(7, 3)]
    public void A_bracket_with_too_few_trials_gives_way_to_the_highest_with_enough(int own, int? expected)
    {
        var scenario = new HistoryScenario();
        foreach (int bracket in (int[])[0, 0, 0, 0, 1, 1, 2, 2, 2, 3, 3, 3, 4]) scenario.Add(InBracket(Pruned(0.5, (1, 0)), bracket));
        scenario.Add(InBracket(Pruned(0.5), 1) with { State = TrialState.Failed }).Add(At(0.5, 0));
        Assert.Equal(expected, Progress(scenario.Build()).BracketFor(own, 3));
        Assert.Null(Progress(scenario.Build()).BracketFor(own, 5));
    }

    [Fact]
    public void A_trial_learns_from_its_own_bracket_alone()
    {
        // What is good is elsewhere in each bracket, and trials of bracket 1 have the better values.
        var scenario = new HistoryScenario();
        for (int i = 0; i < 40; i++)
        {
            double x = (i / 2) / 20.0;
            scenario.Add(InBracket(At(x, i % 2 == 0 ? 10 + Math.Abs(x - 0.2) : Math.Abs(x - 0.8)), i % 2));
        }
        Assert.InRange(Mean(0, true), 0, 0.4);
        Assert.InRange(Mean(1, true), 0.6, 1);
        Assert.InRange(Mean(0, false), 0.6, 1);
        // A trial without a bracket learns from all.
        Assert.InRange(Mean(null, true), 0.6, 1);

        double Mean(int? bracket, bool stays) => Enumerable.Range(100, 60).Average(number =>
        {
            TrialContext trial = scenario.Context(new() { Number = number });
            if (bracket is { } own) trial.Bracket = own;
            return Next(new() { StaysInBracket = stays }, scenario.Build(), trial);
        });
    }

    [Theory]
    [InlineData(PrunedTrialUse.ByRung, false, false)]
    [InlineData(PrunedTrialUse.ByRung, true, false)]
    [InlineData(PrunedTrialUse.ByRung, true, true)]
    [InlineData(PrunedTrialUse.ByRungAlone, false, false)]
    [InlineData(PrunedTrialUse.ByRungAlone, true, true)]
    [InlineData(PrunedTrialUse.ByStep, true, false)]
    public void Whatever_snapshots_were_asked_for_before_proposals_are_those_of_a_fresh_history(PrunedTrialUse use, bool stays, bool isDiscrete)
    {
        HistoryScenario scenario = RandomScenario(300, isDiscrete);
        IReadOnlyList<StudyHistory> snapshots = scenario.BuildInParts(1);
        SearchSpace space = isDiscrete ? SearchSpace.Empty.AddInt("x", 0, 30) : X;
        var sampler = new TpeSampler(new() { PrunedTrials = use, StaysInBracket = stays, StartupTrials = 1 });
        var random = new Random(6);
        int at = 0;
        for (int step = 0; step < 150; step++)
        {
            at = Math.Clamp(random.Next(10) switch { 0 => random.Next(snapshots.Count), < 4 => at - random.Next(12), _ => at + random.Next(12) }, 1, snapshots.Count - 1);
            TrialContext trial = scenario.Context(new() { Number = 1000 + step });
            if (step % 4 > 0) trial.Bracket = step % 4;
            StudyHistory snapshot = snapshots[at];
            Assert.Equal(Draw(sampler, Again(snapshot), trial), Draw(sampler, snapshot, trial));
        }

        double Draw(TpeSampler asked, StudyHistory history, TrialContext trial) => asked.SampleRelative(history, trial, space).Values[0];

        StudyHistory Again(StudyHistory snapshot)
        {
            var builder = new HistoryBuilder(snapshot.Study);
            TrialRecord[] trials = [.. Enumerable.Range(0, snapshot.Count).Select(row => snapshot[row]), .. snapshot.Running.Select(trial => trial.Record)];
            return builder.Apply(new() { Cursor = StudyCursor.Start, Trials = [.. trials.OrderBy(trial => trial.Number)] });
        }
    }

    [Theory]
    [InlineData(PrunedTrialUse.ByRung, false)]
    [InlineData(PrunedTrialUse.ByRung, true)]
    [InlineData(PrunedTrialUse.ByRungAlone, true)]
    public void A_study_under_hyperband_that_is_continued_by_another_process_goes_on_as_if_it_had_not_stopped(PrunedTrialUse use, bool stays)
    {
        const int Trials = 60;
        CancellationToken cancelled = TestContext.Current.CancellationToken;
        using Study whole = Open(new InMemoryStorage());
        whole.Optimize(Train, new() { Trials = Trials }, cancelled);
        var storage = new InMemoryStorage();
        for (int i = 0; i < Trials; i++)
        {
            using Study part = Open(storage);
            part.Optimize(Train, new() { Trials = 1 }, cancelled);
        }
        using Study parts = Open(storage);
        Assert.Equal(whole.Trials.Select(trial => (trial.State, trial.Parameters.Values[0])), parts.Trials.Select(trial => (trial.State, trial.Parameters.Values[0])));
        Assert.InRange(whole.History.CountOf(TrialState.Pruned), 20, Trials - 5);

        Study Open(InMemoryStorage at) => Study.Create(new()
        {
            Name = "curves",
            Storage = at,
            LoadIfExists = true,
            Sampler = new TpeSampler(new() { Seed = 3, PrunedTrials = use, StaysInBracket = stays }),
            Pruner = new HyperbandPruner(new() { MaxResource = 27 }),
        });

        static double Train(Trial trial)
        {
            double x = trial.SuggestDouble("x", 0, 1), loss = 0;
            for (int step = 1; step <= 27; step++)
            {
                loss = Math.Abs(x - 0.3) + ((1 - x) / step);
                trial.Report(loss, step);
                trial.ThrowIfShouldPrune();
            }
            return loss;
        }
    }

    /// <summary>Seven trials: their reports at step 3 are what trials at that rung are compared by.</summary>
    private static HistoryScenario Rungs(bool hasLow = true)
    {
        var scenario = new HistoryScenario();
        scenario.Add(At(0.1, -9) with { Reports = [(1, 0), (3, 0.4), (9, -9)] });
        if (hasLow) scenario.Add(Pruned(0.9, (1, -9)));
        scenario.Add(Pruned(0.2, (1, 7), (3, 0.3)) with { Number = 2 });
        scenario.Add(Pruned(0.3, (1, 8), (3, 0.1)));
        scenario.Add(Pruned(0.4, (1, 9), (3, 0.2), (9, 5)));
        scenario.Add(Pruned(0.5, (1, 0), (3, -9)) with { Constraints = new Dictionary<string, double> { ["c"] = 1 } });
        scenario.Add(Pruned(0.6, (1, 0), (3, double.NaN)));
        return scenario;
    }

    /// <summary>Complete, pruned, failed and running trials in brackets and without, which came to rungs 1, 3 and 9.</summary>
    private static HistoryScenario RandomScenario(int trials, bool isDiscrete)
    {
        var random = new Random(4);
        var scenario = new HistoryScenario();
        for (int i = 0; i < trials; i++)
        {
            int rungs = random.Next(4);
            (long, ObjectiveValues)[] reports = [.. new long[] { 1, 3, 9 }.Take(rungs).Select(step => (step, (ObjectiveValues)random.NextDouble()))];
            Parameter x = isDiscrete ? new("x", new IntDistribution(0, 30), random.Next(31)) : new("x", Unit, random.NextDouble());
            TrialState state = random.Next(12) switch { 0 => TrialState.Failed, 1 => TrialState.Running, 2 => TrialState.Complete, _ => TrialState.Pruned };
            ScenarioTrial trial = new() { State = state, Values = state == TrialState.Complete ? [random.NextDouble()] : [], Parameters = [x], Reports = reports };
            int bracket = random.Next(5);
            scenario.Add(bracket == 0 ? trial : InBracket(trial, bracket));
        }
        return scenario;
    }

    private static double Next(TpeSamplerOptions options, StudyHistory history, TrialContext trial) => new TpeSampler(options).SampleRelative(history, trial, X).Values[0];

    private static TpeProgress Progress(StudyHistory history)
    {
        var progress = new TpeProgress(null);
        progress.MoveTo(history);
        return progress;
    }

    private static long? Rung(StudyHistory history, int enough) => Progress(history).RungFor(null, enough, history.Running);

    private static int[] NumbersOf(TpeRanking ranking) => Array.ConvertAll(ranking.BestRows(ranking.Count).ToArray(), row => ranking.History!.Numbers[row]);

    private static TrialRecord Record(ScenarioTrial trial) => new HistoryScenario().Add(trial).Trials[0];

    private static ScenarioTrial At(double x, double value) => new() { Values = [value], Parameters = [new("x", Unit, x)] };

    private static ScenarioTrial Pruned(double x, params (long Step, double Value)[] reports) => new()
    {
        State = TrialState.Pruned,
        Parameters = [new("x", Unit, x)],
        Reports = [.. reports.Select(report => (report.Step, (ObjectiveValues)report.Value))],
    };

    private static ScenarioTrial Running(double x, params (long Step, double Value)[] reports) => Pruned(x, reports) with { State = TrialState.Running };

    private static ScenarioTrial InBracket(ScenarioTrial trial, int bracket) => trial with { SystemAttributes = trial.SystemAttributes.With(SystemKeys.Bracket, bracket) };
}
