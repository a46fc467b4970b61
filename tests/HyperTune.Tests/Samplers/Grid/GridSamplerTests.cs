using HyperTune.Samplers;
using HyperTune.Samplers.Grid;
using HyperTune.Storage;
using HyperTune.Testing;
using HyperTune.Trials;

namespace HyperTune.Tests.Samplers.Grid;

public sealed class GridSamplerTests
{
    private static readonly Dictionary<string, IReadOnlyList<object?>> Values = new() { ["n"] = [10, 20, 30], ["kind"] = ["x", null], ["rate"] = [0.1, 0.5] };

    /// <summary>What Optuna's grid makes of the same values with seed 0: the product sorted by name, shuffled by NumPy.</summary>
    private static readonly int[] OrderOfTwelve = [6, 11, 4, 10, 2, 8, 1, 7, 9, 3, 0, 5];

    private static readonly Dictionary<string, IReadOnlyList<object?>> More = new(Values) { ["n"] = [.. Enumerable.Range(1, 12).Select(i => (object?)(5 * i))] };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Each_cell_is_tried_once_and_then_the_study_stops(int parallelism)
    {
        var sampler = new GridSampler(new() { Values = Values });
        Assert.Equal(12, sampler.CellCount);
        using Study study = Open(sampler);
        study.Optimize(Objective, new() { Trials = 100, Parallelism = parallelism }, Token);
        Assert.Equal(12, CellsOf(study).Count());
        Assert.Equal(12, CellsOf(study).Distinct().Count());
        Assert.Equal("\"All cells of the grid are finished.\"", study.History.Study.SystemAttributes["hypertune:stop"].ToString());
        // Each of several workers may have started a trial before it heard of the end; that one fails.
        Assert.InRange(study.Trials.Count, 12, parallelism == 1 ? 12 : 12 + parallelism);
    }

    [Fact]
    public void Cells_have_the_numbers_and_the_order_of_Optuna()
    {
        using Study study = Open(new GridSampler(new() { Values = Values }));
        for (int i = 0; i < 12; i++) study.Tell(study.Ask(), Objective);
        (object?, object?, object?)[] product = [.. from kind in Values["kind"] from n in Values["n"] from rate in Values["rate"] select (kind, (object?)Convert.ToInt64(n), rate)];
        Assert.Equal(OrderOfTwelve.Select(place => product[place]), CellsOf(study));
        Assert.Equal(Enumerable.Range(0, 12), study.Trials.Select(trial => (int)trial.SystemAttributes["grid_id"].AsInt64()));
        Assert.All(study.Trials, trial => Assert.Equal("""{"kind": ["x", null], "n": [10, 20, 30], "rate": [0.1, 0.5]}""", trial.SystemAttributes["search_space"].ToJson()));
    }

    [Fact]
    public void The_plain_order_changes_the_last_name_fastest()
    {
        using Study study = Open(new GridSampler(new() { Values = Values, IsShuffled = false }));
        for (int i = 0; i < 5; i++) study.Tell(study.Ask(), Objective);
        Assert.Equal([("x", 10L, 0.1), ("x", 10L, 0.5), ("x", 20L, 0.1), ("x", 20L, 0.5), ("x", 30L, 0.1)], CellsOf(study));
    }

    [Fact]
    public void Seeds_change_the_order_and_repeat_it()
    {
        Assert.Equal(First(3), First(3));
        Assert.NotEqual(First(3), First(4));
        Assert.Equal(First(0), First(null));

        static List<(object?, object?, object?)> First(ulong? seed)
        {
            using Study study = Open(new GridSampler(new() { Values = Values, Seed = seed }));
            for (int i = 0; i < 12; i++) study.Tell(study.Ask(), Objective);
            return [.. CellsOf(study)];
        }
    }

    [Fact]
    public void Cells_of_failed_trials_are_tried_again_at_the_end_but_not_for_ever()
    {
        using Study study = Open(new GridSampler(new() { Values = Values, MaxTries = 3 }));
        int failures = 0;
        study.Optimize(
            trial =>
            {
                double value = Objective(trial);
                if (trial.Params["kind"] is null && trial.Params["n"] is 10L) throw new InvalidDataException("always");
                if (trial.Params["n"] is 20L && failures++ < 2) throw new InvalidDataException("at first");
                return value;
            },
            new() { Trials = 100, Catch = [typeof(InvalidDataException)] }, Token);
        Assert.Equal(10, study.Trials.Where(trial => trial.State == TrialState.Complete).Select(Cell).Distinct().Count());
        Assert.Equal(10, study.Trials.Count(trial => trial.State == TrialState.Complete));
        Assert.All(study.Trials.GroupBy(Cell).Where(group => group.All(trial => trial.State == TrialState.Failed)), group => Assert.Equal(3, group.Count()));
        Assert.Equal(12, study.Trials.Take(12).Select(Cell).Distinct().Count());
    }

