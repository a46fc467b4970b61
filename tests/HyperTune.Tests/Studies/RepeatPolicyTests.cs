using static HyperTune.Tests.Studies.StudyTesting;

namespace HyperTune.Tests.Studies;

public sealed class RepeatPolicyTests
{
    private static readonly SearchSpace Conditional = SearchSpace.Empty
        .AddCategorical("kernel", ["rbf", "poly"])
        .AddInt("degree", 2, 4, when: ("kernel", ["poly"]))
        .AddCategorical("flag", [true, false]);

    [Fact]
    public async Task Allow_FiniteSpace_Repeats()
    {
        await using Study study = New();
        await study.OptimizeAsync(trial => trial.SuggestInt("n", 1, 3), new() { Trials = 12 }, Token);
        Assert.Equal(12, study.Trials.Count);
    }

    [Theory]
    [InlineData(RepeatPolicy.DrawAgain, 1, false)]
    [InlineData(RepeatPolicy.DrawAgain, 4, true)]
    [InlineData(RepeatPolicy.StopWhenExhausted, 1, false)]
    public async Task DrawAgain_DefineByRun_ComesToEveryPointOnce(RepeatPolicy policy, int parallelism, bool isDeterministic)
    {
        await using Study study = New();

        await study.OptimizeAsync(
            trial => trial.SuggestInt("a", 1, 4) + trial.SuggestInt("b", 1, 3),
            new() { Trials = 1 }, Token);
        await study.OptimizeAsync(
            trial => trial.SuggestInt("a", 1, 4) + trial.SuggestInt("b", 1, 3),
            new() { Trials = 11, Repeats = policy, Parallelism = parallelism, IsDeterministic = isDeterministic }, Token);

        Assert.Equal(12, Points(study).Distinct().Count());
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public async Task StopWhenExhausted_ConditionalSpace_StopsAfterEveryPoint(int parallelism, bool isDeterministic)
    {
        await using Study study = Study.Create(new() { SearchSpace = Conditional, Sampler = Seeded() });

        await study.OptimizeAsync(
            trial => trial.Suggest(Conditional).Count,
            new() { Trials = 100, Repeats = RepeatPolicy.StopWhenExhausted, Parallelism = parallelism, IsDeterministic = isDeterministic }, Token);

        Assert.Equal(8, Points(study).Distinct().Count());
        Assert.Equal(8, study.Trials.Count(trial => trial.State == TrialState.Complete));
        Assert.Equal(8, study.Trials.Count);
        Assert.DoesNotContain(study.Trials, trial => trial.State == TrialState.Running);
        await study.OptimizeAsync(trial => 1.0, new() { Trials = 10, Repeats = RepeatPolicy.StopWhenExhausted }, Token);
        await study.TellAsync(await study.AskAsync(cancellationToken: Token), 1, Token);
    }

    [Fact]
    public async Task StopWhenExhausted_MoreWorkersThanPoints_StartsNoTrialWithoutAPoint()
    {
        SearchSpace space = SearchSpace.Empty.AddInt("n", 1, 3);
        await using Study study = Study.Create(new() { SearchSpace = space, Sampler = Seeded() });
        var running = new CountdownEvent(3);

        // Each trial runs until all points are taken, so that workers have to do without one.
        await study.OptimizeAsync(
            trial =>
            {
                running.Signal();
                running.Wait(Token);
                return trial.SuggestInt("n", 1, 3);
            },
            new() { Trials = 100, Parallelism = 8, Repeats = RepeatPolicy.StopWhenExhausted }, Token);

        Assert.Equal([1.0, 2, 3], study.Trials.Select(trial => trial.Value!.Value).Order());
        running.Dispose();
    }

    [Fact]
    public async Task StopWhenExhausted_TrialThatFailsBesideOthers_HasItsPointTriedAgain()
    {
        SearchSpace space = SearchSpace.Empty.AddInt("n", 1, 3);
        await using Study study = Study.Create(new() { SearchSpace = space, Sampler = Seeded() });
        using var others = new CountdownEvent(2);

        await study.OptimizeAsync(
            trial =>
            {
                int n = trial.SuggestInt("n", 1, 3);
                if (trial.Number is 1 or 2) others.Signal();
                if (trial.Number != 0) return n;
                others.Wait(Token);
                return double.NaN;
            },
            new() { Trials = 100, Parallelism = 3, Repeats = RepeatPolicy.StopWhenExhausted }, Token);

        Assert.Equal(3, Points(study).Distinct().Count());
        Assert.Equal(4, study.Trials.Count);
    }

    [Fact]
    public async Task DrawAgain_ExhaustedSpace_Repeats()
    {
        await using Study study = New();
        await study.OptimizeAsync(trial => trial.SuggestInt("n", 1, 3), new() { Trials = 10, Repeats = RepeatPolicy.DrawAgain }, Token);
        Assert.Equal(10, study.Trials.Count(trial => trial.State == TrialState.Complete));
        Assert.Equal(3, study.Trials.Take(4).Select(trial => trial.Value).Distinct().Count());
    }

    [Fact]
    public async Task StopWhenExhausted_ContinuousSpace_GoesOn()
    {
        await using Study study = New();
        await study.OptimizeAsync(trial => trial.SuggestDouble("x", 0, 1), new() { Trials = 10, Repeats = RepeatPolicy.StopWhenExhausted }, Token);
        Assert.Equal(10, study.Trials.Count);
    }

    [Fact]
    public async Task StopWhenExhausted_EnqueuedTrials_AreTakenAsTheyAre()
    {
        await using Study study = Study.Create(new() { SearchSpace = SearchSpace.Empty.AddInt("n", 1, 5), Sampler = Seeded() });
        await study.OptimizeAsync(trial => trial.SuggestInt("n", 1, 5), new() { Trials = 2 }, Token);
        long n = (long)study.Trials[0].Params["n"]!;
        await study.EnqueueAsync([new("n", n)], cancellationToken: Token);

        await study.OptimizeAsync(trial => trial.SuggestInt("n", 1, 5), new() { Trials = 1, Repeats = RepeatPolicy.StopWhenExhausted }, Token);

        Assert.Equal((TrialState.Complete, n), (study.Trials[2].State, (long)study.Trials[2].Params["n"]!));
    }

    [Fact]
    public async Task DrawAgain_JointSampler_IsAskedAgainWithOtherRandomNumbers()
    {
        SearchSpace space = SearchSpace.Empty.AddInt("n", 1, 100);
        await using Study study = Study.Create(new()
        {
            Sampler = new FakeSampler
            {
                Infer = (_, _) => space,
                Sample = (_, trial, _) => ParameterSet.Empty.With("n", space[0].Distribution, 1 + trial.Random("joint").NextInt(100)),
            },
        });
        await study.OptimizeAsync(trial => trial.SuggestInt("n", 1, 100), new() { Trials = 100, Repeats = RepeatPolicy.DrawAgain }, Token);

        Assert.InRange(Points(study).Distinct().Count(), 99, 100);
    }

    [Fact]
    public async Task StopWhenExhausted_FailedTrials_AreTriedAgain()
    {
        await using Study study = Study.Create(new() { SearchSpace = SearchSpace.Empty.AddInt("n", 1, 3), Sampler = Seeded() });

        await study.OptimizeAsync(trial => trial.SuggestInt("n", 1, 3) == 0 || trial.Number < 2 ? double.NaN : 1, new() { Trials = 50, Repeats = RepeatPolicy.StopWhenExhausted }, Token);

        Assert.Equal(3, study.Trials.Count(trial => trial.State == TrialState.Complete));
        Assert.Equal(5, study.Trials.Count);
    }

    private static IEnumerable<string> Points(Study study) => study.Trials
        .Where(trial => trial.State == TrialState.Complete)
        .Select(trial => string.Join(' ', trial.Parameters.OrderBy(parameter => parameter.Name, StringComparer.Ordinal).Select(parameter => $"{parameter.Name}={parameter.Value}")));
}
