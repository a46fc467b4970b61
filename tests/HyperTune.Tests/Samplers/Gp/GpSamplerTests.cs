using HyperTune.History;
using HyperTune.Samplers;
using HyperTune.Storage;
using HyperTune.Testing;
using HyperTune.Trials;

namespace HyperTune.Tests.Samplers.Gp;

public sealed class GpSamplerTests
{
    private static readonly SearchSpace Plane = SearchSpace.Empty.AddDouble("x", -5, 10).AddDouble("y", 0, 15);

    [Fact]
    public void Branin_is_solved_in_forty_trials()
    {
        // Random search has a median of about 1 there, the optimum is 0.39789.
        double[] best = [.. Enumerable.Range(0, 5).Select(seed => Run(new GpSampler(new() { Seed = (ulong)seed }), Plane, 40, Branin).BestValue).Order()];
        Assert.InRange(best[2], 0.397, 0.41);
    }

    [Fact]
    public void A_proposal_is_the_same_after_a_restart_at_every_trial()
    {
        // From 100 trials on fits and matrices are carried from one proposal to the next.
        const int Trials = 112;
        SearchSpace space = Plane.AddCategorical("kind", ["a", "b"]).AddInt("n", 1, 64, log: true);
        IReadOnlyList<TrialRecord> whole = Run(new GpSampler(new() { Seed = 3 }), space, Trials, Mixed).Trials;
        var storage = new InMemoryStorage();
        for (int k = 0; k < Trials; k++)
        {
            using Study part = Open(new GpSampler(new() { Seed = 3 }), storage: storage);
            Trial trial = part.Ask(space);
            part.Tell(trial, Mixed(trial));
            Assert.Equal(whole[k].Parameters.Values.ToArray(), part.Trials[k].Parameters.Values.ToArray());
        }
    }

    [Fact]
    public void Fitted_parameters_are_noted_with_the_trial_and_used_by_the_next()
    {
        using Study study = Run(new GpSampler(new() { Seed = 1 }), Plane, 12, Branin);
        Assert.All(study.Trials, trial => Assert.Equal(trial.Number >= 8, trial.SystemAttributes.ContainsKey("hypertune:gp")));
        AttributeValue note = study.Trials[^1].SystemAttributes["hypertune:gp"];
        Assert.Equal(11, note.Members.Single(member => member.Key == "trials").Value.AsInt64());
    }

    [Fact]
    public void Affine_rescaling_of_values_changes_next_to_nothing()
    {
        IReadOnlyList<TrialRecord> plain = Run(new GpSampler(new() { Seed = 2 }), Plane, 11, Branin).Trials;
        IReadOnlyList<TrialRecord> scaled = Run(new GpSampler(new() { Seed = 2 }), Plane, 11, trial => (1024 * Branin(trial)) + 512).Trials;
        for (int i = 0; i < plain.Count; i++)
        {
            for (int j = 0; j < 2; j++) Assert.Equal(plain[i].Parameters[j].Value, scaled[i].Parameters[j].Value, 1e-4);
        }
    }

    [Fact]
    public void A_constant_objective_is_answered_by_the_sequence()
    {
        using Study modelled = Run(new GpSampler(new() { Seed = 4 }), Plane, 40, _ => 7);
        using Study sequence = Run(new QmcSampler(new() { Seed = 4 }), Plane, 40, _ => 7);
        Assert.Equal(sequence.Trials.Select(trial => trial.Parameters[0].Value), modelled.Trials.Select(trial => trial.Parameters[0].Value));
    }

    [Fact]
    public void Constraints_are_kept_to()
    {
        // The free optimum at (0.2, 0.2) is forbidden; that of the feasible half lies at (0.5, 0.5) with a value of 0.18.
        SearchSpace space = SearchSpace.Empty.AddDouble("x", 0, 1).AddDouble("y", 0, 1);
        double[] best = [.. Enumerable.Range(0, 5).Select(seed =>
        {
            using Study study = Open(new GpSampler(new() { Seed = (ulong)seed }));
            for (int i = 0; i < 40; i++)
            {
                Trial trial = study.Ask(space);
                (double x, double y) = ((double)trial.Params["x"]!, (double)trial.Params["y"]!);
                trial.SetConstraint("sum", 1 - x - y);
                study.Tell(trial, ((x - 0.2) * (x - 0.2)) + ((y - 0.2) * (y - 0.2)));
            }
            return study.BestValue;
        }).Order()];
        Assert.InRange(best[2], 0.1799, 0.1815);
    }

