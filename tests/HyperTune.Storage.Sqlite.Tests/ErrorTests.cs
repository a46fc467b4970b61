using HyperTune.Storage.Relational;
using HyperTune.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace HyperTune.Storage.Sqlite.Tests;

public sealed class ErrorTests
{
    [Fact]
    public async Task A_missing_folder_is_named()
    {
        using var file = new SqliteFile();
        StorageException error = await Assert.ThrowsAsync<StorageException>(() => SqliteStorage.OpenAsync(Path.Combine(file.Folder, "none", "a.db"), null, Requests.Token));
        Assert.Contains("none' does not exist. Create it.", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<StorageException>(() => SqliteStorage.OpenAsync(file.Folder, null, Requests.Token));
        Assert.Contains("is a folder", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(":memory:")]
    [InlineData("Data Source=x;Mode=Memory;Cache=Shared")]
    public async Task A_path_that_is_none_is_refused(string path) =>
        await Assert.ThrowsAnyAsync<ArgumentException>(() => SqliteStorage.OpenAsync(path, null, Requests.Token));

    [Theory]
    [InlineData("Data Source=:memory:;Password=s3cr3t")]
    [InlineData("Data Source=;Password=s3cr3t")]
    [InlineData("Data Source=x.db;Password=a;s3cr3t=b")]
    [InlineData("Data Source=x.db;Mode=s3cr3t")]
    public async Task A_connection_string_is_refused_without_its_password(string text)
    {
        ArgumentException exception = await Assert.ThrowsAnyAsync<ArgumentException>(() => SqliteStorage.OpenAsync(text, null, Requests.Token));
        Assert.DoesNotContain("s3cr3t", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_whole_connection_string_is_taken()
    {
        using var file = new SqliteFile();
        await using SqliteStorage storage = await SqliteStorage.OpenAsync($"Data Source={file.FilePath};Pooling=True", null, Requests.Token);
        Assert.Equal(file.FilePath, storage.FilePath);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_left_alone()
    {
        using var file = new SqliteFile();
        string text = string.Concat(Enumerable.Repeat("This is a diary. ", 100));
        await File.WriteAllTextAsync(file.FilePath, text, Requests.Token);
        StorageException error = await Assert.ThrowsAsync<StorageException>(() => file.OpenAsync());
        Assert.Contains("no SQLite database", error.Message, StringComparison.Ordinal);
        Assert.Contains(file.FilePath, error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
        Assert.Equal(text, await File.ReadAllTextAsync(file.FilePath, Requests.Token));
    }

    [Fact]
    public async Task A_database_of_another_program_is_used_unless_it_has_tables_of_these_names()
    {
        using var file = new SqliteFile();
        file.Run("CREATE TABLE recipes (id INTEGER)");
        await using (SqliteStorage storage = await file.OpenAsync()) await storage.CreateAsync();
        Assert.Equal("1", file.Cell("SELECT COUNT(*) FROM sqlite_master WHERE name = 'recipes'"));

        using var other = new SqliteFile();
        other.Run("CREATE TABLE studies (name TEXT, painter TEXT)");
        StorageException error = await Assert.ThrowsAsync<StorageException>(() => other.OpenAsync());
        Assert.Contains("belongs to another program or to a very old Optuna", error.Message, StringComparison.Ordinal);
        Assert.Equal("studies", other.Cell("SELECT name FROM sqlite_master"));
        Assert.Equal("delete", other.Cell("PRAGMA journal_mode"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_database_of_another_program_is_refused_where_study_tables_must_exist(bool isReadOnly)
    {
        using var file = new SqliteFile();
        file.Run("CREATE TABLE recipes (id INTEGER)");
        StorageUrls urls = new StorageUrls().AddSqlite();
        string url = $"sqlite:///{file.FilePath}";
        StorageUrlOptions existing = new() { MustExist = true, IsReadOnly = isReadOnly };
        StorageException error = await Assert.ThrowsAsync<StorageException>(() => urls.OpenAsync(url, existing, Requests.Token));
        Assert.Equal($"'{file.FilePath}' has no study tables, and none were made. Check the path; a new study makes them.", error.Message);
        Assert.Equal("recipes", file.Cell("SELECT name FROM sqlite_master"));
        Assert.Equal("delete", file.Cell("PRAGMA journal_mode"));
        await using (SqliteStorage storage = await file.OpenAsync()) await storage.CreateAsync();
        await using IStorage opened = await urls.OpenAsync(url, existing, Requests.Token);
        Assert.Single(await opened.ListStudiesAsync(Requests.Token));
    }

    [Theory]
    [InlineData("v3.0.0.d", "optuna storage upgrade --storage sqlite:///")]
    [InlineData("v9.9.9.z", "use a newer HyperTune")]
    public async Task Another_revision_is_refused_with_the_way_out(string revision, string wayOut)
    {
        using var file = new SqliteFile(GoldenFile.PathOf("interop/optuna.db"));
        file.Run($"UPDATE alembic_version SET version_num = '{revision}'");
        byte[] before = await File.ReadAllBytesAsync(file.FilePath, Requests.Token);
        StorageException error = await Assert.ThrowsAsync<StorageException>(() => file.OpenAsync());
        Assert.Contains(revision, error.Message, StringComparison.Ordinal);
        Assert.Contains(wayOut, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(file.FilePath, Requests.Token));
    }

    [Fact]
    public async Task A_missing_revision_is_refused()
    {
        using var file = new SqliteFile(GoldenFile.PathOf("interop/optuna.db"));
        file.Run("DROP TABLE alembic_version");
        StorageException error = await Assert.ThrowsAsync<StorageException>(() => file.OpenAsync());
        Assert.Contains("no revision", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_only_reads_and_refuses_to_write()
    {
        using var file = new SqliteFile();
        StudyRecord study;
        await using (SqliteStorage storage = await file.OpenAsync()) study = await storage.CreateAsync();
        await using SqliteStorage reader = await file.OpenAsync(new() { IsReadOnly = true });
        Assert.NotNull(await reader.FindStudyAsync("study", Requests.Token));
        StorageException error = await Assert.ThrowsAsync<StorageException>(async () => await reader.StartAsync(study));
        Assert.Contains("opened read-only", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StorageException>(() => SqliteStorage.OpenAsync(file.FilePath + ".none", new() { IsReadOnly = true }, Requests.Token));
    }

    [Fact]
    public async Task A_file_that_may_not_be_written_is_said_to_be_read_only()
    {
        using var file = new SqliteFile(GoldenFile.PathOf("interop/optuna.db"));
        string connection = $"Data Source={file.FilePath};Mode=ReadOnly";
        StorageException error = await Assert.ThrowsAsync<StorageException>(() => SqliteStorage.OpenAsync(connection, null, Requests.Token));
        Assert.Contains("read-only", error.Message, StringComparison.Ordinal);
        Assert.IsType<SqliteException>(error.InnerException);
    }

    [Fact]
    public async Task Without_the_right_to_add_the_librarys_own_tables_there_is_one_warning()
    {
        var log = new FakeLogCollector();
        using var factory = LoggerFactory.Create(builder => builder.AddProvider(new FakeLoggerProvider(log)));
        using var file = new SqliteFile(GoldenFile.PathOf("interop/optuna.db"));
        file.Run("PRAGMA journal_mode = WAL");
        await using SqliteStorage storage = await SqliteStorage.OpenAsync($"Data Source={file.FilePath};Mode=ReadOnly", new() { LoggerFactory = factory }, Requests.Token);
        FakeLogRecord warning = Assert.Single(log.GetSnapshot());
        Assert.Equal((LogLevel.Warning, 221), (warning.Level, warning.Id.Id));
        StudyRecord study = Assert.IsType<StudyRecord>(await storage.FindStudyAsync("all-kinds", Requests.Token));
        Assert.NotEmpty((await storage.ReadAsync(study)).Trials);
        StorageException error = await Assert.ThrowsAsync<StorageException>(async () => await storage.StartAsync(study));
        Assert.Contains("read-only", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_number_that_is_missing_is_counted()
    {
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        await storage.StartAsync(study, 2);
        file.Run("UPDATE trials SET number = NULL WHERE trial_id = 2");
        Assert.Equal(2, Assert.Single(await storage.StartAsync(study)).Number);
    }

    [Fact]
    public async Task A_URI_is_taken()
    {
        using var file = new SqliteFile();
        await using SqliteStorage storage = await SqliteStorage.OpenAsync($"Data Source=file:{file.FilePath}", null, Requests.Token);
        Assert.Equal("study", (await storage.CreateAsync()).Name);
        Assert.Equal("study", file.Cell("SELECT study_name FROM studies"));
    }

    [Fact]
    public async Task A_database_of_Optuna_opens_read_only_without_the_librarys_own_tables()
    {
        using var file = new SqliteFile(GoldenFile.PathOf("interop/optuna.db"));
        byte[] before = await File.ReadAllBytesAsync(file.FilePath, Requests.Token);
        await using (SqliteStorage storage = await file.OpenAsync(new() { IsReadOnly = true })) Assert.Equal(19, (await storage.ListStudiesAsync(Requests.Token)).Count);
        Assert.Equal(before, await File.ReadAllBytesAsync(file.FilePath, Requests.Token));
    }

    [Fact]
    public async Task A_full_disk_stores_nothing_of_the_request_and_the_storage_goes_on()
    {
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        TrialRecord trial = Assert.Single(await storage.StartAsync(study));
        long pages = long.Parse(file.Cell("PRAGMA page_count"), System.Globalization.CultureInfo.InvariantCulture);
        storage.Writer.Run($"PRAGMA max_page_count = {pages + 2}");
        AttributeValue large = new string('x', 100_000);
        var changes = new Trials.TrialChanges { Trial = trial.Id, UserAttributes = AttributeSet.Empty.With("small", 1).With("large", large) };
        StorageException error = await Assert.ThrowsAsync<StorageException>(() => storage.WriteAsync(study, changes));
        Assert.Contains("the disk is full", error.Message, StringComparison.Ordinal);
        Assert.Contains("the changes of 1 trial(s) of the study 'study'", error.Message, StringComparison.Ordinal);
        Assert.Contains("Nothing of it was stored", error.Message, StringComparison.Ordinal);
        Assert.True(error.IsTransient);
        Assert.Equal("0", file.Cell("SELECT COUNT(*) FROM trial_user_attributes"));
        storage.Writer.Run("PRAGMA max_page_count = 1000000");
        Assert.Equal(Storage.WriteOutcome.Stored, await storage.WriteAsync(study, changes));
    }

    [Fact]
    public async Task A_lock_beyond_the_time_out_is_a_transient_error()
    {
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync(new() { BusyTimeout = TimeSpan.FromMilliseconds(20) });
        StudyRecord study = await storage.CreateAsync();
        using SqliteConnection other = file.Connect();
        using (SqliteTransaction transaction = other.BeginTransaction(deferred: false))
        {
            StorageException error = await Assert.ThrowsAsync<StorageException>(async () => await storage.StartAsync(study));
            Assert.True(error.IsTransient);
            Assert.Contains("locked for 0.02 s", error.Message, StringComparison.Ordinal);
            Assert.Contains("to start 1 trial(s) of", error.Message, StringComparison.Ordinal);
            // Reading does not wait for writers.
            Assert.Empty((await storage.ReadAsync(study)).Trials);
        }
        Assert.Single(await storage.StartAsync(study));
    }

    [Fact]
    public async Task A_wait_for_the_lock_can_be_cancelled()
    {
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        using SqliteConnection other = file.Connect();
        using SqliteTransaction transaction = other.BeginTransaction(deferred: false);
        using var cancelling = new CancellationTokenSource();
        Task waiting = Task.Run(async () => await storage.StartTrialsAsync(study.Id, Requests.Start(), cancelling.Token), Requests.Token);
        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task A_damaged_file_is_said_to_be_damaged()
    {
        using var file = new SqliteFile();
        await using (SqliteStorage storage = await file.OpenAsync())
        {
            StudyRecord study = await storage.CreateAsync();
            await storage.AddTrialsAsync(study.Id, new() { RequestId = Guid.NewGuid(), Trials = [.. Enumerable.Range(0, 2000).Select(i => Requests.Waiting(i))] }, Requests.Token);
        }
        // The first page, with the list of tables, stays whole; those of the attributes do not.
        await using (FileStream stream = File.OpenWrite(file.FilePath))
        {
            for (long page = 5; page < stream.Length / 4096; page++)
            {
                stream.Position = page * 4096;
                stream.Write(new byte[64].AsSpan());
            }
        }
        StorageException error = await Assert.ThrowsAsync<StorageException>(async () =>
        {
            await using SqliteStorage storage = await file.OpenAsync();
            StudyRecord? study = await storage.FindStudyAsync("study", Requests.Token);
            await storage.ReadAsync(study!);
        });
        Assert.Contains("the file is damaged", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
    }

    [Fact]
    public async Task A_table_that_another_program_removed_is_no_raw_error()
    {
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        await storage.StartAsync(study);
        file.Run("DROP TABLE trial_params");
        StorageException error = await Assert.ThrowsAsync<StorageException>(async () => await storage.ReadAsync(study));
        Assert.Contains("trial_params", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disposed_storage_refuses_everything()
    {
        using var file = new SqliteFile();
        SqliteStorage storage = await file.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        await storage.DisposeAsync();
        await storage.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await storage.StartAsync(study));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await storage.ReadAsync(study));
        File.Delete(file.FilePath);
    }

    [Fact]
    public async Task A_cancelled_request_does_nothing()
    {
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await storage.StartTrialsAsync(study.Id, Requests.Start(), new CancellationToken(true)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SqliteStorage.OpenAsync(file.FilePath, null, new CancellationToken(true)));
        Assert.Equal("0", file.Cell("SELECT COUNT(*) FROM trials"));
    }

    [Theory]
    [InlineData("UPDATE trials SET state = 'complete' WHERE trial_id = 2", "trials.state")]
    [InlineData("UPDATE trials SET state = '1' WHERE trial_id = 2", "trials.state")]
    [InlineData("UPDATE trials SET number = NULL WHERE trial_id = 2", "trials.number")]
    [InlineData("UPDATE trials SET datetime_start = '2026-01-02T03:04:05.000000' WHERE trial_id = 2", "trials.datetime_start")]
    [InlineData("UPDATE trials SET datetime_complete = 'yesterday' WHERE trial_id = 2", "trials.datetime_complete")]
    [InlineData("UPDATE trials SET datetime_complete = '2026-02-30 03:04:05.000000' WHERE trial_id = 2", "trials.datetime_complete")]
    [InlineData("UPDATE trial_params SET distribution_json = '{\"name\": \"Odd' WHERE trial_id = 2", "trial_params.distribution_json")]
    [InlineData("UPDATE trial_params SET distribution_json = '{\"name\": \"OddDistribution\", \"attributes\": {}}' WHERE trial_id = 2", "trial_params.distribution_json")]
    [InlineData("UPDATE trial_params SET distribution_json = NULL WHERE trial_id = 2", "trial_params.distribution_json")]
    [InlineData("UPDATE trial_params SET param_value = NULL WHERE trial_id = 2", "trial_params.param_value")]
    [InlineData("UPDATE trial_params SET param_value = 'much' WHERE trial_id = 2", "trial_params.param_value")]
    [InlineData("UPDATE trial_params SET param_value = 7.0 WHERE trial_id = 2 AND param_name = 'c'", "trial_params.param_value")]
    [InlineData("UPDATE trial_values SET value_type = 'finite' WHERE trial_id = 2", "trial_values.value_type")]
    [InlineData("UPDATE trial_values SET value = NULL WHERE trial_id = 2", "trial_values.value")]
    [InlineData("UPDATE trial_values SET objective = 3 WHERE trial_id = 2", "trial_values.objective")]
    [InlineData("DELETE FROM trial_values WHERE trial_id = 2", "trial_values.objective")]
    [InlineData("UPDATE trial_intermediate_values SET intermediate_value_type = 'BIG' WHERE trial_id = 2", "trial_intermediate_values.intermediate_value_type")]
    [InlineData("UPDATE trial_intermediate_values SET intermediate_value = NULL WHERE trial_id = 2", "trial_intermediate_values.intermediate_value")]
    [InlineData("UPDATE trial_intermediate_values SET step = 'first' WHERE trial_id = 2", "trial_intermediate_values.step")]
    [InlineData("UPDATE trial_user_attributes SET value_json = '{' WHERE trial_id = 2", "trial_user_attributes.value_json")]
    [InlineData("UPDATE trial_user_attributes SET value_json = NULL WHERE trial_id = 2", "trial_user_attributes.value_json")]
    [InlineData("UPDATE trial_system_attributes SET value_json = 'nan' WHERE trial_id = 2", "trial_system_attributes.value_json")]
    [InlineData("UPDATE trial_system_attributes SET \"key\" = NULL WHERE trial_id = 2", "trial_system_attributes.key")]
    public async Task An_unreadable_cell_takes_out_its_trial_only(string damage, string column)
    {
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        Parameter[] parameters = [new("x", new FloatDistribution(0, 1), 0.5), new("c", new CategoricalDistribution(["a", "b"]), 1)];
        foreach (TrialRecord trial in await storage.StartAsync(study, 3))
        {
            await storage.WriteAsync(study, Requests.Finish(trial, 1, parameters) with
            {
                IntermediateValues = [new(0, 0.5)],
                UserAttributes = AttributeSet.Empty.With("u", 1),
                SystemAttributes = AttributeSet.Empty.With("s", 1),
            });
        }
        HyperTune.History.StudyDelta before = await storage.ReadAsync(study);
        file.Run(damage);
        await using SqliteStorage other = await file.OpenAsync();
        HyperTune.History.StudyDelta delta = await other.ReadAsync(study);
        Assert.Equal([0, 2], delta.Trials.Select(trial => trial.Number));
        HyperTune.History.UnreadableTrial unreadable = Assert.Single(delta.Unreadable);
        Assert.Equal((new TrialId(2), column), (unreadable.Id, unreadable.Column));
        Assert.Equal(column == "trials.number" ? null : 1, unreadable.Number);
        Assert.NotEmpty(unreadable.Message);
        // Numbering goes on.
        Assert.Equal(3, Assert.Single(await other.StartAsync(study)).Number);
        Assert.Equal([3], (await other.ReadAsync(study, delta.Cursor)).Trials.Select(trial => trial.Number));
        Assert.Equal([3], (await storage.ReadAsync(study, before.Cursor)).Trials.Select(trial => trial.Number));
    }

    [Fact]
    public async Task A_waiting_trial_that_cannot_be_read_stays_in_the_queue()
    {
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        await storage.AddTrialsAsync(study.Id, new() { RequestId = Guid.NewGuid(), Trials = [Requests.Waiting(0), Requests.Waiting(1), Requests.Waiting(2)] }, Requests.Token);
        file.Run("UPDATE trial_system_attributes SET value_json = '?' WHERE trial_id IN (1, 2)");
        Assert.Equal(2, Assert.Single(await storage.StartAsync(study)).Number);
        Assert.Equal([3, 4], (await storage.StartAsync(study, 2)).Select(trial => trial.Number));
        Assert.Equal(["WAITING", "WAITING", "RUNNING", "RUNNING", "RUNNING"], file.Rows("SELECT state FROM trials ORDER BY trial_id"));
    }

    [Fact]
    public async Task An_unreadable_study_attribute_is_left_out_with_a_warning()
    {
        var log = new FakeLogCollector();
        using var factory = LoggerFactory.Create(builder => builder.AddProvider(new FakeLoggerProvider(log)));
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync(new() { LoggerFactory = factory });
        StudyRecord study = await storage.CreateAsync();
        await storage.SetStudyAttributesAsync(study.Id, new() { User = AttributeSet.Empty.With("good", 1).With("bad", 2) }, Requests.Token);
        file.Run("UPDATE study_user_attributes SET value_json = '<2>' WHERE \"key\" = 'bad'");
        Assert.Equal(["good"], (await storage.ReadAsync(study)).Study!.UserAttributes.Keys);
        Assert.Equal(["good"], (await storage.FindStudyAsync("study", Requests.Token))!.UserAttributes.Keys);
        Assert.Equal(["good"], Assert.Single(await storage.ListStudiesAsync(Requests.Token)).Study.UserAttributes.Keys);
        FakeLogRecord[] warnings = [.. log.GetSnapshot().Where(record => record.Level == LogLevel.Warning)];
        Assert.Equal(3, warnings.Length);
        Assert.All(warnings, warning => Assert.Contains("'bad' of the study 'study'", warning.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_study_with_an_unknown_direction_is_named_and_the_others_are_served()
    {
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync();
        await storage.CreateAsync("good");
        await storage.CreateAsync("old");
        file.Run("UPDATE study_directions SET direction = 'NOT_SET' WHERE study_id = 2");
        StorageException error = await Assert.ThrowsAsync<StorageException>(async () => await storage.FindStudyAsync("old", Requests.Token));
        Assert.Contains("study_directions.direction", error.Message, StringComparison.Ordinal);
        Assert.Equal("good", Assert.Single(await storage.ListStudiesAsync(Requests.Token)).Study.Name);
    }

    [Fact]
    public void Options_are_checked_where_they_are_written()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SqliteStorageOptions { BusyTimeout = TimeSpan.FromSeconds(-1) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SqliteStorageOptions { BusyTimeout = TimeSpan.FromDays(25) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SqliteStorageOptions { Synchronous = (SqliteSynchronous)9 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SqliteStorageOptions { Times = (TimeReading)9 });
        Assert.Throws<ArgumentNullException>(() => new SqliteStorageOptions { TimeProvider = null! });
    }
}
