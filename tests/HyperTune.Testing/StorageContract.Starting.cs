using HyperTune.Storage;
using HyperTune.Trials;

namespace HyperTune.Testing;

public abstract partial class StorageContract
{
    [Fact]
    public async Task Started_trials_are_running_and_numbered_from_0()
    {
        StudyId id = await CreateAsync();

        TrialRecord first = await StartOneAsync(id);
        IReadOnlyList<TrialRecord> more = await StartAsync(id, 3);

        Assert.Equal([0, 1, 2, 3], more.Prepend(first).Select(trial => trial.Number));
        Assert.Equal(4, more.Prepend(first).Select(trial => trial.Id).Distinct().Count());
        Assert.Equal("0 Running values [] params [] reports [] user {} system {} from 2026-03-29T01:30:00.1234560Z to -", RecordText.Of(first));
        Assert.Equal(more.Prepend(first).Select(RecordText.Of), await ReadTextsAsync(id));
    }

    [Fact]
    public async Task Each_study_counts_its_own_trials()
    {
        StudyId one = await CreateAsync("one"), two = await CreateAsync("two");

        await StartAsync(one, 2);
        IReadOnlyList<TrialRecord> others = await StartAsync(two, 2);
        TrialRecord third = await StartOneAsync(one);

        Assert.Equal([0, 1], others.Select(trial => trial.Number));
        Assert.Equal(2, third.Number);
        Assert.Equal(3, (await ReadTextsAsync(one)).Length);
        Assert.Equal(2, (await ReadTextsAsync(two)).Length);
    }

