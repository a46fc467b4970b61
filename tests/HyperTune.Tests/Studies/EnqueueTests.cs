using HyperTune.Testing;
using static HyperTune.Tests.Studies.StudyTesting;

namespace HyperTune.Tests.Studies;

public sealed class EnqueueTests
{
    [Fact]
    public async Task EnqueueAsync_GivenParametersAreUsed_TheOthersDrawn()
    {
        await using Study study = New();
        int? number = await study.EnqueueAsync([new("x", 0.25), new("k", "b"), new("n", 3)], [new("why", "known good")], cancellationToken: Token);

        Trial trial = await study.AskAsync(cancellationToken: Token);

        Assert.Equal(number, trial.Number);
        Assert.Equal(0.25, trial.SuggestDouble("x", 0, 1));
        Assert.Equal("b", trial.SuggestCategorical("k", ["a", "b"]));
        Assert.Equal(3, trial.SuggestInt("n", 0, 5));
        Assert.InRange(trial.SuggestDouble("y", 2, 3), 2, 3);
        Assert.Equal("known good", trial.UserAttributes["why"].AsString());
        await study.TellAsync(trial, 1, Token);
        Assert.Equal(HyperTune.Trials.TrialOrigin.Enqueued, study.History.OriginOf(0));
        study.History.TryGetParameter("x", out var x);
        study.History.TryGetParameter("y", out var y);
        Assert.Equal((HyperTune.Trials.ParameterOrigin.Given, HyperTune.Trials.ParameterOrigin.Independent), (x.Origins[0], y.Origins[0]));
    }

    [Fact]
    public async Task EnqueueAsync_ValueOutsideOfTheDomain_IsDrawnWithAWarning()
    {
        using var logs = new CapturingLoggerFactory();
        await using Study study = Study.Create(new() { LoggerFactory = logs, Sampler = Seeded() });
        await study.EnqueueAsync([new("x", 7.0)], cancellationToken: Token);

        Trial trial = await study.AskAsync(cancellationToken: Token);

        Assert.InRange(trial.SuggestDouble("x", 0, 1), 0, 1);
        Assert.Contains("'x'", Assert.Single(logs.WithId(24)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EnqueueAsync_TrialsAreClaimedOldestFirstBeforeNewOnes()
    {
        await using Study study = New();
        for (int i = 0; i < 3; i++) await study.EnqueueAsync([new("x", i / 4.0)], cancellationToken: Token);

        var seen = new List<double>();
        await study.OptimizeAsync(trial =>
        {
            double x = trial.SuggestDouble("x", 0, 1);
            seen.Add(x);
            return x;
        }, new() { Trials = 4 }, Token);

        Assert.Equal([0, 0.25, 0.5], seen.Take(3));
        Assert.Equal([0, 1, 2, 3], study.Trials.Select(trial => trial.Number));
    }

    [Fact]
    public async Task EnqueueAsync_SkipIfExists_LooksAtTrialsOfAnyState()
    {
        await using Study study = New();
        await study.AddTrialAsync(Finished(1, ("x", 0.5)), Token);

        Assert.Null(await study.EnqueueAsync([new("x", 0.5)], skipIfExists: true, cancellationToken: Token));
        Assert.Equal(1, await study.EnqueueAsync([new("x", 0.75)], skipIfExists: true, cancellationToken: Token));
        Assert.Null(await study.EnqueueAsync([new("x", 0.75)], skipIfExists: true, cancellationToken: Token));
        Assert.Equal(2, await study.EnqueueAsync([new("x", 0.75)], cancellationToken: Token));
        Assert.Equal(3, await study.EnqueueAsync([new("x", 0.75), new("y", 1)], skipIfExists: true, cancellationToken: Token));
    }

    public static TheoryData<string, object?> Refused => new()
    {
        { "", 1 },
        { "a\0", 1 },
        { "x", new object() },
        { "x", "text" },
        { "x", null },
        { "declared", 2.0 },
        { "declared", double.NaN },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task EnqueueAsync_WhatCannotBeStoredOrIsOfAnotherKind_IsRefused(string name, object? value)
    {
        await using Study study = Study.Create(new() { SearchSpace = SearchSpace.Empty.AddDouble("declared", 0, 1) });
        await study.AddTrialAsync(Finished(1, ("x", 0.5)), Token);

        await Assert.ThrowsAnyAsync<ArgumentException>(() => study.EnqueueAsync([new(name, value)], cancellationToken: Token));

        Assert.Single(study.Trials);
    }

    [Fact]
    public async Task EnqueueAsync_NoParameters_IsATrialLikeAnyOther()
    {
        await using Study study = New();
        await study.EnqueueAsync([], cancellationToken: Token);
        Trial trial = await study.AskAsync(cancellationToken: Token);
        Assert.Equal(0, trial.Number);
        Assert.InRange(trial.SuggestDouble("x", 0, 1), 0, 1);
    }

    [Fact]
    public async Task EnqueueAsync_RangesMayMove_SoAValueOutsideOfTheLastRangeIsTaken()
    {
        await using Study study = New();
        await study.AddTrialAsync(Finished(1, ("x", 0.5)), Token);
        await study.EnqueueAsync([new("x", 5.0)], cancellationToken: Token);

        Trial trial = await study.AskAsync(cancellationToken: Token);

        Assert.Equal(5.0, trial.SuggestDouble("x", 0, 10));
    }
}
