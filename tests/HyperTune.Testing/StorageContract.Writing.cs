using HyperTune.Storage;
using HyperTune.Trials;

namespace HyperTune.Testing;

public abstract partial class StorageContract
{
    [Fact]
    public async Task All_changes_of_a_trial_are_stored_in_one_write()
    {
        StudyId id = await CreateAsync();
        TrialRecord trial = await StartOneAsync(id);
        var changes = new TrialChanges
        {
            Trial = trial.Id,
            Parameters = EveryParameter,
            IntermediateValues = [.. EveryReport],
            UserAttributes = Attribute("u", 1),
            SystemAttributes = Attribute("s", 2),
            Study = new() { User = Attribute("su", 3), System = Attribute("ss", 4), PutIfAbsent = Attribute("sp", 5) },
            Finish = Complete(double.NegativeInfinity),
        };

        Assert.Equal(WriteOutcome.Stored, await WriteAsync(id, changes));

        IStorage second = await OpenSecondAsync();
        Assert.Equal(
            RecordText.Of(0, TrialState.Complete, [double.NegativeInfinity], EveryParameter, EveryReport, changes.UserAttributes, changes.SystemAttributes, At(0), At(60)),
            RecordText.Of(await ReadTrialAsync(id, 0, second)));
        Assert.Equal("study [Minimize] user {su: 3} system {sp: 5, ss: 4}", RecordText.Of(await ReadStudyAsync(id, second)));
    }

    [Fact]
    public async Task Changes_add_up_over_several_writes()
    {
        StudyId id = await CreateAsync();
        TrialRecord trial = await StartOneAsync(id);
        Distribution x = new FloatDistribution(0, 1), y = new IntDistribution(0, 9);

        await WriteAsync(id, new() { Trial = trial.Id, Parameters = [new("x", x, 0.25)], IntermediateValues = [new(5, 1), new(1, 2)], UserAttributes = Attribute("u", 1) });
        await WriteAsync(id, new() { Trial = trial.Id, Parameters = [new("y", y, 3)], IntermediateValues = [new(3, 3)], SystemAttributes = Attribute("s", 1) });
        await WriteAsync(id, new() { Trial = trial.Id, IntermediateValues = [new(1, double.NaN)], UserAttributes = Attribute("u", 2).With("v", 3) });
        await WriteAsync(id, new() { Trial = trial.Id });

        Assert.Equal(
            RecordText.Of(0, TrialState.Running, [], [new("x", x, 0.25), new("y", y, 3)], [new(1, double.NaN), new(3, 3), new(5, 1)], Attribute("u", 2).With("v", 3), Attribute("s", 1), At(0), null),
            RecordText.Of(await ReadTrialAsync(id, 0)));
    }

    [Fact]
    public async Task The_first_value_of_a_parameter_stays()
    {
        StudyId id = await CreateAsync();
        TrialRecord trial = await StartOneAsync(id);
        Distribution x = new FloatDistribution(0, 1), wider = new FloatDistribution(-5, 5);

        await WriteAsync(id, new() { Trial = trial.Id, Parameters = [new("x", x, 0.25), new("x", x, 0.5)] });
        WriteOutcome again = await WriteAsync(id, new() { Trial = trial.Id, Parameters = [new("x", wider, -1), new("y", x, 1)] });

        Assert.Equal(WriteOutcome.Stored, again);
        TrialRecord read = await ReadTrialAsync(id, 0);
        Assert.Equal(["x", "y"], read.Parameters.Names);
        Assert.Equal((x, 0.25), (read.Parameters[0].Distribution, read.Parameters[0].Value));
    }

    [Fact]
    public async Task The_last_report_of_a_step_counts()
    {
        StudyId id = await CreateAsync();
        TrialRecord trial = await StartOneAsync(id);

        await WriteAsync(id, new() { Trial = trial.Id, IntermediateValues = [new(0, 1), new(0, 2), new(7, double.PositiveInfinity)] });
        await WriteAsync(id, new() { Trial = trial.Id, IntermediateValues = [new(7, 3)] });

        IntermediateValues reports = (await ReadTrialAsync(id, 0)).IntermediateValues;
        Assert.Equal([0, 7], reports.Steps);
        Assert.Equal([2, 3], reports.Values);
    }

