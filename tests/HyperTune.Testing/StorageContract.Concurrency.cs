using HyperTune.History;
using HyperTune.Storage;
using HyperTune.Trials;

namespace HyperTune.Testing;

public abstract partial class StorageContract
{
    private const int Workers = 8;

    [Fact]
    public async Task Parallel_starts_number_without_gaps_or_repeats()
    {
        StudyId id = await CreateAsync();
        IStorage second = await OpenSecondAsync();
        int each = ParallelOperations / Workers;

        List<TrialRecord>[] started = await TogetherAsync(Workers, async i =>
        {
            var mine = new List<TrialRecord>();
            for (int k = 0; k < each; k++) mine.AddRange(await StartAsync(id, 1 + (k % 3), storage: i % 2 == 0 ? Storage : second));
            return mine;
        });

        TrialRecord[] all = [.. started.SelectMany(trials => trials)];
        Assert.Equal(Enumerable.Range(0, all.Length), all.Select(trial => trial.Number).Order());
        Assert.Equal(all.Length, all.Select(trial => trial.Id).Distinct().Count());
        Assert.Equal(all.OrderBy(trial => trial.Number).Select(RecordText.Of), await ReadTextsAsync(id));
    }

    [Fact]
    public async Task Starts_and_imports_in_parallel_share_the_numbers()
    {
        StudyId id = await CreateAsync();
        IStorage second = await OpenSecondAsync();
        int each = ParallelOperations / Workers;

        List<int>[] numbers = await TogetherAsync(Workers, async i =>
        {
            IStorage mine = i % 2 == 0 ? Storage : second;
            var given = new List<int>();
            for (int k = 0; k < each; k++)
            {
                if (i % 4 < 2) given.Add((await StartAsync(id, 1, storage: mine))[0].Number);
                else given.AddRange((await mine.AddTrialsAsync(id, NewImport(Done(i), Done(i)), Token)).Select(number => number ?? -1));
            }
            return given;
        });

        int[] all = [.. numbers.SelectMany(given => given).Order()];
        Assert.Equal(Enumerable.Range(0, all.Length), all);
        Assert.Equal(all.Length, (await ReadTextsAsync(id)).Length);
    }

    [Fact]
    public async Task A_waiting_trial_is_claimed_by_exactly_one_worker()
    {
        StudyId id = await CreateAsync();
        IStorage second = await OpenSecondAsync();
        int count = ParallelOperations;
        await AddAsync(id, [.. Enumerable.Range(0, count).Select(i => Queued(("x", i)))]);

        List<TrialRecord>[] claimed = await TogetherAsync(Workers, async i =>
        {
            var mine = new List<TrialRecord>();
            while (mine.Count == 0 || mine[^1].Number < count) mine.Add((await StartAsync(id, 1, storage: i % 2 == 0 ? Storage : second))[0]);
            return mine;
        });

        Assert.Equal(Enumerable.Range(0, count + Workers), claimed.SelectMany(trials => trials).Select(trial => trial.Number).Order());
        Assert.All(
            claimed.SelectMany(trials => trials).Where(trial => trial.Number < count),
            trial => Assert.Equal(trial.Number, trial.SystemAttributes[SystemKeys.FixedParams].Members[0].Value.AsInt64()));
        Assert.All(claimed, mine => Assert.Equal(mine.Select(trial => trial.Number).Order(), mine.Select(trial => trial.Number)));
    }

    [Fact]
    public async Task Parallel_workers_never_overshoot_the_budget()
    {
        StudyId id = await CreateAsync();
        IStorage second = await OpenSecondAsync();
        int budget = (ParallelOperations / 2) + 1;
        await AddAsync(id, Queued(), Queued());

        int[] counts = await TogetherAsync(Workers, async i =>
        {
            IStorage mine = i % 2 == 0 ? Storage : second;
            int count = 0;
            while (await StartAsync(id, 1 + (i % 3), totalTrials: budget, storage: mine) is { Count: > 0 } started)
            {
                count += started.Count;
                await mine.WriteAsync(id, [.. started.Select(trial => new TrialChanges { Trial = trial.Id, Finish = Complete(trial.Number) })], Token);
            }
            return count;
        });

        Assert.Equal(budget, counts.Sum());
        Assert.Equal(budget, (await ReadTextsAsync(id)).Length);
    }

