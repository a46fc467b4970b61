using HyperTune.Testing;
using static HyperTune.Tests.Studies.StudyTesting;

namespace HyperTune.Tests.Studies;

public sealed class AskTellTests
{
    [Fact]
    public async Task TellAsync_Value_CompletesTheTrial()
    {
        await using Study study = New();
        Trial trial = await study.AskAsync(cancellationToken: Token);
        double x = trial.SuggestDouble("x", 0, 1);

        Assert.Equal(TellOutcome.Stored, await study.TellAsync(trial, 2.5, Token));

        TrialRecord stored = Assert.Single(study.Trials);
        Assert.Equal((TrialState.Complete, 2.5, x), (stored.State, stored.Value, (double)stored.Params["x"]!));
        Assert.NotNull(stored.StartedAt);
        Assert.NotNull(stored.CompletedAt);
    }

    [Fact]
    public async Task TellAsync_SeveralValues_AreStoredInOrder()
    {
        await using Study study = New(Direction.Minimize, Direction.Maximize);
        Trial trial = await study.AskAsync(cancellationToken: Token);

        await study.TellAsync(trial, (1, 2), Token);

        Assert.Equal([1, 2], study.Trials[0].Values);
    }

    [Fact]
    public async Task TellAsync_Infinity_IsAValue()
    {
        await using Study study = New();
        await study.TellAsync(await study.AskAsync(cancellationToken: Token), double.PositiveInfinity, Token);
        await study.TellAsync(await study.AskAsync(cancellationToken: Token), double.NegativeInfinity, Token);

        Assert.Equal([TrialState.Complete, TrialState.Complete], study.Trials.Select(trial => trial.State));
        Assert.Equal(1, study.BestTrial.Number);
    }