    [Fact]
    public async Task An_incompatible_parameter_holds_back_all_of_its_trial_and_nothing_of_the_others()
    {
        StudyId id = await CreateAsync();
        TrialRecord[] trials = [.. await StartAsync(id, 3)];
        await WriteAsync(id, new() { Trial = trials[0].Id, Parameters = [new("x", new FloatDistribution(0, 1), 0.5)] });
        string untouched = RecordText.Of(trials[1]);
        IStorage second = await OpenSecondAsync();

        IReadOnlyList<WriteOutcome> outcomes = await second.WriteAsync(
            id,
            [
                new() { Trial = trials[0].Id, UserAttributes = Attribute("u", 0) },
                new()
                {
                    Trial = trials[1].Id,
                    Parameters = [new("w", new IntDistribution(0, 1), 0), new("x", new IntDistribution(0, 1), 0)],
                    IntermediateValues = [new(0, 1)],
                    UserAttributes = Attribute("u", 1),
                    SystemAttributes = Attribute("s", 1),
                    Study = new() { User = Attribute("su", 1), PutIfAbsent = Attribute("sp", 1) },
                    Finish = Complete(1),
                },
                new() { Trial = trials[2].Id, Parameters = [new("w", new FloatDistribution(0, 1), 0)], Finish = Complete(2) },
            ],
            Token);

        Assert.Equal([WriteOutcome.Stored, WriteOutcome.Incompatible, WriteOutcome.Stored], outcomes);
        Assert.Equal(untouched, RecordText.Of(await ReadTrialAsync(id, 1)));
        Assert.Equal(0, (await ReadTrialAsync(id, 0)).UserAttributes["u"].AsInt64());
        Assert.Equal(TrialState.Complete, (await ReadTrialAsync(id, 2)).State);
        Assert.Equal("study [Minimize] user {} system {}", RecordText.Of(await ReadStudyAsync(id)));
    }

    [Fact]
    public async Task Of_two_clashing_new_parameters_in_one_group_the_first_is_stored()
    {
        StudyId id = await CreateAsync();
        TrialRecord[] trials = [.. await StartAsync(id, 2)];

        IReadOnlyList<WriteOutcome> outcomes = await Storage.WriteAsync(
            id,
            [
                new() { Trial = trials[0].Id, Parameters = [new("x", new CategoricalDistribution(["a", "b"]), 1)] },
                new() { Trial = trials[1].Id, Parameters = [new("x", new CategoricalDistribution(["b", "a"]), 1)] },
            ],
            Token);

        Assert.Equal([WriteOutcome.Stored, WriteOutcome.Incompatible], outcomes);
    }

    public static TheoryData<string> BadFinishes => [.. BadChangesByName.Keys];

    private static readonly Dictionary<string, Func<TrialId, TrialChanges>> BadChangesByName = new()
    {
        ["running"] = trial => new() { Trial = trial, Finish = Fail() with { State = TrialState.Running } },
        ["waiting"] = trial => new() { Trial = trial, Finish = Fail() with { State = TrialState.Waiting } },
        ["complete without values"] = trial => new() { Trial = trial, Finish = Complete() },
        ["complete with two values"] = trial => new() { Trial = trial, Finish = Complete(1, 2) },
        ["complete with NaN"] = trial => new() { Trial = trial, Finish = Complete(double.NaN) },
        ["failed with a value"] = trial => new() { Trial = trial, Finish = Fail() with { Values = [1] } },
        ["a retry that is finished"] = trial => new() { Trial = trial, Finish = Fail(Done(1)) },
        ["a retry of a complete trial"] = trial => new() { Trial = trial, Finish = Complete(1) with { Retry = Queued() } },
        ["a parameter that is NaN"] = trial => new() { Trial = trial, Parameters = [new("x", new FloatDistribution(0, 1), double.NaN)] },
        ["a choice without index"] = trial => new() { Trial = trial, Parameters = [new("x", new CategoricalDistribution(["a"]), 0.5)] },
        ["a step below 0"] = trial => new() { Trial = trial, IntermediateValues = [new(-1, 1)] },
        ["a step above the limit"] = trial => new() { Trial = trial, IntermediateValues = [new(1L << 31, 1)] },
    };

    [Theory]
    [MemberData(nameof(BadFinishes))]
    public async Task Bad_changes_are_refused_with_all_that_came_with_them(string name)
    {
        StudyId id = await CreateAsync();
        TrialRecord[] trials = [.. await StartAsync(id, 2)];
        string[] before = await ReadTextsAsync(id);
        TrialChanges bad = BadChangesByName[name](trials[1].Id) with { UserAttributes = Attribute("u", 1), Study = new() { User = Attribute("u", 1) } };

        await RefusedAsync(async () => await Storage.WriteAsync(id, [new() { Trial = trials[0].Id, UserAttributes = Attribute("u", 1) }, bad], Token));

        Assert.Equal(before, await ReadTextsAsync(id));
        Assert.Empty((await ReadStudyAsync(id)).UserAttributes);
        Assert.Equal(WriteOutcome.Stored, await WriteAsync(id, new() { Trial = trials[1].Id, Finish = Complete(1) }));
    }

