using CsCheck;
using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune.Tests.History;

public sealed class StudyHistoryTests
{
    [Fact]
    public void A_fresh_history_is_empty()
    {
        StudyHistory history = new HistoryBuilder(HistoryData.Study).Current;

        Assert.Equal(0, history.Count);
        Assert.Empty(history.ParameterNames);
        Assert.Empty(history.Running);
        Assert.Empty(history.Waiting);
        Assert.True(history.Values(1).IsEmpty);
        Assert.False(history.TryGetParameter("a", out ParameterColumn column));
        Assert.Equal(0, column.Count);
        Assert.Same(HistoryData.Study, history.Study);
    }

    [Fact]
    public void Columns_say_the_same_as_the_records() => Gen.Select(HistoryData.FinishedTrials, Gen.Int[1, 7]).Sample((trials, size) =>
    {
        var builder = new HistoryBuilder(HistoryData.Study);

        foreach (TrialRecord[] part in trials.Chunk(size)) builder.Apply(HistoryData.Delta(part));

        HistoryAssert.Matches(builder.Current, trials);
    });

    [Fact]
    public void A_snapshot_stays_as_it_was_while_later_deltas_are_applied() => Gen.Select(HistoryData.FinishedTrials, Gen.Int[1, 7]).Sample((trials, size) =>
    {
        var builder = new HistoryBuilder(HistoryData.Study);
        var snapshots = new List<StudyHistory> { builder.Current };

        foreach (TrialRecord[] part in trials.Chunk(size)) snapshots.Add(builder.Apply(HistoryData.Delta(part)));

        foreach (StudyHistory snapshot in snapshots) HistoryAssert.Matches(snapshot, trials[..snapshot.Count]);
    });

    [Fact]
    public void Deltas_in_another_order_give_the_same_trials_by_number() => Gen.Select(HistoryData.FinishedTrials, Gen.Int).Sample((trials, seed) =>
    {
        var builder = new HistoryBuilder(HistoryData.Study);
        TrialRecord[] shuffled = [.. trials];
        new Random(seed).Shuffle(shuffled);

        foreach (TrialRecord trial in shuffled) builder.Apply(HistoryData.Delta(trial));

        StudyHistory history = builder.Current;
        HistoryAssert.Matches(history, shuffled);
        Assert.Equal(trials, Enumerable.Range(0, history.Count).Select(row => history[row]).OrderBy(trial => trial.Number));
    });

    [Fact]
    public void A_trial_that_comes_twice_is_one_row()
    {
        var builder = new HistoryBuilder(HistoryData.Study);
        TrialRecord trial = HistoryData.Trial(0, TrialState.Failed);

        builder.Apply(HistoryData.Delta(trial));
        builder.Apply(HistoryData.Delta(trial, HistoryData.Trial(1, TrialState.Failed)));

        Assert.Equal([0, 1], builder.Current.Numbers);
        Assert.Equal(2, builder.Current.CountOf(TrialState.Failed));
    }

    [Fact]
    public void What_is_finished_stays_finished_when_an_older_delta_comes_late()
    {
        var builder = new HistoryBuilder(HistoryData.Study);
        builder.Apply(HistoryData.Delta(HistoryData.Trial(0, TrialState.Failed), HistoryData.Trial(1, TrialState.Failed)));

        builder.Apply(HistoryData.Delta(HistoryData.Trial(0, TrialState.Running), HistoryData.Trial(1, TrialState.Waiting)));

        Assert.Empty(builder.Current.Running);
        Assert.Empty(builder.Current.Waiting);
        Assert.Equal(2, builder.Current.Count);
    }

