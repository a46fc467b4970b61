using System.Text.RegularExpressions;
using HyperTune.Storage.Relational;
using HyperTune.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace HyperTune.Storage.PostgreSql.Tests;

public sealed partial class SchemaTests(PostgresFixture fixture)
{
    [Fact]
    public async Task The_tables_are_Optunas_to_the_letter()
    {
        await using PostgresDatabase theirs = await fixture.CreateDatabaseAsync(), ours = await fixture.CreateDatabaseAsync();
        await theirs.LoadOptunasAsync();
        await using PostgreSqlStorage storage = await ours.OpenAsync();
        Assert.Equal(await DumpAsync(theirs), await DumpAsync(ours));
    }

    [Fact]
    public async Task Both_version_rows_are_written()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await using PostgreSqlStorage storage = await database.OpenAsync();
        Assert.Equal("v3.2.0.a", await database.CellAsync("SELECT version_num FROM alembic_version"));
        Assert.StartsWith("1|12|HyperTune ", await database.CellAsync("SELECT * FROM version_info"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_of_Optuna_gets_the_librarys_own_tables_and_keeps_its_own()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await database.LoadOptunasAsync();
        string before = await DumpAsync(database);
        await using PostgreSqlStorage storage = await database.OpenAsync();
        Assert.Equal(before, await DumpAsync(database));
        Assert.Equal(
            ["hypertune_budgets", "hypertune_requests", "hypertune_trials_running", "hypertune_trials_study", "hypertune_trials_waiting"],
            await database.RowsAsync("SELECT relname::text FROM pg_class WHERE relname LIKE 'hypertune%' AND relname NOT LIKE '%pkey' ORDER BY relname"));
        Assert.Equal("1|12|5.0.0.dev", await database.CellAsync("SELECT * FROM version_info"));
    }

    [Fact]
    public async Task Many_creators_at_once_make_the_tables_once()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        PostgreSqlStorage[] storages = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => database.OpenAsync())));
        Assert.Equal("1", await database.CellAsync("SELECT COUNT(*) FROM alembic_version"));
        foreach (PostgreSqlStorage storage in storages) await storage.DisposeAsync();
    }

    [Fact]
    public async Task A_schema_of_ones_own_keeps_studies_apart()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await using PostgreSqlStorage first = await database.OpenAsync(new() { Schema = "Team \"A\"; --" }), second = await database.OpenAsync();
        StudyRecord study = await first.CreateAsync();
        await first.StartAsync(study);
        Assert.Null(await second.FindStudyAsync("study", Requests.Token));
        Assert.Equal("1", await database.CellAsync("SELECT COUNT(*) FROM \"Team \"\"A\"\"; --\".trials"));
        await using PostgreSqlStorage again = await database.OpenAsync(new() { Schema = "Team \"A\"; --" });
        Assert.Single((await again.ReadAsync(study)).Trials);
    }

    [Fact]
    public async Task The_model_reads_what_the_statements_write()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await database.LoadOptunasAsync();
        await using PostgreSqlStorage storage = await database.OpenAsync();
        using var context = new PostgreSqlStudyContext(new DbContextOptionsBuilder<PostgreSqlStudyContext>().UseNpgsql(database.ConnectionString + ";Pooling=false").Options);
        TrialRow first = await context.Set<TrialRow>().OrderBy(trial => trial.TrialId).FirstAsync(Requests.Token);
        TrialRecord read = (await storage.ReadAsync(new StudyId(1), HyperTune.History.StudyCursor.Start, Requests.Token)).Trials[0];
        Assert.Equal((read.State, read.StartedAt, read.CompletedAt), (first.State, first.StartedAt, first.CompletedAt));
        Assert.NotEmpty(await context.Set<StudyDirectionRow>().ToListAsync(Requests.Token));
        Assert.NotEmpty(await context.Set<TrialParameterRow>().ToListAsync(Requests.Token));
        Assert.NotEmpty(await context.Set<TrialValueRow>().ToListAsync(Requests.Token));
        Assert.NotEmpty(await context.Set<TrialIntermediateValueRow>().ToListAsync(Requests.Token));
        Assert.NotEmpty(await context.Set<TrialSystemAttributeRow>().ToListAsync(Requests.Token));
        Assert.NotEmpty(await context.Set<StudyUserAttributeRow>().ToListAsync(Requests.Token));
        Assert.NotEmpty(await context.Set<TrialHeartbeatRow>().ToListAsync(Requests.Token));
    }

    [Fact]
    public async Task A_database_that_came_through_migrations_works()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await database.LoadOptunasAsync();
        // What migrating from the first revision leaves: names of keys, an order of columns, a missing label and a missing table.
        await database.RunAsync(
            """
            ALTER INDEX ix_trials_study_id RENAME TO trials_study_id_key;
            ALTER TABLE trial_values RENAME CONSTRAINT trial_values_trial_id_objective_key TO uq_trial_values_trial_id_objective;
            ALTER TABLE trial_values ALTER COLUMN trial_id DROP NOT NULL;
            ALTER TABLE trials RENAME COLUMN number TO old_number;
            ALTER TABLE trials ADD COLUMN number integer;
            UPDATE trials SET number = old_number;
            ALTER TABLE trials DROP COLUMN old_number;
            DROP TABLE trial_heartbeats;
            CREATE TABLE of_somebody_else (x integer);
            """);
        await using PostgreSqlStorage storage = await database.OpenAsync();
        Assert.Equal(124, await new InteropExpectation("interop/expected.json").CompareAsync(storage, Requests.Token));
        StudyRecord study = await storage.CreateAsync();
        TrialRecord trial = Assert.Single(await storage.StartAsync(study));
        Assert.Equal(WriteOutcome.Stored, await storage.WriteAsync(study, Requests.Finish(trial)));
        Assert.Equal("1", await database.CellAsync("SELECT COUNT(*) FROM trial_heartbeats"));
    }

    [Fact]
    public async Task The_label_that_the_first_revision_lacks_is_added()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await using (PostgreSqlStorage made = await database.OpenAsync()) await made.CreateAsync();
        await database.RunAsync(
            """
            DROP INDEX hypertune_trials_waiting, hypertune_trials_running;
            ALTER TYPE trialstate RENAME TO trialstate_old;
            CREATE TYPE trialstate AS ENUM ('RUNNING', 'COMPLETE', 'PRUNED', 'FAIL');
            ALTER TABLE trials ALTER COLUMN state TYPE trialstate USING state::text::trialstate;
            DROP TYPE trialstate_old;
            """);
        await using PostgreSqlStorage storage = await database.OpenAsync();
        StudyRecord study = (await storage.FindStudyAsync("study", Requests.Token))!;
        await storage.AddTrialsAsync(study.Id, new() { RequestId = Guid.NewGuid(), Trials = [Requests.Waiting(1)] }, Requests.Token);
        Assert.Equal(0, Assert.Single(await storage.StartAsync(study)).Number);
    }

    [Theory]
    [InlineData("SELECT trial_id FROM trials WHERE study_id = 1 AND state = 'WAITING' AND trial_id > 0 ORDER BY trial_id LIMIT 1", "hypertune_trials_waiting")]
    [InlineData("SELECT COUNT(*) FROM trials WHERE study_id = 1 AND state = 'WAITING'", "hypertune_trials_waiting")]
    [InlineData("SELECT t.trial_id, h.heartbeat FROM trials t JOIN trial_heartbeats h ON h.trial_id = t.trial_id WHERE t.study_id = 1 AND t.state = 'RUNNING'", "hypertune_trials_running")]
    [InlineData("", "hypertune_trials_study")]
    public async Task No_statement_of_a_start_scans_past_trials(string sql, string index)
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await using PostgreSqlStorage storage = await database.OpenAsync();
        await storage.CreateAsync("first");
        await storage.CreateAsync("second");
        await database.RunAsync(
            """
            INSERT INTO trials (study_id, number, state)
            SELECT 1 + i / 20000, i % 20000, (CASE WHEN i % 20000 >= 19990 THEN 'RUNNING' WHEN i % 20000 >= 19980 THEN 'WAITING' ELSE 'COMPLETE' END)::trialstate FROM generate_series(0, 39999) i;
            INSERT INTO trial_heartbeats (trial_id, heartbeat) SELECT trial_id, now() FROM trials;
            ANALYZE
            """);
        // The first study's trials are all older than the second one's.
        if (sql.Length == 0) sql = new Statements(new PostgreSqlDialect(PostgreSqlTimes.Utc)).LastTrial;
        string plan = string.Join('\n', await database.RowsAsync("EXPLAIN " + sql.Replace("$1", "1", StringComparison.Ordinal)));
        Assert.Contains(index, plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tables_of_another_program_or_revision_are_refused_and_left_alone()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await database.RunAsync("CREATE TABLE trials (id integer)");
        StorageException exception = await Assert.ThrowsAsync<StorageException>(() => database.OpenAsync());
        Assert.Contains("tables named like Optuna's (trials)", exception.Message, StringComparison.Ordinal);
        await database.RunAsync("DROP TABLE trials; CREATE TABLE alembic_version (version_num varchar(32)); INSERT INTO alembic_version VALUES ('v9.9.9.z')");
        exception = await Assert.ThrowsAsync<StorageException>(() => database.OpenAsync());
        Assert.Contains("a newer HyperTune", exception.Message, StringComparison.Ordinal);
        await database.RunAsync("UPDATE alembic_version SET version_num = 'v1.3.0.a'");
        exception = await Assert.ThrowsAsync<StorageException>(() => database.OpenAsync(new() { UpgradeSchema = true }));
        Assert.Contains("only v2.6.0.a and later", exception.Message, StringComparison.Ordinal);
        await database.RunAsync("UPDATE alembic_version SET version_num = 'v3.0.0.d'");
        exception = await Assert.ThrowsAsync<StorageException>(() => database.OpenAsync());
        Assert.Contains("UpgradeSchema", exception.Message, StringComparison.Ordinal);
        Assert.Equal("alembic_version", await database.CellAsync("SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"));
    }

    [Fact]
    public async Task Tables_of_an_earlier_revision_are_upgraded_on_request()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync(), reference = await fixture.CreateDatabaseAsync();
        await database.LoadOptunasAsync();
        await reference.LoadOptunasAsync();
        await database.RunAsync(ToEarliest);
        using var log = new CapturingLoggerFactory();
        await using PostgreSqlStorage storage = await database.OpenAsync(new() { UpgradeSchema = true, LoggerFactory = log });
        Assert.Equal("v3.2.0.a", await database.CellAsync("SELECT version_num FROM alembic_version"));
        foreach (string query in new[]
        {
            "SELECT trial_id, objective, value, value_type::text FROM trial_values ORDER BY trial_value_id",
            "SELECT trial_id, step, intermediate_value, intermediate_value_type::text FROM trial_intermediate_values ORDER BY trial_intermediate_value_id",
            "SELECT p.trial_id, param_name, param_value, distribution_json FROM trial_params p JOIN trials USING (trial_id) JOIN studies USING (study_id) "
                + "WHERE study_name <> 'legacy-distributions' ORDER BY param_id",
        })
        {
            Assert.Equal(await reference.RowsAsync(query), await database.RowsAsync(query));
        }
        StudyRecord study = (await storage.FindStudyAsync("legacy-distributions", Requests.Token))!;
        Assert.All((await storage.ReadAsync(study)).Trials, trial => Assert.All(trial.Parameters, parameter => Assert.Null(parameter.Distribution.LegacyName)));
        Assert.Contains(log.Messages, message => message.Id == 233 && message.Text.Contains("pg_dump", StringComparison.Ordinal));
        Assert.Equal("0", await database.CellAsync("SELECT COUNT(*) FROM trial_params WHERE distribution_json LIKE '%UniformDistribution%'"));
    }

    [Fact]
    public async Task An_upgrade_that_fails_leaves_everything_as_it_was()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await database.LoadOptunasAsync();
        await database.RunAsync(ToEarliest + "UPDATE trial_params SET distribution_json = 'rubbish' WHERE param_id = (SELECT MAX(param_id) FROM trial_params)");
        string before = await DumpAsync(database);
        StorageException exception = await Assert.ThrowsAsync<StorageException>(() => database.OpenAsync(new() { UpgradeSchema = true }));
        Assert.Contains("Nothing was changed", exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, await DumpAsync(database));
        Assert.Equal("v2.6.0.a", await database.CellAsync("SELECT version_num FROM alembic_version"));
    }

    [Fact]
    public async Task A_role_that_may_not_create_works_the_slow_way_with_one_warning()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await database.LoadOptunasAsync();
        string role = await CreateRoleAsync(database, "SELECT, INSERT, UPDATE, DELETE");
        using var log = new CapturingLoggerFactory();
        await using PostgreSqlStorage storage = await PostgreSqlStorage.OpenAsync(role, new() { LoggerFactory = log }, Requests.Token);
        Assert.Equal(231, Assert.Single(log.Messages).Id);
        StudyRecord study = await storage.CreateAsync();
        TrialRecord trial = Assert.Single(await storage.StartTrialsAsync(study.Id, Requests.Start(total: 1), Requests.Token));
        Assert.Equal(WriteOutcome.Stored, await storage.WriteAsync(study, Requests.Finish(trial)));
        Assert.Empty(await storage.StartTrialsAsync(study.Id, Requests.Start(total: 1), Requests.Token));
        Assert.Equal(1.5, Assert.Single((await storage.ReadAsync(study)).Trials).Value);
    }

    [Fact]
    public async Task A_role_that_may_only_read_reads_and_is_told_what_it_lacks()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await database.LoadOptunasAsync();
        string role = await CreateRoleAsync(database, "SELECT");
        await using (PostgreSqlStorage reader = await PostgreSqlStorage.OpenAsync(role, new() { IsReadOnly = true }, Requests.Token))
        {
            Assert.Equal(124, await new InteropExpectation("interop/expected.json").CompareAsync(reader, Requests.Token));
            StorageException refused = await Assert.ThrowsAsync<StorageException>(async () => await reader.CreateAsync());
            Assert.Contains("read-only", refused.Message, StringComparison.Ordinal);
        }
        await using PostgreSqlStorage writer = await PostgreSqlStorage.OpenAsync(role, null, Requests.Token);
        StorageException exception = await Assert.ThrowsAsync<StorageException>(async () => await writer.CreateAsync());
        Assert.Contains("Give it SELECT, INSERT, UPDATE and DELETE", exception.Message, StringComparison.Ordinal);
        Assert.False(exception.IsTransient);
    }

    /// <summary>Takes the tables back to the revision v2.6.0.a, with what it stored for infinities and distributions.</summary>
    private const string ToEarliest =
        """
        UPDATE trial_intermediate_values SET intermediate_value = 3.4028235e38 WHERE intermediate_value_type = 'INF_POS';
        UPDATE trial_intermediate_values SET intermediate_value = -3.4028235e38 WHERE intermediate_value_type = 'INF_NEG';
        UPDATE trial_intermediate_values SET intermediate_value = 'NaN' WHERE intermediate_value_type = 'NAN';
        ALTER TABLE trial_intermediate_values DROP COLUMN intermediate_value_type, ALTER COLUMN intermediate_value SET NOT NULL;
        UPDATE trial_values SET value = 3.4028235e38 WHERE value_type = 'INF_POS';
        UPDATE trial_values SET value = 'Infinity' WHERE value_type = 'INF_POS' AND trial_value_id % 2 = 0;
        UPDATE trial_values SET value = -3.4028235e38 WHERE value_type = 'INF_NEG';
        ALTER TABLE trial_values DROP COLUMN value_type, ALTER COLUMN value SET NOT NULL;
        DROP TYPE trialvaluetype, trialintermediatevaluetype;
        DROP INDEX ix_trials_study_id;
        DROP TABLE trial_heartbeats;
        UPDATE trial_params SET distribution_json = replace(replace(distribution_json, '"step": null, ', ''), ', "log": false', '')
            WHERE distribution_json LIKE '{"name": "FloatDistribution", "attributes": {"step": null,%"log": false}}';
        UPDATE trial_params SET distribution_json = replace(distribution_json, '"FloatDistribution"', '"UniformDistribution"')
            WHERE distribution_json LIKE '{"name": "FloatDistribution"%' AND distribution_json NOT LIKE '%log%';
        UPDATE alembic_version SET version_num = 'v2.6.0.a';
        """;

    private static async Task<string> CreateRoleAsync(PostgresDatabase database, string rights)
    {
        string name = "role_" + Guid.NewGuid().ToString("N");
        await database.RunAsync(
            $"REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE ROLE {name} LOGIN PASSWORD 'a;b=''c''@/:'; GRANT {rights} ON ALL TABLES IN SCHEMA public TO {name}; "
            + $"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}");
        return new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = name, Password = "a;b='c'@/:" }.ConnectionString;
    }

    /// <summary>All statements that make Optuna's objects.</summary>
    private static async Task<string> DumpAsync(PostgresDatabase database)
    {
        string dump = await database.Server.DumpSchemaAsync(database.Name, "--exclude-table=hypertune_*");
        return string.Join('\n', dump.Split('\n').Where(line => !line.Contains("hypertune_", StringComparison.Ordinal) && !NotStatement().IsMatch(line)));
    }

    [GeneratedRegex(@"^(--.*|\\(un)?restrict .*|)$")]
    private static partial Regex NotStatement();
}
