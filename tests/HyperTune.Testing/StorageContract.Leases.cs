using HyperTune.Storage;
using HyperTune.Trials;
using Microsoft.Extensions.Time.Testing;

namespace HyperTune.Testing;

public abstract partial class StorageContract
{
    private static readonly TimeSpan LongAge = TimeSpan.FromMinutes(10);

    private static LeaseRules Rules(int maxRetries) => new(TimeSpan.FromMinutes(2), maxRetries);

    [Fact]
    public async Task Renewing_tells_what_became_of_each_trial()
    {
        StudyId id = await CreateAsync("one"), other = await CreateAsync("two");
        TrialRecord[] trials = [.. await StartAsync(id, 2)];
        TrialRecord foreign = await StartOneAsync(other);
        await WriteAsync(id, new() { Trial = trials[1].Id, Finish = Complete(1) });

        IReadOnlyList<WriteOutcome> outcomes =
            await Storage.RenewLeasesAsync(id, [trials[0].Id, trials[1].Id, foreign.Id, new TrialId(foreign.Id.Value + 1000)], Token);

        Assert.Equal([WriteOutcome.Stored, WriteOutcome.AlreadyFinished, WriteOutcome.Unknown, WriteOutcome.Unknown], outcomes);
        Assert.Empty(await Storage.RenewLeasesAsync(id, [], Token));
    }

    [Fact]
    public async Task Only_trials_whose_lease_has_lapsed_are_taken_back()
    {
        StudyId id = await CreateAsync();
        TrialRecord[] trials = [.. await StartAsync(id, 4)];
        await WriteAsync(id, new() { Trial = trials[3].Id, Finish = Complete(1) });
        Assert.Empty(await Storage.TakeBackAsync(id, Rules(0), Token));
        await AgeLeasesAsync(Storage, id, LongAge);
        await Storage.RenewLeasesAsync(id, [trials[1].Id], Token);
        TrialRecord late = await StartOneAsync(id);
        IStorage second = await OpenSecondAsync();

        IReadOnlyList<TakenBackTrial> taken = await second.TakeBackAsync(id, Rules(0), Token);

        Assert.Equal([new(trials[0].Id, 0, null), new(trials[2].Id, 2, null)], taken);
        Assert.Equal(
            [TrialState.Failed, TrialState.Running, TrialState.Failed, TrialState.Complete, TrialState.Running], (await ReadAsync(id)).Trials.Select(trial => trial.State));
        TrialRecord failed = await ReadTrialAsync(id, 0);
        Assert.Equal(StorageRules.LapsedReason, failed.FailReason);
        Assert.Empty(failed.Values);
        Assert.NotNull(failed.CompletedAt);
        Assert.Equal(4, late.Number);
        Assert.Empty(await second.TakeBackAsync(id, Rules(0), Token));
    }

    [Theory]
    [InlineData(-400)]
    [InlineData(400)]
    public async Task Leases_go_by_the_clock_of_the_storage_wherever_those_of_its_processes_jump(int days)
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        IStorage? elsewhere = await OpenElsewhereAsync(Storage, clock);
        Assert.SkipWhen(elsewhere is null, "The clock of this storage is that of its processes.");
        _opened.Add(elsewhere);
        StudyId id = await CreateAsync();
        TrialRecord[] trials = [await StartOneAsync(id), .. await StartAsync(id, 1, storage: elsewhere)];
        clock.AdjustTime(clock.GetUtcNow().AddDays(days));

