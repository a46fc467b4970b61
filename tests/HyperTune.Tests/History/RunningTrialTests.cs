using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune.Tests.History;

public sealed class RunningTrialTests
{
    private static readonly Distribution Unit = new FloatDistribution(0, 1);
    private static readonly Distribution Choice = new CategoricalDistribution(["a", "b"]);

    [Fact]
    public void A_running_trial_shows_what_was_drawn_but_is_not_yet_asked_for()
    {
        HistoryBuilder builder = Known();
        AttributeSet sample = JointSample.Encode(ParameterSet.Empty.With("c", Choice, 1).With("x", Unit, 0.25).With("unknown", Unit, 0.5));
        TrialRecord running = HistoryData.Trial(1, TrialState.Running) with { Parameters = ParameterSet.Empty.With("x", Unit, 0.75), SystemAttributes = sample };

        StudyHistory history = builder.Apply(HistoryData.Delta(running));

        RunningTrial trial = Assert.Single(history.Running);
        Assert.Equal(1, trial.Number);
        Assert.Same(running, trial.Record);
        // What was suggested comes first and keeps its value; names that no finished trial has are left out.
        Assert.Equal(ParameterSet.Empty.With("x", Unit, 0.75).With("c", Choice, 1), trial.Parameters);
    }

    [Fact]
    public void A_long_sample_is_joined_from_its_pieces_and_a_torn_one_is_left_out()
    {
        var sample = ParameterSet.Of(Enumerable.Range(0, 200).Select(i => new Parameter($"parameter number {i}", Unit, 0.5)));
        var builder = new HistoryBuilder(HistoryData.Study);
        builder.Apply(HistoryData.Delta(HistoryData.Trial(0, TrialState.Failed) with { Parameters = sample }));
        AttributeSet attributes = JointSample.Encode(sample);
        Assert.True(attributes.Count > 2);

        StudyHistory history = builder.Apply(HistoryData.Delta(
            HistoryData.Trial(1, TrialState.Running) with { SystemAttributes = attributes },
            HistoryData.Trial(2, TrialState.Running) with { SystemAttributes = AttributeSet.Of(attributes.SkipLast(1)) },
            HistoryData.Trial(3, TrialState.Running) with { SystemAttributes = AttributeSet.Of(attributes.Skip(1)) }));

        Assert.Equal([200, 0, 0], history.Running.Select(trial => trial.Parameters.Count));
        Assert.Equal(sample, history.Running[0].Parameters);
    }

    [Fact]
    public void The_latest_distribution_counts_and_values_outside_of_it_are_left_out()
    {
        HistoryBuilder builder = Known();
        builder.Apply(HistoryData.Delta(HistoryData.Trial(1, TrialState.Failed) with { Parameters = ParameterSet.Empty.With("x", new FloatDistribution(0, 9), 9) }));

        StudyHistory history = builder.Apply(HistoryData.Delta(
            Foreign(2, "{\"x\": 8.0}"),
            Foreign(3, "{\"x\": 10.0}"),
            Foreign(4, "{\"c\": \"z\"}"),
            Foreign(5, "{\"x\": null}")));

        Assert.Equal([1, 0, 0, 0], history.Running.Select(trial => trial.Parameters.Count));
        Assert.Equal(new Parameter("x", new FloatDistribution(0, 9), 8), history.Running[0].Parameters[0]);
    }

    [Fact]
    public void A_declared_space_knows_its_parameters_before_any_trial_is_finished()
    {
        var builder = new HistoryBuilder(HistoryData.Study, SearchSpace.Create([new SearchSpaceParameter("x", Unit)]));

        StudyHistory history = builder.Apply(HistoryData.Delta(Foreign(0, "{\"x\": 0.5, \"y\": 0.5}")));

        Assert.Equal(ParameterSet.Empty.With("x", Unit, 0.5), Assert.Single(history.Running).Parameters);
    }

    [Fact]
    public void Another_table_of_running_trials_leaves_the_snapshot_alone()
    {
        HistoryBuilder builder = Known();
        StudyHistory history = builder.Apply(HistoryData.Delta(Foreign(1, "{\"x\": 0.5}")));

        StudyHistory without = history.WithRunning([]);

        Assert.Empty(without.Running);
        Assert.Single(history.Running);
        Assert.Equal(history.Count, without.Count);
        Assert.Same(history.View<object>("view", (_, former) => former ?? new object()), without.View<object>("view", (_, former) => former ?? new object()));
    }

    private static HistoryBuilder Known()
    {
        var builder = new HistoryBuilder(HistoryData.Study);
        builder.Apply(HistoryData.Delta(HistoryData.Trial(0, TrialState.Failed) with { Parameters = ParameterSet.Empty.With("x", Unit, 0).With("c", Choice, 0) }));
        return builder;
    }

    private static TrialRecord Foreign(int number, string sample) =>
        HistoryData.Trial(number, TrialState.Running) with { SystemAttributes = AttributeSet.Empty.With("tpe:relative_params:0", sample) };
}
