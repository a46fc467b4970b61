using HyperTune.History;
using HyperTune.Testing;
using HyperTune.Trials;
using Npgsql;

namespace HyperTune.Storage.PostgreSql.Tests;

/// <summary>Connections that break at the worst moments.</summary>
public sealed class FaultTests(PostgresFixture fixture)
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    [InlineData(2, 2)]
    public async Task Whatever_a_broken_connection_swallows_is_done_once(int before, int after)
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await using var wire = new CuttingProxy(database.Server.Port);
        using var log = new CapturingLoggerFactory();
        await using PostgreSqlStorage storage = await OpenAsync(database, wire, log);

        wire.Cut(before, after);
        StudyRecord study = await storage.CreateAsync();
        wire.Cut(before, after);
        TrialRecord trial = Assert.Single(await storage.StartAsync(study));
        Assert.Equal(0, trial.Number);
        wire.Cut(before, after);
        Assert.Equal(WriteOutcome.Stored, await storage.WriteAsync(study, Requests.Finish(trial, 1.5, new Parameter("x", new FloatDistribution(0, 1), 0.5))));
        wire.Cut(before, after);
        Assert.Equal([1, 2], await storage.AddTrialsAsync(study.Id, new() { RequestId = Guid.NewGuid(), Trials = [Requests.Waiting(1), Requests.Waiting(2)] }, Requests.Token));
        wire.Cut(before, after);
        Assert.Equal([1, 2, 3], (await storage.StartAsync(study, 3)).Select(started => started.Number));
        await database.RunAsync("UPDATE trial_heartbeats SET heartbeat = heartbeat - interval '1 hour' WHERE trial_id IN (SELECT trial_id FROM trials WHERE number >= 2)");
        wire.Cut(before, after);
        IReadOnlyList<TakenBackTrial> taken = await storage.TakeBackAsync(study.Id, new(TimeSpan.FromMinutes(1), 3), Requests.Token);
        Assert.Equal([(2, (int?)4), (3, 5)], taken.Select(one => (one.Number, one.RetryNumber)));
        wire.Cut(before, after);
        await storage.SetStudyAttributesAsync(study.Id, new() { User = AttributeSet.Empty.With("a", 1) }, Requests.Token);
        wire.Cut(before, after);
        Assert.Equal(6, (await storage.ReadAsync(study)).Trials.Count);
        wire.Cut(0, 0);
        Assert.Equal(
            ["0|COMPLETE", "1|RUNNING", "2|FAIL", "3|FAIL", "4|WAITING", "5|WAITING"], await database.RowsAsync("SELECT number, state::text FROM trials ORDER BY number"));
        wire.Cut(before, after);
        await storage.DeleteStudyAsync(study.Id, Requests.Token);
        Assert.Equal("0", await database.CellAsync("SELECT COUNT(*) FROM trials"));
        Assert.Equal(9 * (before + after), log.WithId(232).Count);
    }

    [Fact]
    public async Task Without_own_tables_a_lost_answer_is_told_rather_than_the_request_repeated()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await using var wire = new CuttingProxy(database.Server.Port);
        await using PostgreSqlStorage storage = await OpenAsync(database, wire);
        storage.ForgoOwnTables();
        StudyRecord study = await storage.CreateAsync();
        wire.Cut(before: 0, after: 1);
        StorageException exception = await Assert.ThrowsAsync<StorageException>(async () => await storage.StartAsync(study));
        Assert.False(exception.IsTransient);
        Assert.Contains("not known whether it was stored", exception.Message, StringComparison.Ordinal);
        Assert.Equal("1", await database.CellAsync("SELECT COUNT(*) FROM trials"));
    }

    private static Task<PostgreSqlStorage> OpenAsync(PostgresDatabase database, CuttingProxy wire, CapturingLoggerFactory? log = null)
    {
        string connectionString = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Port = wire.Port, MaxAutoPrepare = 0, SslMode = SslMode.Disable }.ConnectionString;
        return PostgreSqlStorage.OpenAsync(connectionString, new() { LoggerFactory = log }, Requests.Token);
    }

    [Fact]
    public async Task After_the_limit_the_error_says_what_was_not_stored()
    {
        await using PostgresServer server = await PostgresServer.StartOrSkipAsync(isDurable: true);
        await using PostgresDatabase database = await PostgresDatabase.CreateAsync(server);
        using var log = new CapturingLoggerFactory();
        await using PostgreSqlStorage storage = await database.OpenAsync(new() { RetryTimeout = TimeSpan.FromMilliseconds(200), LoggerFactory = log });
        StudyRecord study = await storage.CreateAsync();
        await server.StopAsync();
        Exception? thrown = await Record.ExceptionAsync(async () => await storage.StartAsync(study));
        await server.StartAgainAsync();
        StorageException exception = Assert.IsType<StorageException>(thrown);
        Assert.True(exception.IsTransient);
        Assert.Contains("to start 1 trial(s) of the study 'study'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Nothing of it was stored", exception.Message, StringComparison.Ordinal);
        Assert.IsType<NpgsqlException>(exception.InnerException, exactMatch: false);
        Assert.NotEmpty(log.WithId(232));
        Assert.Equal(0, Assert.Single(await storage.StartAsync(study)).Number);
    }

    [Fact]
    public async Task Cancelling_ends_the_wait_for_a_lock_and_for_a_server()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await using PostgreSqlStorage storage = await database.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        await using NpgsqlConnection other = await database.ConnectAsync();
        await PostgresDatabase.RunAsync(other, "BEGIN; SELECT * FROM studies FOR UPDATE");
        using var cancel = new CancellationTokenSource();
        Task<IReadOnlyList<TrialRecord>> waiting = storage.StartTrialsAsync(study.Id, Requests.Start(), cancel.Token).AsTask();
        while (await database.CellAsync($"SELECT COUNT(*) FROM pg_stat_activity WHERE datname = '{database.Name}' AND wait_event_type = 'Lock'") == "0") await Task.Yield();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await PostgresDatabase.RunAsync(other, "COMMIT");
        Assert.Equal(0, Assert.Single(await storage.StartAsync(study)).Number);
    }

    [Fact]
    public async Task A_wait_beyond_the_command_time_out_says_so()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await using PostgreSqlStorage storage = await database.OpenAsync(new() { CommandTimeout = TimeSpan.FromSeconds(1), RetryTimeout = TimeSpan.Zero });
        StudyRecord study = await storage.CreateAsync();
        await using NpgsqlConnection other = await database.ConnectAsync();
        await PostgresDatabase.RunAsync(other, "BEGIN; SELECT * FROM studies FOR UPDATE");
        StorageException exception = await Assert.ThrowsAsync<StorageException>(async () => await storage.StartAsync(study));
        Assert.Contains("raise CommandTimeout", exception.Message, StringComparison.Ordinal);
        // Readers wait for nobody.
        Assert.Empty((await storage.ReadAsync(study)).Trials);
    }

    [Fact]
    public async Task Writers_that_lock_each_others_trials_come_through()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await using PostgreSqlStorage first = await database.OpenAsync(), second = await database.OpenAsync();
        StudyRecord study = await first.CreateAsync();
        TrialRecord[] trials = [.. await first.StartAsync(study, 40)];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(
            async () =>
            {
                PostgreSqlStorage mine = i % 2 == 0 ? first : second;
                TrialRecord[] order = i % 4 < 2 ? trials : [.. trials.Reverse()];
                for (int round = 0; round < 10; round++)
                {
                    TrialChanges[] changes = [.. order.Select(trial => new TrialChanges { Trial = trial.Id, UserAttributes = AttributeSet.Empty.With("by", i) })];
                    if (i < 4) Assert.All(await mine.WriteAsync(study.Id, changes, Requests.Token), outcome => Assert.Equal(WriteOutcome.Stored, outcome));
                    else if (i < 6) await mine.WriteAndStartAsync(study.Id, changes, Requests.Start(), StudyCursor.Start, Requests.Token);
                    else await mine.TakeBackAsync(study.Id, new(TimeSpan.FromHours(1), 1), Requests.Token);
                }
            },
            Requests.Token)));
        Assert.Equal(60, (await first.ReadAsync(study)).Trials.Count);
    }

    [Fact]
    public async Task A_study_that_is_deleted_while_others_write_is_gone_whole()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await using PostgreSqlStorage storage = await database.OpenAsync(), other = await database.OpenAsync();
        for (int round = 0; round < 10; round++)
        {
            StudyRecord study = await storage.CreateAsync();
            IReadOnlyList<TrialRecord> trials = await storage.StartAsync(study, 20);
            Task writing = Task.Run(async () =>
            {
                try
                {
                    foreach (TrialRecord trial in trials)
                    {
                        await other.WriteAsync(study.Id, [Requests.Finish(trial, 1, new Parameter("x", new FloatDistribution(0, 1), 0.5))], Requests.Token);
                        await other.SetStudyAttributesAsync(study.Id, new() { User = AttributeSet.Empty.With("n", trial.Number) }, Requests.Token);
                    }
                }
                catch (StudyNotFoundException)
                {
                    // What it has to find out.
                }
            },
            Requests.Token);
            await storage.DeleteStudyAsync(study.Id, Requests.Token);
            await writing;
            foreach (string table in new[] { "studies", "trials", "trial_params", "trial_values", "study_user_attributes" }) Assert.Equal("0", await database.CellAsync($"SELECT COUNT(*) FROM {table}"));
        }
    }

    [Fact]
    public async Task A_worker_that_vanished_within_a_transaction_does_not_keep_the_lock_for_ever()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await using PostgreSqlStorage storage = await database.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        await using NpgsqlConnection other = await database.ConnectAsync();
        await PostgresDatabase.RunAsync(other, "BEGIN; SELECT * FROM studies FOR UPDATE");
        Task<IReadOnlyList<TrialRecord>> waiting = storage.StartAsync(study).AsTask();
        string limit;
        do
        {
            // A setting of the waiting session cannot be read from outside, but its statement can.
            limit = string.Join('\n', await database.RowsAsync($"SELECT query FROM pg_stat_activity WHERE datname = '{database.Name}' AND wait_event_type = 'Lock'"));
        }
        while (limit.Length == 0);
        Assert.Contains("FOR NO KEY UPDATE", limit, StringComparison.Ordinal);
        await PostgresDatabase.RunAsync(other, "ROLLBACK");
        Assert.Single(await waiting);
        await using var session = new PostgreSqlSession(await database.ConnectAsync(), null, TimeSpan.FromSeconds(10), PostgreSqlTimes.Utc, new OwnTransactions());
        await session.BeginAsync(isWriting: true, Requests.Token);
        Relational.SqlRows rows = await session.QueryAsync(new Relational.SqlBatch().Add("SELECT current_setting('idle_in_transaction_session_timeout')"));
        await rows.NextStatementAsync();
        Assert.True(await rows.ReadAsync());
        Assert.Equal("1min", rows.GetText(0));
        await rows.DisposeAsync();
        await session.RollbackAsync();
    }
}
