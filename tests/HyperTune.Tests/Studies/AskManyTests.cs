using HyperTune.Testing;
using HyperTune.Trials;
using Microsoft.Extensions.Time.Testing;
using static HyperTune.Tests.Studies.StudyTesting;

namespace HyperTune.Tests.Studies;

public sealed class AskManyTests
{
    private static readonly SearchSpace Space = SearchSpace.Empty.AddDouble("x", 0, 1).AddInt("n", 1, 5);

    [Fact]
    public async Task AskManyAsync_Count_StartsAllInOneRequest()
    {
        var storage = new FaultyStorage();
        await using Study study = await Study.CreateAsync(new() { Storage = storage, Sampler = Seeded() }, Token);

        IReadOnlyList<Trial> trials = await study.AskManyAsync(new() { Count = 4, SearchSpace = Space }, Token);

        Assert.Equal([0, 1, 2, 3], trials.Select(trial => trial.Number));
        Assert.All(trials, trial => Assert.Equal(["x", "n"], trial.Params.Keys));
        Assert.Equal(4, Assert.Single(storage.Starts).Count);
        foreach (Trial trial in trials) Assert.Equal(TellOutcome.Stored, await study.TellAsync(trial, 1, Token));
    }

    [Fact]
    public async Task AskManyAsync_SeveralTrials_SeeThoseBeforeThem()
    {
        var seen = new List<int[]>();
        await using Study study = Study.Create(new()
        {
            Sampler = new FakeSampler
            {
                Infer = (_, _) => Space,
                Sample = (history, trial, _) =>
                {
                    seen.Add([.. history.Running.Where(running => running.Parameters.Contains("x")).Select(running => running.Number)]);
                    return ParameterSet.Empty.With("x", Space[0].Distribution, 0.1 * trial.Number);
                },
            },
        });

        await study.AskManyAsync(new() { Count = 3 }, Token);

        Assert.Equal([[], [0], [0, 1]], seen);
    }

    [Fact]
    public async Task AskManyAsync_TotalTrials_GivesFewer_AndThenNone()
    {
        await using Study study = New();
        await study.AskAsync(cancellationToken: Token);
        var options = new AskOptions { Count = 5, TotalTrials = 4 };

        IReadOnlyList<Trial> first = await study.AskManyAsync(options, Token), second = await study.AskManyAsync(options, Token);

        Assert.Equal([1, 2, 3], first.Select(trial => trial.Number));
        Assert.Empty(second);
        await study.TellAsync(first[0], TrialState.Failed, cancellationToken: Token);
        Assert.Empty(await study.AskManyAsync(options, Token));
        Assert.Equal(4, study.Trials.Count);
    }

    [Fact]
    public async Task AskManyAsync_TotalTrials_IsWhatSamplersSeeOfTheBudget()
    {
        var left = new List<int?>();
        await using Study study = Study.Create(new()
        {
            Sampler = new FakeSampler
            {
                Infer = (_, trial) =>
                {
                    left.Add(trial.Remaining.Trials);
                    return SearchSpace.Empty;
                },
            },
        });

        await study.AskManyAsync(new() { Count = 2, TotalTrials = 10 }, Token);
        await study.AskManyAsync(new() { Count = 1 }, Token);

        Assert.Equal([8, 8, null], left);
    }

    [Fact]
    public async Task AskManyAsync_StopWhenExhausted_GivesEachPointOnce()
    {
        SearchSpace space = SearchSpace.Empty.AddInt("n", 1, 5);
        await using Study study = Study.Create(new() { SearchSpace = space, Sampler = Seeded() });
        var options = new AskOptions { Count = 3, Repeats = RepeatPolicy.StopWhenExhausted, SearchSpace = space };

        Trial[] first = [.. await study.AskManyAsync(options, Token)], second = [.. await study.AskManyAsync(options, Token)];

        Assert.Equal((3, 2), (first.Length, second.Length));
        Assert.Equal([1L, 2, 3, 4, 5], first.Concat(second).Select(trial => (long)trial.Params["n"]!).Order());
        Assert.Empty(await study.AskManyAsync(options, Token));
        await study.TellAsync(first[0], TrialState.Failed, cancellationToken: Token);
        Assert.Equal(first[0].Params["n"], Assert.Single(await study.AskManyAsync(options, Token)).Params["n"]);
        Assert.Equal(6, study.Trials.Count);
    }

    [Fact]
    public async Task AskManyAsync_StartFails_FreesItsPoints()
    {
        var storage = new FaultyStorage();
        SearchSpace space = SearchSpace.Empty.AddInt("n", 1, 3);
        await using Study study = await Study.CreateAsync(new() { Storage = storage, SearchSpace = space, Sampler = Seeded() }, Token);
        var options = new AskOptions { Count = 3, Repeats = RepeatPolicy.StopWhenExhausted };
        storage.Fail(StorageOperation.Start);

        await Assert.ThrowsAsync<StorageException>(() => study.AskManyAsync(options, Token));

        Assert.Equal(3, (await study.AskManyAsync(options, Token)).Count);
    }

