using HyperTune.Testing;
using Microsoft.Extensions.Time.Testing;
using static HyperTune.Tests.Studies.StudyTesting;

namespace HyperTune.Tests.Studies;

public sealed class RetryTests
{
    [Fact]
    public async Task MaxRetries_FailedTrialIsTriedAgainWithTheSameParameters()
    {
        await using Study study = Study.Create(new() { Sampler = Seeded(), MaxRetries = 2 });
        var seen = new List<(double X, string? K)>();

        await study.OptimizeAsync(trial =>
        {
            trial.SetUserAttribute("a", "kept");
            seen.Add((trial.SuggestDouble("x", 0, 1), trial.SuggestCategorical("k", ["a", "b", null])));
            return trial.Number < 3 ? throw new InvalidDataException() : 1.0;
        }, new() { Trials = 5, Catch = [typeof(InvalidDataException)] }, Token);

        Assert.Equal([TrialState.Failed, TrialState.Failed, TrialState.Failed, TrialState.Complete, TrialState.Complete], study.Trials.Select(trial => trial.State));
        Assert.Single(seen.Take(3).Distinct());
        Assert.NotEqual(seen[0].X, seen[3].X);
        Assert.Equal("[0]", study.Trials[1].SystemAttributes["retry_history"].ToJson());
        Assert.Equal("[0, 1]", study.Trials[2].SystemAttributes["retry_history"].ToJson());
        Assert.Equal([0L, 0L], study.Trials.Skip(1).Take(2).Select(trial => trial.SystemAttributes["failed_trial"].AsInt64()));
        Assert.False(study.Trials[3].SystemAttributes.ContainsKey("retry_history"));
        Assert.Equal("kept", study.Trials[2].UserAttributes["a"].AsString());
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public async Task MaxRetries_TotalTrialsCountsATrialAndItsRetriesOnce(int parallelism, bool isDeterministic)
    {
        await using Study study = Study.Create(new() { MaxRetries = 1 });
        int failures = 0;

        await study.OptimizeAsync(trial => Interlocked.Increment(ref failures) % 2 == 1 && trial.UserAttributes.Count == 0 && Mark(trial) ? double.NaN : 1.0,
            new() { TotalTrials = 6, Parallelism = parallelism, IsDeterministic = isDeterministic }, Token);

        Assert.Equal(6, study.Trials.Count(trial => trial.State == TrialState.Complete));
        Assert.DoesNotContain(study.Trials, trial => trial.State == TrialState.Waiting);

        static bool Mark(Trial trial)
        {
            trial.SetUserAttribute("failed once", true);
            return true;
        }
    }

    [Fact]
    public async Task MaxRetries_FailedTrialsWithoutRetryCountForTheTotal()
    {
        await using Study study = New();
        await study.OptimizeAsync(trial => double.NaN, new() { TotalTrials = 4 }, Token);
        Assert.Equal(4, study.Trials.Count);
    }

    [Fact]
    public async Task Dispose_GivesRunningTrialsBack_AndTheirRetryGoesOnElsewhere()
    {
        var storage = new InMemoryStorage();
        Study study = await Study.CreateAsync(new() { Name = "s", Storage = storage, MaxRetries = 1 }, Token);
        Trial trial = await study.AskAsync(cancellationToken: Token);
        double x = trial.SuggestDouble("x", 0, 1);
        trial.Report(1, 0);

        await study.DisposeAsync();

        await using Study other = await Study.LoadAsync(new() { Name = "s", Storage = storage }, Token);
        Assert.Equal([TrialState.Failed, TrialState.Waiting], other.Trials.Select(stored => stored.State));
        Assert.Contains("disposed", other.Trials[0].FailReason, StringComparison.Ordinal);
        Assert.Equal(1, other.Trials[0].IntermediateValues[0]);
        Assert.True(trial.CancellationToken.IsCancellationRequested);
        Assert.Equal(x, (await other.AskAsync(cancellationToken: Token)).SuggestDouble("x", 0, 1));
    }

    [Fact]
    public async Task Lapse_TrialOfADeadProcess_IsTakenBackAndTriedAgain()
    {
        var time = new FakeTimeProvider();
        using var logs = new CapturingLoggerFactory();
        var storage = new FaultyStorage(time);
        await using Study alive = await Study.CreateAsync(new() { Name = "s", Storage = storage, TimeProvider = time, MaxRetries = 1, LoggerFactory = logs }, Token);
        // Its clock stands still, so that it never renews.
        await using Study dead = await Study.LoadAsync(new() { Name = "s", Storage = storage, TimeProvider = new FakeTimeProvider() }, Token);
        Trial lost = await dead.AskAsync(cancellationToken: Token);
        double x = lost.SuggestDouble("x", 0, 1);
        await dead.RefreshAsync(Token);

        for (int i = 1; i <= 5; i++)
        {
            time.Advance(TimeSpan.FromSeconds(15));
            await storage.EndedAsync(StorageOperation.TakeBack, i);
        }
        await alive.RefreshAsync(Token);

        Assert.Equal([TrialState.Failed, TrialState.Waiting], alive.Trials.Select(trial => trial.State));
        Assert.Single(logs.WithId(27));
        Assert.Equal(x, (await alive.AskAsync(cancellationToken: Token)).SuggestDouble("x", 0, 1));
        Assert.Equal(TellOutcome.AlreadyFinished, await dead.TellAsync(lost, 1, Token));
    }
}