    [Fact]
    public async Task Waiting_trials_are_claimed_oldest_first_as_they_were_queued_and_then_new_ones_begin()
    {
        StudyId id = await CreateAsync();
        TrialTemplate queued = Queued(("x", 1)) with { UserAttributes = Attribute("from", "queue") };
        await AddAsync(id, Done(1), queued, Done(2), Queued(("x", 2)), Queued(("x", 3)));

        TrialRecord first = await StartOneAsync(id);
        IReadOnlyList<TrialRecord> rest = await StartAsync(id, 4);

        Assert.Equal(
            "1 Running values [] params [] reports [] user {from: \"queue\"} system {fixed_params: {\"x\": 1}} from 2026-03-29T01:30:00.1234560Z to -", RecordText.Of(first));
        Assert.Equal([3, 4, 5, 6], rest.Select(trial => trial.Number));
        Assert.Equal(rest.Prepend(first).Select(RecordText.Of), (await ReadTextsAsync(id)).Where(text => text.Contains("Running", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_budget_counts_running_complete_and_pruned_trials_of_all_workers()
    {
        StudyId id = await CreateAsync();
        IStorage second = await OpenSecondAsync();
        await AddAsync(id, Done(1), Done(2) with { State = TrialState.Pruned });
        await StartOneAsync(id);

        IReadOnlyList<TrialRecord> started = await StartAsync(id, 5, totalTrials: 5, storage: second);

        Assert.Equal([3, 4], started.Select(trial => trial.Number));
        Assert.Empty(await StartAsync(id, 1, totalTrials: 5));
        Assert.Empty(await StartAsync(id, 1, totalTrials: 3));
        Assert.Empty(await StartAsync(id, 1, totalTrials: 0));
        Assert.Single(await StartAsync(id, 2, totalTrials: 6));
        Assert.Equal(2, (await StartAsync(id, 2)).Count);
    }

    [Fact]
    public async Task Waiting_trials_do_not_use_up_the_budget_before_they_are_claimed()
    {
        StudyId id = await CreateAsync();
        await AddAsync(id, Done(1), Queued(), Queued(), Queued());

        IReadOnlyList<TrialRecord> started = await StartAsync(id, 5, totalTrials: 3);

        Assert.Equal([1, 2], started.Select(trial => trial.Number));
        Assert.Equal(TrialState.Waiting, (await ReadTrialAsync(id, 3)).State);
        Assert.Empty(await StartAsync(id, 1, totalTrials: 3));
        Assert.Equal([3, 4], (await StartAsync(id, 5, totalTrials: 5)).Select(trial => trial.Number));
    }

    [Fact]
    public async Task A_failed_trial_uses_up_the_budget_unless_it_is_tried_again()
    {
        StudyId id = await CreateAsync();
        TrialRecord first = await StartOneAsync(id), second = await StartOneAsync(id);
        await WriteAsync(id, new() { Trial = first.Id, Finish = Fail() });
        Assert.Empty(await StartAsync(id, 1, totalTrials: 2));

        await WriteAsync(id, new() { Trial = second.Id, Finish = Fail(StorageRules.NextTry(second, 1)) });

        TrialRecord retry = Assert.Single(await StartAsync(id, 5, totalTrials: 2));
        Assert.Equal(2, retry.Number);
        Assert.Empty(await StartAsync(id, 1, totalTrials: 2));
    }

    [Fact]
    public async Task A_lapsed_trial_uses_up_the_budget_unless_it_is_tried_again()
    {
        StudyId id = await CreateAsync();
        await StartAsync(id, 2);
        await AgeLeasesAsync(Storage, id, TimeSpan.FromMinutes(10));

        await Storage.TakeBackAsync(id, new LeaseRules(TimeSpan.FromMinutes(1), 1), Token);

        Assert.Equal([2, 3], (await StartAsync(id, 5, totalTrials: 2)).Select(trial => trial.Number));
        await AgeLeasesAsync(Storage, id, TimeSpan.FromMinutes(10));
        await Storage.TakeBackAsync(id, new LeaseRules(TimeSpan.FromMinutes(1), 1), Token);
        Assert.Empty(await StartAsync(id, 5, totalTrials: 2));
    }

    [Fact]
    public async Task Repeating_a_start_gives_the_same_trials_and_starts_nothing()
    {
        StudyId id = await CreateAsync();
        await AddAsync(id, Queued());
        TrialStart request = NewStart(3, totalTrials: 3);
        IReadOnlyList<TrialRecord> started = await Storage.StartTrialsAsync(id, request, Token);
        await StartOneAsync(id);
        IStorage second = await OpenSecondAsync();

        foreach (IStorage storage in new[] { Storage, second })
        {
            IReadOnlyList<TrialRecord> again = await storage.StartTrialsAsync(id, request, Token);
            Assert.Equal(started.Select(trial => (trial.Id, trial.Number)), again.Select(trial => (trial.Id, trial.Number)));
        }
        Assert.Equal(4, (await ReadTextsAsync(id)).Length);
    }

    [Fact]
    public async Task Parallel_repetitions_of_one_start_start_it_once()
    {
        StudyId id = await CreateAsync();
        IStorage second = await OpenSecondAsync();
        TrialStart request = NewStart(2);

        int[][] numbers = await TogetherAsync(8, async i =>
            (await (i % 2 == 0 ? Storage : second).StartTrialsAsync(id, request, Token)).Select(trial => trial.Number).ToArray());

        Assert.All(numbers, given => Assert.Equal([0, 1], given));
        Assert.Equal(2, (await ReadTextsAsync(id)).Length);
    }

    [Fact]
    public async Task A_start_of_no_trials_or_below_no_budget_is_refused()
    {
        StudyId id = await CreateAsync();

        await RefusedAsync(async () => await StartAsync(id, 0));
        await RefusedAsync(async () => await StartAsync(id, 1, totalTrials: -1));
        await RefusedAsync(async () => await Storage.StartTrialsAsync(id, null!, Token));

        Assert.Empty(await ReadTextsAsync(id));
    }

    [Fact]
    public async Task A_time_with_an_offset_keeps_its_moment()
    {
        StudyId id = await CreateAsync();
        var local = new DateTimeOffset(2026, 10, 25, 2, 30, 0, TimeSpan.FromHours(2));

        await Storage.StartTrialsAsync(id, NewStart() with { StartedAt = local }, Token);

        Assert.Equal(local.UtcDateTime, (await ReadTrialAsync(id, 0)).StartedAt?.UtcDateTime);
    }
}