    [Fact]
    public void Pruned_trials_finish_their_cell()
    {
        using Study study = Open(new GridSampler(new() { Values = Values }));
        study.Optimize(trial => Objective(trial) > 0 ? throw new TrialPrunedException() : 0.0, new() { Trials = 100 }, Token);
        Assert.Equal(12, study.Trials.Count(trial => trial.State == TrialState.Pruned));
    }

    [Fact]
    public async Task Processes_share_the_grid_without_a_cell_twice()
    {
        var storage = new InMemoryStorage();
        Task[] workers = [.. Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            await using Study study = await OpenAsync(storage);
            int calls = 0;
            await study.OptimizeAsync(
                // Each worker's second trial fails, so that cells are left over.
                trial => Objective(trial) + (++calls == 2 ? throw new InvalidDataException() : 0.0),
                new() { Trials = 100, Catch = [typeof(InvalidDataException)] }, Token);
        }))];
        await Task.WhenAll(workers);
        // A process stops when all cells left are being tried, and one of these may have failed; the next run does the rest.
        await using Study rest = await OpenAsync(storage);
        if (!rest.History.Study.SystemAttributes.ContainsKey("hypertune:stop")) await rest.OptimizeAsync(Objective, new() { Trials = 100 }, Token);
        TrialRecord[] complete = [.. rest.Trials.Where(trial => trial.State == TrialState.Complete)];
        Assert.Equal(48, complete.Select(Cell).Distinct().Count());
        Assert.Equal(48, complete.Length);

        static Task<Study> OpenAsync(IStorage storage) => Study.CreateAsync(
            new()
            {
                Name = "shared",
                Storage = storage,
                Sampler = new GridSampler(new() { Values = More }),
                Pruner = new NopPruner(),
                LoadIfExists = true,
            },
            Token);
    }

    [Fact]
    public void A_grid_that_is_stopped_anywhere_is_continued()
    {
        using Study whole = Open(new GridSampler(new() { Values = Values, Seed = 1 }));
        for (int i = 0; i < 12; i++) whole.Tell(whole.Ask(), Objective);
        var storage = new InMemoryStorage();
        for (int i = 0; i < 12; i++)
        {
            using Study part = Study.Create(new() { Name = "parts", Storage = storage, Sampler = new GridSampler(new() { Values = Values, Seed = 1 }), Pruner = new NopPruner(), LoadIfExists = true });
            part.Tell(part.Ask(), Objective);
            Assert.Equal(CellsOf(whole).Take(i + 1), CellsOf(part));
        }
    }

    [Fact]
    public void Trials_of_Optuna_are_gone_on_from()
    {
        // Python's trials have its distributions and attributes; of cells 0 to 4 the third one is still running without parameters, and the last one failed.
        AttributeValue space = AttributeValue.Parse("""{"rate": [0.1, 0.5], "kind": ["x", null], "n": [10, 20, 30]}""");
        var scenario = new HistoryScenario();
        for (int i = 0; i < 5; i++)
        {
            scenario.Add(new()
            {
                State = i == 2 ? TrialState.Running : i == 4 ? TrialState.Failed : TrialState.Complete,
                SystemAttributes = AttributeSet.Of([KeyValuePair.Create("grid_id", (AttributeValue)i), KeyValuePair.Create("search_space", space)]),
            });
        }
        var chosen = new List<long>();
        for (int number = 5; number < 13; number++)
        {
            TrialContext trial = scenario.Context(new() { Number = number });
            new GridSampler(new() { Values = Values }).InferRelativeSpace(scenario.Build(), trial);
            chosen.Add(trial.SystemAttributes["grid_id"].AsInt64());
            scenario.Add(new() { Number = number, SystemAttributes = trial.SystemAttributes });
        }
        Assert.Equal([5, 6, 7, 8, 9, 10, 11, 4], chosen);
    }

    [Fact]
    public void Trials_of_another_grid_count_where_they_have_a_cells_values_only()
    {
        AttributeSet other = AttributeSet.Of([KeyValuePair.Create("grid_id", (AttributeValue)0), KeyValuePair.Create("search_space", AttributeValue.Parse("""{"n": [10]}"""))]);
        Parameter n = new("n", new IntDistribution(0, 100), 10), kind = new("kind", new CategoricalDistribution(["x", null]), 0), rate = new("rate", new FloatDistribution(0, 1), 0.1);
        var grid = new ParameterGrid(Values.Select(entry => KeyValuePair.Create(entry.Key, DistributionRules.Choices(entry.Value, entry.Key))), shuffleSeed: 0);
        Assert.Equal(-1, grid.CellOf(other, ParameterSet.Of([n])));
        Assert.Equal(Array.IndexOf(OrderOfTwelve, 0), grid.CellOf(other, ParameterSet.Of([n, rate, kind])));
        Assert.Equal(-1, grid.CellOf(AttributeSet.Empty, ParameterSet.Of([n, rate with { Value = 0.2 }, kind])));
    }

    [Fact]
    public void A_cell_left_over_is_not_taken_by_two_that_cannot_see_each_other_yet()
    {
        var scenario = new HistoryScenario();
        var sampler = new GridSampler(new() { Values = new Dictionary<string, IReadOnlyList<object?>> { ["n"] = [1, 2, 3] } });
        // Three failures, and trials 3 and 4 have just been started elsewhere: nothing of theirs is stored.
        for (int i = 0; i < 3; i++) scenario.Add(new() { State = TrialState.Failed, Parameters = [new("n", new IntDistribution(1, 3), i + 1)] });
        var chosen = new List<long>();
        for (int number = 3; number < 6; number++)
        {
            TrialContext trial = scenario.Context(new() { Number = number });
            sampler.InferRelativeSpace(scenario.Build(), trial);
            chosen.Add(trial.SystemAttributes["grid_id"].AsInt64());
            scenario.Add(new() { Number = number, State = TrialState.Running });
        }
        Assert.Equal(3, chosen.Distinct().Count());
        Assert.ThrowsAny<HyperTuneException>(() => sampler.InferRelativeSpace(scenario.Build(), scenario.Context(new() { Number = 6 })));
    }

    [Fact]
    public async Task Enqueued_trials_keep_what_they_are_given_and_their_cell_counts()
    {
        await using Study study = Open(new GridSampler(new() { Values = Values, Seed = 2 }));
        await study.EnqueueAsync([KeyValuePair.Create("n", (object?)20), KeyValuePair.Create("kind", (object?)"x"), KeyValuePair.Create("rate", (object?)0.5)], cancellationToken: Token);
        await study.EnqueueAsync([KeyValuePair.Create("n", (object?)77)], cancellationToken: Token);
        await study.OptimizeAsync(Objective, new() { Trials = 100 }, Token);
        TrialRecord[] complete = [.. study.Trials.Where(trial => trial.State == TrialState.Complete)];
        Assert.Equal(("x", 20L, 0.5), Cell(complete[0]));
        Assert.Equal(77L, complete[1].Params["n"]);
        Assert.Contains(complete[1].Params["rate"], Values["rate"]);
        Assert.Equal(13, complete.Length);
        Assert.Equal(13, complete.Select(Cell).Distinct().Count());
    }

    [Fact]
    public void A_space_gives_its_values()
    {
        SearchSpace space = SearchSpace.Empty
            .AddDouble("x", 0, 1).AddDouble("rate", 1e-4, 1, log: true).AddInt("n", 0, 100, step: 7).AddInt("log", 1, 1000, log: true)
            .AddDouble("step", 0, 0.3, step: 0.1).AddCategorical<object?>("kind", ["a", null]).AddDouble("one", 2, 2);
        Assert.Equal([0.0, 0.5, 1.0], Of("x", 3));
        Assert.Equal([1e-4, 1e-3, 1e-2, 1e-1, 1.0], Of("rate", 5).Select(value => Math.Round((double)value!, 12)));
        Assert.Equal([0L, 49L, 98L], Of("n", 3));
        Assert.Equal(15, Of("n", null).Count);
        Assert.Equal([1L, 10L, 100L, 1000L], Of("log", 4));
        Assert.Equal(4, Of("step", 4).Count);
        Assert.Equal(["a", null], Of("kind", 4));
        Assert.Equal([2.0], Of("one", null));
        Assert.Equal(3 * 3 * 3 * 3 * 3 * 2, new GridSampler(new() { Space = space, PointsPerRange = 3 }).CellCount);
        SearchSpace small = SearchSpace.Empty.AddDouble("x", 0, 1).AddCategorical("kind", ["a", "b"]);
        Assert.Equal(2 * 2, new GridSampler(new() { Space = small, Values = new Dictionary<string, IReadOnlyList<object?>> { ["x"] = [0.2, 0.7] } }).CellCount);

        IReadOnlyList<object?> Of(string name, int? points)
        {
            Assert.True(space.TryGet(name, out SearchSpaceParameter? parameter));
            IReadOnlyList<object?> values = GridValues.Of(name, parameter.Distribution, points);
            Assert.All(values, value => Assert.True(parameter.Distribution.TryToInternal(value, out _)));
            return values;
        }
    }

    public static TheoryData<string, GridSamplerOptions> BadOptions => new()
    {
        { "no parameters", new() },
        { "are empty", With("n") },
        { "cannot tell apart", With("n", 1, 2, 1.0) },
        { "choices are null", With("n", DateTime.UnixEpoch) },
        { "empty text", With("", 1) },
        { "does not have", With("x", 0.5, "half") with { Space = SearchSpace.Empty.AddDouble("x", 0, 1) } },
        { "does not have", With("x", 0.5, 2) with { Space = SearchSpace.Empty.AddDouble("x", 0, 1) } },
        { "has no step", new() { Space = SearchSpace.Empty.AddDouble("x", 0, 1) } },
        { "has conditions", new() { Space = SearchSpace.Empty.AddInt("n", 0, 1).AddInt("m", 0, 1, when: ("n", [1])) } },
        { "more than a grid holds", new() { Space = SearchSpace.Empty.AddInt("n", 0, 1L << 40) } },
        { "cells, but may have", new() { Space = SearchSpace.Empty.AddInt("n", 0, 9999).AddInt("m", 0, 9999) } },
    };

    [Theory]
    [MemberData(nameof(BadOptions), DisableDiscoveryEnumeration = true)]
    public void Bad_grids_are_refused_at_construction(string message, GridSamplerOptions options) =>
        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(() => new GridSampler(options)).Message, StringComparison.Ordinal);

    [Fact]
    public void Bad_options_are_refused_where_they_are_written()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new GridSamplerOptions { PointsPerRange = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new GridSamplerOptions { MaxTries = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new GridSamplerOptions { Seed = 1UL << 32 });
        Assert.Throws<ArgumentNullException>(() => new GridSamplerOptions { Values = null! });
        Assert.Throws<ArgumentNullException>(() => new GridSampler(null!));
    }

    [Fact]
    public void Parameters_that_the_grid_lacks_throw_unless_they_may_be_drawn()
    {
        using Study strict = Open(new GridSampler(new() { Values = Values }));
        Assert.Contains("no values for the parameter 'more'", Assert.Throws<InvalidOperationException>(() => strict.Ask().SuggestDouble("more", 0, 1)).Message, StringComparison.Ordinal);
        using Study lenient = Open(new GridSampler(new() { Values = Values, DrawsOthers = true }));
        Assert.InRange(lenient.Ask().SuggestDouble("more", 0, 1), 0, 1);
    }

    [Fact]
    public void Values_that_the_objectives_range_lacks_throw()
    {
        using Study study = Open(new GridSampler(new() { Values = Values }));
        Assert.Contains("which int [0, 5] does not have", Assert.Throws<InvalidOperationException>(() => study.Ask().SuggestInt("n", 0, 5)).Message, StringComparison.Ordinal);
    }

    private static GridSamplerOptions With(string name, params object?[] values) => new() { Values = new Dictionary<string, IReadOnlyList<object?>> { [name] = values } };

    private static Study Open(ISampler sampler) => Study.Create(new() { Sampler = sampler, Pruner = new NopPruner() });

    private static double Objective(Trial trial) =>
        trial.SuggestInt("n", 0, 100) + trial.SuggestDouble("rate", 0, 1) + (trial.SuggestCategorical<string?>("kind", ["x", null]) is null ? 0 : 1);

    private static IEnumerable<(object?, object?, object?)> CellsOf(Study study) => study.Trials.Where(trial => trial.State == TrialState.Complete).Select(Cell);

    private static (object?, object?, object?) Cell(TrialRecord trial) => (trial.Params["kind"], trial.Params["n"], trial.Params["rate"]);
}

/// <content>Telling what an objective gives.</content>
file static class StudyExtensions
{
    public static void Tell(this Study study, Trial trial, Func<Trial, double> objective) => study.Tell(trial, objective(trial));
}
