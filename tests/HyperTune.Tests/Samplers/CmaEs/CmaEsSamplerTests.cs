using HyperTune.History;
using HyperTune.Samplers.CmaEs;
using HyperTune.Samplers.Generations;
using HyperTune.Testing;
using HyperTune.Trials;

namespace HyperTune.Tests.Samplers.CmaEs;

public sealed class CmaEsSamplerTests
{
    private static readonly SearchSpace Plane = SearchSpace.Empty.AddDouble("x", 0, 1).AddDouble("y", 0, 1);

    [Fact]
    public void Several_objectives_are_refused_with_the_names_of_samplers_for_them()
    {
        using var study = Study.Create(new StudyOptions { Directions = [Direction.Minimize, Direction.Minimize], Sampler = new CmaEsSampler() });
        var exception = Assert.Throws<InvalidOperationException>(() => study.Ask());
        Assert.Contains(nameof(NsgaIISampler), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_are_checked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CmaEsSamplerOptions { PopulationSize = 3 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CmaEsSamplerOptions { StartupTrials = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CmaEsSamplerOptions { InitialSigma = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CmaEsSamplerOptions { InitialSigma = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CmaEsSamplerOptions { Restarts = (CmaEsRestarts)3 });
        Assert.Throws<ArgumentException>(() => new CmaEsSampler(new() { IsSeparable = true, AdaptsLearningRates = true }));
        StudyHistory several = new HistoryScenario(Direction.Minimize, Direction.Minimize).Build();
        Assert.Throws<ArgumentException>(() => new CmaEsSampler(new() { WarmStart = several }));
    }

    [Theory]
    [InlineData(false, false, 1e-7)]
    [InlineData(true, false, 1e-7)]
    [InlineData(false, true, 1e-3)]
    public void The_bottom_of_a_bowl_is_found(bool isSeparable, bool adaptsRates, double tolerance)
    {
        using Study study = Run(new CmaEsSampler(new() { Seed = 1, IsSeparable = isSeparable, AdaptsLearningRates = adaptsRates }), 600, (x, y) => Square(x - 0.31) + 100 * Square(y - 0.77));
        Assert.InRange(study.BestValue, 0, tolerance);
    }

    [Fact]
    public void Whole_numbers_steps_and_choices_are_found_together()
    {
        SearchSpace space = SearchSpace.Empty.AddInt("n", 0, 100).AddDouble("q", -2, 2, step: 0.25).AddInt("log", 1, 1024, log: true).AddCategorical("kind", ["a", "b", "c", "d"]).AddDouble("x", -5, 5);
        using var study = Study.Create(new StudyOptions { Sampler = new CmaEsSampler(new() { Seed = 3 }) });
        for (int i = 0; i < 800; i++)
        {
            Trial trial = study.Ask(space);
            double loss = Square(((long)trial.Params["n"]! - 83) / 20.0) + Square((double)trial.Params["q"]! + 0.75) + Square(Math.Log2((long)trial.Params["log"]!) - 6)
                + Square((double)trial.Params["x"]! - 2) + (Equals(trial.Params["kind"], "c") ? 0 : 1);
            study.Tell(trial, loss);
        }
        Assert.Equal(83L, study.BestParams["n"]);
        Assert.Equal(-0.75, study.BestParams["q"]);
        Assert.Equal(64L, study.BestParams["log"]);
        Assert.Equal("c", study.BestParams["kind"]);
        Assert.InRange(study.BestValue, 0, 1e-4);
    }

    [Fact]
    public async Task Processes_that_share_a_study_have_the_same_distribution()
    {
        var storage = new InMemoryStorage();
        var random = new Random(4);
        // Seeds differ, as those of processes without one do.
        Study[] workers = [.. Enumerable.Range(0, 3).Select(i => Open(storage, new CmaEsSampler(new() { Seed = (ulong)i })))];
        var running = new List<(Study Study, Trial Trial)>();
        for (int i = 0; i < 300; i++)
        {
            Study study = workers[random.Next(workers.Length)];
            running.Add((study, await study.AskAsync(Plane, TestContext.Current.CancellationToken)));
            if (running.Count < 10) continue;
            (Study owner, Trial trial) = running[random.Next(running.Count)];
            running.Remove((owner, trial));
            if (random.Next(8) == 0) await owner.TellAsync(trial, TrialState.Failed, cancellationToken: TestContext.Current.CancellationToken);
            else await owner.TellAsync(trial, Square((double)trial.Params["x"]! - 0.2) + Square((double)trial.Params["y"]! - 0.6), TestContext.Current.CancellationToken);
        }
        using Study late = Open(storage, new CmaEsSampler());
        CmaRun expected = StateOf(late);
        Assert.True(expected.Numeric.Generation > 20);
        foreach (Study worker in workers)
        {
            await worker.RefreshAsync(TestContext.Current.CancellationToken);
            CmaRun state = StateOf(worker);
            Assert.Equal(expected.Numeric.Mean, state.Numeric.Mean);
            Assert.Equal(expected.Numeric.Sigma, state.Numeric.Sigma);
            Assert.Equal(expected.Numeric.Covariance[0, 1], state.Numeric.Covariance[0, 1]);
            Assert.Equal(expected.Numeric.PSigma, state.Numeric.PSigma);
            await worker.DisposeAsync();
        }
    }

    [Fact]
    public void A_similar_study_gives_the_first_distribution()
    {
        using Study source = Run(new RandomSampler(new() { Seed = 1 }), 200, (x, y) => Square(x - 0.9) + Square(y - 0.1));
        using Study study = Run(new CmaEsSampler(new() { Seed = 2, WarmStart = source.History }), 7, (x, y) => Square(x - 0.9) + Square(y - 0.1));
        // The first trial is a startup trial.
        // From the middle of the space the mean would be 0.35.
        Assert.InRange(study.Trials.Skip(1).Average(trial => trial.Value!.Value), 0, 0.12);
    }

    [Fact]
    public void A_similar_study_with_too_few_trials_is_refused()
    {
        using Study source = Run(new RandomSampler(new() { Seed = 1 }), 9, (x, y) => x + y);
        using Study study = Run(new CmaEsSampler(new() { Seed = 2, WarmStart = source.History }), 1, (x, y) => x + y);
        var exception = Assert.Throws<InvalidOperationException>(() => study.Ask(Plane));
        Assert.Contains("has 9 complete trials", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_search_begins_where_the_options_say()
    {
        var options = new CmaEsSamplerOptions { Seed = 5, InitialMean = new Dictionary<string, double> { ["x"] = 0.9 }, InitialSigma = 0.01 };
        using Study study = Run(new CmaEsSampler(options), 6, (x, y) => x + y);
        Assert.All(study.Trials.Skip(1), trial => Assert.InRange((double)trial.Params["x"]!, 0.85, 0.95));
        Assert.All(study.Trials.Skip(1), trial => Assert.InRange((double)trial.Params["y"]!, 0.45, 0.55));
    }

    [Theory]
    [InlineData(CmaEsRestarts.None)]
    [InlineData(CmaEsRestarts.Ipop)]
    [InlineData(CmaEsRestarts.Bipop)]
    public void On_a_plain_without_any_slope_the_search_starts_anew_if_it_is_to(CmaEsRestarts restarts)
    {
        var options = new CmaEsSamplerOptions { Seed = 6, Restarts = restarts };
        using Study study = Run(new CmaEsSampler(options), 700, (_, _) => 1);
        CmaRun state = GenerationLog<CmaRun>.Of(study.History, new CmaScheme(options, Plane)).State;
        if (restarts == CmaEsRestarts.None) Assert.Equal(6, state.Plan.Size);
        if (restarts == CmaEsRestarts.Ipop) Assert.True(state.Plan.Size > 6);
        Assert.True(double.IsFinite(state.Numeric.Sigma) && state.Numeric.Sigma > 0);
    }

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Infinite_values_are_ranked_and_nothing_else(double value)
    {
        using Study study = Run(new CmaEsSampler(new() { Seed = 7 }), 400, (x, y) => x > 0.5 ? value : Square(x - 0.2) + Square(y - 0.6));
        double[] last = [.. study.Trials.Skip(300).Select(trial => (double)trial.Params["x"]!)];
        Assert.InRange(last.Average(), value > 0 ? 0.15 : 0.5, value > 0 ? 0.25 : 1);
    }

    [Fact]
    public void Infeasible_trials_lead_to_the_feasible_region_first()
    {
        using var study = Study.Create(new StudyOptions { Sampler = new CmaEsSampler(new() { Seed = 8 }) });
        for (int i = 0; i < 300; i++)
        {
            Trial trial = study.Ask(Plane);
            double x = (double)trial.Params["x"]!;
            // The best values lie where it is not allowed.
            trial.SetConstraint("c", 0.9 - x);
            study.Tell(trial, x);
        }
        Assert.InRange(study.BestTrial.Value!.Value, 0.9, 0.901);
    }

    [Fact]
    public async Task An_enqueued_trial_is_injected()
    {
        double[] distances = new double[2];
        for (int run = 0; run < 2; run++)
        {
            using var study = Study.Create(new StudyOptions { Sampler = new CmaEsSampler(new() { Seed = 9 }) });
            if (run == 1) await study.EnqueueAsync([new("x", 0.95), new("y", 0.95)], cancellationToken: TestContext.Current.CancellationToken);
            // Its members have the same numbers, and so are the same, in both runs.
            for (int i = 0; i < 7; i++)
            {
                Trial trial = study.Ask(Plane);
                study.Tell(trial, Square((double)trial.Params["x"]! - 0.95) + Square((double)trial.Params["y"]! - 0.95));
            }
            CmaState state = StateOf(study).Numeric;
            distances[run] = Square(state.Mean[0] - 0.95) + Square(state.Mean[1] - 0.95);
        }
        Assert.True(distances[1] < distances[0], $"{distances[1]} is not below {distances[0]}.");
    }

    [Fact]
    public async Task A_trial_with_a_value_from_outside_is_no_member()
    {
        using var study = Study.Create(new StudyOptions { Sampler = new CmaEsSampler(new() { Seed = 10 }) });
        study.Tell(study.Ask(Plane), 1);
        await study.EnqueueAsync([new("x", 0.25)], cancellationToken: TestContext.Current.CancellationToken);
        Trial trial = study.Ask(Plane);
        study.Tell(trial, 1);
        Trial member = study.Ask(Plane);
        study.Tell(member, 1);
        string key = new CmaScheme(new() { Seed = 10 }, Plane).NoteKey;
        Assert.False(study.Trials[trial.Number].SystemAttributes.ContainsKey(key));
        Assert.True(study.Trials[member.Number].SystemAttributes.ContainsKey(key));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Pruned_trials_take_part_if_they_are_to(bool usesPruned)
    {
        var options = new CmaEsSamplerOptions { Seed = 11, UsesPrunedTrials = usesPruned };
        using var study = Study.Create(new StudyOptions { Sampler = new CmaEsSampler(options), Pruner = new NopPruner() });
        study.Tell(study.Ask(Plane), 1);
        for (int i = 0; i < 60; i++)
        {
            Trial trial = study.Ask(Plane);
            trial.Report(Square((double)trial.Params["x"]! - 0.1), 3);
            study.Tell(trial, TrialState.Pruned);
        }
        CmaState state = GenerationLog<CmaRun>.Of(study.History, new CmaScheme(options, Plane)).State.Numeric;
        Assert.Equal(usesPruned ? 10 : 0, state.Generation);
    }

    [Fact]
    public void A_trial_that_got_another_value_than_was_drawn_is_learned_from_where_it_was()
    {
        SearchSpace space = SearchSpace.Empty.AddInt("n", 0, 9).AddDouble("x", 0, 1);
        CmaState[] states = new CmaState[2];
        for (int run = 0; run < 2; run++)
        {
            var scenario = new HistoryScenario();
            for (int i = 0; i < 6; i++)
            {
                AttributeSet notes = AttributeSet.Empty.With(new CmaScheme(new(), space).NoteKey, 0);
                // Drawn at 0, which the trials do not have.
                if (run == 1) notes = notes.With(CmaScheme.CoordinatesKey, new double[] { 0, 0.1 * i });
                scenario.Add(new() { Values = [i], Parameters = [new("n", space[0].Distribution, 9 - i), new("x", space[1].Distribution, 0.1 * i)], SystemAttributes = notes });
            }
            OpenGeneration<CmaRun> open = GenerationLog<CmaRun>.Of(scenario.Build(), new CmaScheme(new(), space));
            Assert.Equal(1, open.Index);
            states[run] = open.State.Numeric;
        }
        Assert.Equal(states[0].Mean[0], states[1].Mean[0]);
        Assert.Equal(states[0].Sigma, states[1].Sigma);
    }

    [Fact]
    public void A_space_without_numbers_is_left_to_the_independent_sampler()
    {
        using var study = Study.Create(new StudyOptions { Sampler = new CmaEsSampler(new() { Seed = 12 }) });
        for (int i = 0; i < 20; i++)
        {
            Trial trial = study.Ask();
            study.Tell(trial, trial.SuggestCategorical("kind", [1, 2, 3]));
        }
        Assert.All(Enumerable.Range(1, 19), row => Assert.Equal(ParameterOrigin.Independent, OriginOf(study.History, row)));
    }

    private static ParameterOrigin OriginOf(StudyHistory history, int row)
    {
        Assert.True(history.TryGetParameter("kind", out ParameterColumn column));
        return column.Origins[row];
    }

    private static double Square(double x) => x * x;

    private static CmaRun StateOf(Study study) => GenerationLog<CmaRun>.Of(study.History, new CmaScheme(new(), Plane)).State;

    private static Study Open(InMemoryStorage storage, CmaEsSampler sampler) =>
        Study.Create(new StudyOptions { Name = "shared", Storage = storage, LoadIfExists = true, Sampler = sampler });

    private static Study Run(HyperTune.Samplers.ISampler sampler, int trials, Func<double, double, double> loss)
    {
        var study = Study.Create(new StudyOptions { Sampler = sampler });
        for (int i = 0; i < trials; i++)
        {
            Trial trial = study.Ask(Plane);
            study.Tell(trial, loss((double)trial.Params["x"]!, (double)trial.Params["y"]!));
        }
        return study;
    }
}