    [Fact]
    public void A_small_feasible_region_is_found()
    {
        // A disk of radius 0.12 holds 4.5 % of the plane; nothing feasible is known at first.
        SearchSpace space = SearchSpace.Empty.AddDouble("x", 0, 1).AddDouble("y", 0, 1);
        int found = 0;
        for (int seed = 0; seed < 6; seed++)
        {
            using Study study = Open(new GpSampler(new() { Seed = (ulong)seed }));
            for (int i = 0; i < 30; i++)
            {
                Trial trial = study.Ask(space);
                (double x, double y) = ((double)trial.Params["x"]! - 0.77, (double)trial.Params["y"]! - 0.31);
                trial.SetConstraint("disk", Math.Sqrt((x * x) + (y * y)) - 0.12);
                study.Tell(trial, x + y);
            }
            if (study.Trials.Count(trial => trial.IsFeasible) >= 5) found++;
        }
        Assert.True(found >= 5, $"found in {found} of 6 studies");
    }

    [Fact]
    public void Two_objectives_spread_over_the_front()
    {
        // The front of (x² + y², (x - 1)² + y²) is y = 0.
        SearchSpace space = SearchSpace.Empty.AddDouble("x", 0, 1).AddDouble("y", 0, 1);
        double modelled = Volume(new GpSampler(new() { Seed = 1 })), random = Volume(new RandomSampler(new() { Seed = 1 }));
        Assert.True(modelled > random + 0.05, $"{modelled} against {random}");

        double Volume(ISampler sampler)
        {
            using var study = Study.Create(new StudyOptions { Directions = [Direction.Minimize, Direction.Minimize], Sampler = sampler });
            for (int i = 0; i < 40; i++)
            {
                Trial trial = study.Ask(space);
                (double x, double y) = ((double)trial.Params["x"]!, (double)trial.Params["y"]!);
                study.Tell(trial, [(x * x) + (y * y), ((x - 1) * (x - 1)) + (y * y)]);
            }
            return Hypervolume.Of(study.Trials, study.Directions, 1.1, 1.1);
        }
    }

    [Theory]
    [InlineData(TrialState.Failed)]
    [InlineData(TrialState.Pruned)]
    public void A_region_where_trials_end_without_a_value_is_left(TrialState state)
    {
        // The bottom of the bowl lies in a disk of radius 0.25 without values. The best that can be had is the disk's edge, 0.0625.
        SearchSpace space = SearchSpace.Empty.AddDouble("x", 0, 1).AddDouble("y", 0, 1);
        using Study study = Open(new GpSampler(new() { Seed = 5, AvoidsFailures = true }));
        for (int i = 0; i < 50; i++)
        {
            Trial trial = study.Ask(space);
            (double x, double y) = ((double)trial.Params["x"]! - 0.4, (double)trial.Params["y"]! - 0.45);
            double value = (x * x) + (y * y);
            if (value < 0.0625) study.Tell(trial, state);
            else study.Tell(trial, value);
        }
        // At the edge more than half of the proposals fall on the wrong side, but in the end none deep inside.
        Assert.DoesNotContain(study.Trials.Skip(25), trial => Math.Pow((double)trial.Params["x"]! - 0.4, 2) + Math.Pow((double)trial.Params["y"]! - 0.45, 2) < 0.03);
        Assert.InRange(study.BestValue, 0.0625, 0.08);
    }

    [Fact]
    public void Failures_say_nothing_of_their_place_but_that_it_was_tried()
    {
        // The bowl's bottom lies in a disk without values, toward which proposals move from all sides; none comes back to where one failed.
        SearchSpace space = SearchSpace.Empty.AddDouble("x", 0, 1).AddDouble("y", 0, 1);
        int avoided = Failures(avoids: true), tried = Failures(avoids: false);
        Assert.True(avoided < tried, $"{avoided} failures where they are avoided, {tried} where they are not");

        int Failures(bool avoids)
        {
            using Study study = Open(new GpSampler(new() { Seed = 5, AvoidsFailures = avoids }));
            for (int i = 0; i < 40; i++)
            {
                Trial trial = study.Ask(space);
                (double x, double y) = ((double)trial.Params["x"]! - 0.4, (double)trial.Params["y"]! - 0.45);
                if ((x * x) + (y * y) < 0.0625) study.Tell(trial, TrialState.Failed);
                else study.Tell(trial, (x * x) + (y * y));
            }
            double[][] failed = [.. study.Trials.Where(trial => trial.State == TrialState.Failed).Select(trial => trial.Parameters.Values.ToArray())];
            Assert.Equal(failed.Length, failed.Select(point => (Math.Round(point[0], 3), Math.Round(point[1], 3))).Distinct().Count());
            return failed.Length;
        }
    }

