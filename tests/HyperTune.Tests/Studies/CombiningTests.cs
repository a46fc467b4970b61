using HyperTune.History;
using HyperTune.Storage;
using HyperTune.Trials;
using static HyperTune.Tests.Studies.StudyTesting;

namespace HyperTune.Tests.Studies;

/// <summary>The end of a trial and the start of the next one, asked for together.</summary>
public sealed class CombiningTests
{
    [Fact]
    public async Task AWorkerThatGoesOn_EndsAndStartsInOneStep()
    {
        var storage = new CombiningStorage();
        await using Study study = await NewAsync(storage);

        await study.OptimizeAsync(Objective, new() { Trials = 10 }, Token);

        Assert.Equal(10, study.History.CountOf(TrialState.Complete));
        Assert.Equal((9, 1, 1), (storage.Combined, storage.Starts, storage.Writes));
    }

    [Fact]
    public async Task TheNextTrial_IsSampledWithTheEndBeforeIt()
    {
        var seen = new List<int>();
        await using Study study = await NewAsync(new CombiningStorage(), new FakeSampler
        {
            Infer = (history, _) =>
            {
                seen.Add(history.Count);
                return SearchSpace.Empty;
            },
        });

        await study.OptimizeAsync(Objective, new() { Trials = 4 }, Token);

        Assert.Equal([0, 1, 2, 3], seen);
    }

    [Fact]
    public async Task Callbacks_SeeTheEndBeforeAnotherTrialStarts()
    {
        var storage = new CombiningStorage();
        await using Study study = await NewAsync(storage);

        await study.OptimizeAsync(Objective, new() { Trials = 10, Callbacks = [(stopped, trial) => { if (trial.Number == 3) stopped.Stop(); }] }, Token);

        Assert.Equal(4, study.Trials.Count);
        Assert.Equal(0, storage.Combined);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WhatCannotBeDoneTogether_IsDoneOneByOne(bool isTransient)
    {
        var storage = new CombiningStorage { Fault = () => isTransient ? new StorageException("busy", isTransient: true) : new InvalidOperationException("not together") };
        await using Study study = await NewAsync(storage);

        await study.OptimizeAsync(Objective, new() { Trials = 10, Parallelism = 2 }, Token);

        Assert.Equal(10, study.History.CountOf(TrialState.Complete));
        Assert.True(storage.Combined > 0);
    }

    [Fact]
    public async Task AnEndThatCannotBeStored_EndsTheLoopAndStartsNothing()
    {
        var storage = new CombiningStorage { Fault = () => new StorageException("busy", isTransient: false), IsWritingFaulty = true };
        await using Study study = await NewAsync(storage);

        await Assert.ThrowsAsync<StorageException>(() => study.OptimizeAsync(Objective, new() { Trials = 10 }, Token));

        (storage.Fault, storage.IsWritingFaulty) = (null, false);
        await study.RefreshAsync(Token);
        Assert.Equal(0, Assert.Single(study.History.Running).Number);
        // Nobody's turn is left open.
        await study.OptimizeAsync(Objective, new() { Trials = 3 }, Token);
        Assert.Equal(3, study.History.CountOf(TrialState.Complete));
    }

    [Fact]
    public async Task ASamplerThatThrowsAtTheEnd_LeavesNoTrialBehind()
    {
        var storage = new CombiningStorage();
        await using Study study = await NewAsync(storage, new FakeSampler { After = (_, trial, _) => { if (trial.Number == 2) throw new NotSupportedException(); } });

        await Assert.ThrowsAsync<NotSupportedException>(() => study.OptimizeAsync(Objective, new() { Trials = 10 }, Token));

        Assert.Equal(3, study.Trials.Count);
        Assert.Equal(3, study.History.CountOf(TrialState.Complete));
    }

    [Fact]
    public async Task AListenerThatThrowsAtTheEnd_GivesTheNextTrialBack()
    {
        using var loggers = new EndThrowingLoggers();
        await using Study study = await NewAsync(new CombiningStorage(), loggers: loggers);

        await Assert.ThrowsAsync<InvalidOperationException>(() => study.OptimizeAsync(Objective, new() { Trials = 10 }, Token));

        loggers.IsThrowing = false;
        await study.RefreshAsync(Token);
        Assert.Empty(study.History.Running);
        await study.OptimizeAsync(Objective, new() { Trials = 2 }, Token);
        Assert.Equal(3, study.History.CountOf(TrialState.Complete));
    }

    private static double Objective(Trial trial) => trial.SuggestDouble("x", 0, 1);

    private static Task<Study> NewAsync(CombiningStorage storage, HyperTune.Samplers.ISampler? sampler = null, Microsoft.Extensions.Logging.ILoggerFactory? loggers = null) => Study.CreateAsync(
        new() { Name = "s", Storage = storage, Sampler = sampler ?? Seeded(), LoggerFactory = loggers ?? Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance }, Token);

    /// <summary>Throws once when the first trial has ended.</summary>
    private sealed class EndThrowingLoggers : Microsoft.Extensions.Logging.ILoggerFactory, Microsoft.Extensions.Logging.ILogger
    {
        public bool IsThrowing { get; set; } = true;

        public Microsoft.Extensions.Logging.ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(Microsoft.Extensions.Logging.ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

        public void Log<TState>(
            Microsoft.Extensions.Logging.LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsThrowing || eventId.Name != "TrialEnded") return;
            IsThrowing = false;
            throw new InvalidOperationException("The listener failed.");
        }

        public void Dispose()
        {
        }
    }

    /// <summary>Writes and starts together, all or nothing, as a database does.</summary>
    private sealed class CombiningStorage : ICombiningStorage
    {
        private readonly InMemoryStorage _inner = new();
        private int _combined, _starts, _writes;

        public Func<Exception>? Fault { get; set; }

        public bool IsWritingFaulty { get; set; }

        public int Combined => _combined;

        public int Starts => _starts;

        public int Writes => _writes;

        public async ValueTask<(IReadOnlyList<WriteOutcome> Outcomes, IReadOnlyList<TrialRecord> Started)> WriteAndStartAsync(
            StudyId study, IReadOnlyList<TrialChanges> changes, TrialStart start, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _combined);
            if (Fault is { } fault) throw fault();
            return (await _inner.WriteAsync(study, changes, cancellationToken), await _inner.StartTrialsAsync(study, start, cancellationToken));
        }

        public ValueTask<IReadOnlyList<TrialRecord>> StartTrialsAsync(StudyId study, TrialStart start, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _starts);
            return _inner.StartTrialsAsync(study, start, cancellationToken);
        }

