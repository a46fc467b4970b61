using StackExchange.Redis;

namespace HyperTune.Storage.Redis.Tests;

public sealed class RedisUrlTests(RedisServers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("redis://db.example", "db.example:6379", null, null, null, false)]
    [InlineData("redis://", "localhost:6379", null, null, null, false)]
    [InlineData("redis://db:7000/3", "db:7000", null, null, 3, false)]
    [InlineData("rediss://ann:p%40ss%2Fw%3A@db/0", "db:6379", "ann", "p@ss/w:", 0, true)]
    [InlineData("redis://:a@b@db", "db:6379", "", "a@b", null, false)]
    [InlineData("redis://:x@[::1]:7001/2", "[::1]:7001", "", "x", 2, false)]
    [InlineData("redis://:x@one:7000,two,10.0.0.3:7002/1", "one:7000 two:6379 10.0.0.3:7002", "", "x", 1, false)]
    public void Urls_are_read_as_clients_of_Redis_read_them(string url, string servers, string? user, string? password, int? database, bool isEncrypted)
    {
        ConfigurationOptions configuration = RedisStorageUrls.ToConfiguration(StorageUrl.Parse(url));

        Assert.Equal(servers, string.Join(' ', configuration.EndPoints.Select(server => RedisErrors.NameOf([server]))));
        Assert.Equal((user ?? "", password, database, isEncrypted), (configuration.User ?? "", configuration.Password, configuration.DefaultDatabase, configuration.Ssl));
    }

    [Theory]
    [InlineData("redis://db/0", null)]
    [InlineData("redis://db/0?prefix=team", "team")]
    [InlineData("redis://db?prefix=%7Bteam%7D", "{team}")]
    public void The_prefix_of_keys_is_an_option(string url, string? prefix) => Assert.Equal(prefix, RedisStorageUrls.PrefixOf(StorageUrl.Parse(url)));

    [Theory]
    [InlineData("redis://ann:s3cr3t@db/first", "Redis numbers its databases")]
    [InlineData("redis://ann:s3cr3t@db/-1", "Redis numbers its databases")]
    [InlineData("redis://ann:s3cr3t@db/0?colour=red", "does not know the option 'colour'")]
    [InlineData("redis://ann:s3cr3t@db/0?password=s3cr3t", "does not know the option 'password'")]
    [InlineData("redis://ann:s3cr3t@one:7000,two:seven/0", "The host 'two:seven'")]
    [InlineData("redis://ann:s3cr3t@db:port/0", "a port from 1 to 65535")]
    public async Task A_URL_that_says_something_else_is_refused_without_its_password(string url, string message)
    {
        FormatException exception = await Assert.ThrowsAsync<FormatException>(() => new StorageUrls().AddRedis().OpenAsync(url, cancellationToken: Token));

        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", exception.ToString(), StringComparison.Ordinal);
        if (url.Contains('?', StringComparison.Ordinal)) return;
        ArgumentException argument = await Assert.ThrowsAnyAsync<ArgumentException>(() => RedisStorage.OpenAsync(url, cancellationToken: Token));
        Assert.DoesNotContain("s3cr3t", argument.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("db:6379,password=a,s3cr3t=b")]
    [InlineData("db:6379,abortConnect=s3cr3t")]
    public async Task A_connection_string_is_refused_without_its_password(string text)
    {
        ArgumentException exception = await Assert.ThrowsAnyAsync<ArgumentException>(() => RedisStorage.OpenAsync(text, cancellationToken: Token));
        Assert.DoesNotContain("s3cr3t", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_URL_opens_the_journal_of_its_database_and_prefix()
    {
        string prefix = $"test-{Guid.NewGuid():N}", server = RedisErrors.NameOf(servers.Garnet!.GetEndPoints());
        StorageUrls urls = new StorageUrls().AddRedis(new() { KeyPrefix = "another" });
        await using (IStorage storage = await urls.OpenAsync($"redis://{server}/2?prefix={prefix}", cancellationToken: Token))
            await storage.CreateStudyAsync(new() { Name = "s", Directions = [Direction.Minimize] }, Token);

        Assert.Equal("0", await servers.Garnet!.GetDatabase(2).StringGetAsync($"{prefix}:log_number"));
        await using IStorage reader = await urls.OpenAsync($"redis://{server}/2?prefix={prefix}", new() { IsReadOnly = true }, Token);
        Assert.NotNull(await reader.FindStudyAsync("s", Token));
        await Assert.ThrowsAsync<StorageException>(async () => await reader.CreateStudyAsync(new() { Name = "t", Directions = [Direction.Minimize] }, Token));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_journal_that_must_exist_is_not_made(bool isReadOnly)
    {
        string server = RedisErrors.NameOf(servers.Garnet!.GetEndPoints()), prefix = $"test-{Guid.NewGuid():N}", url = $"redis://{server}/2?prefix={prefix}";
        StorageUrls urls = new StorageUrls().AddRedis();
        // The counter of Optuna's worker that has not written yet.
        await servers.Garnet.GetDatabase(2).StringSetAsync($"{prefix}-begun:log_number", -1);

        foreach (string missing in (string[])[url, url + "-begun"])
        {
            StorageException error = await Assert.ThrowsAsync<StorageException>(() => urls.OpenAsync(missing, new() { MustExist = true, IsReadOnly = isReadOnly }, Token));
            Assert.Contains($"There is no journal on redis at {server}, database 2, prefix '{prefix}", error.Message, StringComparison.Ordinal);
            Assert.False(error.IsTransient);
        }
        Assert.False(await servers.Garnet.GetDatabase(2).KeyExistsAsync($"{prefix}:log_number"));

        await using (IStorage storage = await urls.OpenAsync(url, cancellationToken: Token)) await storage.CreateStudyAsync(new() { Name = "s", Directions = [Direction.Minimize] }, Token);
        await using IStorage opened = await urls.OpenAsync(url, new() { MustExist = true, IsReadOnly = isReadOnly }, Token);
        Assert.Single(await opened.ListStudiesAsync(Token));
    }
}
