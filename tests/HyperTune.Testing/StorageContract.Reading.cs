using HyperTune.History;
using HyperTune.Storage;

namespace HyperTune.Testing;

public abstract partial class StorageContract
{
    [Fact]
    public async Task The_first_delta_has_everything()
    {
        StudyId id = await CreateAsync();
        await AddAsync(id, Done(1), Queued(), Queued());
        await StartOneAsync(id);

        StudyDelta delta = await ReadAsync(id);

        Assert.Equal(id, delta.Study?.Id);
        Assert.Equal([0, 1, 2], delta.Trials.Select(trial => trial.Number));
        Assert.Equal([TrialState.Complete, TrialState.Running, TrialState.Waiting], delta.Trials.Select(trial => trial.State));
        Assert.Empty(delta.Unreadable);
        Assert.False(delta.IsReset);
    }

    [Fact]
    public async Task The_first_delta_of_an_empty_study_has_the_study_alone()
    {
        StudyId id = await CreateAsync();

        StudyDelta first = await ReadAsync(id);
        StudyDelta next = await ReadAsync(id, first.Cursor);

        Assert.Empty(first.Trials);
        Assert.Equal(id, first.Study?.Id);
        Assert.Null(next.Study);
        Assert.Empty(next.Trials);
    }

    [Fact]
    public async Task Finished_trials_are_not_sent_again()
    {
        StudyId id = await CreateAsync();
        await AddAsync(id, Done(1), Done(2));
        StudyDelta first = await ReadAsync(id);

        StudyDelta idle = await ReadAsync(id, first.Cursor);
        await AddAsync(id, Done(3));
        StudyDelta next = await ReadAsync(id, idle.Cursor);

        Assert.Empty(idle.Trials);
        Assert.Null(idle.Study);
        Assert.Equal([2], next.Trials.Select(trial => trial.Number));
        Assert.Null(next.Study);
    }

    [Fact]
    public async Task Unfinished_trials_that_did_not_change_are_not_sent_again()
    {
        StudyId id = await CreateAsync();
        await AddAsync(id, Queued(), Queued());
        TrialRecord running = await StartOneAsync(id);
        StudyDelta first = await ReadAsync(id);

        await Storage.RenewLeasesAsync(id, [running.Id], Token);
        StudyDelta idle = await ReadAsync(id, first.Cursor);

        Assert.Empty(idle.Trials);
    }

    [Fact]
    public async Task Each_change_of_a_trial_is_sent_with_the_full_record()
    {
        StudyId id = await CreateAsync();
        IStorage second = await OpenSecondAsync();
        var follower = new StudyFollower(second, id);
        await follower.RefreshAsync(Token);
        await AddAsync(id, Queued(("x", 1)), Done(1), Queued());

        await ExpectAsync(0, 1, 2);
        TrialRecord trial = await StartOneAsync(id);
        await ExpectAsync(0);
        await WriteAsync(id, new() { Trial = trial.Id, Parameters = [new("x", new FloatDistribution(0, 1), 0.5)] });
        await ExpectAsync(0);
        await WriteAsync(id, new() { Trial = trial.Id, IntermediateValues = [new(0, 1)] });
        await ExpectAsync(0);
        await WriteAsync(id, new() { Trial = trial.Id, IntermediateValues = [new(0, 2)] });
        await ExpectAsync(0);
        await WriteAsync(id, new() { Trial = trial.Id, UserAttributes = Attribute("u", 1) });
        await ExpectAsync(0);
        await WriteAsync(id, new() { Trial = trial.Id, SystemAttributes = Attribute("s", 1) });
        await ExpectAsync(0);
        await WriteAsync(id, new() { Trial = trial.Id, SystemAttributes = Attribute("s", 2), Finish = Fail(Queued()) });
        await ExpectAsync(0, 3);
        await StartAsync(id, 3);
        await ExpectAsync(2, 3, 4);
        await AgeLeasesAsync(Storage, id, LongAge);
        await Storage.TakeBackAsync(id, Rules(0), Token);
        await ExpectAsync(2, 3, 4);
        await ExpectAsync();

        async Task ExpectAsync(params int[] numbers)
        {
            StudyDelta delta = await follower.RefreshAsync(Token);
            Assert.Equal(numbers, delta.Trials.Select(changed => changed.Number));
            Assert.Equal(await ReadTextsAsync(id), follower.Trials.Select(RecordText.Of));
        }
    }

    [Fact]
    public async Task Several_changes_between_two_reads_are_sent_as_one()
    {
        StudyId id = await CreateAsync();
        StudyDelta first = await ReadAsync(id);
        TrialRecord[] trials = [.. await StartAsync(id, 3)];
        await WriteAsync(id, new() { Trial = trials[2].Id, IntermediateValues = [new(0, 1)] });
        await WriteAsync(id, new() { Trial = trials[0].Id, Finish = Complete(1) });

        StudyDelta delta = await ReadAsync(id, first.Cursor);

        Assert.Equal([0, 1, 2], delta.Trials.Select(trial => trial.Number));
        Assert.Equal([TrialState.Complete, TrialState.Running, TrialState.Running], delta.Trials.Select(trial => trial.State));
        Assert.Equal(1, delta.Trials[2].IntermediateValues[0]);
    }

