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
}
