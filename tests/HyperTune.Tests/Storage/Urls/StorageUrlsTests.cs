using HyperTune.Storage;
using HyperTune.Storage.Diagnosis;
using Microsoft.Extensions.Time.Testing;

namespace HyperTune.Tests.Storage.Urls;

public sealed class StorageUrlsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OpenAsync_Memory_MakesANewStorageEachTime()
    {
        var urls = new StorageUrls();

        IStorage one = await urls.OpenAsync("memory:", cancellationToken: Token), other = await urls.OpenAsync("memory://", cancellationToken: Token);

        Assert.IsType<InMemoryStorage>(one);
        Assert.NotSame(one, other);
        await Assert.ThrowsAsync<FormatException>(() => urls.OpenAsync("memory:///x", cancellationToken: Token));
    }

    [Fact]
    public async Task OpenAsync_AddedKind_GetsUrlAndOptions()
    {
        var storage = new InMemoryStorage();
        StorageUrl? seen = null;
        bool isReadOnly = false;
        var plain = new StorageUrls();
        StorageUrls urls = plain.Add("own", "own://host", (url, options, _) =>
        {
            (seen, isReadOnly) = (url, options.IsReadOnly);
            return Task.FromResult<IStorage>(storage);
        });

        Assert.Same(storage, await urls.OpenAsync("own+driver://me:pw@host/x", new StorageUrlOptions { IsReadOnly = true }, Token));

        Assert.Equal(("host", "pw", true), (seen?.Host, seen?.Password, isReadOnly));
        Assert.Equal(["journal:///study.log", "memory:", "own://host"], urls.Examples);
        Assert.Contains("Known are journal:///study.log, memory:", (await Assert.ThrowsAsync<FormatException>(() => plain.OpenAsync("own://me:pw@host", cancellationToken: Token))).Message, StringComparison.Ordinal);
        StorageUrls lasting = urls.Without("memory").Without("unheard");
        Assert.Equal(["journal:///study.log", "own://host"], lasting.Examples);
        Assert.Contains("Known are journal:///study.log, own:", (await Assert.ThrowsAsync<FormatException>(() => lasting.OpenAsync("memory:", cancellationToken: Token))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_Journal_MakesAFileUnlessItMustExistOrIsRead()
    {
        string folder = Directory.CreateTempSubdirectory("hypertune-urls-").FullName;
        try
        {
            string path = Path.Combine(folder, "a b.log"), url = $"journal:///{path}";
            var urls = new StorageUrls();
            Assert.Contains("There is no file", (await Assert.ThrowsAsync<StorageException>(() => urls.OpenAsync(url, new() { MustExist = true }, Token))).Message, StringComparison.Ordinal);
            Assert.Contains("there is no such file", (await Assert.ThrowsAsync<StorageException>(() => urls.OpenAsync(url, new() { IsReadOnly = true }, Token))).Message, StringComparison.Ordinal);
            Assert.False(File.Exists(path));

            await using (IStorage storage = await urls.OpenAsync(url, cancellationToken: Token))
                await storage.CreateStudyAsync(new() { Name = "s", Directions = [Direction.Minimize] }, Token);

            Assert.Single(await File.ReadAllLinesAsync(path, Token));
            await using IStorage reader = await urls.OpenAsync(url, new() { IsReadOnly = true, MustExist = true }, Token);
            Assert.NotNull(await reader.FindStudyAsync("s", Token));
            await Assert.ThrowsAsync<StorageException>(async () => await reader.CreateStudyAsync(new() { Name = "t", Directions = [Direction.Minimize] }, Token));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("", 29, null)]
    [InlineData("", 31, "it, 30 s after")]
    [InlineData("?stale_lock_age=2.5", 2, null)]
    [InlineData("?stale_lock_age=2.5", 3, "it, 2.5 s after")]
    [InlineData("?stale_lock_age=60", 31, null)]
    [InlineData("?stale_lock_age=2073600", 31, null)]
    public async Task OpenAsync_Journal_TakesALockForLeftBehindAtTheUrlsAge(string options, int seconds, string? message)
    {
        string folder = Directory.CreateTempSubdirectory("hypertune-urls-").FullName;
        try
        {
            string path = Path.Combine(folder, "s.log"), held = path + ".lock";
            await File.WriteAllTextAsync(path, "", Token);
            await File.WriteAllTextAsync(held, "", Token);
            var time = new FakeTimeProvider(new DateTimeOffset(File.GetLastWriteTimeUtc(held)).AddSeconds(seconds));
            await using IStorage reader = await new StorageUrls().OpenAsync($"journal:///{path}{options}", new() { IsReadOnly = true, TimeProvider = time }, Token);

            IReadOnlyList<StorageFinding> findings = await StorageDoctor.ExamineAsync(reader, cancellationToken: Token);

            if (message is null) Assert.Empty(findings);
            else Assert.Contains(message, Assert.Single(findings).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("journal:///s.log?lock=file", "does not know the option 'lock' of 'journal:///s.log?lock=file'. Known is stale_lock_age=SECONDS.")]
    [InlineData("journal:///s.log?stale_lock_age=2&stale_lock=2", "does not know the option 'stale_lock'")]
    [InlineData("journal:///s.log?stale_lock_age=soon", "The stale_lock_age of 'journal:///s.log?stale_lock_age=soon' is 'soon'. Give seconds, above 0 and up to 2073600.")]
    [InlineData("journal:///s.log?stale_lock_age=0", "Give seconds, above 0")]
    [InlineData("journal:///s.log?stale_lock_age=1e-9", "Give seconds, above 0")]
    [InlineData("journal:///s.log?stale_lock_age=-1e300", "Give seconds, above 0")]
    [InlineData("journal:///s.log?stale_lock_age=NaN", "Give seconds, above 0")]
    [InlineData("journal:///s.log?stale_lock_age=2073601", "Give seconds, above 0")]
    [InlineData("journal:///s.log?stale_lock_age=1,5", "Give seconds, above 0")]
    [InlineData("journal://host/s.log", "'journal://host/s.log'")]
    [InlineData("journal://ann:s3cr3t@host/s.log", "'journal://ann:***@host/s.log'")]
    [InlineData("journal:", "'journal:'")]
    public async Task OpenAsync_JournalThatSaysSomethingElse_ThrowsWithoutThePassword(string url, string message)
    {
        FormatException exception = await Assert.ThrowsAsync<FormatException>(() => new StorageUrls().OpenAsync(url, cancellationToken: Token));

        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", exception.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Own")]
    [InlineData("a:b")]
    [InlineData("own+driver")]
    public void Add_NoScheme_Throws(string scheme) =>
        Assert.Throws<ArgumentException>(() => new StorageUrls().Add(scheme, "example", (_, _, _) => Task.FromResult<IStorage>(new InMemoryStorage())));
}
