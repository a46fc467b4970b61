using HyperTune.Storage;
using HyperTune.Trials;

namespace HyperTune.Testing;

public abstract partial class StorageContract
{
    private static ParameterSet EveryParameter { get; } = ParameterSet.Of(
    [
        new("float", new FloatDistribution(-1e300, 1e300), 0.1),
        new("log", new FloatDistribution(1e-5, 0.1, log: true), 1e-5),
        new("stepped", new FloatDistribution(0, 1, step: 0.3), 0.9),
        new("outside", new FloatDistribution(0, 1), 7),
        new("int", new IntDistribution(-5, 9, step: 3), -2),
        new("large int", new IntDistribution(-(1L << 53), 1L << 53), (1L << 53) - 1),
        new("log int", new IntDistribution(1, 1024, log: true), 1024),
        new("choice", new CategoricalDistribution([null, true, 2, 2.5, "rbf", "🚀 \"'"]), 5),
        new("odd choice", new CategoricalDistribution([double.NaN, double.PositiveInfinity, double.NegativeInfinity, "NaN"]), 0),
        new("single", new FloatDistribution(3, 3), 3),
    ]);

    private static IntermediateValues EveryReport { get; } = IntermediateValues.Of(new Dictionary<long, double>
    {
        [0] = 0.1,
        [1] = double.NaN,
        [2] = double.PositiveInfinity,
        [3] = double.NegativeInfinity,
        [1000] = double.MaxValue,
        [int.MaxValue] = double.Epsilon,
    });

    [Fact]
    public async Task Added_trials_of_every_state_come_back_as_they_were_given()
    {
        StudyId id = await CreateAsync("study", Direction.Minimize, Direction.Maximize);
        var full = new TrialTemplate
        {
            State = TrialState.Complete,
            Values = [double.NegativeInfinity, double.PositiveInfinity],
            Parameters = EveryParameter,
            IntermediateValues = EveryReport,
            UserAttributes = Attribute("u", 1),
            SystemAttributes = Attribute("s", "two"),
            StartedAt = At(1),
            CompletedAt = At(86400),
        };
        TrialTemplate[] templates =
        [
            full,
            full with { Values = [double.MaxValue, double.Epsilon] },
            full with { State = TrialState.Pruned },
            full with { State = TrialState.Pruned, Values = [] },
            full with { State = TrialState.Failed, Values = [] },
            new() { State = TrialState.Waiting, UserAttributes = Attribute("u", 1), SystemAttributes = Attribute("fixed_params", AttributeValue.Object(("x", 1))) },
            Done(1, 2),
        ];

        IReadOnlyList<int?> numbers = await AddAsync(id, templates);

        Assert.Equal([0, 1, 2, 3, 4, 5, 6], numbers);
        IStorage second = await OpenSecondAsync();
        Assert.Equal(
            templates.Select((t, i) => RecordText.Of(i, t.State, t.Values, t.Parameters, t.IntermediateValues, t.UserAttributes, t.SystemAttributes, t.StartedAt, t.CompletedAt)),
            await StudyFollower.ReadTextsAsync(second, id, Token));
    }

    [Fact]
    public async Task A_running_trial_is_added_where_that_is_asked_for_and_is_nobodys()
    {
        StudyId id = await CreateAsync();
        var running = new TrialTemplate { State = TrialState.Running, Parameters = EveryParameter, IntermediateValues = EveryReport, UserAttributes = Attribute("u", 1), StartedAt = At(1) };

        IReadOnlyList<int?> numbers = await Storage.AddTrialsAsync(id, NewImport(Queued(), running, Done(1)) with { KeepsRunning = true }, Token);
        await AgeLeasesAsync(Storage, id, LongAge);

        Assert.Equal([0, 1, 2], numbers);
        Assert.Empty(await Storage.TakeBackAsync(id, new LeaseRules(TimeSpan.Zero, 1), Token));
        IStorage second = await OpenSecondAsync();
        Assert.Equal(
            RecordText.Of(1, running.State, [], running.Parameters, running.IntermediateValues, running.UserAttributes, running.SystemAttributes, running.StartedAt, null),
            (await StudyFollower.ReadTextsAsync(second, id, Token))[1]);
        Assert.Equal(0, (await StartOneAsync(id)).Number);
        Assert.Equal([WriteOutcome.Stored], await second.WriteAsync(id, [new TrialChanges { Trial = (await ReadTrialAsync(id, 1)).Id, Finish = Complete(2) }], Token));
        Assert.Equal([2], (await ReadTrialAsync(id, 1)).Values);
    }

    [Fact]
    public async Task A_running_trial_with_a_value_is_refused()
    {
        StudyId id = await CreateAsync();

        await RefusedAsync(async () => await Storage.AddTrialsAsync(id, NewImport(Done(1) with { State = TrialState.Running }) with { KeepsRunning = true }, Token));

        Assert.Empty(await ReadTextsAsync(id));
    }

    [Fact]
    public async Task Adding_nothing_gives_nothing()
    {
        StudyId id = await CreateAsync();

        Assert.Empty(await AddAsync(id));
        Assert.Empty(await ReadTextsAsync(id));
    }

