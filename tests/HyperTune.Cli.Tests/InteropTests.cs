using HyperTune.Testing;

namespace HyperTune.Cli.Tests;

/// <summary>Databases and journals that Optuna made, exported; and old revisions of its tables, upgraded.</summary>
[Trait("Category", "Golden")]
public sealed class InteropTests(CliServers servers) : IDisposable
{
    /// <summary>Takes SQLite's tables back to the revision v3.0.0.c, which has no column for infinite values.</summary>
    internal const string ToEarlierSqlite =
        """
        CREATE TABLE results (trial_value_id INTEGER NOT NULL, trial_id INTEGER NOT NULL, objective INTEGER NOT NULL, value FLOAT NOT NULL,
            PRIMARY KEY (trial_value_id), UNIQUE (trial_id, objective), FOREIGN KEY(trial_id) REFERENCES trials (trial_id));
        INSERT INTO results SELECT trial_value_id, trial_id, objective,
            CASE value_type WHEN 'INF_POS' THEN 3.4028235e38 WHEN 'INF_NEG' THEN -3.4028235e38 ELSE value END FROM trial_values;
        DROP TABLE trial_values;
        ALTER TABLE results RENAME TO trial_values;
        DROP INDEX ix_trials_study_id;
        UPDATE alembic_version SET version_num = 'v3.0.0.c';
        """;

    /// <summary>The same for PostgreSQL.</summary>
    internal const string ToEarlierPostgres =
        """
        UPDATE trial_values SET value = CASE value_type WHEN 'INF_POS' THEN 3.4028235e38 ELSE -3.4028235e38 END WHERE value_type <> 'FINITE';
        ALTER TABLE trial_values DROP COLUMN value_type, ALTER COLUMN value SET NOT NULL;
        DROP TYPE trialvaluetype;
        DROP INDEX ix_trials_study_id;
        UPDATE alembic_version SET version_num = 'v3.0.0.c';
        """;

    private readonly CliFolder _folder = new();

    [Theory]
    [InlineData("sqlite", "expected.json")]
    [InlineData("postgresql", "expected.json")]
    [InlineData("journal", "expected-journal.json")]
    [InlineData("redis", "expected-journal.json")]
    [InlineData("journal-edge", "expected-journal-edge.json")]
    public async Task What_Optuna_made_exports_to_exactly_the_expected_file(string kind, string expected)
    {
        string url = kind switch
        {
            "sqlite" => _folder.CopyOfOptuna(),
            "postgresql" => await servers.OptunasPostgresAsync(),
            "redis" => await servers.OptunasRedisAsync(database: 1),
            _ => CopyOfJournal($"interop/{kind}.log"),
        };

        CliRun run = await _folder.DoAsync("export", "--storage", url, "--format", "json");

        await SameAsync(expected, run);
        Assert.Empty(run.Error);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public async Task An_earlier_revision_is_named_by_doctor_and_upgraded_on_request(string kind)
    {
        string url;
        if (kind == "sqlite")
        {
            url = _folder.CopyOfOptuna();
            _folder.Sql("optuna.db", ToEarlierSqlite);
        }
        else
        {
            url = await servers.OptunasPostgresAsync();
            await (await servers.PostgresAsync()).PsqlAsync(url[(url.LastIndexOf('/') + 1)..], "-c", ToEarlierPostgres);
        }
        CliRun found = await _folder.RunAsync("doctor", "--storage", url), refused = await _folder.RunAsync("export", "--storage", url);

        CliRun upgraded = await _folder.DoAsync("upgrade", "--storage", url);

        Assert.Equal((1, 1), (found.Code, refused.Code));
        Assert.StartsWith("error: ", found.Out, StringComparison.Ordinal);
        Assert.Contains("has revision v3.0.0.c", found.Out, StringComparison.Ordinal);
        Assert.Contains("'hypertune upgrade'", refused.Error, StringComparison.Ordinal);
        Assert.EndsWith(" is up to date.\n", upgraded.Out, StringComparison.Ordinal);
        await SameAsync("expected.json", await _folder.DoAsync("export", "--storage", url));
        await _folder.DoAsync("upgrade", "--storage", url);
        Assert.DoesNotContain((await _folder.RunAsync("doctor", "--storage", url)).Lines, line => line.StartsWith("error", StringComparison.Ordinal) || line.Contains("missing", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private string CopyOfJournal(string golden)
    {
        File.Copy(GoldenFile.PathOf(golden), _folder.PathOf("optuna.log"));
        return $"journal:///{_folder.PathOf("optuna.log")}";
    }

    private static async Task SameAsync(string expected, CliRun run) =>
        ArchiveShape.Same(await File.ReadAllTextAsync(GoldenFile.PathOf("interop/" + expected), TestContext.Current.CancellationToken), run.Out, comparesIds: true);
}
