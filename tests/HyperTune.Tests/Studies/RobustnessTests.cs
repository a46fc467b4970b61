using Microsoft.Extensions.Logging;
using static HyperTune.Tests.Studies.StudyTesting;

namespace HyperTune.Tests.Studies;

/// <summary>What a study survives: other processes' trials, listeners that throw, spaces that changed.</summary>
public sealed class RobustnessTests
{
    [Fact]
    public async Task TellAsync_ForeignTrialWithManyParameters_StoresItsEndAlone()
    {
        var storage = new InMemoryStorage();
        await using Study worker = await Study.CreateAsync(new() { Name = "s", Storage = storage, Sampler = new RandomSampler() }, Token);
        await using Study teller = await Study.LoadAsync(new() { Name = "s", Storage = storage }, Token);
        Trial trial = await worker.AskAsync(cancellationToken: Token);
        for (int i = 0; i < 40; i++) trial.SuggestDouble($"x{i}", 0, 1);
        await worker.RefreshAsync(Token);

        Assert.Equal(TellOutcome.Stored, await teller.TellAsync(trial.Number, 1.5, Token));

        TrialRecord stored = Assert.Single(teller.Trials);
        Assert.Equal((TrialState.Complete, 40), (stored.State, stored.Params.Count));
        Assert.Null(teller.History.SamplerOf(0));
    }

    [Fact]
    public async Task ALoggerThatThrows_StopsNoLaterTrial()
    {
        using var loggers = new ThrowingLoggerFactory();
        await using Study study = await Study.CreateAsync(new() { Sampler = new RandomSampler(), LoggerFactory = loggers }, Token);
        loggers.IsThrowing = true;
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => study.AskAsync(cancellationToken: Token));
        loggers.IsThrowing = false;

        Trial trial = await study.AskAsync(cancellationToken: Token);

        Assert.Equal(TellOutcome.Stored, await study.TellAsync(trial, 1, Token));
    }

    [Fact]
    public async Task ATrialThatIsToldWhileItsObjectiveRuns_DoesNotEndTheLoop()
    {
        await using Study study = Study.Create(new() { Sampler = new RandomSampler() });

        await study.OptimizeAsync(async (trial, _) =>
        {
            double x = trial.SuggestDouble("x", 0, 1);
            if (trial.Number != 1) return x;
            await study.TellAsync(trial.Number, 7, Token);
            trial.Report(x, 0);
            return x;
        }, new() { Trials = 4 }, Token);

        Assert.Equal(4, study.History.CountOf(TrialState.Complete));
        Assert.Equal(7, study.Trials[1].Value);
    }

    [Fact]
    public async Task EnqueuedParameters_OfAKnownName_AreKnownToTheSamplerOfTheNextTrial()
    {
        var seen = new List<int>();
        await using Study study = Study.Create(new() { Sampler = new FakeSampler { Infer = (_, trial) => { seen.Add(trial.FixedParameters.Count); return SearchSpace.Empty; } } });
        await study.EnqueueAsync([new("x", 0.25)], cancellationToken: Token);
        await study.EnqueueAsync([new("x", 0.75)], cancellationToken: Token);

        await study.OptimizeAsync(trial => trial.SuggestDouble("x", 0, 1), new() { Trials = 2 }, Token);

        Assert.Equal([0, 1], seen);
    }

    [Fact]
    public async Task ADeclaredSpaceWithoutAStoredChoice_IsStillModelled()
    {
        var storage = new InMemoryStorage();
        var options = new StudyOptions { Name = "s", Storage = storage, LoadIfExists = true, Sampler = new TpeSampler(new() { Seed = 1, StartupTrials = 3 }) };
        await using (Study before = await Study.CreateAsync(options, Token))
            await before.OptimizeAsync(trial => trial.SuggestDouble("x", 0, 1) + trial.SuggestInt("n", 0, 9), new() { Trials = 20 }, Token);
        SearchSpace narrower = SearchSpace.Empty.AddDouble("x", 0.4, 0.6).AddInt("n", 4, 5);

        await using Study after = await Study.CreateAsync(options with { SearchSpace = narrower }, Token);
        await after.OptimizeAsync(trial => trial.SuggestDouble("x", 0.4, 0.6) + trial.SuggestInt("n", 4, 5), new() { Trials = 10 }, Token);

        Assert.Equal(30, after.History.CountOf(TrialState.Complete));
    }

    [Fact]
    public async Task LeasesThatLapseBeforeTheyAreRenewed_AreRefused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => Study.CreateAsync(new() { Leases = new() { RenewInterval = TimeSpan.FromMinutes(2), Grace = TimeSpan.FromMinutes(1) } }, Token));

    private sealed class ThrowingLoggerFactory : ILoggerFactory, ILogger
    {
        public bool IsThrowing { get; set; }

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => IsThrowing;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new InvalidOperationException("The logger is broken.");

        public void Dispose()
        {
        }
    }
}
