using HyperTune.Testing;

namespace HyperTune.Cli.Tests;

public sealed class PostgresDoctorTests(CliServers servers) : IDisposable
{
    private const string GridStudy = "(SELECT study_id FROM studies WHERE study_name = 'sampler-grid')";

    private readonly CliFolder _folder = new();

    [Fact]
    public async Task A_database_of_its_own_is_well()
    {
        string url = await servers.PostgresUrlAsync();
        await _folder.DoAsync("create", "-s", url, "--study", "s");

        Assert.Equal("Nothing is wrong.\n", (await _folder.DoAsync("doctor", "-s", url)).Out);
    }

    [Fact]
    public async Task A_database_of_Optuna_lacks_the_library_s_own_tables_until_it_is_upgraded()
    {
        string url = await servers.OptunasPostgresAsync();

        CliRun before = await _folder.RunAsync("doctor", "-s", url);
        await _folder.DoAsync("upgrade", "-s", url);
        CliRun after = await _folder.RunAsync("doctor", "-s", url);

        Assert.Contains(before.Lines, line => line.StartsWith("note: Tables or indices of the library are missing (hypertune_trials_waiting, hypertune_trials_running, hypertune_requests, hypertune_budgets, hypertune_trials_study)", StringComparison.Ordinal));
        Assert.Contains(before.Lines, line => line.StartsWith("warning: study 'retried', trial 3, trial_heartbeats.heartbeat: The lease lapsed", StringComparison.Ordinal));
        Assert.Contains(before.Lines, line => line.StartsWith("warning: study 'sampler-tpe', trial 6, trials.state: Running for ", StringComparison.Ordinal));
        Assert.DoesNotContain(after.Lines, line => line.Contains("missing", StringComparison.Ordinal) || line.StartsWith("error", StringComparison.Ordinal));
        Assert.Equal(before.Lines.Length - 1, after.Lines.Length);
    }

    [Fact]
    public async Task Rights_that_the_role_lacks_are_named()
    {
        string url = await servers.OptunasPostgresAsync();
        PostgresServer server = await servers.PostgresAsync();
        // A name that has to be quoted.
        string role = "Role-" + Guid.NewGuid().ToString("N"), database = url[(url.LastIndexOf('/') + 1)..];
        await server.PsqlAsync(database, "-c", $"CREATE ROLE \"{role}\" LOGIN PASSWORD 'p%ss'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO \"{role}\"; GRANT INSERT, UPDATE ON trials TO \"{role}\"");
        string own = $"postgresql://{role}:p%25ss@127.0.0.1:{server.Port}/{database}";

        CliRun run = await _folder.RunAsync("doctor", "-s", own);

        Assert.Equal(1, run.Code);
        Assert.Contains(run.Lines, line => line.StartsWith("warning: rights: The role lacks the right DELETE on alembic_version, studies, ", StringComparison.Ordinal));
        Assert.Contains(run.Lines, line => line.StartsWith("warning: rights: The role lacks the right INSERT on alembic_version, studies, ", StringComparison.Ordinal) && !line.Contains(" trials,", StringComparison.Ordinal));
        Assert.Contains(run.Lines, line => line.StartsWith("warning: rights: The role lacks the right USAGE on the sequences ", StringComparison.Ordinal) && line.Contains("trials_trial_id_seq", StringComparison.Ordinal));
        Assert.DoesNotContain(run.Lines, line => line.Contains("right SELECT", StringComparison.Ordinal));
        Assert.DoesNotContain("p%ss", run.Out, StringComparison.Ordinal);
        const string advice = "Let their owner run: ";
        string[] grants = [.. run.Lines.Where(line => line.Contains(advice, StringComparison.Ordinal)).Select(line => line[(line.IndexOf(advice, StringComparison.Ordinal) + advice.Length)..])];
        Assert.Equal(4, grants.Length);
        foreach (string grant in grants) await server.PsqlAsync(database, "-c", grant);
        Assert.DoesNotContain("rights", (await _folder.RunAsync("doctor", "-s", own)).Out, StringComparison.Ordinal);
        await _folder.DoAsync("create", "-s", own, "--study", "granted");
    }

    [Theory]
    [InlineData("UPDATE trial_params SET distribution_json = '{\"name\"' WHERE trial_id = (SELECT trial_id FROM trials WHERE number = 1 AND study_id = " + GridStudy + ")", "error: study 'sampler-grid', trial 1, trial_params.distribution_json: ")]
    [InlineData("DELETE FROM study_directions WHERE study_id = " + GridStudy, "error: study 'sampler-grid', study_directions: The study has no direction")]
    [InlineData("UPDATE trials SET number = 9 WHERE number = 1 AND study_id = " + GridStudy, "warning: study 'sampler-grid': No trial has the number(s) 1, 4 to 8")]
    [InlineData("ALTER TABLE trial_values DROP CONSTRAINT trial_values_trial_id_fkey; UPDATE trial_values SET trial_id = 99999 WHERE trial_value_id = 1", "warning: trial_values: 1 row(s) belong to a study or trial that does not exist: those with the trial_id 99999. Delete them.")]
    [InlineData("ALTER TABLE trial_params DROP CONSTRAINT trial_params_trial_id_fkey; UPDATE trial_params SET trial_id = 90000 + param_id WHERE param_id <= 12", "warning: trial_params: 12 row(s) belong to a study or trial that does not exist: those with the trial_id 90001, 90002, 90003, 90004, 90005, 90006, 90007, 90008, 90009, 90010 and 2 more. Delete them.")]
    [InlineData("UPDATE trials SET study_id = NULL WHERE number = 1 AND study_id = " + GridStudy, "warning: trials: 1 row(s) belong to a study or trial that does not exist: those with the study_id NULL. Delete them.")]
    [InlineData("UPDATE trial_heartbeats SET heartbeat = 'infinity'", "warning: study 'retried', trial 3, trial_heartbeats.heartbeat: The heartbeat cannot be read, so nobody takes the trial back. ")]
    [InlineData("UPDATE trial_heartbeats SET heartbeat = clock_timestamp()::timestamp + interval '3 hours 1 minute'", "warning: study 'retried', trial 3, trial_heartbeats.heartbeat: The last heartbeat lies 3 hours in the future, so nobody takes the trial back before that. ")]
    [InlineData("DROP TABLE trial_values", "error: The database '")]
    public async Task What_is_broken_is_named_with_its_place(string sql, string line)
    {
        string url = await servers.OptunasPostgresAsync();
        await (await servers.PostgresAsync()).PsqlAsync(url[(url.LastIndexOf('/') + 1)..], "-c", sql);

        CliRun run = await _folder.RunAsync("doctor", "-s", url);

        Assert.Equal(1, run.Code);
        Assert.Contains(run.Lines, found => found.StartsWith(line, StringComparison.Ordinal));
        Assert.Empty(run.Error);
    }

    public void Dispose() => _folder.Dispose();
}