    [Fact]
    public void Fixed_parameters_are_taken_into_account()
    {
        // With x given the best y is x itself.
        SearchSpace space = SearchSpace.Empty.AddDouble("x", 0, 1).AddDouble("y", 0, 1);
        var scenario = new HistoryScenario { DeclaredSpace = space };
        for (int i = 0; i < 60; i++)
        {
            (double x, double y) = ((i * 0.618034) % 1, (i * 0.754878) % 1);
            scenario.Add(new() { Parameters = [new("x", space[0].Distribution, x), new("y", space[1].Distribution, y)], Values = [(x - y) * (x - y)] });
        }
        StudyHistory history = scenario.Build();
        TrialContext trial = scenario.Context(new(), ParameterSet.Of([new("x", space[0].Distribution, 0.8)]));
        var sampler = new GpSampler();
        ParameterSet drawn = sampler.SampleRelative(history, trial, sampler.InferRelativeSpace(history, trial));
        Assert.Equal(0.8, drawn[0].Value, 1e-9);
        Assert.InRange(drawn[1].Value, 0.7, 0.9);
    }

    [Fact]
    public void A_finite_space_is_not_repeated_while_there_is_more()
    {
        SearchSpace space = SearchSpace.Empty.AddInt("a", 0, 4).AddCategorical("b", ["p", "q", "r"]).AddDouble("c", 0, 1, step: 0.5);
        using Study study = Run(new GpSampler(new() { Seed = 6, IsDeterministic = true, StartupTrials = 5 }), space, 45, trial => (long)trial.Params["a"]! + (double)trial.Params["c"]!);
        Assert.True(study.Trials.Skip(5).Select(trial => string.Join(' ', trial.Params.Values)).Distinct().Count() == 40);
    }

    [Fact]
    public void More_trials_than_the_model_bears_are_chosen_from()
    {
        using Study study = Run(new GpSampler(new() { Seed = 7, TrainingTrials = 20 }), Plane, 80, Branin);
        Assert.InRange(study.BestValue, 0.397, 0.42);
    }

    [Fact]
    public void Penalties_do_not_hide_the_rest()
    {
        // Every third value is a penalty of the kind that users give to what must not be.
        double[] best = [.. Enumerable.Range(0, 5).Select(seed =>
            Run(new GpSampler(new() { Seed = (ulong)seed }), Plane, 50, trial => (double)trial.Params["y"]! > 11 ? 1e10 : Branin(trial)).BestValue).Order()];
        Assert.InRange(best[2], 0.397, 0.42);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void Too_few_startup_trials_are_refused(int trials) => Assert.Throws<ArgumentOutOfRangeException>(() => new GpSamplerOptions { StartupTrials = trials });

    [Fact]
    public void Too_few_training_trials_are_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new GpSamplerOptions { TrainingTrials = 19 });

    private static Study Open(ISampler sampler, IStorage? storage = null) =>
        Study.Create(new StudyOptions { Name = "gp", Sampler = sampler, Pruner = new NopPruner(), Storage = storage, LoadIfExists = true });

    private static Study Run(ISampler sampler, SearchSpace space, int trials, Func<Trial, double> objective)
    {
        Study study = Open(sampler);
        for (int i = 0; i < trials; i++)
        {
            Trial trial = study.Ask(space);
            study.Tell(trial, objective(trial));
        }
        return study;
    }

    private static double Branin(Trial trial)
    {
        (double x, double y) = ((double)trial.Params["x"]!, (double)trial.Params["y"]!);
        double bend = y - (5.1 / (4 * Math.PI * Math.PI) * x * x) + (5 / Math.PI * x) - 6;
        return (bend * bend) + (10 * (1 - (1 / (8 * Math.PI))) * Math.Cos(x)) + 10;
    }

    private static double Mixed(Trial trial) => Branin(trial) + ((string)trial.Params["kind"]! == "a" ? 5 : 0) + Math.Abs(Math.Log2((long)trial.Params["n"]!) - 3);
}
