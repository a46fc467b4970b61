using HyperTune.Storage.Relational;
using HyperTune.Testing;
using Npgsql;

namespace HyperTune.Storage.PostgreSql.Tests;

public sealed class OpeningTests(PostgresFixture fixture)
{
    [Theory]
    [InlineData("postgresql://me:p%40ss%2Fw@db.example:6432/studies?sslmode=verify-full&connect_timeout=5", "Host=db.example;Port=6432;Username=me;Password=p@ss/w;Database=studies;SSL Mode=VerifyFull;Timeout=5")]
    [InlineData("postgres://me@db", "Host=db;Username=me")]
    [InlineData("postgresql+psycopg2://me:a:b@db/x", "Host=db;Username=me;Password=a:b;Database=x")]
    [InlineData("postgresql+asyncpg://me:a+b@[::1]:5433/gr%C3%B6%C3%9Fe?application_name=my+app", "Host=::1;Port=5433;Username=me;Password=a+b;Database=größe;Application Name=my app")]
    [InlineData("postgresql:///studies?host=/var/run/postgresql&user=me&client_encoding=utf8", "Host=/var/run/postgresql;Username=me;Database=studies")]
    [InlineData("postgresql:///studies", "Host=localhost;Database=studies")]
    [InlineData("postgresql://me:x@one:5432,two:5433/db", "Host=\"one:5432,two:5433\";Username=me;Password=x;Database=db")]
    [InlineData("postgresql://me:a@b@db/x", "Host=db;Username=me;Password=a@b;Database=x")]
    [InlineData("Host=db;Password=\"a;b\"", "Host=db;Password=\"a;b\"")]
    public void Urls_are_read_as_libpq_reads_them(string text, string expected) =>
        Assert.True(new NpgsqlConnectionStringBuilder(expected).EquivalentTo(ConnectionStrings.Parse(text)), ConnectionStrings.Parse(text).ConnectionString);

