using HyperTune.Storage.Relational;
using HyperTune.Testing;
using Microsoft.EntityFrameworkCore;

namespace HyperTune.Storage.Sqlite.Tests;

public sealed class SchemaTests
{
    private const string ObjectsOfOptuna = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'hypertune%' AND tbl_name NOT LIKE 'hypertune%' ORDER BY name";

    [Fact]
    public async Task The_tables_are_Optunas_to_the_letter()
    {
        using var theirs = new SqliteFile(GoldenFile.PathOf("interop/optuna.db"));
        using var ours = new SqliteFile();
        await using SqliteStorage storage = await ours.OpenAsync();
        Assert.Equal(theirs.Rows(ObjectsOfOptuna), ours.Rows(ObjectsOfOptuna));
    }

    [Fact]
    public async Task Both_version_rows_are_written()
    {
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync();
        Assert.Equal("v3.2.0.a", file.Cell("SELECT version_num FROM alembic_version"));
        Assert.StartsWith("1|12|HyperTune ", file.Cell("SELECT * FROM version_info"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_of_Optuna_gets_the_librarys_own_tables_and_keeps_its_own()
    {
        using var file = new SqliteFile(GoldenFile.PathOf("interop/optuna.db"));
        List<string> before = file.Rows(ObjectsOfOptuna);
        await using SqliteStorage storage = await file.OpenAsync();
        Assert.Equal(before, file.Rows(ObjectsOfOptuna));
        Assert.Equal(
            [
                "hypertune_budgets", "hypertune_requests", "hypertune_study_changes", "hypertune_study_changes_key", "hypertune_study_system_added",
                "hypertune_study_system_changed", "hypertune_study_system_removed", "hypertune_study_user_added", "hypertune_study_user_changed",
                "hypertune_study_user_removed", "hypertune_trials_running", "hypertune_trials_waiting",
            ],
            file.Rows("SELECT name FROM sqlite_master WHERE name LIKE 'hypertune%' ORDER BY name"));
        Assert.Equal("1|12|5.0.0.dev", file.Cell("SELECT * FROM version_info"));
    }

    [Fact]
    public async Task A_missing_table_of_a_migrated_database_is_added()
    {
        using var file = new SqliteFile(GoldenFile.PathOf("interop/optuna.db"));
        List<string> before = file.Rows(ObjectsOfOptuna);
        file.Run("DROP TABLE trial_heartbeats");
        await using SqliteStorage storage = await file.OpenAsync();
        Assert.Equal(before, file.Rows(ObjectsOfOptuna));
    }

    [Fact]
    public async Task The_model_reads_what_the_statements_write()
    {
        using var file = new SqliteFile(GoldenFile.PathOf("interop/optuna.db"));
        await using SqliteStorage storage = await file.OpenAsync();
        using var context = new SqliteStudyContext(new DbContextOptionsBuilder<SqliteStudyContext>().UseSqlite($"Data Source={file.FilePath};Pooling=False").Options);
        CancellationToken token = TestContext.Current.CancellationToken;
        TrialRow first = await context.Set<TrialRow>().OrderBy(trial => trial.TrialId).FirstAsync(token);
        TrialRecord read = (await storage.ReadAsync(new StudyId(1), HyperTune.History.StudyCursor.Start, token)).Trials[0];
        Assert.Equal((read.State, read.StartedAt, read.CompletedAt), (first.State, first.StartedAt, first.CompletedAt));
        Assert.Equal(124, await context.Set<TrialRow>().CountAsync(token));
        Assert.NotEmpty(await context.Set<StudyDirectionRow>().ToListAsync(token));
        Assert.NotEmpty(await context.Set<TrialParameterRow>().ToListAsync(token));
        Assert.NotEmpty(await context.Set<TrialValueRow>().ToListAsync(token));
        Assert.NotEmpty(await context.Set<TrialIntermediateValueRow>().ToListAsync(token));
        Assert.NotEmpty(await context.Set<TrialUserAttributeRow>().ToListAsync(token));
        Assert.NotEmpty(await context.Set<TrialSystemAttributeRow>().ToListAsync(token));
        Assert.NotEmpty(await context.Set<StudyUserAttributeRow>().ToListAsync(token));
        Assert.NotEmpty(await context.Set<StudySystemAttributeRow>().ToListAsync(token));
        Assert.NotEmpty(await context.Set<TrialHeartbeatRow>().ToListAsync(token));
        Assert.Equal(12, (await context.Set<VersionInfoRow>().SingleAsync(token)).SchemaVersion);
    }

    [Fact]
    public async Task The_file_is_in_WAL_mode()
    {
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync();
        Assert.Equal("wal", file.Cell("PRAGMA journal_mode"));
    }

    [Theory]
    [InlineData("SELECT trial_id FROM trials WHERE study_id = 1 AND state = 'WAITING' AND trial_id > 0 ORDER BY trial_id LIMIT 1", "hypertune_trials_waiting")]
    [InlineData("SELECT COUNT(*) FROM trials WHERE study_id = 1 AND state = 'WAITING'", "hypertune_trials_waiting")]
    [InlineData("SELECT t.trial_id, h.heartbeat FROM trials t JOIN trial_heartbeats h ON h.trial_id = t.trial_id WHERE t.study_id = 1 AND t.state = 'RUNNING'", "hypertune_trials_running")]
    [InlineData("SELECT trial_id, number FROM trials WHERE study_id = $1 ORDER BY trial_id DESC LIMIT 1", "ix_trials_study_id")]
    public async Task No_statement_of_a_start_scans_past_trials(string sql, string index)
    {
        using var file = new SqliteFile(GoldenFile.PathOf("interop/optuna.db"));
        await using SqliteStorage storage = await file.OpenAsync();
        string plan = string.Join('\n', file.Rows("EXPLAIN QUERY PLAN " + sql.Replace("$1", "1", StringComparison.Ordinal)));
        Assert.Contains(index, plan, StringComparison.Ordinal);
        Assert.DoesNotContain("SCAN", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
    }
}
