using HyperTune.Storage;
using HyperTune.Trials;

namespace HyperTune.Tests.Samplers.Gp;

public sealed class GpTreeTests
{
    private static readonly SearchSpace Declared = SearchSpace.Empty
        .AddCategorical("kind", ["wide", "narrow", "none"])
        .AddDouble("w", 0, 1, when: ("kind", ["wide"]))
        .AddDouble("x", 0, 1, when: ("kind", ["narrow"]))
        .AddDouble("y", 0, 1, when: ("kind", ["narrow"]));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_better_branch_is_found_behind_a_plateau(bool isDeclared)
    {
        // The wide branch leads down to 0.5 at once; the narrow one has a basin down to 0 that covers a tenth of its plane.
        double[] best = [.. Enumerable.Range(0, 5).Select(seed =>
        {
            using Study study = Open((ulong)seed, isDeclared ? Declared : null);
            study.Optimize(Objective, new() { Trials = 90 }, TestContext.Current.CancellationToken);
            return study.BestValue;
        }).Order()];
        Assert.InRange(best[2], 0, 0.02);
    }

    [Fact]
    public void Every_branch_has_its_first_trials_and_its_share()
    {
        using Study study = Open(1, Declared);
        study.Optimize(Objective, new() { Trials = 80 }, TestContext.Current.CancellationToken);
        ILookup<object?, TrialRecord> branches = study.Trials.ToLookup(trial => trial.Params["kind"]);
        Assert.InRange(branches["wide"].Count(), 6, 80);
        Assert.InRange(branches["narrow"].Count(), 8, 80);
        // There is nothing to choose in it, so that one look is enough.
        Assert.Single(branches["none"]);
        Assert.Equal(3, study.Trials.Take(3).Select(trial => trial.Params["kind"]).Distinct().Count());
    }

    [Fact]
    public void Active_parameters_are_drawn_jointly_and_no_others()
    {
        using Study study = Open(2, Declared);
        study.Optimize(Objective, new() { Trials = 30 }, TestContext.Current.CancellationToken);
        foreach (TrialExplanation trial in study.Trials.Select(study.Explain))
        {
            Assert.All(trial.Parameters, parameter => Assert.Equal(ParameterOrigin.Joint, parameter.Origin));
            Assert.Equal(trial.Parameters[0].Value switch { "wide" => 2, "narrow" => 3, _ => 1 }, trial.Parameters.Count);
        }
    }

    [Fact]
    public void A_tree_that_is_only_inferred_gives_joint_samples_too()
    {
        using Study study = Open(3, null);
        study.Optimize(Objective, new() { Trials = 60 }, TestContext.Current.CancellationToken);
        // Until each branch was seen once its parameters are unknown.
        Assert.All(study.Trials.Skip(20).Select(study.Explain), trial => Assert.All(trial.Parameters, parameter => Assert.Equal(ParameterOrigin.Joint, parameter.Origin)));
    }

    [Fact]
    public void Values_of_a_parent_that_lead_to_the_same_parameters_share_a_model()
    {
        SearchSpace space = SearchSpace.Empty
            .AddCategorical("optimizer", ["adam", "lion", "sgd"])
            .AddDouble("rate", 1e-4, 1, log: true)
            .AddDouble("momentum", 0, 1, when: ("optimizer", ["sgd"]));
        using Study study = Open(4, space);
        study.Optimize(
            trial =>
            {
                string optimizer = trial.SuggestCategorical("optimizer", ["adam", "lion", "sgd"]);
                double rate = Math.Log10(trial.SuggestDouble("rate", 1e-4, 1, log: true)), momentum = optimizer == "sgd" ? trial.SuggestDouble("momentum", 0, 1) : 0.5;
                return ((rate + 2) * (rate + 2)) + (momentum * momentum) + (optimizer == "lion" ? -1 : 0);
            },
            new() { Trials = 50 },
            TestContext.Current.CancellationToken);
        Assert.Equal("lion", study.BestParams["optimizer"]);
        Assert.InRange(study.BestValue, -0.751, -0.745);
    }

    [Fact]
    public async Task An_enqueued_parent_decides_the_branch()
    {
        using Study study = Open(5, Declared);
        study.Optimize(Objective, new() { Trials = 30 }, TestContext.Current.CancellationToken);
        await study.EnqueueAsync(new Dictionary<string, object?> { ["kind"] = "wide" }, cancellationToken: TestContext.Current.CancellationToken);
        study.Optimize(Objective, new() { Trials = 1 }, TestContext.Current.CancellationToken);
        TrialExplanation last = study.Explain(study.Trials[^1]);
        Assert.Equal("wide", last.Parameters[0].Value);
        Assert.Equal(ParameterOrigin.Joint, last.Parameters[1].Origin);
    }

    [Fact]
    public void A_proposal_is_the_same_after_a_restart_at_every_trial()
    {
        const int Trials = 50;
        using Study whole = Open(6, null);
        whole.Optimize(Objective, new() { Trials = Trials }, TestContext.Current.CancellationToken);
        var storage = new InMemoryStorage();
        for (int k = 0; k < Trials; k++)
        {
            using Study part = Open(6, null, storage);
            part.Optimize(Objective, new() { Trials = 1 }, TestContext.Current.CancellationToken);
            Assert.Equal(whole.Trials[k].Parameters.Values.ToArray(), part.Trials[k].Parameters.Values.ToArray());
        }
    }

    [Fact]
    public void Several_objectives_and_constraints_have_branches_too()
    {
        using var study = Study.Create(new() { Directions = [Direction.Minimize, Direction.Minimize], Sampler = new GpSampler(new() { Seed = 7 }), Pruner = new NopPruner(), SearchSpace = Declared });
        for (int i = 0; i < 50; i++)
        {
            Trial trial = study.Ask(Declared);
            double first = trial.Params.TryGetValue("x", out object? x) ? (double)x! : 1, second = trial.Params.TryGetValue("y", out object? y) ? (double)y! : 1;
            trial.SetConstraint("half", 0.5 - first);
            study.Tell(trial, [first, (1 - first) + (second * second)]);
        }
        // The front lies in the narrow branch at y = 0, from x = 0.5 on.
        Assert.All(study.BestTrials, trial => Assert.Equal("narrow", trial.Params["kind"]));
        Assert.InRange(Hypervolume.Of(study.Trials, study.Directions, 1.1, 1.1), 0.5, 0.6);
    }

    private static double Objective(Trial trial)
    {
        switch (trial.SuggestCategorical("kind", ["wide", "narrow", "none"]))
        {
            case "wide":
                double w = trial.SuggestDouble("w", 0, 1) - 0.4;
                return 0.5 + (w * w);
            case "narrow":
                double x = trial.SuggestDouble("x", 0, 1) - 0.7, y = trial.SuggestDouble("y", 0, 1) - 0.2;
                return 1 - Math.Exp(-((x * x) + (y * y)) / 0.03);
            default:
                return 0.9;
        }
    }

    private static Study Open(ulong seed, SearchSpace? declared, IStorage? storage = null) => Study.Create(new()
    {
        Name = "tree",
        Sampler = new GpSampler(new() { Seed = seed }),
        Pruner = new NopPruner(),
        SearchSpace = declared,
        Storage = storage,
        LoadIfExists = true,
    });
}