        Assert.Empty(await elsewhere.TakeBackAsync(id, Rules(0), Token));
        Assert.Equal([WriteOutcome.Stored, WriteOutcome.Stored], await elsewhere.RenewLeasesAsync(id, [.. trials.Select(trial => trial.Id)], Token));
        Assert.Empty(await Storage.TakeBackAsync(id, Rules(0), Token));
        await AgeLeasesAsync(Storage, id, LongAge);
        Assert.Equal([0, 1], (await Storage.TakeBackAsync(id, Rules(0), Token)).Select(taken => taken.Number));
    }

    [Fact]
    public async Task A_longer_grace_leaves_the_trial_alone()
    {
        StudyId id = await CreateAsync();
        await StartOneAsync(id);
        await AgeLeasesAsync(Storage, id, LongAge);

        Assert.Empty(await Storage.TakeBackAsync(id, new LeaseRules(TimeSpan.FromHours(1), 1), Token));
        Assert.Single(await Storage.TakeBackAsync(id, Rules(1), Token));
    }

    [Fact]
    public async Task Trials_without_a_lease_are_never_taken_back()
    {
        StudyId id = await CreateAsync();
        await AddAsync(id, Queued(), Queued(), Done(1));
        await StartOneAsync(id, isLeased: false);
        await AgeLeasesAsync(Storage, id, LongAge);

        Assert.Empty(await Storage.TakeBackAsync(id, new LeaseRules(TimeSpan.Zero, 1), Token));

        Assert.Equal([TrialState.Running, TrialState.Waiting, TrialState.Complete], (await ReadAsync(id)).Trials.Select(trial => trial.State));
    }

    [Fact]
    public async Task A_waiting_trial_has_no_lease_and_cannot_get_one()
    {
        StudyId id = await CreateAsync();
        await AddAsync(id, Queued());
        await Storage.RenewLeasesAsync(id, [(await ReadTrialAsync(id, 0)).Id], Token);
        await AgeLeasesAsync(Storage, id, LongAge);

        Assert.Empty(await Storage.TakeBackAsync(id, Rules(1), Token));
        Assert.Equal(0, (await StartOneAsync(id)).Number);
    }

    [Fact]
    public async Task A_claimed_trial_is_a_lease_too()
    {
        StudyId id = await CreateAsync();
        await AddAsync(id, Queued(("x", 1)));
        TrialRecord claimed = await StartOneAsync(id);
        await AgeLeasesAsync(Storage, id, LongAge);

        Assert.Equal([new(claimed.Id, 0, 1)], await Storage.TakeBackAsync(id, Rules(1), Token));
    }

    [Fact]
    public async Task The_worker_of_a_trial_that_was_taken_back_is_told_so()
    {
        StudyId id = await CreateAsync();
        TrialRecord trial = await StartOneAsync(id);
        await AgeLeasesAsync(Storage, id, LongAge);
        await Storage.TakeBackAsync(id, Rules(0), Token);

        Assert.Equal([WriteOutcome.AlreadyFinished], await Storage.RenewLeasesAsync(id, [trial.Id], Token));
        Assert.Equal(WriteOutcome.AlreadyFinished, await WriteAsync(id, new() { Trial = trial.Id, Finish = Complete(1) }));
        Assert.Equal(TrialState.Failed, (await ReadTrialAsync(id, 0)).State);
    }

    [Fact]
    public async Task A_lapsed_trial_is_tried_again_up_to_the_limit_with_the_parameters_that_it_had()
    {
        StudyId id = await CreateAsync();
        Distribution x = new FloatDistribution(0, 1), c = new CategoricalDistribution(["a", null]);
        await AddAsync(id, Queued(("given", 7)) with { UserAttributes = Attribute("u", 1), SystemAttributes = Queued(("given", 7)).SystemAttributes.With("other", 1) });
        TrialRecord trial = await StartOneAsync(id);
        AttributeSet joint = JointSample.Encode(ParameterSet.Empty.With("x", x, 0.125).With("drawn", x, 0.25));
        await WriteAsync(id, new() { Trial = trial.Id, Parameters = [new("x", x, 0.5), new("c", c, 1)], SystemAttributes = joint, IntermediateValues = [new(0, 1)] });
        var given = AttributeValue.Object(("x", 0.5), ("drawn", 0.25), ("given", 7), ("c", null));

        for (int tries = 1; tries <= 2; tries++)
        {
            await AgeLeasesAsync(Storage, id, LongAge);
            TakenBackTrial taken = Assert.Single(await Storage.TakeBackAsync(id, Rules(2), Token));
            Assert.Equal((tries - 1, tries), (taken.Number, taken.RetryNumber));
            TrialRecord retry = await ReadTrialAsync(id, tries);
            Assert.Equal(TrialState.Waiting, retry.State);
            Assert.Equal("{u: 1}", RecordText.Of(retry.UserAttributes));
            Assert.Equal(given, retry.SystemAttributes[SystemKeys.FixedParams]);
            Assert.Equal(0, retry.SystemAttributes[SystemKeys.FailedTrial].AsInt64());
            Assert.Equal(Enumerable.Range(0, tries), retry.SystemAttributes[SystemKeys.RetryHistory].Items.Select(item => (int)item.AsInt64()));
            Assert.Equal(3, retry.SystemAttributes.Keys.Count(key => !key.StartsWith("hypertune:", StringComparison.Ordinal)));
            Assert.Equal(tries, (await StartOneAsync(id)).Number);
        }
        await AgeLeasesAsync(Storage, id, LongAge);
        Assert.Equal((2, (int?)null), Assert.Single(await Storage.TakeBackAsync(id, Rules(2), Token)) is var last ? (last.Number, last.RetryNumber) : default);
        Assert.Equal(3, (await ReadTextsAsync(id)).Length);
    }

    [Fact]
    public async Task Parallel_takers_take_each_trial_once_and_enqueue_each_retry_once()
    {
        StudyId id = await CreateAsync();
        IStorage second = await OpenSecondAsync();
        await StartAsync(id, 20);
        await AgeLeasesAsync(Storage, id, LongAge);

        IReadOnlyList<TakenBackTrial>[] taken = await TogetherAsync(8, async i => await (i % 2 == 0 ? Storage : second).TakeBackAsync(id, Rules(1), Token));

        Assert.Equal(Enumerable.Range(0, 20), taken.SelectMany(list => list).Select(trial => trial.Number).Order());
        Assert.Equal(Enumerable.Range(20, 20), taken.SelectMany(list => list).Select(trial => trial.RetryNumber ?? -1).Order());
        Assert.Equal(40, (await ReadTextsAsync(id)).Length);
    }

    [Fact]
    public async Task Bad_lease_rules_are_refused()
    {
        StudyId id = await CreateAsync();

        await RefusedAsync(async () => await Storage.TakeBackAsync(id, new LeaseRules(TimeSpan.FromSeconds(-1), 1), Token));
        await RefusedAsync(async () => await Storage.TakeBackAsync(id, new LeaseRules(TimeSpan.Zero, -1), Token));
        await RefusedAsync(async () => await Storage.TakeBackAsync(id, null!, Token));
        await RefusedAsync(async () => await Storage.RenewLeasesAsync(id, null!, Token));
    }
}