    [Fact]
    public async Task Readers_beside_writers_see_only_whole_trials_and_each_end_once()
    {
        StudyId id = await CreateAsync();
        IStorage second = await OpenSecondAsync();
        int each = ParallelOperations / 4;
        int writing = 4;

        int[][] done = await TogetherAsync(6, async i =>
        {
            IStorage mine = i % 2 == 0 ? Storage : second;
            if (i < 4)
            {
                try
                {
                    return await WorkAsync(mine);
                }
                finally
                {
                    Interlocked.Decrement(ref writing);
                }
            }
            await WatchAsync(mine);
            return [];
        });

        var final = new StudyFollower(second, id);
        await final.RefreshAsync(Token);
        Assert.Equal(Enumerable.Range(0, 4 * each), done.SelectMany(numbers => numbers).Order());
        Assert.Equal(4 * each, final.Trials.Count);
        Assert.All(final.Trials, trial => Assert.True(trial.State.IsFinished()));

        async Task<int[]> WorkAsync(IStorage storage)
        {
            var numbers = new int[each];
            for (int k = 0; k < each; k++)
            {
                TrialRecord trial = Assert.Single(await StartAsync(id, 1, storage: storage));
                numbers[k] = trial.Number;
                Parameter x = new("x", new IntDistribution(0, 1_000_000), trial.Number);
                await WriteAsync(id, new() { Trial = trial.Id, Parameters = [x], IntermediateValues = [new(0, trial.Number)] }, storage);
                TrialChanges end = new()
                {
                    Trial = trial.Id,
                    Parameters = [x with { Name = "y" }],
                    IntermediateValues = [new(1, trial.Number)],
                    UserAttributes = Attribute("u", trial.Number),
                    SystemAttributes = Attribute("s", trial.Number),
                    Finish = trial.Number % 3 == 0 ? Fail() : Complete(trial.Number),
                };
                Assert.Equal(WriteOutcome.Stored, await WriteAsync(id, end, storage));
            }
            return numbers;
        }

        async Task WatchAsync(IStorage storage)
        {
            var follower = new StudyFollower(storage, id);
            bool isLast;
            do
            {
                isLast = Volatile.Read(ref writing) == 0;
                StudyDelta delta = await follower.RefreshAsync(Token);
                Assert.All(delta.Trials, CheckWhole);
                await Task.Yield();
            }
            while (!isLast);
            Assert.Equal(4 * each, follower.Trials.Count);
        }

        static void CheckWhole(TrialRecord trial)
        {
            if (!trial.State.IsFinished())
            {
                // The first write's parts come together, the last one's not before the end.
                Assert.Equal(trial.Parameters.Count, trial.IntermediateValues.Count);
                Assert.Empty(trial.UserAttributes);
                Assert.Empty(trial.Values);
                return;
            }
            Assert.Equal(trial.Number % 3 == 0 ? [] : [trial.Number], trial.Values);
            Assert.Equal([trial.Number, trial.Number], trial.Parameters.Values);
            Assert.Equal([trial.Number, trial.Number], trial.IntermediateValues.Values);
            Assert.Equal(trial.Number, trial.UserAttributes["u"].AsInt64());
            Assert.Equal(trial.Number, trial.SystemAttributes["s"].AsInt64());
            Assert.NotNull(trial.CompletedAt);
        }
    }

    [Fact]
    public async Task Random_operations_in_parallel_have_outcomes_that_some_order_explains()
    {
        // Each trial gets several ends, renewals and takings back at once. Whatever their order: one of them ends it, all others find it ended.
        StudyId id = await CreateAsync();
        IStorage second = await OpenSecondAsync();
        int count = ParallelOperations / 5;
        TrialRecord[] trials = [.. await StartAsync(id, count)];
        await AgeLeasesAsync(Storage, id, LongAge);

        List<(int Number, string By)>[] ends = await TogetherAsync(Workers, async i =>
        {
            IStorage mine = i % 2 == 0 ? Storage : second;
            var ended = new List<(int Number, string By)>();
            for (int k = 0; k < count; k++)
            {
                TrialRecord trial = trials[((k * (i + 1)) + i) % count];
                if (i == 0 && k % 5 == 4)
                {
                    ended.AddRange((await mine.TakeBackAsync(id, Rules(0), Token)).Select(taken => (taken.Number, "lapse")));
                    continue;
                }
                if (i == 1 && k % 3 == 0)
                {
                    await mine.RenewLeasesAsync(id, [trial.Id], Token);
                    continue;
                }
                string by = $"{i} {k}";
                WriteOutcome outcome = await WriteAsync(id, new() { Trial = trial.Id, UserAttributes = Attribute("by", by), Finish = Complete(i) }, mine);
                Assert.True(outcome is WriteOutcome.Stored or WriteOutcome.AlreadyFinished);
                if (outcome == WriteOutcome.Stored) ended.Add((trial.Number, by));
            }
            return ended;
        });

        Dictionary<int, string> endOf = ends.SelectMany(list => list).ToDictionary(end => end.Number, end => end.By);
        foreach (TrialRecord trial in (await ReadAsync(id, storage: second)).Trials)
        {
            if (!endOf.TryGetValue(trial.Number, out string? by)) Assert.Equal(TrialState.Running, trial.State);
            else if (by == "lapse") Assert.Equal((TrialState.Failed, StorageRules.LapsedReason), (trial.State, trial.FailReason));
            else Assert.Equal((TrialState.Complete, by), (trial.State, trial.UserAttributes["by"].AsString()));
        }
    }
}