    [Fact]
    public async Task A_large_import_is_numbered_in_its_order()
    {
        StudyId id = await CreateAsync();
        await StartOneAsync(id);

        IReadOnlyList<int?> numbers = await AddAsync(id, [.. Enumerable.Range(0, 1000).Select(i => Done(i) with { Parameters = EveryParameter })]);

        Assert.Equal(Enumerable.Range(1, 1000), numbers.Select(number => number ?? -1));
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (double)i), (await ReadAsync(id)).Trials.Skip(1).Select(trial => trial.Values[0]));
    }

    public static TheoryData<string> BadTemplates => [.. BadTemplatesByName.Keys];

    private static readonly Dictionary<string, TrialTemplate> BadTemplatesByName = new()
    {
        ["running"] = new() { State = TrialState.Running },
        ["no known state"] = new() { State = (TrialState)9 },
        ["waiting with a value"] = Queued() with { Values = [1] },
        ["complete without values"] = Done(),
        ["complete with two values"] = Done(1, 2),
        ["complete with NaN"] = Done(double.NaN),
        ["pruned with two values"] = Done(1, 2) with { State = TrialState.Pruned },
        ["failed with a value"] = Done(1) with { State = TrialState.Failed },
        ["ends before it starts"] = Done(1) with { StartedAt = At(2), CompletedAt = At(1) },
        ["a parameter that is NaN"] = Done(1) with { Parameters = ParameterSet.Empty.With("new", new FloatDistribution(0, 1), double.NaN) },
        ["a choice without index"] = Done(1) with { Parameters = ParameterSet.Empty.With("new", new CategoricalDistribution(["a", "b"]), 2) },
        ["a step below 0"] = Done(1) with { IntermediateValues = IntermediateValues.Of([new(-1, 1)]) },
    };

    [Theory]
    [MemberData(nameof(BadTemplates))]
    public async Task A_bad_template_is_refused_with_all_that_came_with_it(string name)
    {
        StudyId id = await CreateAsync();

        await RefusedAsync(async () => await AddAsync(id, Done(1), Queued(), BadTemplatesByName[name]));

        Assert.Empty(await ReadTextsAsync(id));
        Assert.Equal([0], await AddAsync(id, Done(1) with { Parameters = ParameterSet.Empty.With("new", new IntDistribution(0, 1), 0) }));
    }

    [Fact]
    public async Task A_distribution_that_clashes_with_the_study_is_refused_and_the_study_is_as_it_was()
    {
        StudyId id = await CreateAsync();
        Distribution known = new FloatDistribution(0, 1), other = new IntDistribution(0, 1);
        await AddAsync(id, Done(1) with { Parameters = ParameterSet.Empty.With("x", known, 0.5) });
        string[] before = await ReadTextsAsync(id);
        IStorage second = await OpenSecondAsync();
        TrialTemplate clashing = Done(2) with { Parameters = ParameterSet.Empty.With("y", known, 0.5).With("x", other, 1) };

        foreach (IStorage storage in new[] { Storage, second })
        {
            DistributionChangedException error = await Assert.ThrowsAsync<DistributionChangedException>(async () => await storage.AddTrialsAsync(id, NewImport(Done(3), clashing), Token));
            Assert.Equal(("x", known, other), (error.Parameter, error.Known, error.Given));
        }

        Assert.Equal(before, await ReadTextsAsync(id));
        // The refused import left no trace of y either.
        Assert.Equal([1], await AddAsync(id, Done(4) with { Parameters = ParameterSet.Empty.With("y", other, 1) }));
    }

    [Fact]
    public async Task Distributions_that_clash_within_one_import_are_refused()
    {
        StudyId id = await CreateAsync();
        TrialTemplate one = Done(1) with { Parameters = ParameterSet.Empty.With("x", new FloatDistribution(1, 2), 1) };
        TrialTemplate two = Done(2) with { Parameters = ParameterSet.Empty.With("x", new FloatDistribution(1, 2, log: true), 1) };

        await Assert.ThrowsAsync<DistributionChangedException>(async () => await AddAsync(id, one, two));

        Assert.Empty(await ReadTextsAsync(id));
        Assert.Equal([0], await AddAsync(id, two));
    }

    [Fact]
    public async Task Ranges_may_change_and_equal_choices_are_the_same()
    {
        StudyId id = await CreateAsync();
        TrialTemplate one = Done(1) with { Parameters = ParameterSet.Empty.With("x", new FloatDistribution(0, 1), 1).With("c", new CategoricalDistribution([true, "a"]), 0) };
        TrialTemplate two = Done(2) with { Parameters = ParameterSet.Empty.With("x", new FloatDistribution(-9, 9, step: 3), 3).With("c", new CategoricalDistribution([1.0, "a"]), 0) };

        Assert.Equal([0, 1], await AddAsync(id, one, two));

        Assert.Equal(new FloatDistribution(-9, 9, step: 3), (await ReadTrialAsync(id, 1)).Distributions["x"]);
        Assert.Equal(1.0, (await ReadTrialAsync(id, 1)).Params["c"]);
    }

    [Fact]
    public async Task SkipIfExists_skips_waiting_trials_whose_parameters_some_trial_has_or_was_given()
    {
        StudyId id = await CreateAsync();
        await AddAsync(
            id,
            Done(1) with { Parameters = ParameterSet.Empty.With("x", new IntDistribution(0, 9), 1).With("c", new CategoricalDistribution(["a", null]), 1) },
            Queued(("x", 2), ("c", "a")),
            Queued(("x", 3)));
        await StartOneAsync(id);
        TrialTemplate[] asked =
        [
            Queued(("c", null), ("x", 1)),      // has
            Queued(("x", 2.0), ("c", "a")),     // was given, and runs
            Queued(("x", 3)),                   // was given, and waits
            Queued(("x", 1), ("c", "a")),       // new
            Queued(("x", 1)),                   // new: a part of another's
            Queued(("x", 3), ("y", 1)),         // new: more than another's
            Queued(("x", true)),                // given by the last but one: 1 = true
            Queued(),                           // new: nothing is given
        ];

        IReadOnlyList<int?> numbers = await Storage.AddTrialsAsync(id, NewImport(asked) with { SkipIfExists = true }, Token);

        Assert.Equal([null, null, null, 3, 4, 5, null, 6], numbers);
        Assert.Equal(7, (await ReadTextsAsync(id)).Length);
    }

    [Fact]
    public async Task SkipIfExists_tells_apart_what_is_not_equal()
    {
        StudyId id = await CreateAsync();
        await AddAsync(id, Queued(("x", 1), ("s", "1"), ("n", double.NaN), ("z", AttributeValue.Null)));

        TrialTemplate[] asked =
        [
            Queued(("x", 1), ("s", 1), ("n", double.NaN), ("z", AttributeValue.Null)),
            Queued(("x", 1), ("s", "1"), ("n", "NaN"), ("z", AttributeValue.Null)),
            Queued(("x", 1), ("s", "1"), ("n", double.NaN), ("z", false)),
            Queued(("X", 1), ("s", "1"), ("n", double.NaN), ("z", AttributeValue.Null)),
            Queued(("x", 1.0), ("s", "1"), ("n", double.NaN), ("z", AttributeValue.Null)),
        ];

        IReadOnlyList<int?> numbers = await Storage.AddTrialsAsync(id, NewImport(asked) with { SkipIfExists = true }, Token);

        Assert.Equal([1, 2, 3, 4, null], numbers);
    }

    [Fact]
    public async Task Finished_trials_and_waiting_ones_without_given_parameters_are_never_skipped()
    {
        StudyId id = await CreateAsync();
        TrialTemplate done = Done(1) with { Parameters = ParameterSet.Empty.With("x", new IntDistribution(0, 9), 1) };
        var blank = new TrialTemplate { State = TrialState.Waiting };

        IReadOnlyList<int?> numbers = await Storage.AddTrialsAsync(id, NewImport(done, done, blank, blank) with { SkipIfExists = true }, Token);

        Assert.Equal([0, 1, 2, 3], numbers);
    }

    [Fact]
    public async Task Of_parallel_imports_that_skip_one_adds_the_trial()
    {
        StudyId id = await CreateAsync();
        IStorage second = await OpenSecondAsync();

        IReadOnlyList<int?>[] numbers = await TogetherAsync(8, async i =>
            await (i % 2 == 0 ? Storage : second).AddTrialsAsync(id, NewImport(Queued(("x", 1))) with { SkipIfExists = true }, Token));

        Assert.Equal(0, Assert.Single(numbers, given => given[0] is not null)[0]);
        Assert.Single(await ReadTextsAsync(id));
    }

    [Fact]
    public async Task Repeating_an_import_gives_the_same_numbers_and_adds_nothing()
    {
        StudyId id = await CreateAsync();
        TrialImport request = NewImport(Done(1), Queued(("x", 1)), Queued(("x", 1))) with { SkipIfExists = true };
        IReadOnlyList<int?> numbers = await Storage.AddTrialsAsync(id, request, Token);
        await StartOneAsync(id);
        IStorage second = await OpenSecondAsync();

        Assert.Equal([0, 1, null], numbers);
        Assert.Equal(numbers, await Storage.AddTrialsAsync(id, request, Token));
        Assert.Equal(numbers, await second.AddTrialsAsync(id, request, Token));
        Assert.Equal(2, (await ReadTextsAsync(id)).Length);
    }

    [Fact]
    public async Task What_the_caller_does_with_its_lists_afterwards_changes_nothing()
    {
        StudyId id = await CreateAsync();
        double[] values = [1], finals = [2];
        await AddAsync(id, Done(1) with { Values = values });
        TrialRecord trial = await StartOneAsync(id);
        await WriteAsync(id, new() { Trial = trial.Id, Finish = Complete(1) with { Values = finals } });
        string[] before = await ReadTextsAsync(id);

        (values[0], finals[0]) = (7, 7);

        Assert.Equal(before, await ReadTextsAsync(id));
    }
}
