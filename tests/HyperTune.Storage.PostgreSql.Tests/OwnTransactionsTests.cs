using HyperTune.History;
using HyperTune.Storage.Relational;
using HyperTune.Testing;
using HyperTune.Trials;
using Npgsql;

namespace HyperTune.Storage.PostgreSql.Tests;

/// <summary>What a storage has written itself it need not read again, as long as nobody else has committed. On a server of its own, since all databases of a server share the numbers.</summary>
public sealed class OwnTransactionsTests(PostgresFixture fixture) : IClassFixture<PostgresFixture>
{
    [Fact]
    public void Own_commits_leave_the_count_of_others_as_it_is()
    {
        var transactions = new OwnTransactions();
        CommitPoint before = transactions.PointOf(100)!.Value;
        transactions.Begin(100);
        Assert.Equal(before, transactions.PointOf(100, self: 100));
        transactions.End(100, isOwn: true);
        CommitPoint after = transactions.PointOf(101)!.Value;
        Assert.Equal(before.Others, after.Others);
        Assert.True(after.Own > before.Own);
        Assert.Equal(before, transactions.PointOf(100));
    }

    [Fact]
    public void Every_other_number_that_was_given_out_counts_as_that_of_others()
    {
        var transactions = new OwnTransactions();
        long before = transactions.PointOf(100)!.Value.Others;
        transactions.Begin(101);
        transactions.End(101, isOwn: true);
        Assert.Equal(before + 1, transactions.PointOf(102)!.Value.Others);
        transactions.Begin(102);
        transactions.End(102, isOwn: false);
        Assert.Equal(before + 2, transactions.PointOf(103)!.Value.Others);
    }

    [Fact]
    public void A_transaction_that_may_be_over_for_the_server_alone_leaves_later_snapshots_without_a_point()
    {
        var transactions = new OwnTransactions();
        transactions.Begin(100);
        Assert.Null(transactions.PointOf(101));
        Assert.NotNull(transactions.PointOf(100));
        transactions.End(100, isOwn: true);
        Assert.NotNull(transactions.PointOf(101));
    }

    [Fact]
    public void A_transaction_is_none_of_those_that_it_builds_on_even_when_later_ones_are_over()
    {
        var transactions = new OwnTransactions();
        transactions.Begin(100);
        long builtOn = transactions.PointOf(102, self: 100)!.Value.Others;
        transactions.End(100, isOwn: true);
        Assert.Equal(builtOn, transactions.PointOf(102)!.Value.Others);
    }

    [Fact]
    public void Snapshots_that_are_older_than_what_is_kept_have_no_point()
    {
        var transactions = new OwnTransactions();
        long before = transactions.PointOf(1)!.Value.Others;
        for (long number = 1; number <= 5000; number++)
        {
            transactions.Begin(number);
            transactions.End(number, isOwn: true);
            Assert.Equal(before, transactions.PointOf(number + 1)!.Value.Others);
        }
        Assert.Null(transactions.PointOf(2));
    }

    [Fact]
    public async Task A_lone_worker_reads_what_it_wrote_without_a_look_at_the_tables()
    {
        await using PostgresDatabase database = await fixture.CreateWithTablesAsync();
        using var log = new CapturingLoggerFactory();
        await using NpgsqlDataSource source = new NpgsqlDataSourceBuilder(database.ConnectionString).UseLoggerFactory(log).Build();
        await using PostgreSqlStorage storage = await PostgreSqlStorage.OpenAsync(source, cancellationToken: Requests.Token);
        StudyRecord study = await storage.CreateAsync();
        StudyCursor cursor = (await storage.ReadAsync(study)).Cursor;
        TrialRecord trial = Assert.Single(await storage.StartAsync(study));
        cursor = (await storage.ReadAsync(study, cursor)).Cursor;
        await storage.WriteAsync(study, Requests.Finish(trial));
        int seen = log.Messages.Count;
        StudyDelta delta = await storage.ReadAsync(study, cursor);
        Assert.Equal(TrialState.Complete, Assert.Single(delta.Trials).State);
        // The step that ends a trial and starts the next one brings along what it did.
        TrialRecord next = Assert.Single(await storage.StartAsync(study));
        (_, _, StudyDelta? own) = await storage.WriteAndStartAsync(study.Id, [Requests.Finish(next)], Requests.Start(), delta.Cursor, Requests.Token);
        Assert.Equal([(1, TrialState.Complete), (2, TrialState.Running)], own!.Trials.Select(trial => (trial.Number, trial.State)));
        string statements = string.Join('\n', log.Messages.Skip(seen).Select(message => message.Text));
        Assert.Contains("txid_current_snapshot", statements, StringComparison.Ordinal);
        Assert.DoesNotContain("trial_params", statements, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_that_overlap_are_not_missed_by_those_that_read_meanwhile()
    {
        await using PostgresDatabase database = await fixture.CreateWithTablesAsync();
        await using PostgreSqlStorage own = await database.OpenAsync(), fresh = await database.OpenAsync();
        StudyRecord study = await own.CreateAsync();
        Task<StudyFollower>[] workers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(WorkAsync))];
        await Task.WhenAll(workers);
        string[] expected = await StudyFollower.ReadTextsAsync(fresh, study.Id, Requests.Token);
        foreach (Task<StudyFollower> worker in workers)
        {
            StudyFollower follower = await worker;
            await follower.RefreshAsync(Requests.Token);
            Assert.Equal(expected, follower.Trials.Select(RecordText.Of));
        }

        async Task<StudyFollower> WorkAsync()
        {
            var follower = new StudyFollower(own, study.Id);
            await follower.RefreshAsync(Requests.Token);
            TrialRecord running = Assert.Single(await own.StartAsync(study));
            for (int i = 0; i < 100; i++)
            {
                if (i % 3 == 0) await own.WriteAsync(study, new() { Trial = running.Id, IntermediateValues = [new(i, i)] });
                (IReadOnlyList<TrialRecord> started, bool hasRead) = await follower.WriteAndStartAsync([Requests.Finish(running, i)], Requests.Start(), Requests.Token);
                if (i % 5 == 0) await follower.RefreshAsync(Requests.Token);
                if (hasRead || i % 5 == 0) Assert.Equal(TrialState.Complete, follower[running.Number].State);
                running = Assert.Single(started);
            }
            return follower;
        }
    }

