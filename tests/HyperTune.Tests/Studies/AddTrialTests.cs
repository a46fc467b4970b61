using HyperTune.Trials;
using static HyperTune.Tests.Studies.StudyTesting;

namespace HyperTune.Tests.Studies;

public sealed class AddTrialTests
{
    [Fact]
    public async Task AddTrialsAsync_FinishedTrials_CountAsImported()
    {
        await using Study study = New();

        IReadOnlyList<int> numbers = await study.AddTrialsAsync([Finished(2, ("x", 0.5)), Finished(1, ("x", 0.25))], Token);

        Assert.Equal([0, 1], numbers);
        Assert.Equal(1, study.BestTrial.Number);
        Assert.Equal(0.25, study.BestParams["x"]);
        Assert.Equal([TrialOrigin.Imported, TrialOrigin.Imported], [study.History.OriginOf(0), study.History.OriginOf(1)]);
        Assert.Equal(DateTimeOffset.UnixEpoch, study.Trials[0].CompletedAt);
    }

    [Fact]
    public async Task AddTrialAsync_WaitingTrial_IsClaimed()
    {
        await using Study study = New();
        await study.AddTrialAsync(new() { State = TrialState.Waiting, UserAttributes = AttributeSet.Empty.With("a", 1) }, Token);

        Trial trial = await study.AskAsync(cancellationToken: Token);

        Assert.Equal(0, trial.Number);
        Assert.Equal(1, trial.UserAttributes["a"].AsInt64());
    }

    [Fact]
    public async Task AddTrialsAsync_None_AddsNothing()
    {
        await using Study study = New();
        Assert.Empty(await study.AddTrialsAsync([], Token));
    }

    public static TheoryData<string, TrialTemplate> Refused => new()
    {
        { "running", new() { State = TrialState.Running } },
        { "waiting with a value", new() { State = TrialState.Waiting, Values = [1] } },
        { "no value", new() { State = TrialState.Complete } },
        { "two values", new() { State = TrialState.Complete, Values = [1, 2] } },
        { "NaN", new() { State = TrialState.Complete, Values = [double.NaN] } },
        { "failed with a value", new() { State = TrialState.Failed, Values = [1] } },
        { "outside of its range", Finished(1, ("y", 2)) },
        { "NaN parameter", Finished(1, ("y", double.NaN)) },
        { "empty attribute name", Finished(1) with { UserAttributes = AttributeSet.Empty.With("", 1) } },
        { "ends before it starts", Finished(1) with { CompletedAt = DateTimeOffset.UnixEpoch.AddSeconds(-1) } },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task AddTrialsAsync_OneBadTrial_LeavesTheStudyAsItWas(string what, TrialTemplate bad)
    {
        await using Study study = New();

        await Assert.ThrowsAnyAsync<ArgumentException>(() => study.AddTrialsAsync([Finished(1), bad], Token));

        Assert.True(study.Trials.Count == 0, what);
        Assert.Equal(0, await study.AddTrialAsync(Finished(1), Token));
    }

    [Fact]
    public async Task AddTrialsAsync_ClashingDistributions_LeaveTheStudyAsItWas()
    {
        await using Study study = New();
        await study.AddTrialAsync(Finished(1, ("x", 0.5)), Token);
        TrialTemplate x = Other("x"), y = Other("y");

        await Assert.ThrowsAsync<DistributionChangedException>(() => study.AddTrialAsync(x, Token));
        await Assert.ThrowsAsync<DistributionChangedException>(() => study.AddTrialsAsync([Finished(1, ("y", 0.5)), y], Token));
        Assert.Single(study.Trials);
        await study.AddTrialAsync(y, Token);

        static TrialTemplate Other(string name) => Finished(1) with { Parameters = ParameterSet.Of([new(name, new IntDistribution(0, 1), 1)]) };
    }

    [Fact]
    public async Task AddTrialAsync_Null_Throws()
    {
        await using Study study = New();
        await Assert.ThrowsAsync<ArgumentNullException>(() => study.AddTrialAsync(null!, Token));
        await Assert.ThrowsAsync<ArgumentNullException>(() => study.AddTrialsAsync(null!, Token));
    }
}