    [Fact]
    public async Task A_cursor_may_be_used_again()
    {
        StudyId id = await CreateAsync();
        await AddAsync(id, Done(1));
        StudyCursor cursor = (await ReadAsync(id)).Cursor;
        await AddAsync(id, Done(2));
        StudyDelta once = await ReadAsync(id, cursor);
        await AddAsync(id, Done(3));

        StudyDelta again = await ReadAsync(id, cursor);

        Assert.Equal([1], once.Trials.Select(trial => trial.Number));
        Assert.Equal([1, 2], again.Trials.Select(trial => trial.Number));
    }

    [Fact]
    public async Task Changed_attributes_of_the_study_come_with_the_next_delta()
    {
        StudyId id = await CreateAsync();
        TrialRecord trial = await StartOneAsync(id);
        IStorage second = await OpenSecondAsync();
        StudyCursor cursor = (await ReadAsync(id, storage: second)).Cursor;

        await Storage.SetStudyAttributesAsync(id, new() { User = Attribute("u", 1) }, Token);
        await ExpectAsync("study [Minimize] user {u: 1} system {}");
        await Storage.SetStudyAttributesAsync(id, new() { User = Attribute("u", 2), System = Attribute("s", 1) }, Token);
        await ExpectAsync("study [Minimize] user {u: 2} system {s: 1}");
        await WriteAsync(id, new() { Trial = trial.Id, Study = new() { PutIfAbsent = Attribute("p", 1) } });
        await ExpectAsync("study [Minimize] user {u: 2} system {p: 1, s: 1}");

        async Task ExpectAsync(string expected)
        {
            StudyDelta delta = await ReadAsync(id, cursor, second);
            cursor = delta.Cursor;
            Assert.Equal(expected, RecordText.Of(Assert.IsType<StudyRecord>(delta.Study)));
            Assert.Null((await ReadAsync(id, cursor, second)).Study);
        }
    }

    [Fact]
    public async Task Another_study_does_not_show()
    {
        StudyId id = await CreateAsync("one"), other = await CreateAsync("two");
        await AddAsync(id, Done(1));
        StudyCursor cursor = (await ReadAsync(id)).Cursor;

        await AddAsync(other, Done(2), Done(3));
        await Storage.SetStudyAttributesAsync(other, new() { User = Attribute("u", 1) }, Token);
        StudyDelta delta = await ReadAsync(id, cursor);

        Assert.Empty(delta.Trials);
        Assert.Null(delta.Study);
    }

    [Fact]
    public async Task A_study_that_was_made_anew_is_never_mixed_with_the_old_one()
    {
        StudyId id = await CreateAsync();
        await AddAsync(id, Done(1), Done(2), Queued());
        IStorage second = await OpenSecondAsync();
        StudyCursor[] cursors = [(await ReadAsync(id)).Cursor, (await ReadAsync(id, storage: second)).Cursor];
        await Storage.DeleteStudyAsync(id, Token);
        StudyId again = await CreateAsync("study", Direction.Maximize, Direction.Maximize);
        await AddAsync(again, Done(7, 8));

        foreach ((IStorage storage, StudyCursor cursor) in new[] { (Storage, cursors[0]), (second, cursors[1]) })
        {
            StudyDelta? delta = null;
            try
            {
                delta = await ReadAsync(id, cursor, storage);
            }
            catch (StudyNotFoundException) when (again != id)
            {
                continue;
            }
            Assert.True(delta.IsReset, "The study is another one under the same id, but the delta is no reset.");
            Assert.Equal(2, delta.Study?.Directions.Count);
            Assert.Equal([7, 8], Assert.Single(delta.Trials).Values);
        }
        Assert.Equal([7, 8], Assert.Single((await ReadAsync(again, storage: second)).Trials).Values);
    }

    [Fact]
    public async Task Both_handles_read_the_same_records()
    {
        StudyId id = await CreateAsync();
        IStorage second = await OpenSecondAsync();
        await AddAsync(id, Done(1) with { Parameters = EveryParameter, IntermediateValues = EveryReport, UserAttributes = EveryKind }, Queued(("x", 1)));
        await StartAsync(id, 2, storage: second);

        StudyDelta one = await ReadAsync(id), two = await ReadAsync(id, storage: second);

        Assert.Equal(one.Trials.Select(RecordText.Of), two.Trials.Select(RecordText.Of));
        Assert.Equal(one.Trials.Select(trial => trial.Id), two.Trials.Select(trial => trial.Id));
    }

    [Fact]
    public async Task Reading_without_a_cursor_is_refused()
    {
        StudyId id = await CreateAsync();

        await RefusedAsync(async () => await Storage.ReadAsync(id, null!, Token));
    }
}
