using Microsoft.Extensions.Time.Testing;

namespace HyperTune.Cli.Tests;

public sealed class DoctorTests : IDisposable
{
    private const string GridStudy = "(SELECT study_id FROM studies WHERE study_name = 'sampler-grid')";
    private const string GridTrial = "(SELECT trial_id FROM trials WHERE number = 1 AND study_id = " + GridStudy + ")";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 29, 2, 30, 0, TimeSpan.Zero));
    private readonly CliFolder _folder;

    public DoctorTests() => _folder = new CliFolder { Time = _time };

    [Fact]
    public async Task A_file_of_its_own_is_well()
    {
        await _folder.DoAsync("create", "-s", _folder.UrlOf("s.db"), "--study", "s");

        Assert.Equal("Nothing is wrong.\n", (await _folder.DoAsync("doctor", "-s", _folder.UrlOf("s.db"))).Out);
        Assert.Equal("[]\n", (await _folder.DoAsync("doctor", "-s", _folder.UrlOf("s.db"), "--json")).Out);
    }

    [Fact]
    public async Task A_running_trial_without_heartbeat_is_a_note_and_later_a_warning()
    {
        string url = _folder.CopyOfOptuna();
        await _folder.DoAsync("copy", "-s", url, "--to", _folder.UrlOf("one.db"), "--study", "sampler-tpe");

        CliRun early = await _folder.RunAsync("doctor", "-s", _folder.UrlOf("one.db"));
        _time.Advance(TimeSpan.FromDays(3));
        CliRun late = await _folder.RunAsync("doctor", "-s", _folder.UrlOf("one.db"));

        Assert.Equal(0, early.Code);
        Assert.StartsWith("note: study 'sampler-tpe', trial ", early.Out, StringComparison.Ordinal);
        Assert.Contains("without a heartbeat", early.Out, StringComparison.Ordinal);
        Assert.Contains("hypertune tell --study 'sampler-tpe' --number ", early.Out, StringComparison.Ordinal);
        Assert.Equal(1, late.Code);
        Assert.StartsWith("warning: study 'sampler-tpe', trial ", late.Out, StringComparison.Ordinal);
        Assert.Contains("Running for 3 days", late.Out, StringComparison.Ordinal);
        Assert.Equal(0, (await _folder.RunAsync("doctor", "-s", _folder.UrlOf("one.db"), "--stale", "1000")).Code);
    }

    [Fact]
    public async Task A_lease_that_lapsed_is_a_warning()
    {
        await StartAsync();
        Assert.Equal("Nothing is wrong.\n", (await _folder.DoAsync("doctor", "-s", _folder.UrlOf("s.db"))).Out);
        _time.Advance(TimeSpan.FromMinutes(10));

        CliRun run = await _folder.RunAsync("doctor", "-s", _folder.UrlOf("s.db"));

        Assert.Equal(
            (1, "warning: study 's', trial 0, trial_heartbeats.heartbeat: The lease lapsed: the last heartbeat is 10 minutes old, so its worker has died. The next worker of the study takes the trial back.\n"),
            (run.Code, run.Out));
        Assert.Equal(0, (await _folder.RunAsync("doctor", "-s", _folder.UrlOf("s.db"), "--grace", "3600")).Code);
    }

    [Theory]
    [InlineData("'noon'", "The heartbeat 'noon' cannot be read, so nobody takes the trial back. A worker that lives mends it with its next heartbeat. If its worker is gone, end it: hypertune tell --study 's' --number 0 --state fail.")]
    [InlineData("17", "The heartbeat cannot be read, so nobody takes the trial back. A worker that lives mends it with its next heartbeat. If its worker is gone, end it: hypertune tell --study 's' --number 0 --state fail.")]
    [InlineData("datetime(heartbeat, '2 hours')", "The last heartbeat lies 2 hours in the future, so nobody takes the trial back before that. The clock was put back since; a worker that lives mends it with its next heartbeat. If its worker is gone, end it: hypertune tell --study 's' --number 0 --state fail.")]
    [InlineData("datetime(heartbeat, '9 seconds')", null)]
    public async Task A_lease_that_cannot_lapse_is_a_warning(string heartbeat, string? message)
    {
        await StartAsync();
        _folder.Sql("s.db", $"UPDATE trial_heartbeats SET heartbeat = {heartbeat}");

        CliRun run = await _folder.RunAsync("doctor", "-s", _folder.UrlOf("s.db"));

        Assert.Equal(message is null ? (0, "Nothing is wrong.\n") : (1, $"warning: study 's', trial 0, trial_heartbeats.heartbeat: {message}\n"), (run.Code, run.Out));
    }

    [Fact]
    public async Task A_file_of_Optuna_lacks_the_library_s_own_tables()
    {
        // Heartbeats in the file have the time when it was made.
        _time.Advance(TimeSpan.FromDays(2000));

        CliRun run = await _folder.RunAsync("doctor", "-s", _folder.CopyOfOptuna());

        Assert.Contains(run.Lines, line => line.StartsWith("note: ", StringComparison.Ordinal) && line.Contains("hypertune_trials_waiting", StringComparison.Ordinal));
        Assert.Contains(run.Lines, line => line.StartsWith("note: The journal mode is delete", StringComparison.Ordinal));
        Assert.Contains(run.Lines, line => line.StartsWith("warning: study 'retried', trial ", StringComparison.Ordinal));
        Assert.DoesNotContain(run.Lines, line => line.StartsWith("error", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("UPDATE trials SET state = 'DONE' WHERE trial_id = " + GridTrial, "error: study 'sampler-grid', trial 1, trials.state: ")]
    [InlineData("UPDATE trials SET datetime_start = 'noon' WHERE trial_id = " + GridTrial, "error: study 'sampler-grid', trial 1, trials.datetime_start: ")]
    [InlineData("UPDATE trials SET number = NULL WHERE trial_id = " + GridTrial, "error: study 'sampler-grid', trials.number: The trial (id ")]
    [InlineData("UPDATE trial_params SET distribution_json = '{\"name\"' WHERE trial_id = " + GridTrial, "error: study 'sampler-grid', trial 1, trial_params.distribution_json: ")]
    [InlineData("UPDATE trial_values SET value_type = 'MANY' WHERE trial_id = " + GridTrial, "error: study 'sampler-grid', trial 1, trial_values.value_type: ")]
    [InlineData("DELETE FROM trial_values WHERE trial_id = " + GridTrial, "error: study 'sampler-grid', trial 1, trial_values.objective: ")]
    [InlineData("UPDATE trial_system_attributes SET value_json = 'nothing' WHERE trial_id = " + GridTrial, "error: study 'sampler-grid', trial 1, trial_system_attributes.value_json: ")]
    [InlineData("UPDATE study_directions SET direction = 'UP' WHERE study_id = " + GridStudy, "error: study 'sampler-grid', study_directions.direction: The cell holds 'UP'")]
    [InlineData("DELETE FROM study_directions WHERE study_id = " + GridStudy, "error: study 'sampler-grid', study_directions: The study has no direction")]
    [InlineData("INSERT INTO study_user_attributes (study_id, \"key\", value_json) VALUES (" + GridStudy + ", 'k', '[1')", "error: study 'sampler-grid', study_user_attributes.value_json: The attribute 'k'")]
    [InlineData("UPDATE trials SET number = 0 WHERE trial_id = " + GridTrial, "error: study 'sampler-grid', trial 0: Several trials have this number")]
    [InlineData("UPDATE trials SET number = 9 WHERE trial_id = " + GridTrial, "warning: study 'sampler-grid': No trial has the number(s) 1, 4 to 8")]
    [InlineData("DELETE FROM trials WHERE trial_id = " + GridTrial, "warning: trial_params: 2 row(s) belong to a study or trial that does not exist: those with the trial_id 73. Delete them.")]
    [InlineData("UPDATE trial_params SET trial_id = 90000 + param_id WHERE param_id <= 10", "warning: trial_params: 10 row(s) belong to a study or trial that does not exist: those with the trial_id 90001, 90002, 90003, 90004, 90005, 90006, 90007, 90008, 90009, 90010. Delete them.")]
    [InlineData("UPDATE trial_params SET trial_id = 90000 + param_id WHERE param_id <= 12", "warning: trial_params: 12 row(s) belong to a study or trial that does not exist: those with the trial_id 90001, 90002, 90003, 90004, 90005, 90006, 90007, 90008, 90009, 90010 and 2 more. Delete them.")]
    [InlineData("UPDATE trials SET study_id = NULL WHERE trial_id = " + GridTrial, "warning: trials: 1 row(s) belong to a study or trial that does not exist: those with the study_id NULL. Delete them.")]
    [InlineData("UPDATE study_directions SET study_id = 'x' WHERE study_id = " + GridStudy, "warning: study_directions: 1 row(s) belong to a study or trial that does not exist: those with the study_id 'x'. Delete them.")]
    [InlineData("UPDATE alembic_version SET version_num = 'v9.9.9'", "error: ")]
    [InlineData("DROP TABLE trial_values", "error: ")]
    public async Task What_is_broken_is_named_with_its_place(string sql, string line)
    {
        string url = _folder.CopyOfOptuna();
        _folder.Sql("optuna.db", sql);

        CliRun run = await _folder.RunAsync("doctor", "-s", url);

        Assert.Equal(1, run.Code);
        Assert.Contains(run.Lines, found => found.StartsWith(line, StringComparison.Ordinal));
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_named()
    {
        await File.WriteAllTextAsync(_folder.PathOf("notes.db"), new string('x', 5000), TestContext.Current.CancellationToken);

        CliRun run = await _folder.RunAsync("doctor", "-s", _folder.UrlOf("notes.db"), "--json");

        Assert.Equal(1, run.Code);
        Assert.True(Assert.Single(run.Json.Items).TryGetMember("severity", out AttributeValue? severity));
        Assert.Equal("error", severity.AsString());
    }

    [Fact]
    public async Task An_examination_changes_nothing()
    {
        string url = _folder.CopyOfOptuna();
        byte[] before = await File.ReadAllBytesAsync(_folder.PathOf("optuna.db"), TestContext.Current.CancellationToken);

        await _folder.RunAsync("doctor", "-s", url);

        Assert.Equal(before, await File.ReadAllBytesAsync(_folder.PathOf("optuna.db"), TestContext.Current.CancellationToken));
    }

    public void Dispose() => _folder.Dispose();

    private async Task StartAsync()
    {
        await using SqliteStorage storage = await SqliteStorage.OpenAsync(_folder.PathOf("s.db"), new() { TimeProvider = _time }, TestContext.Current.CancellationToken);
        StudyRecord study = await storage.CreateStudyAsync(new() { Name = "s", Directions = [Direction.Minimize] }, TestContext.Current.CancellationToken);
        await storage.StartTrialsAsync(study.Id, new() { StartedAt = _time.GetUtcNow(), RequestId = Guid.NewGuid() }, TestContext.Current.CancellationToken);
    }
}