    /// <summary>Whatever others do, and whenever it ends: a reader that goes by points has at each moment what a reading of the tables finds.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_reader_beside_others_has_what_the_tables_have(int seed)
    {
        var random = new Random(seed);
        await using PostgresDatabase database = await fixture.CreateWithTablesAsync();
        await using PostgreSqlStorage own = await database.OpenAsync(), other = await database.OpenAsync(), fresh = await database.OpenAsync();
        StudyRecord study = await own.CreateAsync();
        var follower = new StudyFollower(own, study.Id);
        await follower.RefreshAsync(Requests.Token);
        var running = new List<TrialRecord>();
        await using NpgsqlConnection optuna = await database.ConnectAsync();
        bool isOpen = false;
        for (int step = 0; step < 150; step++)
        {
            switch (random.Next(12))
            {
                case 0 or 1 or 2:
                    running.AddRange(await own.StartAsync(study, random.Next(1, 4)));
                    break;
                case 3 or 4 when running.Count > 0:
                    Assert.Equal(WriteOutcome.Stored, await own.WriteAsync(study, Finish(TakeRandom())));
                    break;
                case 5 when running.Count > 0:
                    (IReadOnlyList<TrialRecord> started, bool hasRead) = await follower.WriteAndStartAsync([Finish(TakeRandom())], Requests.Start(), Requests.Token);
                    running.AddRange(started);
                    if (hasRead) await CompareAsync();
                    break;
                case 6 when running.Count > 0:
                    await own.WriteAsync(study, new() { Trial = running[random.Next(running.Count)].Id, UserAttributes = AttributeSet.Empty.With($"own {random.Next(5)}", step) });
                    break;
                case 7 when running.Count > 0:
                    await own.RenewLeasesAsync(study.Id, [running[0].Id], Requests.Token);
                    break;
                case 8:
                    foreach (TrialRecord trial in await other.StartAsync(study)) await other.WriteAsync(study, Finish(trial));
                    break;
                case 9 when running.Count > 0 && !isOpen:
                    await NoteAsync(random.Next(2) == 0 ? "" : "BEGIN;");
                    break;
                case 10 when isOpen:
                    await PostgresDatabase.RunAsync(optuna, random.Next(2) == 0 ? "COMMIT" : "ROLLBACK");
                    isOpen = false;
                    break;
                case 11:
                    await database.RunAsync("SELECT txid_current()");
                    break;
                default:
                    break;
            }
            if (random.Next(3) > 0) await follower.RefreshAsync(Requests.Token);
            if (random.Next(5) > 0) continue;
            await follower.RefreshAsync(Requests.Token);
            await CompareAsync();
        }

        async Task CompareAsync() => Assert.Equal(await StudyFollower.ReadTextsAsync(fresh, study.Id, Requests.Token), follower.Trials.Select(RecordText.Of));

        TrialRecord TakeRandom()
        {
            int index = random.Next(running.Count);
            TrialRecord trial = running[index];
            running.RemoveAt(index);
            return trial;
        }

        TrialChanges Finish(TrialRecord trial) => Requests.Finish(trial, random.Next(3) == 0 ? -0.0 : random.NextDouble(), new Parameter("x", new FloatDistribution(-1, 1), random.Next(3) == 0 ? -0.0 : random.NextDouble()));

        async Task NoteAsync(string begin)
        {
            isOpen = begin.Length > 0;
            long id = running[random.Next(running.Count)].Id.Value;
            await PostgresDatabase.RunAsync(optuna, $"{begin} INSERT INTO trial_user_attributes (trial_id, key, value_json) VALUES ({id}, 'optuna {random.Next()}', '1')");
        }
    }
}