    [Fact]
    public async Task A_group_without_changes_has_no_outcomes()
    {
        StudyId id = await CreateAsync();

        Assert.Empty(await Storage.WriteAsync(id, [], Token));
        await RefusedAsync(async () => await Storage.WriteAsync(id, null!, Token));
    }

    [Fact]
    public async Task Late_writes_to_a_finished_trial_are_refused_and_change_nothing()
    {
        StudyId id = await CreateAsync();
        await AddAsync(id, Done(1), Done(2) with { State = TrialState.Pruned }, Done() with { State = TrialState.Failed });
        IReadOnlyList<TrialRecord> trials = (await ReadAsync(id)).Trials;
        string[] before = await ReadTextsAsync(id);

        foreach (TrialRecord trial in trials)
        {
            TrialChanges[] late =
            [
                new() { Trial = trial.Id },
                new() { Trial = trial.Id, Parameters = [new("x", new FloatDistribution(0, 1), 0.5)] },
                new() { Trial = trial.Id, IntermediateValues = [new(0, 1)] },
                new() { Trial = trial.Id, UserAttributes = Attribute("u", 1) },
                new() { Trial = trial.Id, SystemAttributes = Attribute("s", 1), Study = new() { User = Attribute("su", 1) } },
                new() { Trial = trial.Id, Finish = Complete(9) },
                new() { Trial = trial.Id, Finish = Fail(Queued()) },
            ];
            Assert.All(await Storage.WriteAsync(id, late, Token), outcome => Assert.Equal(WriteOutcome.AlreadyFinished, outcome));
        }

        Assert.Equal(before, await ReadTextsAsync(id));
        Assert.Empty((await ReadStudyAsync(id)).UserAttributes);
        // Refused with its trial, the parameter is not known to the study.
        Assert.Equal([3], await AddAsync(id, Done(1) with { Parameters = ParameterSet.Empty.With("x", new IntDistribution(0, 1), 0) }));
    }

    [Fact]
    public async Task Trials_that_the_study_does_not_have_are_unknown_and_do_not_touch_the_others()
    {
        StudyId id = await CreateAsync("one"), other = await CreateAsync("two");
        TrialRecord mine = await StartOneAsync(id), foreign = await StartOneAsync(other);
        string[] before = await ReadTextsAsync(other);

        IReadOnlyList<WriteOutcome> outcomes = await Storage.WriteAsync(
            id,
            [
                new() { Trial = foreign.Id, Finish = Complete(1), Study = new() { User = Attribute("u", 1) } },
                new() { Trial = mine.Id, Finish = Complete(2) },
                new() { Trial = new TrialId(foreign.Id.Value + 1000), UserAttributes = Attribute("u", 1) },
            ],
            Token);

        Assert.Equal([WriteOutcome.Unknown, WriteOutcome.Stored, WriteOutcome.Unknown], outcomes);
        Assert.Equal(before, await ReadTextsAsync(other));
        Assert.Empty((await ReadStudyAsync(id)).UserAttributes);
        Assert.Equal(2, (await ReadTrialAsync(id, 0)).Value);
    }

    [Fact]
    public async Task Several_changes_of_one_trial_in_a_group_follow_one_another()
    {
        StudyId id = await CreateAsync();
        TrialRecord trial = await StartOneAsync(id);

        IReadOnlyList<WriteOutcome> outcomes = await Storage.WriteAsync(
            id,
            [
                new() { Trial = trial.Id, UserAttributes = Attribute("u", 1), Study = new() { PutIfAbsent = Attribute("p", 1) } },
                new() { Trial = trial.Id, UserAttributes = Attribute("u", 2), Study = new() { PutIfAbsent = Attribute("p", 2) }, Finish = Complete(1) },
                new() { Trial = trial.Id, UserAttributes = Attribute("u", 3), Study = new() { User = Attribute("p", 3) } },
            ],
            Token);

        Assert.Equal([WriteOutcome.Stored, WriteOutcome.Stored, WriteOutcome.AlreadyFinished], outcomes);
        Assert.Equal(2, (await ReadTrialAsync(id, 0)).UserAttributes["u"].AsInt64());
        Assert.Equal("study [Minimize] user {} system {p: 1}", RecordText.Of(await ReadStudyAsync(id)));
    }
}
