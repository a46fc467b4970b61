using HyperTune.Storage;
using HyperTune.Testing;
using static HyperTune.Tests.Studies.StudyTesting;

namespace HyperTune.Tests.Studies;

public sealed class StudyLifetimeTests
{
    private readonly InMemoryStorage _storage = new();

    [Fact]
    public async Task CreateAsync_WithoutOptions_MakesAMinimizingStudy()
    {
        await using Study study = await Study.CreateAsync(cancellationToken: Token);

        Assert.NotEmpty(study.Name);
        Assert.Equal([Direction.Minimize], study.Directions);
        Assert.Empty(study.MetricNames);
        Assert.Empty(study.Trials);
    }

    [Fact]
    public async Task CreateAsync_NameTaken_Throws()
    {
        await using Study study = await Study.CreateAsync(new() { Name = "s", Storage = _storage }, Token);

        var exception = await Assert.ThrowsAsync<StudyExistsException>(() => Study.CreateAsync(new() { Name = "s", Storage = _storage }, Token));

        Assert.Equal("s", exception.Name);
    }

    [Fact]
    public async Task CreateAsync_LoadIfExists_GivesTheStudyThatIsThere()
    {
        await using Study first = await Study.CreateAsync(new() { Name = "s", Storage = _storage, Directions = [Direction.Maximize] }, Token);
        await first.AddTrialAsync(Finished(3), Token);

        await using Study second = await Study.CreateAsync(new() { Name = "s", Storage = _storage, LoadIfExists = true }, Token);

        Assert.Equal([Direction.Maximize], second.Directions);
        Assert.Equal(3, second.BestValue);
    }

    [Fact]
    public async Task CreateAsync_TwoCreatorsRace_BothGetTheSameStudy()
    {
        var storage = new FaultyStorage(_storage);
        StorageGate gate = storage.Block(StorageOperation.CreateStudy);
        Task<Study> slow = Study.CreateAsync(new() { Name = "s", Storage = storage, LoadIfExists = true }, Token);
        await gate.Entered;
        await using Study fast = await Study.CreateAsync(new() { Name = "s", Storage = storage, LoadIfExists = true }, Token);
        await fast.AddTrialAsync(Finished(1), Token);

        gate.Open();
        await using Study study = await slow;

        Assert.Single(study.Trials);
        Assert.Single(await Study.ListAsync(storage, Token));
    }

    [Fact]
    public async Task LoadAsync_OtherDirections_Throws()
    {
        await using Study study = await Study.CreateAsync(new() { Name = "s", Storage = _storage }, Token);

        await Assert.ThrowsAsync<ArgumentException>(() => Study.LoadAsync(new() { Name = "s", Storage = _storage, Directions = [Direction.Maximize] }, Token));
        await Assert.ThrowsAsync<ArgumentException>(
            () => Study.CreateAsync(new() { Name = "s", Storage = _storage, LoadIfExists = true, Directions = [Direction.Minimize, Direction.Minimize] }, Token));
    }

