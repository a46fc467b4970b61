using HyperTune.History;
using HyperTune.Pruners;
using HyperTune.Trials;
using static HyperTune.Tests.Studies.StudyTesting;

namespace HyperTune.Tests.Studies;

public sealed class NoiseTests
{
    [Fact]
    public async Task SetStandardError_IsStoredWithTheTrial_AndCopied()
    {
        await using Study study = New();
        await study.OptimizeAsync(trial =>
        {
            if (trial.Number != 1) trial.SetStandardError(9);
            if (trial.Number != 1) trial.SetStandardError(trial.Number / 8.0);
            return trial.SuggestDouble("x", 0, 1);
        }, new() { Trials = 3 }, Token);
        var storage = new InMemoryStorage();
        await study.CopyToAsync(storage, "copy", Token);
        await using Study copy = await Study.LoadAsync(new() { Name = "copy", Storage = storage }, Token);
        await using Study imported = New();
        await imported.AddTrialAsync(new() { State = TrialState.Complete, Values = [1], SystemAttributes = study.Trials[2].SystemAttributes }, Token);

        foreach (Study one in new[] { study, copy })
        {
            Assert.Equal([[0], [], [0.25]], one.Trials.Select(trial => trial.StandardErrors));
            Assert.Equal([0, double.NaN, 0.25], one.History.StandardErrors(0).ToArray());
        }
        Assert.Equal([0.25], imported.Trials[0].StandardErrors);
    }

