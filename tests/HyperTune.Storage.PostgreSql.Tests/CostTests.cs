using System.Globalization;
using HyperTune.History;
using HyperTune.Testing;
using HyperTune.Trials;
using Npgsql;

namespace HyperTune.Storage.PostgreSql.Tests;

/// <summary>What a trial costs as the server itself counts it, in databases with few and with many trials. On a server of its own: beside others a storage asks more.</summary>
public sealed class CostTests(PostgresFixture fixture) : IClassFixture<PostgresFixture>
{
    private const int Measured = 20;

    [Fact]
    public async Task A_trial_costs_the_same_whatever_is_stored_and_however_many_parameters_it_has()
    {
        Cost few = await MeasureAsync(past: 20, parameters: 10), many = await MeasureAsync(past: 20_000, parameters: 10), narrow = await MeasureAsync(past: 20, parameters: 2);

        Assert.Equal(few.Statements, many.Statements);
        Assert.Equal(few.Statements, narrow.Statements);
        Assert.True(few.Statements > Measured && few.Rows > Measured, "Nothing was counted.");
        // Whoever goes through the tables once for each trial takes 20,000 and more.
        Assert.InRange(many.Rows, 0, few.Rows + (50 * Measured));
    }

    private sealed record Cost(long Statements, long Rows);

    private async Task<Cost> MeasureAsync(int past, int parameters)
    {
        await using PostgresDatabase database = await fixture.CreateWithTablesAsync();
        // One connection, so that all statements of the storage are found on it, and each of them prepared with its first run.
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxPoolSize = 1, MaxAutoPrepare = 500, AutoPrepareMinUsages = 1, NoResetOnClose = true };
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(settings);
        await using PostgreSqlStorage storage = await PostgreSqlStorage.OpenAsync(source, new() { MaxConnections = 1 }, Requests.Token);
        StudyRecord study = await storage.CreateAsync();
        // What the plans of prepared statements know of the tables is from when these were small.
        StudyCursor cursor = (await storage.ReadAsync(study)).Cursor;
        for (int i = 0; i < 10; i++) cursor = await TrialAsync(i, cursor);
        await FillAsync(database, past, parameters);
        cursor = (await storage.ReadAsync(study)).Cursor;
        cursor = await TrialAsync(10, cursor);
        Cost before = await CountAsync(source);
        for (int i = 0; i < Measured; i++) cursor = await TrialAsync(11 + i, cursor);
        Cost after = await CountAsync(source);
        return new Cost(after.Statements - before.Statements, after.Rows - before.Rows);

        async Task<StudyCursor> TrialAsync(int i, StudyCursor since)
        {
            await storage.AddTrialsAsync(study.Id, new() { Trials = [Requests.Waiting(i)], RequestId = Guid.NewGuid() }, Requests.Token);
            TrialRecord trial = Assert.Single(await storage.StartTrialsAsync(study.Id, Requests.Start(total: 100_000), Requests.Token));
            since = (await storage.ReadAsync(study, since)).Cursor;
            Assert.Equal(WriteOutcome.Stored, await storage.WriteAsync(study, new() { Trial = trial.Id, IntermediateValues = [new(1, 0.5)], SystemAttributes = AttributeSet.Empty.With("s", 1) }));
            Assert.Equal([WriteOutcome.Stored], await storage.RenewLeasesAsync(study.Id, [trial.Id], Requests.Token));
            Assert.Empty(await storage.TakeBackAsync(study.Id, new LeaseRules(TimeSpan.FromMinutes(1), 1), Requests.Token));
            Parameter[] drawn = [.. Enumerable.Range(0, parameters).Select(k => new Parameter($"p{k}", new FloatDistribution(0, 1_000_000), i))];
            TrialChanges end = Requests.Finish(trial, i, drawn) with { Study = new() { System = AttributeSet.Empty.With("generation", i) } };
            (IReadOnlyList<WriteOutcome> outcomes, IReadOnlyList<TrialRecord> next, _) = await storage.WriteAndStartAsync(study.Id, [end], Requests.Start(), StudyCursor.Start, Requests.Token);
            Assert.Equal([WriteOutcome.Stored], outcomes);
            Assert.Equal(WriteOutcome.Stored, await storage.WriteAsync(study, Requests.Finish(Assert.Single(next))));
            return (await storage.ReadAsync(study, since)).Cursor;
        }
    }

    /// <summary>Adds finished trials behind the storage's back, each with all that may belong to one.</summary>
    private static Task FillAsync(PostgresDatabase database, int count, int parameters) => database.RunAsync(string.Create(
        CultureInfo.InvariantCulture,
        $$$"""
        CREATE TEMP TABLE filled AS SELECT nextval('trials_trial_id_seq')::integer AS id, i + (SELECT COUNT(*) FROM trials) AS number FROM generate_series(0, {{{count - 1}}}) i;
        INSERT INTO trials (trial_id, study_id, number, state, datetime_start, datetime_complete) SELECT id, 1, number, 'COMPLETE', now(), now() FROM filled;
        INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json)
        SELECT id, 'p' || k, 0.5, '{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1000000.0, "log": false}}' FROM filled, generate_series(0, {{{parameters - 1}}}) k;
        INSERT INTO trial_values (trial_id, objective, value, value_type) SELECT id, 0, id, 'FINITE' FROM filled;
        INSERT INTO trial_intermediate_values (trial_id, step, intermediate_value, intermediate_value_type) SELECT id, 0, 1, 'FINITE' FROM filled;
        INSERT INTO trial_system_attributes (trial_id, key, value_json) SELECT id, 's', '1' FROM filled;
        INSERT INTO trial_heartbeats (trial_id, heartbeat) SELECT id, now() FROM filled;
        """));

    /// <summary>What the server has counted so far: runs of the statements of the one connection, and rows or entries of indices that were looked at in any table.</summary>
    private static async Task<Cost> CountAsync(NpgsqlDataSource source)
    {
        await using NpgsqlConnection connection = await source.OpenConnectionAsync(Requests.Token);
        Assert.SkipWhen(connection.PostgreSqlVersion.Major < 15, "The server counts, but cannot be asked to say so at once, which versions from 15 on can.");
        // A session passes its counts on when it has been idle for some time; asked to, with the end of the transaction.
        await using (var flush = new NpgsqlCommand("SELECT pg_stat_force_next_flush()", connection)) await flush.ExecuteNonQueryAsync(Requests.Token);
        await using var command = new NpgsqlCommand(
            """
            SELECT (SELECT SUM(generic_plans + custom_plans) FROM pg_prepared_statements WHERE statement !~ 'pg_stat_')::bigint,
                   (SELECT SUM(seq_tup_read) FROM pg_stat_user_tables)::bigint + (SELECT SUM(idx_tup_read) FROM pg_stat_user_indexes)::bigint
            """,
            connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(Requests.Token);
        Assert.True(await reader.ReadAsync(Requests.Token));
        return new Cost(reader.GetInt64(0), reader.GetInt64(1));
    }
}