    [Fact]
    public async Task AskManyAsync_SamplerFailsForOne_EndsAll_AndTheStudyGoesOn()
    {
        await using Study study = Study.Create(new()
        {
            Sampler = new FakeSampler { Infer = (_, trial) => trial.Number == 1 ? throw new InvalidDataException("sampler") : SearchSpace.Empty },
        });
        await study.EnqueueAsync([new("x", 0.5)], cancellationToken: Token);

        await Assert.ThrowsAsync<InvalidDataException>(() => study.AskManyAsync(new() { Count = 3 }, Token));

        // What was enqueued waits again.
        Assert.Equal([TrialState.Failed, TrialState.Failed, TrialState.Failed, TrialState.Waiting], study.Trials.Select(trial => trial.State));
        Assert.Equal(3, (await study.AskAsync(cancellationToken: Token)).Number);
    }

    [Fact]
    public async Task AskManyAsync_SpaceThatClashes_EndsAll()
    {
        await using Study study = New();
        await study.AddTrialAsync(Finished(1, ("x", 0.5)), Token);

        await Assert.ThrowsAsync<DistributionChangedException>(() => study.AskManyAsync(new() { Count = 2, SearchSpace = SearchSpace.Empty.AddInt("x", 0, 1) }, Token));

        Assert.DoesNotContain(study.Trials, trial => trial.State == TrialState.Running);
    }

    [Fact]
    public async Task AskManyAsync_Cancelled_GivesTheTrialsBack()
    {
        var storage = new FaultyStorage();
        using var cancellation = new CancellationTokenSource();
        await using Study study = await Study.CreateAsync(new() { Storage = storage, Sampler = Seeded() }, Token);
        StorageGate gate = storage.Block(StorageOperation.Start);
        Task<IReadOnlyList<Trial>> asked = study.AskManyAsync(new() { Count = 2 }, cancellation.Token);
        await gate.Entered;
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);

        gate.Open();
        while (storage.Writes.Sum(group => group.Count(changes => changes.Finish is not null)) < 2) await Task.Yield();
        await study.RefreshAsync(Token);

        Assert.All(study.Trials, trial => Assert.Equal(TrialState.Failed, trial.State));
    }

    [Fact]
    public async Task AskManyAsync_WithoutLease_LeavesTheTrialRunningForAnyoneToTell()
    {
        var storage = new InMemoryStorage();
        Trial trial;
        await using (Study study = await Study.CreateAsync(new() { Name = "s", Storage = storage, Sampler = Seeded(), MaxRetries = 1 }, Token))
        {
            trial = (await study.AskManyAsync(new() { SearchSpace = Space, IsLeased = false }, Token))[0];
            trial.Report(0.5, 3);
        }

        await using Study later = await Study.LoadAsync(new() { Name = "s", Storage = storage }, Token);
        TrialRecord running = Assert.Single(later.Trials);
        Assert.Equal((TrialState.Running, 2, 0.5), (running.State, running.Parameters.Count, running.IntermediateValues[3]));
        Assert.Empty(await storage.TakeBackAsync((await storage.FindStudyAsync("s", Token))!.Id, new(TimeSpan.Zero, 1), Token));
        Assert.Equal(TellOutcome.Stored, await later.TellAsync(trial.Number, 1, Token));
        Assert.Equal(trial.Params, later.BestParams);
        Assert.All(later.Explain(trial.Number).Parameters, parameter => Assert.NotEqual(ParameterOrigin.Unknown, parameter.Origin));
    }

    [Fact]
    public async Task AskManyAsync_WithoutLease_IsNotRenewed()
    {
        var time = new FakeTimeProvider();
        var storage = new FaultyStorage(new InMemoryStorage(time));
        await using Study study = await Study.CreateAsync(new() { Name = "s", Storage = storage, Sampler = Seeded(), TimeProvider = time }, Token);
        Trial leased = await study.AskAsync(cancellationToken: Token);
        await study.AskManyAsync(new() { IsLeased = false }, Token);

        // The renewals of the first trial show that the second one's had their chance.
        for (int i = 0; i < 10; i++)
        {
            time.Advance(TimeSpan.FromSeconds(15));
            await study.RefreshAsync(Token);
        }

        StudyId id = (await storage.FindStudyAsync("s", Token))!.Id;
        Assert.Empty(await storage.TakeBackAsync(id, new(TimeSpan.FromMinutes(1), 0), Token));
        time.Advance(TimeSpan.FromDays(1));
        await study.TellAsync(leased, 1, Token);
        Assert.Empty(await storage.TakeBackAsync(id, new(TimeSpan.Zero, 0), Token));
        Assert.Single(study.History.Running.ToArray());
    }

    [Fact]
    public async Task AskManyAsync_WithAndWithoutLease_AreTwoRequests()
    {
        var storage = new FaultyStorage();
        await using Study study = await Study.CreateAsync(new() { Storage = storage, Sampler = Seeded() }, Token);

        await study.AskManyAsync(new() { IsLeased = false }, Token);
        await study.AskAsync(cancellationToken: Token);

        Assert.Equal([false, true], storage.Starts.Select(start => start.IsLeased));
    }
}