        public ValueTask<IReadOnlyList<WriteOutcome>> WriteAsync(StudyId study, IReadOnlyList<TrialChanges> changes, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _writes);
            if (IsWritingFaulty && Fault is { } fault) throw fault();
            return _inner.WriteAsync(study, changes, cancellationToken);
        }

        public ValueTask<StudyRecord> CreateStudyAsync(StudyDefinition study, CancellationToken cancellationToken) => _inner.CreateStudyAsync(study, cancellationToken);

        public ValueTask<StudyRecord?> FindStudyAsync(string name, CancellationToken cancellationToken) => _inner.FindStudyAsync(name, cancellationToken);

        public ValueTask<IReadOnlyList<StudySummary>> ListStudiesAsync(CancellationToken cancellationToken) => _inner.ListStudiesAsync(cancellationToken);

        public ValueTask DeleteStudyAsync(StudyId study, CancellationToken cancellationToken) => _inner.DeleteStudyAsync(study, cancellationToken);

        public ValueTask SetStudyAttributesAsync(StudyId study, AttributeChanges changes, CancellationToken cancellationToken) => _inner.SetStudyAttributesAsync(study, changes, cancellationToken);

        public ValueTask<IReadOnlyList<int?>> AddTrialsAsync(StudyId study, TrialImport import, CancellationToken cancellationToken) => _inner.AddTrialsAsync(study, import, cancellationToken);

        public ValueTask<IReadOnlyList<WriteOutcome>> RenewLeasesAsync(StudyId study, IReadOnlyList<TrialId> trials, CancellationToken cancellationToken) => _inner.RenewLeasesAsync(study, trials, cancellationToken);

        public ValueTask<IReadOnlyList<TakenBackTrial>> TakeBackAsync(StudyId study, LeaseRules rules, CancellationToken cancellationToken) => _inner.TakeBackAsync(study, rules, cancellationToken);

        public ValueTask<StudyDelta> ReadAsync(StudyId study, StudyCursor since, CancellationToken cancellationToken) => _inner.ReadAsync(study, since, cancellationToken);

        public ValueTask DisposeAsync() => _inner.DisposeAsync();
    }
}