    [Fact]
    public void A_trial_moves_from_waiting_to_running_to_a_row()
    {
        var builder = new HistoryBuilder(HistoryData.Study);

        StudyHistory queued = builder.Apply(HistoryData.Delta(HistoryData.Trial(2, TrialState.Waiting), HistoryData.Trial(0, TrialState.Waiting), HistoryData.Trial(1, TrialState.Running)));
        StudyHistory claimed = builder.Apply(HistoryData.Delta(HistoryData.Trial(0, TrialState.Running)));
        StudyHistory ended = builder.Apply(HistoryData.Delta(HistoryData.Trial(0, TrialState.Pruned), HistoryData.Trial(2, TrialState.Failed)));

        Assert.Equal("waiting 0 2, running 1, finished ", Tables(queued));
        Assert.Equal("waiting 2, running 0 1, finished ", Tables(claimed));
        Assert.Equal("waiting , running 1, finished 0 2", Tables(ended));
        Assert.Equal((1, 1, 1, 0), (ended.CountOf(TrialState.Running), ended.CountOf(TrialState.Pruned), ended.CountOf(TrialState.Failed), ended.CountOf(TrialState.Waiting)));

        static string Tables(StudyHistory history) =>
            $"waiting {string.Join(' ', history.Waiting.Select(trial => trial.Number))}, running {string.Join(' ', history.Running.Select(trial => trial.Number))}, "
            + $"finished {string.Join(' ', history.Numbers.ToArray())}";
    }

    [Fact]
    public void A_delta_without_content_publishes_nothing()
    {
        var builder = new HistoryBuilder(HistoryData.Study);
        StudyHistory before = builder.Current;

        Assert.Same(before, builder.Apply(HistoryData.Delta()));
        Assert.NotSame(before, builder.Apply(HistoryData.Delta() with { Study = HistoryData.Study with { UserAttributes = AttributeSet.Empty.With("u", 1) } }));
        Assert.Equal(1, builder.Current.Study.UserAttributes["u"].AsInt64());
    }

    [Fact]
    public void Ranges_that_move_are_known_entry_by_entry()
    {
        var builder = new HistoryBuilder(HistoryData.Study);
        int[] ranges = [1, 1, 2, 2, 1, 3, 3, 3];
        TrialRecord[] trials = [.. ranges.Select((range, i) => HistoryData.Trial(i, TrialState.Failed) with
        {
            Parameters = i == 3 ? ParameterSet.Empty : ParameterSet.Empty.With("x", new FloatDistribution(0, range), i),
        })];

        builder.Apply(HistoryData.Delta(trials));

        Assert.True(builder.Current.TryGetParameter("x", out ParameterColumn column));
        Assert.Equal([0, 1, 2, 4, 5, 6, 7], column.Rows);
        Assert.Equal([1, 1, 2, 1, 3, 3, 3], Enumerable.Range(0, column.Count).Select(entry => ((FloatDistribution)column.DistributionAt(entry)).High));
        Assert.Equal(new FloatDistribution(0, 3), column.Latest);
        ParameterColumn known = column;
        Assert.Throws<ArgumentOutOfRangeException>(() => known.DistributionAt(7));
        Assert.Throws<ArgumentOutOfRangeException>(() => known.DistributionAt(-1));
    }

    [Fact]
    public void Origins_and_sampler_come_from_what_is_stored()
    {
        var builder = new HistoryBuilder(HistoryData.Study);
        ParameterSet parameters = ParameterSet.Of("abcdef".Select(name => new Parameter($"{name}", new FloatDistribution(0, 1), 0)));
        TrialRecord trial = HistoryData.Trial(0, TrialState.Failed) with { Parameters = parameters, SystemAttributes = AttributeSet.Empty.With(SystemKeys.Drawn, "TpeSampler jigs-") };
        TrialRecord foreign = HistoryData.Trial(1, TrialState.Failed) with { Parameters = parameters, SystemAttributes = AttributeSet.Empty.With(SystemKeys.FixedParams, AttributeValue.Object()) };
        TrialRecord imported = HistoryData.Trial(2, TrialState.Failed) with { SystemAttributes = AttributeSet.Empty.With(SystemKeys.ImportedFrom, "task").With(SystemKeys.Drawn, 5) };

        StudyHistory history = builder.Apply(HistoryData.Delta(trial, foreign, imported));

        ParameterOrigin[] expected = [ParameterOrigin.Joint, ParameterOrigin.Independent, ParameterOrigin.Given, ParameterOrigin.Single, ParameterOrigin.Unknown, ParameterOrigin.Unknown];
        Assert.Equal(expected, parameters.Names.Select(name => history.TryGetParameter(name, out ParameterColumn column) ? column.Origins[0] : (ParameterOrigin)byte.MaxValue));
        Assert.All(parameters.Names, name => Assert.Equal(ParameterOrigin.Unknown, history.TryGetParameter(name, out ParameterColumn column) ? column.Origins[1] : (ParameterOrigin)byte.MaxValue));
        Assert.Equal(["TpeSampler", null, null], Enumerable.Range(0, 3).Select(history.SamplerOf));
        Assert.Equal([TrialOrigin.Own, TrialOrigin.Enqueued, TrialOrigin.Imported], Enumerable.Range(0, 3).Select(history.OriginOf));
    }

