using HyperTune.Pruners;
using HyperTune.Testing;
using Microsoft.Extensions.Time.Testing;
using static HyperTune.Tests.Studies.StudyTesting;

namespace HyperTune.Tests.Studies;

public sealed class TrialReportTests
{
    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData((long)int.MaxValue, true)]
    [InlineData(int.MaxValue + 1L, false)]
    [InlineData(long.MinValue, false)]
    public async Task Report_StepRange_IsChecked(long step, bool isTaken)
    {
        await using Study study = New();
        Trial trial = await study.AskAsync(cancellationToken: Token);

        if (isTaken) trial.Report(1, step);
        else Assert.Equal("step", Assert.Throws<ArgumentOutOfRangeException>(() => trial.Report(1, step)).ParamName);

        await study.TellAsync(trial, 0, Token);
        Assert.Equal(isTaken ? [step] : [], study.Trials[0].IntermediateValues.Steps.ToArray());
    }

    [Fact]
    public async Task Report_StepTwice_IsIgnoredWithOneWarning()
    {
        using var logs = new CapturingLoggerFactory();
        await using Study study = Study.Create(new() { LoggerFactory = logs });
        Trial trial = await study.AskAsync(cancellationToken: Token);

        trial.Report(1, 3);
        trial.Report(2, 3);
        trial.Report(5, 1);
        trial.Report(6, 1);
        await study.TellAsync(trial, 0, Token);

        Assert.Equal([5, 1], study.Trials[0].IntermediateValues.Values.ToArray());
        Assert.Contains("step 3", Assert.Single(logs.WithId(23)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_NaNAndInfinity_AreKept()
    {
        await using Study study = New();
        Trial trial = await study.AskAsync(cancellationToken: Token);
        trial.Report(double.NaN, 0);
        trial.Report(double.NegativeInfinity, 1);
        await study.TellAsync(trial, 0, Token);

        Assert.Equal([double.NaN, double.NegativeInfinity], study.Trials[0].IntermediateValues.Values.ToArray());
    }

    [Fact]
    public async Task Report_SeveralObjectives_TakesOneValueForEach()
    {
        await using Study study = New(Direction.Minimize, Direction.Maximize);
        Trial trial = await study.AskAsync(cancellationToken: Token);

        trial.Report([1, 2], 4);
        Assert.Throws<InvalidOperationException>(() => trial.Report(1, 5));
        Assert.Throws<ArgumentException>(() => trial.Report([1, 2, 3], 5));
        await study.TellAsync(trial, (1, 2), Token);

        Assert.Equal([4], study.Trials[0].IntermediateValues.Steps.ToArray());
        Assert.Equal("[1.0, 2.0]", study.Trials[0].SystemAttributes["hypertune:report:4"].ToJson());
    }

    [Fact]
    public async Task Report_SeveralValuesWithOneObjective_Throws()
    {
        await using Study study = New();
        Trial trial = await study.AskAsync(cancellationToken: Token);
        Assert.Throws<ArgumentException>(() => trial.Report([1, 2], 0));
    }

    [Fact]
    public async Task SetConstraint_NaNOrBadName_Throws()
    {
        await using Study study = New();
        Trial trial = await study.AskAsync(cancellationToken: Token);

        Assert.Equal("value", Assert.Throws<ArgumentException>(() => trial.SetConstraint("c", double.NaN)).ParamName);
        Assert.ThrowsAny<ArgumentException>(() => trial.SetConstraint("", 0));
        Assert.ThrowsAny<ArgumentException>(() => trial.SetConstraint(new string('x', 501), 0));
        trial.SetConstraint(new string('x', 500), double.PositiveInfinity);
        trial.SetConstraint("c", 1);
        trial.SetConstraint("c", -1);
        await study.TellAsync(trial, 0, Token);

        Assert.Equal([double.PositiveInfinity, -1], study.Trials[0].Constraints.Values);
    }

    [Fact]
    public async Task SetUserAttribute_ReplacesAndIsStored()
    {
        await using Study study = New();
        Trial trial = await study.AskAsync(cancellationToken: Token);
        trial.SetUserAttribute("a", 1);
        trial.SetUserAttribute("a", "two");
        trial.SetUserAttribute("b", AttributeValue.Null);

        Assert.Equal("two", trial.UserAttributes["a"].AsString());
        Assert.ThrowsAny<ArgumentException>(() => trial.SetUserAttribute("", 1));
        Assert.Throws<ArgumentNullException>(() => trial.SetUserAttribute("x", null!));
        await study.TellAsync(trial, 0, Token);
        Assert.Equal(["a", "b"], study.Trials[0].UserAttributes.Keys);
    }

    [Fact]
    public async Task Calls_AfterTheEnd_Throw()
    {
        await using Study study = New();
        Trial trial = await study.AskAsync(cancellationToken: Token);
        double x = trial.SuggestDouble("x", 0, 1);
        await study.TellAsync(trial, 1, Token);

        Assert.Throws<InvalidOperationException>(() => trial.SuggestDouble("y", 0, 1));
        Assert.Throws<InvalidOperationException>(() => trial.Report(1, 0));
        Assert.Throws<InvalidOperationException>(() => trial.ShouldPrune());
        Assert.Throws<InvalidOperationException>(() => trial.ThrowIfShouldPrune());
        Assert.Throws<InvalidOperationException>(() => trial.SetUserAttribute("a", 1));
        Assert.Throws<InvalidOperationException>(() => trial.SetConstraint("c", 1));
        Assert.Equal(x, trial.Params["x"]);
        Assert.False(trial.CancellationToken.IsCancellationRequested);
    }

    [Fact]
    public async Task Report_FromManyThreads_LosesNothing()
    {
        await using Study study = await Study.CreateAsync(new() { Storage = new FaultyStorage(), Sampler = Seeded() }, Token);
        Trial trial = await study.AskAsync(cancellationToken: Token);
        using var barrier = new Barrier(4);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            barrier.SignalAndWait(Token);
            for (int i = 0; i < 200; i++)
            {
                trial.Report(i, 4 * i + worker);
                trial.SetUserAttribute($"{worker}:{i}", i);
                if (i % 50 == 0) await study.RefreshAsync(Token);
            }
        }, Token)));
        await study.TellAsync(trial, 0, Token);

        Assert.Equal(800, study.Trials[0].IntermediateValues.Count);
        Assert.Equal(800, study.Trials[0].UserAttributes.Count);
        Assert.All(study.Trials[0].IntermediateValues.AsEnumerable(), report => Assert.Equal(report.Key / 4, report.Value));
    }

    [Fact]
    public async Task ShouldPrune_AsksThePrunerWithTheTrialsOwnReports()
    {
        await using Study study = Study.Create(new()
        {
            Pruner = new FakePruner((_, trial) => trial.IntermediateValues.LastValue > 2 ? PruneDecision.Because("too large") : PruneDecision.Keep)
            {
                Before = (_, trial) => trial.Bracket = trial.Number,
            },
        });
        Trial trial = await study.AskAsync(cancellationToken: Token);

        trial.Report(1, 0);
        Assert.False(trial.ShouldPrune());
        trial.ThrowIfShouldPrune();
        trial.Report(3, 1);
        Assert.True(trial.ShouldPrune());
        Assert.Equal("too large", Assert.Throws<TrialPrunedException>(trial.ThrowIfShouldPrune).Reason);
        await study.TellAsync(trial, TrialState.Pruned, cancellationToken: Token);
        Assert.Equal(0, study.Trials[0].SystemAttributes["hypertune:bracket"].AsInt64());
    }

    [Fact]
    public async Task Report_SeveralObjectives_CostsTheSameHoweverManyThereAre()
    {
        await using Study study = Study.Create(
            new() { Directions = [Direction.Minimize, Direction.Minimize], TimeProvider = new FakeTimeProvider(), Sampler = Seeded(), Pruner = new NopPruner() });
        Trial trial = await study.AskAsync(cancellationToken: Token);

        long first = Allocated(() => Report(0, 1000));
        Report(1000, 9000);
        long later = Allocated(() => Report(10_000, 1000));
        await study.TellAsync(trial, (1, 2), Token);

        // Lists double now and then, and this must not be mistaken for a copy at each report.
        Assert.InRange(later, 0, first + (1000 * 256));
        Assert.Equal(11_000, study.Trials[0].IntermediateValues.Count);
        Assert.Equal(new AttributeValue[] { 10_999.0, 1.0 }, study.Trials[0].SystemAttributes["hypertune:report:10999"].Items);

        void Report(int from, int count)
        {
            for (int step = from; step < from + count; step++) trial.Report((step, 1), step);
        }

        static long Allocated(Action work)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