    [Fact]
    public async Task SetStandardError_SeveralObjectives_TakesOneForEach()
    {
        await using Study study = New(Direction.Minimize, Direction.Maximize);
        Trial trial = await study.AskAsync(cancellationToken: Token);

        Assert.Contains("2 objectives", Assert.Throws<InvalidOperationException>(() => trial.SetStandardError(1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => trial.SetStandardError((1, 2, 3)));
        trial.SetStandardError((0.5, 0.25));
        await study.TellAsync(trial, (1, 2), Token);

        Assert.Equal([0.5, 0.25], study.Trials[0].StandardErrors);
        Assert.Equal((0.5, 0.25), (study.History.StandardErrors(0)[0], study.History.StandardErrors(1)[0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => study.History.StandardErrors(2).Length);
        Assert.Throws<InvalidOperationException>(() => trial.SetStandardError((1, 1)));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(double.MaxValue, true)]
    [InlineData(-double.Epsilon, false)]
    [InlineData(double.NaN, false)]
    [InlineData(double.PositiveInfinity, false)]
    public async Task SetStandardError_IsFiniteAndNotNegative(double value, bool isTaken)
    {
        await using Study study = New();
        Trial trial = await study.AskAsync(cancellationToken: Token);
        var fixedTrial = new FixedTrial([]);

        foreach (Trial one in new[] { trial, fixedTrial })
        {
            if (isTaken) one.SetStandardError(value);
            else Assert.Throws<ArgumentOutOfRangeException>(() => one.SetStandardError(value));
        }

        Assert.Equal(isTaken ? [value] : Array.Empty<double>(), fixedTrial.StandardErrors);
    }

    [Fact]
    public async Task StandardErrors_WhatAnotherProgramStored_IsNone()
    {
        await using Study study = New();
        AttributeValue[] stored = ["text", 1.0, AttributeValue.Array("a"), AttributeValue.Array(-1.0), AttributeValue.Array(double.PositiveInfinity), AttributeValue.Array(), AttributeValue.Array(2)];
        await study.AddTrialsAsync(
            stored.Select(value => new TrialTemplate { State = TrialState.Complete, Values = [1], SystemAttributes = AttributeSet.Empty.With(SystemKeys.StandardErrors, value) }), Token);

        Assert.Equal([[], [], [double.NaN], [double.NaN], [double.NaN], [], [2]], study.Trials.Select(trial => trial.StandardErrors));
        Assert.Equal([double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, 2], study.History.StandardErrors(0).ToArray());
    }

    [Fact]
    public async Task StandardErrors_OfASnapshot_StayAsLongAsItsRows()
    {
        await using Study study = New();
        await study.AddTrialAsync(Finished(1), Token);
        StudyHistory before = study.History;
        await study.AddTrialAsync(Finished(1), Token);

        Assert.Equal(2, study.History.StandardErrors(0).Length);
        Assert.Equal(1, before.StandardErrors(0).Length);
    }

    [Theory]
    [InlineData(Direction.Minimize)]
    [InlineData(Direction.Maximize)]
    public async Task RobustBest_NothingKnownAboutTheNoise_IsTheBestTrial(Direction direction)
    {
        await using Study study = New(direction);
        Assert.False(study.TryGetRobustBest(out _));
        Assert.Throws<InvalidOperationException>(() => study.RobustBest);
        await study.AddTrialsAsync([Finished(2, ("x", 0.1)), Finished(1, ("x", 0.2)), Finished(3, ("x", 0.3)), Finished(1, ("x", 0.4)), Finished(3, ("x", 0.5))], Token);

        Assert.Equal([study.BestTrial], study.RobustBest.Trials);
        Assert.Equal(study.BestValue, study.RobustBest.PessimisticValue(5));
        Assert.Equal(double.NaN, study.RobustBest.StandardError);
        Assert.True(study.TryGetRobustBest(out Configuration? best, 0));
        Assert.Equal(study.BestParams, best.Params);
    }

    [Fact]
    public async Task RobustBest_ALuckyEvaluation_IsNotBest()
    {
        await using Study study = New();
        await study.OptimizeAsync(trial =>
        {
            trial.SetStandardError(trial.Number == 1 ? 1 : 0.1);
            return trial.SuggestDouble("x", 0, 1) + (trial.Number == 1 ? 0 : 1);
        }, new() { Trials = 2 }, Token);

        Assert.Equal(1, study.BestTrial.Number);
        Assert.Equal([study.Trials[0]], study.RobustBest.Trials);
        Assert.True(study.TryGetRobustBest(out Configuration? byMean, standardErrors: 0));
        Assert.Equal([study.Trials[1]], byMean.Trials);
    }

    [Fact]
    public async Task RobustBest_SeveralObjectives_Throws()
    {
        await using Study study = New(Direction.Minimize, Direction.Minimize);
        Assert.Throws<InvalidOperationException>(() => study.RobustBest);
        Assert.Empty(study.Configurations);
        await using Study single = New();
        Assert.Throws<ArgumentOutOfRangeException>(() => single.TryGetRobustBest(out _, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => single.TryGetRobustBest(out _, double.NaN));
    }

    [Fact]
    public async Task RepeatAsync_TheSameParameters_AreEvaluatedAgain()
    {
        await using Study study = New();
        int calls = 0;
        await study.OptimizeAsync(Objective, new() { Trials = 2 }, Token);

        IReadOnlyList<int> numbers = await study.RepeatAsync(study.Trials[0], 3, Token);
        await study.OptimizeAsync(Objective, new() { Trials = 4 }, Token);

        Assert.Equal([2, 3, 4], numbers);
        Assert.Equal([4, 1, 1], study.Configurations.Select(configuration => configuration.Count));
        Assert.Equal([0, 2, 3, 4], study.Configurations[0].Trials.Select(trial => trial.Number));
        Assert.Equal([0.0, 2, 3, 4], study.Configurations[0].Trials.Select(trial => trial.Value!.Value));

        double Objective(Trial trial)
        {
            trial.SuggestDouble("x", 1e-3, 1, log: true);
            trial.SuggestCategorical<string?>("k", ["a", null, "c"]);
            if (trial.SuggestBool("more")) trial.SuggestInt("n", 1, 9);
            return calls++;
        }
    }

    [Fact]
    public async Task RepeatAsync_BadInput_IsRefused()
    {
        await using Study study = New();
        await study.AddTrialsAsync([Finished(1, ("x", 0.5)), Finished(1)], Token);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => study.RepeatAsync(study.Trials[0], 0, Token));
        await Assert.ThrowsAsync<ArgumentNullException>(() => study.RepeatAsync(null!, 1, Token));
        Assert.Contains("no parameters", (await Assert.ThrowsAsync<ArgumentException>(() => study.RepeatAsync(study.Trials[1], 1, Token))).Message, StringComparison.Ordinal);
        Assert.Equal(2, study.Trials.Count);
    }

    [Fact]
    public async Task RepeatAsync_Repetitions_AreNotPruned()
    {
        await using Study study = Study.Create(new() { Sampler = Seeded(), Pruner = new FakePruner((_, _) => new PruneDecision(true, "always")) });
        await study.AddTrialAsync(Finished(1, ("x", 0.5)), Token);
        await study.RepeatAsync(study.Trials[0], cancellationToken: Token);

        await study.OptimizeAsync(trial =>
        {
            trial.Report(1, 0);
            trial.ThrowIfShouldPrune();
            return trial.SuggestDouble("x", 0, 1);
        }, new() { Trials = 2 }, Token);

        Assert.Equal([TrialState.Complete, TrialState.Complete, TrialState.Pruned], study.Trials.Select(trial => trial.State));
    }

    [Fact]
    public async Task Reevaluation_TheRobustBest_IsEvaluatedUntilItHasEnough()
    {
        await using Study study = New();
        await study.AddTrialAsync(Finished(-5, ("x", 0.5)), Token);

        await study.OptimizeAsync(trial => trial.SuggestDouble("x", 0, 1) is 0.5 ? -5 : 1, new() { Trials = 19, Reevaluation = new() { Evaluations = 4, Every = 3 } }, Token);

        Configuration best = study.RobustBest;
        Assert.Equal([0, 2, 5, 8], best.Trials.Select(trial => trial.Number));
        Assert.Equal(17, study.Configurations.Count);
        Assert.Equal(20, study.Trials.Count);
        Assert.Equal(TrialOrigin.Enqueued, study.History.OriginOf(2));
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(5, true)]
    public async Task Reevaluation_SeveralWorkers_EvaluateNoMoreThanWanted(int parallelism, bool isDeterministic)
    {
        await using Study study = New();
        await study.AddTrialAsync(Finished(-5, ("x", 0.5)), Token);

        await study.OptimizeAsync(
            trial => trial.SuggestDouble("x", 0, 1) is 0.5 ? -5 : 1,
            new() { TotalTrials = 40, Parallelism = parallelism, IsDeterministic = isDeterministic, Reevaluation = new() { Evaluations = 6, Every = 2 }, Repeats = RepeatPolicy.DrawAgain }, Token);

        Assert.Equal(40, study.Trials.Count);
        Assert.Equal(6, study.RobustBest.Count);
        Assert.All(study.RobustBest.Trials.Skip(1), trial => Assert.Equal(1, trial.Number % 2));
    }

    [Fact]
    public async Task Reevaluation_DeterministicRuns_AreTheSame()
    {
        var descriptions = new List<string>();
        for (int run = 0; run < 2; run++)
        {
            await using Study study = Study.Create(new() { Sampler = new TpeSampler(new() { Seed = 4, StartupTrials = 5 }) });
            await study.OptimizeAsync(
                trial => trial.SuggestDouble("x", 0, 1) + (trial.Number * 37 % 11 / 10.0),
                new() { Trials = 40, Parallelism = 4, IsDeterministic = true, Reevaluation = new() { Evaluations = 3, Every = 2 } }, Token);
            Assert.True(study.Configurations.Max(configuration => configuration.Count) == 3);
            descriptions.Add(Describe(study));
        }
        Assert.Equal(descriptions[0], descriptions[1]);
    }

    [Fact]
    public async Task Reevaluation_WhatUsersEnqueue_ComesAllTheSame()
    {
        await using Study study = New();
        await study.AddTrialAsync(Finished(-5, ("x", 0.5)), Token);
        await study.EnqueueAsync([new("x", 0.25)], cancellationToken: Token);

        await study.OptimizeAsync(trial => trial.SuggestDouble("x", 0, 1), new() { Trials = 3, Reevaluation = new() { Every = 2 } }, Token);

        Assert.Equal([0.5, 0.25, 0.5], [(double)study.Trials[0].Params["x"]!, (double)study.Trials[1].Params["x"]!, (double)study.Trials[3].Params["x"]!]);
    }

    [Fact]
    public async Task Reevaluation_ARepetitionThatFailed_IsTriedAgainAsOne()
    {
        await using Study study = Study.Create(new() { Sampler = Seeded(), MaxRetries = 1 });
        await study.AddTrialAsync(Finished(-5, ("x", 0.5)), Token);

        await study.OptimizeAsync(
            trial => trial.SuggestDouble("x", 0, 1) is 0.5 ? trial.Number == 1 ? double.NaN : -5 : 1, new() { Trials = 2, Reevaluation = new() { Evaluations = 2, Every = 2 } }, Token);

        Assert.Equal([0, 2], study.RobustBest.Trials.Select(trial => trial.Number));
        Assert.True(study.Trials[2].SystemAttributes.ContainsKey(SystemKeys.RepeatOf));
    }

    [Fact]
    public async Task Reevaluation_SeveralObjectives_IsRefused()
    {
        await using Study study = New(Direction.Minimize, Direction.Minimize);
        await Assert.ThrowsAsync<ArgumentException>(() => study.OptimizeAsync(_ => (1.0, 2.0), new() { Trials = 1, Reevaluation = new() }, Token));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReevaluationOptions { Evaluations = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReevaluationOptions { Every = 1 });
    }
}