    [Fact]
    public void Every_origin_has_a_letter_of_its_own()
    {
        ParameterOrigin[] origins = Enum.GetValues<ParameterOrigin>();

        Assert.Equal(origins, origins.Select(origin => DrawnParameters.OriginOf(DrawnParameters.LetterOf(origin))));
    }

    [Fact]
    public void A_reset_starts_over_and_leaves_older_snapshots_alone() => Gen.Select(HistoryData.FinishedTrials, HistoryData.FinishedTrials).Sample((before, after) =>
    {
        var builder = new HistoryBuilder(HistoryData.Study);
        StudyHistory old = builder.Apply(HistoryData.Delta([.. before, HistoryData.Trial(100, TrialState.Running), HistoryData.Trial(101, TrialState.Waiting)]));
        int oldViews = old.View<object[]>("view", (history, _) => new object[history.Count]).Length;

        // The ids are the same again, as SQLite gives them.
        StudyHistory anew = builder.Apply(HistoryData.Delta(after) with { IsReset = true, Study = HistoryData.Study with { Name = "anew" } });

        HistoryAssert.Matches(anew, after);
        HistoryAssert.Matches(old, before);
        Assert.Equal("anew", anew.Study.Name);
        Assert.Empty(anew.Running);
        Assert.Empty(anew.Waiting);
        Assert.Equal(after.Length, anew.View<object[]>("view", (history, former) => former ?? new object[history.Count]).Length);
        Assert.Equal(before.Length, oldViews);
        Assert.Single(old.Running);
    });

    [Fact]
    public void A_reset_may_change_the_number_of_objectives()
    {
        var builder = new HistoryBuilder(HistoryData.Study);
        builder.Apply(HistoryData.Delta(HistoryData.Trial(0, TrialState.Complete) with { Values = [1, 2] }));

        StudyHistory anew = builder.Apply(HistoryData.Delta(HistoryData.Trial(0, TrialState.Complete) with { Values = [1, 2, 3] }) with
        {
            IsReset = true,
            Study = HistoryData.Study with { Directions = [Direction.Minimize, Direction.Minimize, Direction.Maximize] },
        });

        Assert.Equal([3], anew.Values(2));
    }

    [Fact]
    public void Sparse_columns_grow_and_older_snapshots_keep_theirs()
    {
        var builder = new HistoryBuilder(HistoryData.Study);
        StudyHistory first = builder.Apply(HistoryData.Delta(WithAttribute(0, 0.5)));
        SparseColumns<string> old = first.NumericUserAttributes;
        StudyHistory second = builder.Apply(HistoryData.Delta(WithAttribute(1, 1.5), WithAttribute(2, 2.5)));

        Assert.Equal([0.5, 1.5, 2.5], second.NumericUserAttributes["loss"].Values);
        Assert.Equal([0.5], old["loss"].Values);
        Assert.Equal([0.5], first.NumericUserAttributes["loss"].Values);
        Assert.Equal(["loss", "of 0"], first.NumericUserAttributes.Keys);
        Assert.Equal((0, 1), (first.NumericUserAttributes["of 1"].Count, second.NumericUserAttributes["of 1"].Count));
        Assert.True(second.NumericUserAttributes["absent"].Rows.IsEmpty && second.NumericUserAttributes["absent"].Values.IsEmpty);

        static TrialRecord WithAttribute(int number, double value) =>
            HistoryData.Trial(number, TrialState.Complete) with { UserAttributes = AttributeSet.Empty.With("loss", value).With($"of {number}", number) };
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void Reports_of_an_objective_that_is_none_are_refused(int objective)
    {
        StudyHistory history = new HistoryBuilder(HistoryData.Study).Current;
        Assert.Throws<ArgumentOutOfRangeException>(nameof(objective), () => history.IntermediateValues(objective));
    }
}
