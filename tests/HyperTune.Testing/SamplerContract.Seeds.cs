namespace HyperTune.Testing;

/// <content>What seeds, restarts and workers change, and what they do not.</content>
public abstract partial class SamplerContract
{
    private protected const int Restarts = 30;
    private const int OpenTrials = 16;

    [Fact]
    public void The_same_seed_gives_the_same_study()
    {
        using Study first = Open(Create(5)), second = Open(Create(5));
        Run(first, MixedSpace, 40);
        Run(second, MixedSpace, 40);
        Same(Proposals(first), Proposals(second));
    }

    [Fact]
    public void Another_seed_gives_another_study()
    {
        Assert.SkipUnless(IsRandom, "The sampler draws nothing at random.");
        using Study first = Open(Create(5)), second = Open(Create(6));
        Run(first, MixedSpace, 1);
        Run(second, MixedSpace, 1);
        Assert.NotEqual(Proposals(first)[0].Values.ToArray(), Proposals(second)[0].Values.ToArray());
    }

    [Fact]
    public void A_study_that_is_continued_by_another_process_goes_on_as_if_it_had_not_stopped()
    {
        using Study whole = Open(Create(7));
        Run(whole, MixedSpace, Restarts + 1);

        var storage = new InMemoryStorage();
        for (int i = 0; i <= Restarts; i++)
        {
            // A new sampler and a new study, for each trial: all that was known is what was stored.
            using Study part = Open(Create(7), storage: storage);
            Run(part, MixedSpace, 1);
        }
        using Study parts = Open(Create(7), storage: storage);
        Same(Proposals(whole), Proposals(parts));
    }

    [Fact]
    public void Maximizing_is_minimizing_the_negated_values()
    {
        using Study minimized = Open(Create(8)), maximized = Open(Create(8), Direction.Maximize);
        Run(minimized, MixedSpace, 40);
        for (int i = 0; i < 40; i++)
        {
            Trial trial = maximized.Ask(MixedSpace);
            maximized.Tell(trial, -Bowl(MixedSpace, trial));
        }
        Same(Proposals(minimized), Proposals(maximized));
    }

    [Fact]
    public void Trials_can_be_asked_for_while_others_run()
    {
        using Study study = Open(Create(9));
        for (int round = 0; round < 4; round++)
        {
            Trial[] open = [.. Enumerable.Range(0, OpenTrials).Select(_ => study.Ask(MixedSpace))];
            if (IsRandom) Assert.Equal(OpenTrials, open.Select(trial => string.Join(' ', Point(MixedSpace, trial))).Distinct().Count());
            foreach (Trial trial in open.Reverse()) study.Tell(trial, Bowl(MixedSpace, trial));
        }
        Assert.Equal(4 * OpenTrials, study.History.CountOf(TrialState.Complete));
    }

    [Fact]
    public void A_deterministic_parallel_run_repeats_itself()
    {
        IReadOnlyList<ParameterSet>[] runs = [.. Enumerable.Range(0, 2).Select(_ =>
        {
            using Study study = Open(Create(10));
            study.Optimize(trial => Bowl(MixedSpace, Suggested(trial)), new OptimizeOptions { Trials = 40, Parallelism = 8, IsDeterministic = true });
            return Proposals(study);
        })];
        Same(runs[0], runs[1]);
    }

    [Fact]
    public void A_parallel_run_ends_without_an_exception()
    {
        using Study study = Open(Create(11));
        study.Optimize(trial => Bowl(MixedSpace, Suggested(trial)), new OptimizeOptions { Trials = 60, Parallelism = 4 });
        Assert.Equal(60, study.History.CountOf(TrialState.Complete));
    }

    /// <summary>Where 16 open trials lie no nearer to one another than half as near as 16 trials told one by one.</summary>
    [Fact]
    public void Proposals_of_open_trials_do_not_fall_together()
    {
        // Distances vary by a factor of two from study to study, so the medians of several are compared. A sampler that does not look at
        // running trials draws them as it draws told ones, unless it is drawn to one point; then it must repel.
        SearchSpace space = UnitSpace("a", "b", "c", "d");
        double[] told = [.. Enumerable.Range(0, 15).Select(seed => SmallestDistance(space, (ulong)seed, tellsAtOnce: true)).Order()];
        double[] running = [.. Enumerable.Range(0, 15).Select(seed => SmallestDistance(space, (ulong)seed, tellsAtOnce: false)).Order()];
        Assert.True(running[7] >= 0.5 * told[7], $"running {running[7]:G3}, told {told[7]:G3}");
    }

    private double SmallestDistance(SearchSpace space, ulong seed, bool tellsAtOnce)
    {
        using Study study = Open(Create(seed));
        Run(study, space, 30);
        var points = new List<double[]>();
        for (int i = 0; i < OpenTrials; i++)
        {
            Trial trial = study.Ask(space);
            points.Add(Point(space, trial));
            if (tellsAtOnce) study.Tell(trial, Bowl(space, trial));
        }
        double smallest = double.PositiveInfinity;
        for (int i = 0; i < points.Count; i++)
        {
            for (int j = 0; j < i; j++) smallest = Math.Min(smallest, Math.Sqrt(points[i].Zip(points[j], (x, y) => (x - y) * (x - y)).Sum()));
        }
        return smallest;
    }

    private protected Trial Suggested(Trial trial)
    {
        _ = trial.Suggest(MixedSpace);
        return trial;
    }
}
