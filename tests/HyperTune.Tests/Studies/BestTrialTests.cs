using CsCheck;
using static HyperTune.Tests.Studies.StudyTesting;

namespace HyperTune.Tests.Studies;

public sealed class BestTrialTests
{
    [Theory]
    [InlineData(Direction.Minimize, 2)]
    [InlineData(Direction.Maximize, 1)]
    public async Task BestTrial_TakesTheDirectionAndOfTiesTheLowestNumber(Direction direction, int expected)
    {
        await using Study study = New(direction);
        await study.AddTrialsAsync([Finished(2), Finished(3), Finished(1), Finished(3), Finished(1)], Token);

        Assert.Equal(expected, study.BestTrial.Number);
        Assert.True(study.TryGetBestTrial(out TrialRecord? best));
        Assert.Same(study.BestTrial, best);
        Assert.Equal(study.BestTrial.Value, study.BestValue);
    }

    [Fact]
    public async Task BestTrial_TiesThatEndInAnotherOrder_StillGiveTheLowestNumber()
    {
        await using Study study = New();
        Trial first = await study.AskAsync(cancellationToken: Token), second = await study.AskAsync(cancellationToken: Token);
        await study.TellAsync(second, 1, Token);
        Assert.Equal(1, study.BestTrial.Number);

        await study.TellAsync(first, 1, Token);

        Assert.Equal(0, study.BestTrial.Number);
    }

    [Fact]
    public async Task BestTrial_NoneIsFeasibleAndComplete_Throws()
    {
        await using Study study = New();
        Assert.Throws<InvalidOperationException>(() => study.BestTrial);
        Trial infeasible = await study.AskAsync(cancellationToken: Token);
        infeasible.SetConstraint("c", 1e-9);
        await study.TellAsync(infeasible, 1, Token);
        Trial pruned = await study.AskAsync(cancellationToken: Token);
        pruned.Report(-5, 0);
        await study.TellAsync(pruned, TrialState.Pruned, cancellationToken: Token);

        Assert.Throws<InvalidOperationException>(() => study.BestTrial);
        Assert.Throws<InvalidOperationException>(() => study.BestValue);
        Assert.Throws<InvalidOperationException>(() => study.BestParams);
        Assert.False(study.TryGetBestTrial(out TrialRecord? best));
        Assert.Null(best);
        Assert.Empty(study.BestTrials);
    }

    [Fact]
    public async Task BestTrial_RunningTrialWasLookedAt_StillSeesItsConstraints()
    {
        await using Study study = New();
        Trial trial = await study.AskAsync(cancellationToken: Token);
        Assert.True(study.Trials[0].IsFeasible);
        trial.SetConstraint("c", 2);
        await study.TellAsync(trial, 1, Token);

        Assert.Equal(2, study.Trials[0].Constraints["c"]);
        Assert.False(study.TryGetBestTrial(out _));
    }

    [Fact]
    public async Task BestTrial_ConstraintOfZero_IsFeasible()
    {
        await using Study study = New();
        Trial trial = await study.AskAsync(cancellationToken: Token);
        trial.SetConstraint("c", 0);
        await study.TellAsync(trial, 1, Token);

        Assert.Equal(0, study.BestTrial.Number);
    }

    [Fact]
    public async Task BestTrial_SeveralObjectives_Throws()
    {
        await using Study study = New(Direction.Minimize, Direction.Minimize);
        Assert.Throws<InvalidOperationException>(() => study.BestTrial);
        Assert.Throws<InvalidOperationException>(() => study.TryGetBestTrial(out _));
    }

    [Fact]
    public void BestTrials_is_the_brute_force_front() => Gen.Select(
        Gen.Bool.Array[2, 3],
        Gen.Select(Gen.Int[0, 5].Array[3], Gen.Int[-2, 1]).Array[0, 25]).Sample((maximize, points) =>
    {
        Direction[] directions = [.. maximize.Select(flag => flag ? Direction.Maximize : Direction.Minimize)];
        using Study study = New(directions);
        foreach ((int[] values, int violation) in points)
        {
            Trial trial = study.Ask();
            trial.SetConstraint("c", violation);
            study.Tell(trial, new ObjectiveValues([.. values.Take(directions.Length).Select(value => (double)value)]));
            _ = study.BestTrials;
        }
        TrialRecord[] feasible = [.. study.Trials.Where(trial => trial.Constraints["c"] <= 0)];
        int[] expected = [.. feasible.Where(trial => !feasible.Any(other => IsBetter(other, trial))).Select(trial => trial.Number)];
        return expected.SequenceEqual(study.BestTrials.Select(trial => trial.Number));

        bool IsBetter(TrialRecord a, TrialRecord b)
        {
            double[] differences = [.. directions.Select((direction, k) => (direction == Direction.Minimize ? 1 : -1) * (a.Values[k] - b.Values[k]))];
            return differences.All(difference => difference <= 0) && differences.Any(difference => difference < 0);
        }
    }, iter: 200);
}