    [Fact]
    public async Task TellAsync_NaN_FailsTheTrialWithTheReason()
    {
        await using Study study = New();

        Assert.Equal(TellOutcome.Stored, await study.TellAsync(await study.AskAsync(cancellationToken: Token), double.NaN, Token));

        Assert.Equal(TrialState.Failed, study.Trials[0].State);
        Assert.Empty(study.Trials[0].Values);
        Assert.Contains("NaN", study.Trials[0].FailReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TellAsync_WrongNumberOfValues_FailsTheTrialWithTheReason()
    {
        await using Study study = New();
        await study.TellAsync(await study.AskAsync(cancellationToken: Token), (1, 2), Token);
        await study.TellAsync(await study.AskAsync(cancellationToken: Token), default(ObjectiveValues), Token);

        Assert.All(study.Trials, trial => Assert.Equal(TrialState.Failed, trial.State));
        Assert.Contains("2 value(s)", study.Trials[0].FailReason, StringComparison.Ordinal);
        Assert.Contains("0 value(s)", study.Trials[1].FailReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TellAsync_Pruned_TakesTheReportOfTheHighestStep()
    {
        await using Study study = New();
        Trial trial = await study.AskAsync(cancellationToken: Token);
        trial.Report(3, 10);
        trial.Report(4, 5);

        await study.TellAsync(trial, TrialState.Pruned, "no hope", Token);

        Assert.Equal(TrialState.Pruned, study.Trials[0].State);
        Assert.Equal([3], study.Trials[0].Values);
        Assert.Contains(study.Trials[0].SystemAttributes, entry => entry.Value.Equals((AttributeValue)"no hope"));
    }

    [Fact]
    public async Task TellAsync_PrunedWithoutUsableReport_HasNoValue()
    {
        await using Study study = New();
        await study.TellAsync(await study.AskAsync(cancellationToken: Token), TrialState.Pruned, cancellationToken: Token);
        Trial trial = await study.AskAsync(cancellationToken: Token);
        trial.Report(1, 0);
        trial.Report(double.NaN, 1);
        await study.TellAsync(trial, TrialState.Pruned, cancellationToken: Token);

        Assert.All(study.Trials, stored => Assert.Empty(stored.Values));
        Assert.All(study.Trials, stored => Assert.Equal(TrialState.Pruned, stored.State));
    }

    [Fact]
    public async Task TellAsync_PrunedWithSeveralObjectives_HasNoValue()
    {
        await using Study study = New(Direction.Minimize, Direction.Minimize);
        Trial trial = await study.AskAsync(cancellationToken: Token);
        trial.Report([1, 2], 0);

        await study.TellAsync(trial, TrialState.Pruned, cancellationToken: Token);

        Assert.Empty(study.Trials[0].Values);
    }

    [Fact]
    public async Task TellAsync_Failed_StoresTheReason()
    {
        await using Study study = New();

        await study.TellAsync(await study.AskAsync(cancellationToken: Token), TrialState.Failed, "out of memory", Token);

        Assert.Equal((TrialState.Failed, "out of memory"), (study.Trials[0].State, study.Trials[0].FailReason));
    }

    [Theory]
    [InlineData(TrialState.Complete)]
    [InlineData(TrialState.Running)]
    [InlineData(TrialState.Waiting)]
    [InlineData((TrialState)9)]
    public async Task TellAsync_StateThatNeedsValuesOrIsNoEnd_Throws(TrialState state)
    {
        await using Study study = New();
        Trial trial = await study.AskAsync(cancellationToken: Token);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => study.TellAsync(trial, state, cancellationToken: Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => study.TellAsync(0, state, cancellationToken: Token));

        Assert.Equal(TrialState.Running, study.Trials[0].State);
    }

    [Fact]
    public async Task TellAsync_ByNumber_EndsOwnAndForeignTrials()
    {
        var storage = new InMemoryStorage();
        await using Study study = await Study.CreateAsync(new() { Name = "s", Storage = storage }, Token);
        await using Study other = await Study.LoadAsync(new() { Name = "s", Storage = storage }, Token);
        Trial own = await study.AskAsync(cancellationToken: Token);
        Trial foreign = await other.AskAsync(cancellationToken: Token);
        own.SuggestDouble("x", 0, 1);

        Assert.Equal(TellOutcome.Stored, await study.TellAsync(0, 1.0, Token));
        Assert.Equal(TellOutcome.Stored, await study.TellAsync(1, TrialState.Failed, "gone", Token));

        Assert.Equal([TrialState.Complete, TrialState.Failed], study.Trials.Select(trial => trial.State));
        Assert.True(study.Trials[0].Parameters.Contains("x"));
        Assert.Equal(TellOutcome.AlreadyFinished, await other.TellAsync(foreign, 2, Token));
        Assert.Equal("gone", study.Trials[1].FailReason);
    }

    [Fact]
    public async Task TellAsync_UnknownNumber_SaysSo()
    {
        await using Study study = New();

        Assert.Equal(TellOutcome.Unknown, await study.TellAsync(0, 1.0, Token));
        Assert.Equal(TellOutcome.Unknown, await study.TellAsync(7, TrialState.Failed, cancellationToken: Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => study.TellAsync(-1, 1.0, Token));
    }

    [Fact]
    public async Task TellAsync_TheSameAgain_IsStored_AnotherResultIsNot()
    {
        await using Study study = New();
        Trial trial = await study.AskAsync(cancellationToken: Token);
        await study.TellAsync(trial, 1, Token);

        Assert.Equal(TellOutcome.Stored, await study.TellAsync(trial, 1, Token));
        Assert.Equal(TellOutcome.Stored, await study.TellAsync(0, 1, Token));
        Assert.Equal(TellOutcome.AlreadyFinished, await study.TellAsync(trial, 2, Token));
        Assert.Equal(TellOutcome.AlreadyFinished, await study.TellAsync(0, 2, Token));
        Assert.Equal(TellOutcome.AlreadyFinished, await study.TellAsync(trial, TrialState.Failed, cancellationToken: Token));
        Assert.Equal(TellOutcome.AlreadyFinished, await study.TellAsync(0, TrialState.Pruned, cancellationToken: Token));

        Assert.Equal(1, Assert.Single(study.Trials).Value);
    }

    [Fact]
    public async Task TellAsync_NaNAgain_IsStored()
    {
        await using Study study = New();
        Trial trial = await study.AskAsync(cancellationToken: Token);
        await study.TellAsync(trial, double.NaN, Token);

        Assert.Equal(TellOutcome.Stored, await study.TellAsync(trial, double.NaN, Token));
        Assert.Equal(TellOutcome.Stored, await study.TellAsync(0, double.NaN, Token));
    }

    [Fact]
    public async Task TellAsync_AfterAnotherWorkerTold_StaysAlreadyFinishedHoweverOften()
    {
        var storage = new InMemoryStorage();
        await using Study study = await Study.CreateAsync(new() { Name = "s", Storage = storage }, Token);
        await using Study other = await Study.LoadAsync(new() { Name = "s", Storage = storage }, Token);
        Trial trial = await study.AskAsync(cancellationToken: Token);
        await other.TellAsync(0, 5, Token);

        Assert.Equal(TellOutcome.AlreadyFinished, await study.TellAsync(trial, 1, Token));
        Assert.Equal(TellOutcome.AlreadyFinished, await study.TellAsync(trial, 1, Token));
        Assert.Equal(5, study.BestValue);
    }

    [Fact]
    public async Task TellAsync_FromManyThreads_OneResultWins()
    {
        for (int round = 0; round < 20; round++)
        {
            var storage = new FaultyStorage();
            await using Study study = await Study.CreateAsync(new() { Storage = storage }, Token);
            Trial trial = await study.AskAsync(cancellationToken: Token);
            using var barrier = new Barrier(4);

            TellOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() =>
            {
                barrier.SignalAndWait(Token);
                return study.TellAsync(trial, i / 2, Token);
            }, Token)));

            int winner = (int)study.BestValue;
            Assert.All(outcomes.Index(), entry => Assert.Equal(entry.Index / 2 == winner ? TellOutcome.Stored : TellOutcome.AlreadyFinished, entry.Item));
        }
    }

    [Fact]
    public async Task TellAsync_TrialOfAnotherStudyObject_IsRefused()
    {
        var storage = new InMemoryStorage();
        await using Study study = await Study.CreateAsync(new() { Name = "s", Storage = storage }, Token);
        await using Study other = await Study.LoadAsync(new() { Name = "s", Storage = storage }, Token);
        Trial foreign = await other.AskAsync(cancellationToken: Token);

        await Assert.ThrowsAsync<ArgumentException>(() => study.TellAsync(foreign, 1, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => study.TellAsync(new FixedTrial([]), 1, Token));
        await Assert.ThrowsAsync<ArgumentNullException>(() => study.TellAsync(null!, 1, Token));
    }

    [Fact]
    public async Task TellAsync_WaitingTrialByNumber_TakesItOutOfTheQueue()
    {
        await using Study study = New();
        int? number = await study.EnqueueAsync([new("x", 0.5)], cancellationToken: Token);

        Assert.Equal(TellOutcome.Stored, await study.TellAsync(number!.Value, TrialState.Failed, "not wanted any more", Token));

        Assert.Equal(1, (await study.AskAsync(cancellationToken: Token)).Number);
    }

    [Fact]
    public async Task AskAsync_WithASpace_SuggestsActiveParameters()
    {
        await using Study study = New();
        SearchSpace space = SearchSpace.Empty
            .AddCategorical("kernel", ["rbf", "poly"])
            .AddInt("degree", 2, 5, when: ("kernel", ["poly"]))
            .AddDouble("c", 0, 1);
        for (int i = 0; i < 20; i++)
        {
            Trial trial = await study.AskAsync(space, Token);
            bool isPoly = (string?)trial.Params["kernel"] == "poly";
            Assert.Equal(isPoly ? ["kernel", "degree", "c"] : (string[])["kernel", "c"], trial.Params.Keys);
            await study.TellAsync(trial, 0, Token);
        }
        Assert.Equal(2, study.Trials.Select(trial => trial.Params.Count).Distinct().Count());
    }

    [Fact]
    public async Task AskAsync_SpaceThatTheStudyCannotTake_FailsTheTrial()
    {
        await using Study study = New();
        await study.AddTrialAsync(Finished(1, ("x", 0.5)), Token);

        await Assert.ThrowsAsync<DistributionChangedException>(() => study.AskAsync(SearchSpace.Empty.AddInt("x", 0, 1), Token));

        Assert.Equal(TrialState.Failed, study.Trials[1].State);
    }

    [Fact]
    public async Task AskAsync_SamplerThrows_FailsTheTrialAndTheNextOneIsServed()
    {
        bool isBroken = true;
        await using Study study = Study.Create(new() { Sampler = new FakeSampler { Infer = (_, _) => isBroken ? throw new InvalidDataException("broken") : SearchSpace.Empty } });

        await Assert.ThrowsAsync<InvalidDataException>(() => study.AskAsync(cancellationToken: Token));
        isBroken = false;
        Trial trial = await study.AskAsync(cancellationToken: Token);

        Assert.Equal(1, trial.Number);
        Assert.Contains("broken", study.Trials[0].FailReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AskAsync_CancelledWhileWaiting_GivesTheTrialBack()
    {
        var storage = new FaultyStorage();
        await using Study study = await Study.CreateAsync(new() { Storage = storage }, Token);
        await study.EnqueueAsync([new("x", 0.5)], cancellationToken: Token);
        StorageGate gate = storage.Block(StorageOperation.Start);
        using var cancellation = new CancellationTokenSource();
        Task<Trial> asked = study.AskAsync(cancellationToken: cancellation.Token);
        await gate.Entered;

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        gate.Open();
        await storage.EndedAsync(StorageOperation.Write, 1);
        await study.RefreshAsync(Token);

        Assert.Equal([TrialState.Failed, TrialState.Waiting], study.Trials.Select(trial => trial.State));
        Trial next = await study.AskAsync(cancellationToken: Token);
        Assert.Equal(0.5, next.SuggestDouble("x", 0, 1));
    }

    [Fact]
    public async Task AskAsync_CancelledBefore_StartsNothing()
    {
        await using Study study = New();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => study.AskAsync(cancellationToken: new CancellationToken(true)));
        Assert.Empty(study.Trials);
    }

    [Fact]
    public async Task TellAsync_SamplerThrowsAfterTheTrial_TheResultIsStored()
    {
        await using Study study = Study.Create(new() { Sampler = new FakeSampler { After = (_, _, _) => throw new InvalidDataException() } });
        Trial trial = await study.AskAsync(cancellationToken: Token);

        await Assert.ThrowsAsync<InvalidDataException>(() => study.TellAsync(trial, 1, Token));

        Assert.Equal(1, study.BestValue);
    }

    [Fact]
    public async Task AfterTrial_SeesTheOutcomeAndMayAddNotes()
    {
        var seen = new List<(TrialState State, double[] Values)>();
        await using Study study = Study.Create(new()
        {
            Sampler = new FakeSampler
            {
                After = (_, trial, outcome) =>
                {
                    seen.Add((outcome.State, [.. outcome.Values]));
                    trial.Notes.Set("note", trial.Number);
                    trial.Notes.SetStudy("study note", trial.Number);
                },
            },
        });
        await study.TellAsync(await study.AskAsync(cancellationToken: Token), 1, Token);
        await study.TellAsync(await study.AskAsync(cancellationToken: Token), double.NaN, Token);

        Assert.Equal([TrialState.Complete, TrialState.Failed], seen.Select(outcome => outcome.State));
        Assert.Equal([1.0], seen[0].Values);
        Assert.Empty(seen[1].Values);
        Assert.Equal([0L, 1L], study.Trials.Select(trial => trial.SystemAttributes["note"].AsInt64()));
        Assert.Equal(1, study.SystemAttributes["study note"].AsInt64());
    }

    [Fact]
    public void Blocking_twins_do_the_same()
    {
        using Study study = New();
        Trial trial = study.Ask(SearchSpace.Empty.AddDouble("x", 0, 1));

        Assert.Equal(TellOutcome.Stored, study.Tell(trial, 1));
        Assert.Equal(TellOutcome.Stored, study.Tell(study.Ask(), TrialState.Failed, "no"));
        study.Ask();
        Assert.Equal(TellOutcome.Stored, study.Tell(2, 3.0));
        study.Ask();
        Assert.Equal(TellOutcome.Stored, study.Tell(3, TrialState.Pruned));
        Assert.Equal(4, study.Enqueue([new("x", 1)]));

        Assert.Equal([TrialState.Complete, TrialState.Failed, TrialState.Complete, TrialState.Pruned, TrialState.Waiting], study.Trials.Select(stored => stored.State));
    }
}
