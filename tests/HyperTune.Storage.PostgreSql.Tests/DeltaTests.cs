using HyperTune.History;
using HyperTune.Testing;
using Npgsql;

namespace HyperTune.Storage.PostgreSql.Tests;

/// <summary>What a reader has seen up to a cursor, while transactions end in another order than they began.</summary>
public sealed class DeltaTests(PostgresFixture fixture)
{
    [Fact]
    public async Task A_trial_that_another_program_commits_late_is_not_missed()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await using PostgreSqlStorage storage = await database.OpenAsync(), reader = await database.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        StudyCursor cursor = (await reader.ReadAsync(study)).Cursor;
        await using NpgsqlConnection optuna = await database.ConnectAsync();
        // As Optuna makes a trial: the lock, the row, the number.
        await PostgresDatabase.RunAsync(optuna, "BEGIN; SELECT * FROM studies WHERE study_id = 1 FOR UPDATE; INSERT INTO trials (study_id, state) VALUES (1, 'RUNNING'); UPDATE trials SET number = 0");
        Task<IReadOnlyList<TrialRecord>> later = storage.StartAsync(study).AsTask();
        await WaitForLockAsync(database);
        StudyDelta before = await reader.ReadAsync(study, cursor);
        Assert.Empty(before.Trials);
        Assert.False(later.IsCompleted);
        await PostgresDatabase.RunAsync(optuna, "COMMIT");
        Assert.Equal(1, Assert.Single(await later).Number);
        Assert.Equal([0, 1], (await reader.ReadAsync(study, before.Cursor)).Trials.Select(trial => trial.Number));
    }

    [Fact]
    public async Task A_change_of_a_running_trial_that_commits_late_is_not_missed()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await using PostgreSqlStorage storage = await database.OpenAsync(), reader = await database.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        IReadOnlyList<TrialRecord> trials = await storage.StartAsync(study, 2);
        await using NpgsqlConnection optuna = await database.ConnectAsync();
        await PostgresDatabase.RunAsync(optuna, "BEGIN; INSERT INTO trial_intermediate_values (trial_id, step, intermediate_value, intermediate_value_type) VALUES (1, 0, 0.5, 'FINITE')");
        Assert.Equal(WriteOutcome.Stored, await storage.WriteAsync(study, Requests.Finish(trials[1])));
        await storage.StartAsync(study);
        StudyDelta before = await reader.ReadAsync(study);
        Assert.Empty(before.Trials[0].IntermediateValues);
        await PostgresDatabase.RunAsync(optuna, "COMMIT");
        TrialRecord changed = Assert.Single((await reader.ReadAsync(study, before.Cursor)).Trials);
        Assert.Equal((0, 0.5), (changed.Number, changed.IntermediateValues[0]));
    }

    [Theory]
    [InlineData("study_user_attributes")]
    [InlineData("study_system_attributes")]
    public async Task An_attribute_of_the_study_that_commits_late_is_not_missed(string table)
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await using PostgreSqlStorage storage = await database.OpenAsync(), reader = await database.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        await database.RunAsync($"INSERT INTO {table} (study_id, key, value_json) VALUES (1, 'old', '0'), (1, 'same', '0')");
        StudyCursor start = (await reader.ReadAsync(study)).Cursor;
        await using NpgsqlConnection first = await database.ConnectAsync(), second = await database.ConnectAsync();
        await PostgresDatabase.RunAsync(first, $"BEGIN; INSERT INTO {table} (study_id, key, value_json) VALUES (1, 'first', '1')");
        await PostgresDatabase.RunAsync(second, $"BEGIN; SAVEPOINT s; UPDATE {table} SET value_json = '2' WHERE key = 'old'; RELEASE s");
        await storage.SetStudyAttributesAsync(study.Id, new() { User = AttributeSet.Empty.With("third", 3) }, Requests.Token);
        StudyDelta delta = await reader.ReadAsync(study, start);
        Assert.Equal(3, delta.Study!.UserAttributes["third"].AsInt64());
        Assert.Equal(0, Of(delta.Study)["old"].AsInt64());
        await PostgresDatabase.RunAsync(second, "COMMIT");
        delta = await reader.ReadAsync(study, delta.Cursor);
        Assert.Equal(2, Of(delta.Study!)["old"].AsInt64());
        Assert.False(Of(delta.Study!).ContainsKey("first"));
        await PostgresDatabase.RunAsync(first, "COMMIT");
        delta = await reader.ReadAsync(study, delta.Cursor);
        Assert.Equal(1, Of(delta.Study!)["first"].AsInt64());
        Assert.Equal(0, Of(delta.Study!)["same"].AsInt64());
        // Once all have ended, nothing is said twice.
        delta = await reader.ReadAsync(study, delta.Cursor);
        delta = await reader.ReadAsync(study, delta.Cursor);
        Assert.Null(delta.Study);

        AttributeSet Of(StudyRecord record) => table == "study_user_attributes" ? record.UserAttributes : record.SystemAttributes;
    }

    [Fact]
    public async Task A_trial_that_ends_while_it_is_taken_back_has_one_end()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await using PostgreSqlStorage storage = await database.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        await storage.StartAsync(study, 2);
        await database.RunAsync("UPDATE trial_heartbeats SET heartbeat = heartbeat - interval '1 hour'");
        await using NpgsqlConnection worker = await database.ConnectAsync();
        await PostgresDatabase.RunAsync(worker, "BEGIN; UPDATE trials SET state = 'COMPLETE' WHERE trial_id = 1; UPDATE trial_heartbeats SET heartbeat = now() WHERE trial_id = 1");
        Task<IReadOnlyList<TakenBackTrial>> taking = storage.TakeBackAsync(study.Id, new(TimeSpan.FromMinutes(1), 3), Requests.Token).AsTask();
        await WaitForLockAsync(database);
        await PostgresDatabase.RunAsync(worker, "COMMIT");
        Assert.Equal(1, Assert.Single(await taking).Number);
        Assert.Equal(["0|COMPLETE", "1|FAIL", "2|WAITING"], await database.RowsAsync("SELECT number, state::text FROM trials ORDER BY number"));
    }

    [Fact]
    public async Task A_distribution_that_another_worker_is_just_storing_is_found()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await using PostgreSqlStorage first = await database.OpenAsync(), second = await database.OpenAsync();
        StudyRecord study = await first.CreateAsync();
        IReadOnlyList<TrialRecord> trials = await first.StartAsync(study, 2);
        WriteOutcome[] outcomes = await Task.WhenAll(
            Task.Run(() => first.WriteAsync(study, Requests.Finish(trials[0], 1, new Parameter("x", new FloatDistribution(0, 1), 0.5)))),
            Task.Run(() => second.WriteAsync(study, Requests.Finish(trials[1], 1, new Parameter("x", new IntDistribution(0, 1), 1)))));
        Assert.Equal([WriteOutcome.Stored, WriteOutcome.Incompatible], outcomes.Order());
    }

    /// <summary>Ends once a session waits for a lock.</summary>
    private static async Task WaitForLockAsync(PostgresDatabase database)
    {
        while (await database.CellAsync($"SELECT COUNT(*) FROM pg_stat_activity WHERE datname = '{database.Name}' AND wait_event_type = 'Lock'") == "0") await Task.Yield();
    }
}