    [Theory]
    [InlineData("postgresql://me:secret@db:port/x")]
    [InlineData("postgresql://me:secret@db/x?secret=1")]
    [InlineData("postgresql://me:secret@db/x?connect_timeout=secret")]
    [InlineData("Host=db;Password=a;secret=b")]
    [InlineData("secret")]
    [InlineData("mysql://me:secret@db/x")]
    [InlineData("postgresql://me:/secret@db/x")]
    [InlineData("postgresql://me:12/secret@db/x")]
    public async Task A_text_that_is_neither_is_refused_without_its_password(string text)
    {
        ArgumentException exception = await Assert.ThrowsAnyAsync<ArgumentException>(() => PostgreSqlStorage.OpenAsync(text, null, Requests.Token));
        if (!text.Contains("?secret", StringComparison.Ordinal)) Assert.DoesNotContain("secret", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_URL_opens_the_database()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await using PostgreSqlStorage storage = await PostgreSqlStorage.OpenAsync(database.Server.Url(database.Name), null, Requests.Token);
        Assert.Equal(0, Assert.Single(await storage.StartAsync(await storage.CreateAsync())).Number);
        Assert.Equal($"the database '{database.Name}' on 127.0.0.1:{database.Server.Port}", storage.Database);
    }

    [Fact]
    public async Task A_wrong_password_a_wrong_database_and_a_wrong_port_are_told_at_once()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        var builder = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Password = "topsecret" };
        StorageException exception = await Assert.ThrowsAsync<StorageException>(() => PostgreSqlStorage.OpenAsync(builder.ConnectionString, null, Requests.Token));
        Assert.Contains("does not accept the role or its password", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("topsecret", exception.ToString(), StringComparison.Ordinal);
        builder = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Database = "nowhere" };
        exception = await Assert.ThrowsAsync<StorageException>(() => PostgreSqlStorage.OpenAsync(builder.ConnectionString, null, Requests.Token));
        Assert.Contains("there is no such database", exception.Message, StringComparison.Ordinal);
        builder = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Port = 1 };
        exception = await Assert.ThrowsAsync<StorageException>(() => PostgreSqlStorage.OpenAsync(builder.ConnectionString, null, Requests.Token));
        Assert.Contains("Check that the server runs and can be reached", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_source_stays_its_callers()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(database.ConnectionString);
        StudyRecord study;
        await using (PostgreSqlStorage storage = await PostgreSqlStorage.OpenAsync(source, new() { Schema = "mine" }, Requests.Token)) study = await storage.CreateAsync();
        await using NpgsqlConnection connection = await source.OpenConnectionAsync(Requests.Token);
        await using var command = new NpgsqlCommand("SHOW search_path", connection);
        // The storage's settings have not stayed with the pooled connection.
        Assert.Equal("\"$user\", public", await command.ExecuteScalarAsync(Requests.Token));
        await using PostgreSqlStorage again = await PostgreSqlStorage.OpenAsync(source, new() { Schema = "mine" }, Requests.Token);
        Assert.Equal(study.Id, (await again.FindStudyAsync("study", Requests.Token))!.Id);
    }

    [Fact]
    public async Task A_disposed_storage_refuses_and_has_closed_its_connections()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        PostgreSqlStorage storage = await database.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        await storage.DisposeAsync();
        await storage.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await storage.StartAsync(study));
        while (await database.CellAsync($"SELECT COUNT(*) FROM pg_stat_activity WHERE datname = '{database.Name}' AND application_name = 'HyperTune'") != "0") await Task.Yield();
    }

    [Fact]
    public async Task A_study_runs_on_it()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await using (Study study = await Study.CreateAsync(new() { Name = "digits", Storage = await database.OpenAsync(), OwnsStorage = true }, Requests.Token))
        {
            await study.OptimizeAsync(trial => Math.Pow(trial.SuggestDouble("x", -1, 1), 2), new OptimizeOptions { Trials = 40, Parallelism = 4 }, Requests.Token);
        }
        await using Study again = await Study.LoadAsync(new() { Name = "digits", Storage = await database.OpenAsync(), OwnsStorage = true }, Requests.Token);
        Assert.Equal(40, again.History.Count);
        Assert.InRange(again.BestValue, 0, 0.1);
    }

    [Fact]
    public void An_option_out_of_range_is_refused()
    {
        Func<PostgreSqlStorageOptions>[] bad =
        [
            () => new() { CommandTimeout = TimeSpan.Zero },
            () => new() { CommandTimeout = TimeSpan.FromDays(25) },
            () => new() { RetryTimeout = TimeSpan.FromTicks(-1) },
            () => new() { RetryTimeout = TimeSpan.FromDays(25) },
            () => new() { MaxConnections = 0 },
            () => new() { Schema = "" },
            () => new() { Schema = "a\0" },
            () => new() { Times = (Relational.TimeReading)7 },
            () => new() { TimeProvider = null! },
        ];
        Assert.All(bad, make => Assert.ThrowsAny<ArgumentException>(make));
    }

    [Fact]
    public async Task Statements_that_must_go_through_a_table_are_not_compiled_first()
    {
        await using PostgresDatabase database = await fixture.CreateWithTablesAsync();
        await using NpgsqlConnection connection = await database.ConnectAsync();
        await using var session = new PostgreSqlSession(connection, null, TimeSpan.FromSeconds(30), PostgreSqlTimes.Utc, new OwnTransactions());
        await session.BeginAsync(isWriting: true, Requests.Token);
        SqlRows rows = await session.QueryAsync(new SqlBatch().Add("SELECT current_setting('jit')"), isLast: true);
        await rows.NextStatementAsync();
        Assert.True(await rows.ReadAsync());
        Assert.Equal("off", rows.GetText(0));
        await rows.DisposeAsync();
        await session.CommitAsync();
        // As it came from the pool.
        await using var setting = new NpgsqlCommand("SHOW jit", connection);
        string? outside = (string?)await setting.ExecuteScalarAsync(Requests.Token);
        Assert.Equal(await database.CellAsync("SHOW jit"), outside);
    }
}
