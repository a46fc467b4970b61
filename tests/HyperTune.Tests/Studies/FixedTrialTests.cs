using static HyperTune.Tests.Studies.StudyTesting;

namespace HyperTune.Tests.Studies;

public sealed class FixedTrialTests
{
    [Fact]
    public void FixedTrial_GivesAnObjectiveItsParameters()
    {
        using var cancellation = new CancellationTokenSource();
        var trial = new FixedTrial([new("x", 0.5), new("n", 3), new("k", "b"), new("flag", true), new("unused", 1)], 7, cancellation.Token);

        Assert.Equal(0.5, trial.SuggestDouble("x", 0, 1));
        Assert.Equal(3, trial.SuggestInt("n", 1, 5));
        Assert.Equal("b", trial.SuggestCategorical("k", ["a", "b"]));
        Assert.True(trial.SuggestBool("flag"));
        trial.Report(1, 0);
        trial.Report(2, 0);
        trial.SetConstraint("c", 1);
        trial.SetUserAttribute("a", 1);

        Assert.Equal(["x", "n", "k", "flag"], trial.Params.Keys);
        Assert.Equal((7, cancellation.Token), (trial.Number, trial.CancellationToken));
        Assert.False(trial.ShouldPrune());
        trial.ThrowIfShouldPrune();
        Assert.Equal(1, trial.Reports[0][0]);
        Assert.Equal(1, trial.Constraints["c"]);
        Assert.Equal(1, trial.UserAttributes["a"].AsInt64());
    }

    [Fact]
    public void FixedTrial_RunsTheBestParametersOfAStudy()
    {
        using Study study = New();
        double Objective(Trial trial) => trial.SuggestDouble("x", 0, 1) + trial.SuggestInt("n", 0, 9) + (trial.SuggestCategorical("k", ["a", null]) is null ? 1 : 0);
#pragma warning disable xUnit1051 // The blocking form without a token is the one that is shown.
        study.Optimize(Objective, new() { Trials = 5 });
#pragma warning restore xUnit1051

        Assert.Equal(study.BestValue, Objective(new FixedTrial(study.BestParams)));
    }

    [Fact]
    public void FixedTrial_BadInput_Throws()
    {
        var trial = new FixedTrial([new("x", 2.0), new("k", "c")]);

        Assert.Throws<ArgumentException>(() => trial.SuggestDouble("y", 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => trial.SuggestDouble("x", 0, 1));
        Assert.Throws<ArgumentException>(() => trial.SuggestCategorical("k", ["a", "b"]));
        Assert.Throws<ArgumentException>(() => trial.SuggestCategorical("x", ["a", "b"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => trial.Report(1, -1));
        Assert.Throws<ArgumentException>(() => trial.SetConstraint("c", double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FixedTrial([], -1));
        Assert.Throws<ArgumentNullException>(() => new FixedTrial(null!));
        Assert.Empty(trial.Params);
    }
}
