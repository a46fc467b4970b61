using HyperTune.Trials;
using Microsoft.Extensions.Time.Testing;
using static HyperTune.Tests.Studies.StudyTesting;

namespace HyperTune.Tests.Studies;

public sealed class FailureKindTests
{
    [Fact]
    public async Task Optimize_ObjectivesThatFail_AreToldApart()
    {
        var time = new FakeTimeProvider();
        await using Study study = Study.Create(new() { Sampler = Seeded(), TimeProvider = time });

        await study.OptimizeAsync(
            trial =>
            {
                switch (trial.Number)
                {
                    case 0: throw new InvalidDataException("broken");
                    case 1: return double.NaN;
                    case 2:
                        study.Tell(trial, TrialState.Failed);
                        return 0;
                    case 3:
                        time.Advance(TimeSpan.FromMinutes(1));
                        trial.CancellationToken.WaitHandle.WaitOne();
                        throw new OperationCanceledException(trial.CancellationToken);
                    default: return 1;
                }
            },
            new() { Trials = 5, Catch = [typeof(InvalidDataException)], TrialTimeout = TimeSpan.FromSeconds(30) }, Token);

        Assert.Equal(
            [FailureKind.Exception, FailureKind.InvalidValues, FailureKind.Told, FailureKind.TimedOut, null],
            study.Trials.Select(trial => trial.FailureKind));
        Assert.Equal([true, true, true, true, false], study.Trials.Select(trial => trial.IsFailureOfObjective));
    }

    [Fact]
    public async Task Optimize_Cancelled_IsNoFailureOfTheObjective()
    {
        await using Study study = New();
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => study.OptimizeAsync(
            async (trial, token) =>
            {
                await cancellation.CancelAsync();
                token.ThrowIfCancellationRequested();
                return 1.0;
            },
            new() { Trials = 1 }, cancellation.Token));

        Assert.Equal((FailureKind.Cancelled, false), (study.Trials[0].FailureKind, study.Trials[0].IsFailureOfObjective));
    }

    [Fact]
    public async Task Dispose_AndLapsedLeases_AreNoFailuresOfTheObjective()
    {
        var time = new FakeTimeProvider();
        var storage = new InMemoryStorage(time);
        await using (Study study = await Study.CreateAsync(new() { Name = "s", Storage = storage, TimeProvider = time }, Token)) _ = await study.AskAsync(cancellationToken: Token);
        await using Study other = await Study.LoadAsync(new() { Name = "s", Storage = storage, TimeProvider = time }, Token);
        await storage.StartTrialsAsync(other.History.Study.Id, new() { StartedAt = time.GetUtcNow(), RequestId = Guid.NewGuid() }, Token);
        time.Advance(TimeSpan.FromHours(1));
        await storage.TakeBackAsync(other.History.Study.Id, new(TimeSpan.FromMinutes(1), 0), Token);
        await other.RefreshAsync(Token);

        Assert.Equal([FailureKind.GivenBack, FailureKind.Lapsed], other.Trials.Select(trial => trial.FailureKind));
        Assert.DoesNotContain(other.Trials, trial => trial.IsFailureOfObjective);
    }

    [Fact]
    public async Task Ask_ASamplerThatFails_IsNoFailureOfTheObjective()
    {
        await using Study study = Study.Create(new() { Sampler = new FakeSampler { Infer = (_, _) => throw new InvalidDataException("odd") } });

        await Assert.ThrowsAsync<InvalidDataException>(() => study.AskAsync(cancellationToken: Token));

        Assert.Equal(FailureKind.Sampling, study.Trials[0].FailureKind);
    }

    [Fact]
    public async Task FailureKind_OfOtherPrograms_IsUnknownAndCounts()
    {
        await using Study study = New();
        AttributeSet[] stored = [AttributeSet.Empty, AttributeSet.Empty.With(SystemKeys.FailKind, "odd"), AttributeSet.Empty.With(SystemKeys.FailKind, "99"), AttributeSet.Empty.With(SystemKeys.FailKind, 1)];
        await study.AddTrialsAsync(stored.Select(attributes => new TrialTemplate { State = TrialState.Failed, SystemAttributes = attributes }), Token);
        await study.AddTrialAsync(Finished(1) with { SystemAttributes = AttributeSet.Empty.With(SystemKeys.FailKind, "Told") }, Token);

        Assert.All(study.Trials, trial => Assert.Null(trial.FailureKind));
        Assert.Equal([true, true, true, true, false], study.Trials.Select(trial => trial.IsFailureOfObjective));
    }
}
