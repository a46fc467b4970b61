using HyperTune.Testing;

namespace HyperTune.Storage.PostgreSql.Tests;

public sealed class UrlTests(PostgresFixture fixture)
{
    private static StorageUrls Urls => new StorageUrls().AddPostgreSql();

    [Theory]
    [InlineData("postgresql")]
    [InlineData("postgres")]
    [InlineData("postgresql+psycopg2")]
    public async Task A_URL_opens_the_database_as_it_is_asked_for(string scheme)
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        string url = database.Server.Url(database.Name).Replace("postgresql", scheme, StringComparison.Ordinal) + "?connect_timeout=5&sslmode=disable&application_name=my+app";
        await using (IStorage storage = await Urls.OpenAsync(url, cancellationToken: Requests.Token)) await ((PostgreSqlStorage)storage).CreateAsync();
        await using IStorage reader = await Urls.OpenAsync(url, new() { IsReadOnly = true }, Requests.Token);

        Assert.NotNull(await reader.FindStudyAsync("study", Requests.Token));
        StorageException exception = await Assert.ThrowsAsync<StorageException>(async () => await ((PostgreSqlStorage)reader).CreateAsync());
        Assert.Contains("read-only", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_hosts_the_one_that_serves_is_taken()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        string url = database.Server.Url(database.Name).Replace("@127.0.0.1", "@127.0.0.1:1,127.0.0.1", StringComparison.Ordinal);
        await using IStorage storage = await Urls.OpenAsync(url, cancellationToken: Requests.Token);

        Assert.Empty(await storage.ListStudiesAsync(Requests.Token));
    }

    [Fact]
    public async Task A_password_with_signs_of_a_URL_is_escaped()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        string role = "role_" + Guid.NewGuid().ToString("N");
        await database.RunAsync($"CREATE ROLE {role} LOGIN PASSWORD 'a:b@c/d?e%f;g''h' SUPERUSER");
        string url = $"postgresql://{role}:{Uri.EscapeDataString("a:b@c/d?e%f;g'h")}@127.0.0.1:{database.Server.Port}/{database.Name}";
        await using IStorage storage = await Urls.OpenAsync(url, cancellationToken: Requests.Token);

        Assert.Empty(await storage.ListStudiesAsync(Requests.Token));
    }

    [Theory]
    [InlineData("postgresql://me:s3cr3t@db/x?colour=red", "parameter 'colour'")]
    [InlineData("postgresql://me:s3cr3t@db/x?connect_timeout=soon", "parameter 'connect_timeout'")]
    [InlineData("postgresql://me:s3cr3t@db/x?sslmode", "options are written name=value")]
    [InlineData("postgresql://me:s3cr3t@db:port/x", "a port from 1 to 65535")]
    public async Task A_URL_that_says_something_else_is_refused_without_its_password(string url, string message)
    {
        FormatException exception = await Assert.ThrowsAsync<FormatException>(() => Urls.OpenAsync(url, cancellationToken: Requests.Token));

        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", exception.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_database_without_study_tables_is_refused_where_they_must_exist(bool isReadOnly)
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await database.RunAsync("CREATE TABLE customers (id integer); CREATE SCHEMA other");
        StorageUrlOptions existing = new() { MustExist = true, IsReadOnly = isReadOnly };

        StorageException error = await Assert.ThrowsAsync<StorageException>(() => Urls.OpenAsync(database.Url, existing, Requests.Token));

        Assert.Equal($"The database '{database.Name}' on 127.0.0.1:{database.Server.Port} has no study tables, and none were made. Check the database's name; a new study makes them.", error.Message);
        Assert.False(error.IsTransient);
        Assert.Equal("customers", await database.CellAsync("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'"));
        await using (IStorage storage = await Urls.OpenAsync(database.Url, cancellationToken: Requests.Token)) Assert.Empty(await storage.ListStudiesAsync(Requests.Token));
        await using (IStorage opened = await Urls.OpenAsync(database.Url, existing, Requests.Token)) Assert.Empty(await opened.ListStudiesAsync(Requests.Token));
        error = await Assert.ThrowsAsync<StorageException>(() => new StorageUrls().AddPostgreSql(new() { Schema = "other" }).OpenAsync(database.Url, existing, Requests.Token));
        Assert.Contains("has no study tables in the schema 'other'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tables_of_Optuna_are_there()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await database.LoadOptunasAsync();

        await using IStorage storage = await Urls.OpenAsync(database.Url, new() { MustExist = true }, Requests.Token);

        Assert.NotEmpty(await storage.ListStudiesAsync(Requests.Token));
    }
}
