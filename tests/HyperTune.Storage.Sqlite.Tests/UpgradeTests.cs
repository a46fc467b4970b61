using HyperTune.Testing;

namespace HyperTune.Storage.Sqlite.Tests;

public sealed class UpgradeTests
{
    private const string NotLegacy = "WHERE trial_id IN (SELECT trial_id FROM trials JOIN studies USING (study_id) WHERE study_name <> 'legacy-distributions')";

    /// <summary>Takes the tables back to the revision v2.6.0.a, with what it stored for infinities and distributions.</summary>
    private const string ToEarliest =
        """
        CREATE TABLE reports (trial_intermediate_value_id INTEGER NOT NULL, trial_id INTEGER NOT NULL, step INTEGER NOT NULL, intermediate_value FLOAT,
            PRIMARY KEY (trial_intermediate_value_id), UNIQUE (trial_id, step), FOREIGN KEY(trial_id) REFERENCES trials (trial_id));
        INSERT INTO reports SELECT trial_intermediate_value_id, trial_id, step,
            CASE intermediate_value_type WHEN 'INF_POS' THEN 3.4028235e38 WHEN 'INF_NEG' THEN -3.4028235e38 ELSE intermediate_value END FROM trial_intermediate_values;
        DROP TABLE trial_intermediate_values;
        ALTER TABLE reports RENAME TO trial_intermediate_values;
        CREATE TABLE results (trial_value_id INTEGER NOT NULL, trial_id INTEGER NOT NULL, objective INTEGER NOT NULL, value FLOAT NOT NULL,
            PRIMARY KEY (trial_value_id), UNIQUE (trial_id, objective), FOREIGN KEY(trial_id) REFERENCES trials (trial_id));
        INSERT INTO results SELECT trial_value_id, trial_id, objective,
            CASE value_type WHEN 'INF_POS' THEN (CASE trial_value_id % 2 WHEN 0 THEN 9e999 ELSE 3.4028235e38 END) WHEN 'INF_NEG' THEN -3.4028235e38 ELSE value END FROM trial_values;
        DROP TABLE trial_values;
        ALTER TABLE results RENAME TO trial_values;
        DROP INDEX ix_trials_study_id;
        DROP TABLE trial_heartbeats;
        UPDATE trial_params SET distribution_json = replace(replace(replace(distribution_json, '"step": null, ', ''), ', "log": false', ''), '"FloatDistribution"', '"UniformDistribution"')
            WHERE distribution_json LIKE '{"name": "FloatDistribution", "attributes": {"step": null,%"log": false}}';
        UPDATE alembic_version SET version_num = 'v2.6.0.a';
        """;

    [Fact]
    public async Task Tables_of_an_earlier_revision_are_upgraded_on_request_after_a_copy()
    {
        using var reference = new SqliteFile(GoldenFile.PathOf("interop/optuna.db"));
        using var file = new SqliteFile(GoldenFile.PathOf("interop/optuna.db"));
        file.Run(ToEarliest);
        StorageException exception = await Assert.ThrowsAsync<StorageException>(() => file.OpenAsync());
        Assert.Contains("UpgradeSchema", exception.Message, StringComparison.Ordinal);
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Requests.Time);
        using var log = new CapturingLoggerFactory();
        await using (SqliteStorage storage = await file.OpenAsync(new() { UpgradeSchema = true, LoggerFactory = log, TimeProvider = clock }))
        {
            StudyRecord legacy = (await storage.FindStudyAsync("legacy-distributions", Requests.Token))!;
            Assert.All((await storage.ReadAsync(legacy)).Trials, trial => Assert.All(trial.Parameters, parameter => Assert.Null(parameter.Distribution.LegacyName)));
        }
        Assert.Equal("v3.2.0.a", file.Cell("SELECT version_num FROM alembic_version"));
        foreach (string query in new[]
        {
            "SELECT sql FROM sqlite_master WHERE name IN ('trial_values', 'trial_intermediate_values', 'trial_heartbeats') ORDER BY name",
            "SELECT trial_id, objective, value, value_type, typeof(value) FROM trial_values ORDER BY trial_value_id",
            "SELECT trial_id, step, intermediate_value, intermediate_value_type FROM trial_intermediate_values ORDER BY trial_intermediate_value_id",
            $"SELECT trial_id, param_name, param_value, distribution_json FROM trial_params {NotLegacy} ORDER BY param_id",
        })
        {
            Assert.Equal(reference.Rows(query), file.Rows(query));
        }
        string copy = Assert.Single(Directory.GetFiles(file.Folder, "*.bak"));
        Assert.Equal(file.FilePath + ".v2.6.0.a-20260102030405678.bak", copy);
        Assert.Contains(copy, Assert.Single(log.WithId(223)).Text, StringComparison.Ordinal);
        using var kept = new SqliteFile(copy);
        Assert.Equal("v2.6.0.a", kept.Cell("SELECT version_num FROM alembic_version"));
        Assert.Equal("124", kept.Cell("SELECT COUNT(*) FROM trials"));
    }

    [Fact]
    public async Task An_upgrade_that_fails_leaves_everything_as_it_was()
    {
        using var file = new SqliteFile(GoldenFile.PathOf("interop/optuna.db"));
        file.Run(ToEarliest + "UPDATE trial_params SET distribution_json = 'rubbish' WHERE param_id = 1");
        List<string> before = file.Rows("SELECT sql FROM sqlite_master ORDER BY name");
        StorageException exception = await Assert.ThrowsAsync<StorageException>(() => file.OpenAsync(new() { UpgradeSchema = true }));
        Assert.Contains("param_id 1", exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, file.Rows("SELECT sql FROM sqlite_master ORDER BY name"));
        Assert.Equal("v2.6.0.a", file.Cell("SELECT version_num FROM alembic_version"));
    }

    [Fact]
    public async Task A_revision_before_the_first_that_can_be_upgraded_is_refused_with_what_to_do()
    {
        using var file = new SqliteFile(GoldenFile.PathOf("interop/optuna.db"));
        file.Run("UPDATE alembic_version SET version_num = 'v2.4.0.a'");
        StorageException exception = await Assert.ThrowsAsync<StorageException>(() => file.OpenAsync(new() { UpgradeSchema = true }));
        Assert.Contains("'optuna storage upgrade --storage sqlite:///", exception.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(file.Folder, "*.bak"));
    }
}