    [Fact]
    public async Task LoadAsync_WithoutNameOrStorageOrStudy_Throws()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Study.LoadAsync(new() { Storage = _storage }, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Study.LoadAsync(new() { Name = "s" }, Token));
        var exception = await Assert.ThrowsAsync<StudyNotFoundException>(() => Study.LoadAsync(new() { Name = "s", Storage = _storage }, Token));
        Assert.Equal("s", exception.Name);
    }

    [Fact]
    public async Task MetricNames_AreStoredAndLoaded()
    {
        await using Study study = await Study.CreateAsync(
            new() { Name = "s", Storage = _storage, Directions = [Direction.Minimize, Direction.Maximize], MetricNames = ["loss", "accuracy"] }, Token);
        await using Study loaded = await Study.LoadAsync(new() { Name = "s", Storage = _storage }, Token);
        Assert.Equal(["loss", "accuracy"], loaded.MetricNames);

        await using Study renamed = await Study.LoadAsync(new() { Name = "s", Storage = _storage, MetricNames = ["a", "b"] }, Token);
        await using Study again = await Study.CreateAsync(new() { Name = "s", Storage = _storage, MetricNames = ["c", "d"], LoadIfExists = true }, Token);

        Assert.Equal(["a", "b"], renamed.MetricNames);
        Assert.Equal(["c", "d"], again.MetricNames);
    }

    [Fact]
    public async Task MetricNames_WrongCount_Throws()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Study.CreateAsync(new() { MetricNames = ["a", "b"] }, Token));
        await using Study study = await Study.CreateAsync(new() { Name = "s", Storage = _storage }, Token);
        await Assert.ThrowsAsync<ArgumentException>(() => Study.LoadAsync(new() { Name = "s", Storage = _storage, MetricNames = ["a", "b"] }, Token));
        Assert.Single(await Study.ListAsync(_storage, Token));
    }

    [Fact]
    public void Create_StorageWithIO_Throws() =>
        Assert.Throws<ArgumentException>(() => Study.Create(new() { Storage = new FaultyStorage() }));

    [Fact]
    public async Task Create_InMemory_Works()
    {
        await using Study study = Study.Create(new() { Name = "s", Storage = _storage });
        await using Study loaded = Study.Create(new() { Name = "s", Storage = _storage, LoadIfExists = true });
        Assert.Equal(study.Name, loaded.Name);
        Assert.Throws<StudyExistsException>(() => Study.Create(new() { Name = "s", Storage = _storage }));
    }

    [Fact]
    public async Task ListAsync_ShowsAllStudies()
    {
        await using Study a = await Study.CreateAsync(new() { Name = "a", Storage = _storage }, Token);
        await using Study b = await Study.CreateAsync(new() { Name = "b", Storage = _storage }, Token);
        await b.AddTrialAsync(Finished(1), Token);

        IReadOnlyList<StudySummary> studies = await Study.ListAsync(_storage, Token);

        Assert.Equal(["a", "b"], studies.Select(summary => summary.Study.Name));
        Assert.Equal([0, 1], studies.Select(summary => summary.TrialCount));
    }

    [Fact]
    public async Task DeleteAsync_StudyInUse_TellsThoseWhoUseIt()
    {
        Study study = await Study.CreateAsync(new() { Name = "s", Storage = _storage }, Token);
        await Study.DeleteAsync(_storage, "s", Token);

        await Assert.ThrowsAsync<StudyNotFoundException>(() => study.AskAsync(cancellationToken: Token));
        await Assert.ThrowsAsync<StudyNotFoundException>(() => study.RefreshAsync(Token));
        await Assert.ThrowsAsync<StudyNotFoundException>(() => study.OptimizeAsync(trial => 1.0, new() { Trials = 1 }, Token));
        await Assert.ThrowsAsync<StudyNotFoundException>(() => Study.DeleteAsync(_storage, "s", Token));
        await study.DisposeAsync();
    }

    [Fact]
    public async Task CopyToAsync_CopiesFinishedAndWaitingTrialsAndAttributes()
    {
        await using Study study = await Study.CreateAsync(new() { Name = "s", Storage = _storage, Sampler = Seeded(), MetricNames = ["loss"] }, Token);
        await study.SetUserAttributeAsync("who", "me", Token);
        await study.OptimizeAsync(trial =>
        {
            trial.SetConstraint("c", -1);
            trial.Report(5, 0);
            return trial.SuggestDouble("x", 0, 1);
        }, new() { Trials = 2 }, Token);
        await study.EnqueueAsync([new("x", 0.5)], cancellationToken: Token);
        Trial claimed = await study.AskAsync(cancellationToken: Token);
        await study.EnqueueAsync([new("x", 0.25)], cancellationToken: Token);

        await study.CopyToAsync(_storage, "copy", Token);

        await using Study copy = await Study.LoadAsync(new() { Name = "copy", Storage = _storage }, Token);
        Assert.Equal(["loss"], copy.MetricNames);
        Assert.Equal("me", copy.UserAttributes["who"].AsString());
        Assert.Equal([0, 1, 2], copy.Trials.Select(trial => trial.Number));
        Assert.Equal([TrialState.Complete, TrialState.Complete, TrialState.Waiting], copy.Trials.Select(trial => trial.State));
        Assert.Equal(study.BestValue, copy.BestValue);
        Assert.Equal(study.Trials[1].Params, copy.Trials[1].Params);
        Assert.Equal(5, copy.Trials[0].IntermediateValues[0]);
        Assert.Equal(-1, copy.Trials[0].Constraints["c"]);
        Assert.Equal(study.Trials[0].StartedAt, copy.Trials[0].StartedAt);
        Assert.Equal(2, claimed.Number);
    }

    [Fact]
    public async Task CopyToAsync_NameTakenOrFailure_LeavesNothingBehind()
    {
        await using Study study = await Study.CreateAsync(new() { Name = "s", Storage = _storage }, Token);
        await study.AddTrialAsync(Finished(1), Token);
        await Assert.ThrowsAsync<StudyExistsException>(() => study.CopyToAsync(_storage, cancellationToken: Token));
        var target = new FaultyStorage();
        target.Fail(StorageOperation.Add);

        await Assert.ThrowsAsync<StorageException>(() => study.CopyToAsync(target, cancellationToken: Token));

        Assert.Empty(await Study.ListAsync(target, Token));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task DisposeAsync_DisposesTheStorageIfItOwnsIt(bool owns, int disposals)
    {
        var storage = new FaultyStorage();
        Study study = await Study.CreateAsync(new() { Storage = storage, OwnsStorage = owns }, Token);

        await study.DisposeAsync();
        await study.DisposeAsync();
        study.Dispose();

        Assert.Equal(disposals, storage.Disposals);
    }

    [Fact]
    public async Task DisposeAsync_EverythingAfterwards_IsRefused()
    {
        Study study = New();
        await study.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => study.AskAsync(cancellationToken: Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => study.OptimizeAsync(trial => 1.0, new() { Trials = 1 }, Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => study.RefreshAsync(Token));
        Assert.Empty(study.Trials);
    }

    [Fact]
    public async Task SetUserAttributeAsync_StoresForAll()
    {
        await using Study study = await Study.CreateAsync(new() { Name = "s", Storage = _storage }, Token);
        await using Study other = await Study.LoadAsync(new() { Name = "s", Storage = _storage }, Token);

        await study.SetUserAttributeAsync("k", 1, Token);
        await study.SetUserAttributeAsync("k", 2, Token);
        await other.RefreshAsync(Token);

        Assert.Equal(2, study.UserAttributes["k"].AsInt64());
        Assert.Equal(2, other.UserAttributes["k"].AsInt64());
        await Assert.ThrowsAsync<ArgumentException>(() => study.SetUserAttributeAsync("", 1, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => study.SetUserAttributeAsync("a\0", 1, Token));
    }

    public static TheoryData<string, Func<IStorage, Task<Study>>> FailingOpenings => new()
    {
        { "name taken", storage => Study.CreateAsync(new() { Name = "s", Storage = storage, OwnsStorage = true }, Token) },
        { "no such study", storage => Study.LoadAsync(new() { Name = "other", Storage = storage, OwnsStorage = true }, Token) },
        { "no name", storage => Study.LoadAsync(new() { Storage = storage, OwnsStorage = true }, Token) },
        { "other directions", storage => Study.LoadAsync(new() { Name = "s", Storage = storage, OwnsStorage = true, Directions = [Direction.Maximize] }, Token) },
        { "metric names", storage => Study.LoadAsync(new() { Name = "s", Storage = storage, OwnsStorage = true, MetricNames = ["a", "b"] }, Token) },
        { "space", storage => Study.LoadAsync(new() { Name = "s", Storage = storage, OwnsStorage = true, SearchSpace = SearchSpace.Empty.AddInt("x", 0, 1) }, Token) },
        { "leases", storage => Study.CreateAsync(new() { Storage = storage, OwnsStorage = true, Leases = new() { Grace = TimeSpan.FromSeconds(1) } }, Token) },
        { "cancelled", storage => Study.CreateAsync(new() { Storage = storage, OwnsStorage = true }, new CancellationToken(canceled: true)) },
        { "I/O", storage => Task.Run(() => Study.Create(new() { Storage = storage, OwnsStorage = true })) },
        { "blocking", storage => Task.Run(() => Study.Load(new() { Name = "other", Storage = storage, OwnsStorage = true })) },
    };

    [Theory]
    [MemberData(nameof(FailingOpenings))]
    public async Task Opening_ThatFails_DisposesAStorageThatWasHandedOver(string why, Func<IStorage, Task<Study>> open)
    {
        await using (Study study = await Study.CreateAsync(new() { Name = "s", Storage = _storage }, Token))
            await study.AddTrialAsync(Finished(1, ("x", 0.5)), Token);
        var storage = new FaultyStorage(_storage);

        await Assert.ThrowsAnyAsync<Exception>(() => open(storage));

        Assert.True(storage.Disposals == 1, why);
    }

    [Theory]
    [InlineData(StorageOperation.FindStudy)]
    [InlineData(StorageOperation.CreateStudy)]
    [InlineData(StorageOperation.Read)]
    public async Task CreateAsync_StorageFails_DisposesItIfItWasHandedOver(StorageOperation operation)
    {
        var owned = new FaultyStorage();
        var kept = new FaultyStorage();
        owned.Fail(operation);
        kept.Fail(operation);

        await Assert.ThrowsAsync<StorageException>(() => Study.CreateAsync(new() { Name = "s", LoadIfExists = true, Storage = owned, OwnsStorage = true }, Token));
        await Assert.ThrowsAsync<StorageException>(() => Study.CreateAsync(new() { Name = "s", LoadIfExists = true, Storage = kept }, Token));

        Assert.Equal((1, 0), (owned.Disposals, kept.Disposals));
    }

    public static TheoryData<SearchSpace, bool> DeclaredSpaces => new()
    {
        { SearchSpace.Empty.AddDouble("x", 5, 9, step: 0.5).AddInt("n", 0, 4, step: 2).AddCategorical("c", ["a", "b"]).AddDouble("new", 0, 1), true },
        { SearchSpace.Empty.AddInt("x", 0, 1), false },
        { SearchSpace.Empty.AddDouble("x", 0.1, 1, log: true), false },
        { SearchSpace.Empty.AddDouble("new", 0, 1).AddInt("n", 1, 4, log: true), false },
        { SearchSpace.Empty.AddCategorical("c", ["a", "b", "c"]), false },
        { SearchSpace.Empty.AddCategorical("c", ["a", "b"]).AddCategorical("running", ["a"], when: ("c", ["a"])), false },
    };

    [Theory]
    [MemberData(nameof(DeclaredSpaces))]
    public async Task LoadAsync_DeclaredSpace_HasToFitTheStoredParameters(SearchSpace space, bool fits)
    {
        await using Study study = await Study.CreateAsync(new() { Name = "s", Storage = _storage, Sampler = Seeded() }, Token);
        await study.OptimizeAsync(
            trial => trial.SuggestDouble("x", 0, 1) + trial.SuggestInt("n", 0, 9) + trial.SuggestCategorical("c", ["a", "b"]).Length, new() { Trials = 1 }, Token);
        (await study.AskAsync(cancellationToken: Token)).SuggestDouble("running", 0, 1);
        await study.RefreshAsync(Token);
        var options = new StudyOptions { Name = "s", Storage = _storage, SearchSpace = space, LoadIfExists = true };

        if (fits)
        {
            await using Study loaded = await Study.LoadAsync(options, Token), created = await Study.CreateAsync(options, Token);
            Assert.Equal(2, loaded.Trials.Count);
            return;
        }
        var exception = await Assert.ThrowsAsync<DistributionChangedException>(() => Study.LoadAsync(options, Token));
        await Assert.ThrowsAsync<DistributionChangedException>(() => Study.CreateAsync(options, Token));
        Assert.True(space.TryGet(exception.Parameter, out SearchSpaceParameter? declared));
        Assert.Equal(declared.Distribution, exception.Given);
        Assert.Contains("may not", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Blocking_twins_do_what_the_others_do()
    {
        var target = new InMemoryStorage();
        await Task.Factory.StartNew(
            () =>
            {
                // A context that never runs what is posted to it: whoever waited for it would wait for ever.
                SynchronizationContext.SetSynchronizationContext(new SilentContext());
                using Study made = Study.Create(new() { Name = "s", Storage = _storage, Sampler = Seeded() });
                using Study study = Study.Load(new() { Name = "s", Storage = new FaultyStorage(_storage), Sampler = Seeded() });
                Assert.Equal(0, study.AddTrial(Finished(3)));
                Assert.Equal([1, 2], study.AddTrials([Finished(2), Finished(1)]));
                study.SetUserAttribute("k", 1);
                made.Refresh();
                Assert.Equal((3, 1), (made.Trials.Count, made.UserAttributes["k"].AsInt64()));
                study.StopEverywhere("enough");
                study.Optimize(trial => 1.0, new() { Trials = 2 });
                Assert.Equal(3, study.Trials.Count);
                study.Resume();
                study.Optimize(trial => 1.0, new() { Trials = 2 });
                Assert.Equal([5, 6], study.AskMany(new() { Count = 2 }).Select(trial => trial.Number));
                study.CopyTo(target);
            },
            Token,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

        Assert.Equal(5, Assert.Single(Study.List(target)).TrialCount);
        Study.Delete(target, "s");
        Assert.Empty(Study.List(target));
    }

    private sealed class SilentContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }
}
