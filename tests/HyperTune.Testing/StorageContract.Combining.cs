using HyperTune.History;
using HyperTune.Storage;
using HyperTune.Trials;

namespace HyperTune.Testing;

/// <content>Writing and starting in one step, which must give what the two give one after the other; a storage that cannot do both at once is asked for the two.</content>
public abstract partial class StorageContract
{
    [Fact]
    public async Task Writing_and_starting_in_one_step_gives_what_both_give()
    {
        StudyId id = await CreateAsync();
        TrialRecord ended = await StartOneAsync(id);
        TrialRecord going = await StartOneAsync(id);

        (IReadOnlyList<WriteOutcome> outcomes, IReadOnlyList<TrialRecord> started) = await WriteAndStartAsync(
            Storage, id, [new() { Trial = ended.Id, Finish = Complete(1) }, new() { Trial = going.Id, UserAttributes = Attribute("a", 1) }, new() { Trial = new TrialId(1_000_000) }], NewStart(2));

        Assert.Equal([WriteOutcome.Stored, WriteOutcome.Stored, WriteOutcome.Unknown], outcomes);
        Assert.Equal([2, 3], started.Select(trial => trial.Number));
        IReadOnlyList<TrialRecord> trials = (await ReadAsync(id)).Trials;
        Assert.Equal([TrialState.Complete, TrialState.Running, TrialState.Running, TrialState.Running], trials.Select(trial => trial.State));
        Assert.Equal(1, trials[1].UserAttributes["a"].AsInt64());
    }

    [Fact]
    public async Task A_start_finds_the_retry_and_the_budget_of_what_was_written_with_it()
    {
        StudyId id = await CreateAsync();
        TrialRecord failed = await StartOneAsync(id);
        TrialTemplate retry = StorageRules.NextTry(failed, 1)!;

        (_, IReadOnlyList<TrialRecord> started) = await WriteAndStartAsync(Storage, id, [new() { Trial = failed.Id, Finish = Fail(retry) }], NewStart(2, totalTrials: 1));

        Assert.Equal(1, Assert.Single(started).Number);
        Assert.Equal(0, started[0].SystemAttributes[StorageRules.FailedTrialKey].AsInt64());
    }

    [Fact]
    public async Task Repeating_a_write_with_a_start_gives_the_first_answers()
    {
        StudyId id = await CreateAsync();
        TrialRecord trial = await StartOneAsync(id);
        TrialChanges[] end = [new() { Trial = trial.Id, Finish = Complete(1) }];
        TrialStart start = NewStart();
        await WriteAndStartAsync(Storage, id, end, start);

        (IReadOnlyList<WriteOutcome> outcomes, IReadOnlyList<TrialRecord> started) = await WriteAndStartAsync(Storage, id, end, start);

        Assert.Equal([WriteOutcome.Stored], outcomes);
        Assert.Equal(1, Assert.Single(started).Number);
        Assert.Equal(2, (await ReadAsync(id)).Trials.Count);
    }

    [Fact]
    public async Task A_write_that_is_refused_starts_nothing()
    {
        StudyId id = await CreateAsync();
        TrialRecord trial = await StartOneAsync(id);

        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await WriteAndStartAsync(Storage, id, [new() { Trial = trial.Id, Finish = Complete(double.NaN) }], NewStart()));

        Assert.Equal(TrialState.Running, Assert.Single((await ReadAsync(id)).Trials).State);
    }

    [Fact]
    public async Task What_is_read_in_the_same_step_is_the_step_and_all_that_was_stored_before_it()
    {
        StudyId id = await CreateAsync();
        TrialRecord ended = await StartOneAsync(id);
        TrialRecord untouched = await StartOneAsync(id);
        StudyCursor cursor = (await ReadAsync(id)).Cursor;
        IStorage second = await OpenSecondAsync();
        await StartAsync(id, 1, storage: second);
        await WriteAsync(id, new() { Trial = untouched.Id, UserAttributes = Attribute("a", 1) }, second);
        StudyDelta? delta = null;

        if (Storage is ICombiningStorage combining)
            (_, _, delta) = await combining.WriteAndStartAsync(id, [new() { Trial = ended.Id, Finish = Complete(1) }], NewStart(), cursor, Token);
        else
            await WriteAndStartAsync(Storage, id, [new() { Trial = ended.Id, Finish = Complete(1) }], NewStart());
        // Not all storages can.
        delta ??= await ReadAsync(id, cursor);

        Assert.Equal([(0, TrialState.Complete), (1, TrialState.Running), (2, TrialState.Running), (3, TrialState.Running)], delta.Trials.Select(trial => (trial.Number, trial.State)));
        Assert.Equal(1, delta.Trials[1].UserAttributes["a"].AsInt64());
        Assert.Empty((await ReadAsync(id, delta.Cursor)).Trials);
        await StartAsync(id, 1, storage: second);
        Assert.Equal(4, Assert.Single((await ReadAsync(id, delta.Cursor)).Trials).Number);
    }

    private static async Task<(IReadOnlyList<WriteOutcome> Outcomes, IReadOnlyList<TrialRecord> Started)> WriteAndStartAsync(
        IStorage storage, StudyId id, IReadOnlyList<TrialChanges> changes, TrialStart start)
    {
        IReadOnlyList<WriteOutcome> outcomes;
        if (storage is ICombiningStorage combining)
        {
            (outcomes, IReadOnlyList<TrialRecord> started, _) = await combining.WriteAndStartAsync(id, changes, start, StudyCursor.Start, Token);
            return (outcomes, started);
        }
        outcomes = await storage.WriteAsync(id, changes, Token);
        return (outcomes, await storage.StartTrialsAsync(id, start, Token));
    }
}
