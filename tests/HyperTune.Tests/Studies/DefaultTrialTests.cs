using HyperTune.Trials;
using static HyperTune.Tests.Studies.StudyTesting;

namespace HyperTune.Tests.Studies;

public sealed class DefaultTrialTests
{
    private static readonly SearchSpace Space = SearchSpace.Empty
        .AddDouble("x", 0, 1)
        .AddCategorical<string?>("kernel", ["rbf", null])
        .AddInt("degree", 2, 5, when: ("kernel", ["rbf"]))
        .WithDefaults(("x", 0.125), ("kernel", null), ("degree", 3));

    [Theory]
    [InlineData(RepeatPolicy.Allow, 1, false)]
    [InlineData(RepeatPolicy.DrawAgain, 3, false)]
    [InlineData(RepeatPolicy.StopWhenExhausted, 3, true)]
    public async Task Optimize_DefaultsComeFirst_AndOnce(RepeatPolicy repeats, int parallelism, bool isDeterministic)
    {
        await using Study study = Study.Create(new() { SearchSpace = Space, Sampler = new TpeSampler(new() { Seed = 3, StartupTrials = 2 }) });

        await study.OptimizeAsync(
            trial => (double)trial.Suggest(Space)["x"]!, new() { Trials = 8, Repeats = repeats, Parallelism = parallelism, IsDeterministic = isDeterministic }, Token);

        Assert.Equal(8, study.Trials.Count);
        Assert.Equal([new("x", 0.125), new("kernel", null)], study.Trials[0].Params);
        Assert.DoesNotContain(study.Trials.Skip(1), trial => trial.Params["x"] is 0.125);
        int row = study.History.Numbers.IndexOf(0);
        Assert.Equal(TrialOrigin.Enqueued, study.History.OriginOf(row));
        Assert.True(study.History.TryGetParameter("x", out var column));
        Assert.Equal(ParameterOrigin.Given, column.Origins[column.Rows.IndexOf(row)]);
    }

    [Fact]
    public async Task Ask_ParametersWithoutADefault_AreDrawn()
    {
        SearchSpace space = SearchSpace.Empty.AddDouble("x", 0, 1).AddDouble("y", 2, 3).WithDefaults(("x", 0.5));
        await using Study study = Study.Create(new() { SearchSpace = space, Sampler = Seeded() });

        Trial trial = await study.AskAsync(space, Token);

        Assert.Equal(0.5, trial.Params["x"]);
        Assert.InRange((double)trial.Params["y"]!, 2, 3);
    }

    [Fact]
    public async Task Ask_TrialsThatUsersEnqueue_ComeAfterTheDefaults()
    {
        await using Study study = Study.Create(new() { SearchSpace = Space, Sampler = Seeded() });
        await study.EnqueueAsync([new("x", 1.0)], cancellationToken: Token);

        IReadOnlyList<Trial> asked = await study.AskManyAsync(new() { Count = 2, SearchSpace = Space }, Token);

        Assert.Equal([0.125, 1.0], asked.Select(trial => trial.Params["x"]));
    }

    [Fact]
    public async Task Load_EmptyStudy_TakesTheDefaults_OneWithFinishedTrialsDoesNot()
    {
        var storage = new InMemoryStorage();
        await using (Study study = await Study.CreateAsync(new() { Name = "s", Storage = storage }, Token)) Assert.Empty(study.Trials);

        await using (Study empty = await Study.LoadAsync(new() { Name = "s", Storage = storage, SearchSpace = Space }, Token)) Assert.Equal(TrialState.Waiting, Assert.Single(empty.Trials).State);
        await using (Study again = await Study.CreateAsync(new() { Name = "s", Storage = storage, SearchSpace = Space, LoadIfExists = true }, Token))
        {
            Trial trial = Assert.IsAssignableFrom<Trial>(await again.AskAsync(Space, Token));
            Assert.Single(again.Trials);
            await again.TellAsync(trial, 1, Token);
        }
        SearchSpace other = Space.WithDefaults(("x", 0.75));
        await using Study used = await Study.LoadAsync(new() { Name = "s", Storage = storage, SearchSpace = other }, Token);
        Assert.Single(used.Trials);
    }

    [Fact]
    public async Task Load_StudyWithTheSameValuesWaiting_DoesNotRepeatThem()
    {
        var storage = new InMemoryStorage();
        await using (Study study = await Study.CreateAsync(new() { Name = "s", Storage = storage }, Token))
            await study.EnqueueAsync(Space.Defaults, cancellationToken: Token);

        await using Study loaded = await Study.LoadAsync(new() { Name = "s", Storage = storage, SearchSpace = Space }, Token);

        Assert.Single(loaded.Trials);
    }

    [Fact]
    public async Task CopyTo_WaitingDefaults_AreCopiedAndNotRepeated()
    {
        await using Study study = Study.Create(new() { SearchSpace = Space });
        var storage = new InMemoryStorage();
        await study.CopyToAsync(storage, "copy", Token);

        await using Study copy = await Study.LoadAsync(new() { Name = "copy", Storage = storage, SearchSpace = Space }, Token);

        Assert.Single(copy.Trials);
    }

    [Fact]
    public async Task Create_NoActiveDefault_QueuesNothing()
    {
        SearchSpace space = SearchSpace.Empty.AddCategorical("k", ["a", "b"]).AddInt("n", 0, 1, when: ("k", ["a"])).WithDefaults(("n", 1));
        await using Study study = Study.Create(new() { SearchSpace = space });

        Assert.Empty(study.Trials);
    }

    [Fact]
    public async Task Optimize_GivenUpDefaults_AreTriedAgain()
    {
        await using Study study = Study.Create(new() { SearchSpace = Space, Sampler = Seeded(), MaxRetries = 1 });

        await study.OptimizeAsync(trial => trial.Suggest(Space).Count > 0 && trial.Number == 0 ? double.NaN : 1, new() { Trials = 2 }, Token);

        Assert.Equal([TrialState.Failed, TrialState.Complete], study.Trials.Select(trial => trial.State));
        Assert.Equal(study.Trials[0].Params, study.Trials[1].Params);
    }
}
