using HyperTune.Storage;

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
    }

    [Theory]
    [InlineData("")]
    [InlineData("Own")]
    [InlineData("a:b")]
    [InlineData("own+driver")]
    public void Add_NoScheme_Throws(string scheme) =>
        Assert.Throws<ArgumentException>(() => new StorageUrls().Add(scheme, "example", (_, _, _) => Task.FromResult<IStorage>(new InMemoryStorage())));
}
