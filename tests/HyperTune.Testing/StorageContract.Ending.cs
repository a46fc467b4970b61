using HyperTune.Storage;
using HyperTune.Trials;

namespace HyperTune.Testing;

public abstract partial class StorageContract
{
    [Theory]
    [InlineData(TrialState.Complete, new[] { 1.5, double.PositiveInfinity })]
    [InlineData(TrialState.Pruned, new[] { 1.5, -1.5 })]
    [InlineData(TrialState.Pruned, new double[0])]
    [InlineData(TrialState.Failed, new double[0])]
    public async Task A_trial_ends_in_each_state_with_its_values(TrialState state, double[] values)
    {
        StudyId id = await CreateAsync("study", Direction.Minimize, Direction.Maximize);
        TrialRecord trial = await StartOneAsync(id);

        WriteOutcome outcome = await WriteAsync(id, new() { Trial = trial.Id, Finish = Fail() with { State = state, Values = values } });

        Assert.Equal(WriteOutcome.Stored, outcome);
        Assert.Equal(RecordText.Of(0, state, values, [], [], [], [], At(0), At(60)), RecordText.Of(await ReadTrialAsync(id, 0)));
    }

    [Fact]
    public async Task A_waiting_trial_takes_attributes_and_may_end_without_running()
    {
        StudyId id = await CreateAsync();
        await AddAsync(id, Queued(("x", 1)), Queued(("x", 2)));
        IReadOnlyList<TrialRecord> waiting = (await ReadAsync(id)).Trials;

        Assert.Equal(WriteOutcome.Stored, await WriteAsync(id, new() { Trial = waiting[0].Id, UserAttributes = Attribute("u", 1) }));
        Assert.Equal(WriteOutcome.Stored, await WriteAsync(id, new() { Trial = waiting[0].Id, Finish = Fail() }));

        TrialRecord ended = await ReadTrialAsync(id, 0);
        Assert.Equal((TrialState.Failed, 1), (ended.State, ended.UserAttributes["u"].AsInt64()));
        Assert.Equal([1, 2], (await StartAsync(id, 2)).Select(trial => trial.Number));
    }

    [Fact]
    public async Task A_failed_trial_and_its_next_try_are_stored_in_one_step()
    {
        StudyId id = await CreateAsync();
        TrialRecord trial = await StartOneAsync(id);
        await WriteAsync(id, new() { Trial = trial.Id, Parameters = [new("x", new FloatDistribution(0, 1), 0.5)], UserAttributes = Attribute("u", 1) });
        TrialTemplate? retry = StorageRules.NextTry(await ReadTrialAsync(id, 0), 1);
        TrialChanges changes = new() { Trial = trial.Id, Finish = Fail(retry) };

        Assert.Equal(WriteOutcome.Stored, await WriteAsync(id, changes));
        Assert.Equal(WriteOutcome.Stored, await WriteAsync(id, changes));

        string[] texts = await ReadTextsAsync(id);
        Assert.Equal(2, texts.Length);
        Assert.Equal(
            "1 Waiting values [] params [] reports [] user {u: 1} system {failed_trial: 0, fixed_params: {\"x\": 0.5}, retry_history: [0]} from - to -", texts[1]);
        Assert.Equal(1, (await StartOneAsync(id)).Number);
    }

    [Fact]
    public async Task Repeating_an_end_is_stored_again_without_effect_while_another_end_is_refused()
    {
        StudyId id = await CreateAsync();
        TrialRecord trial = await StartOneAsync(id);
        TrialChanges end = new() { Trial = trial.Id, UserAttributes = Attribute("u", 1), Study = new() { User = Attribute("su", 1) }, Finish = Complete(1) };
        await WriteAsync(id, end);
        await Storage.SetStudyAttributesAsync(id, new() { User = Attribute("su", 2) }, Token);
        string[] before = await ReadTextsAsync(id);
        IStorage second = await OpenSecondAsync();

        Assert.Equal(WriteOutcome.Stored, await WriteAsync(id, end));
        Assert.Equal(WriteOutcome.Stored, await WriteAsync(id, end, second));
        Assert.Equal(WriteOutcome.AlreadyFinished, await WriteAsync(id, end with { Finish = Complete(1) }));

        Assert.Equal(before, await ReadTextsAsync(id));
        Assert.Equal(2, (await ReadStudyAsync(id)).UserAttributes["su"].AsInt64());
    }

    [Fact]
    public async Task A_write_that_was_refused_may_be_repeated_once_it_is_right()
    {
        StudyId id = await CreateAsync();
        await AddAsync(id, Done(1) with { Parameters = ParameterSet.Empty.With("x", new FloatDistribution(0, 1), 0.5) });
        TrialRecord trial = await StartOneAsync(id);
        TrialFinish end = Complete(1);

        Assert.Equal(WriteOutcome.Incompatible, await WriteAsync(id, new() { Trial = trial.Id, Parameters = [new("x", new IntDistribution(0, 1), 0)], Finish = end }));
        Assert.Equal(WriteOutcome.Stored, await WriteAsync(id, new() { Trial = trial.Id, Finish = end }));

        Assert.Equal(TrialState.Complete, (await ReadTrialAsync(id, 1)).State);
    }

    [Fact]
    public async Task Of_parallel_ends_of_one_trial_exactly_one_is_stored()
    {
        StudyId id = await CreateAsync();
        IStorage second = await OpenSecondAsync();
        TrialRecord trial = await StartOneAsync(id);

        WriteOutcome[] outcomes = await TogetherAsync(8, i =>
            WriteAsync(id, new() { Trial = trial.Id, UserAttributes = Attribute("by", i), Finish = Complete(i) }, i % 2 == 0 ? Storage : second));

        Assert.Single(outcomes, WriteOutcome.Stored);
        Assert.Equal(7, outcomes.Count(outcome => outcome == WriteOutcome.AlreadyFinished));
        TrialRecord read = await ReadTrialAsync(id, 0);
        int winner = Array.IndexOf(outcomes, WriteOutcome.Stored);
        Assert.Equal((winner, winner), (read.Value, read.UserAttributes["by"].AsInt64()));
    }
}
