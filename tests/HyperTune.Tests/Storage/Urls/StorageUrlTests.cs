namespace HyperTune.Tests.Storage.Urls;

public sealed class StorageUrlTests
{
    [Theory]
    [InlineData("sqlite:///file.db", "sqlite", "file.db")]
    [InlineData("sqlite:////data/file.db", "sqlite", "/data/file.db")]
    [InlineData("sqlite:///sub/file with 100% blanks.db", "sqlite", "sub/file with 100% blanks.db")]
    [InlineData("sqlite:///C:\\data\\file.db", "sqlite", "C:\\data\\file.db")]
    [InlineData("SQLite+pysqlite:///file.db", "sqlite", "file.db")]
    [InlineData("journal:///file.log", "journal", "file.log")]
    public void Parse_File_TakesThreeSlashesAsRelativeAndFourAsAbsolute(string text, string scheme, string path)
    {
        StorageUrl url = StorageUrl.Parse(text);

        Assert.Equal((scheme, path, path), (url.Scheme, url.Path, url.ToFilePath()));
        Assert.Null(url.Host);
    }

    [Theory]
    [InlineData("postgresql://me:pw@host:5433/db", "postgresql", "me", "pw", "host", 5433, "db")]
    [InlineData("postgres://host/db", "postgresql", null, null, "host", null, "db")]
    [InlineData("postgresql+psycopg2://me@host/db", "postgresql", "me", null, "host", null, "db")]
    [InlineData("postgresql://a%40b:p%2F%3A%23@host/db", "postgresql", "a@b", "p/:#", "host", null, "db")]
    [InlineData("postgresql://me:p@ss:w@host/db", "postgresql", "me", "p@ss:w", "host", null, "db")]
    [InlineData("postgresql://me:@host/db", "postgresql", "me", "", "host", null, "db")]
    [InlineData("postgresql://[::1]:5432/db", "postgresql", null, null, "::1", 5432, "db")]
    [InlineData("redis://:pw@host:6379/2", "redis", null, "pw", "host", 6379, "2")]
    [InlineData("rediss://host", "rediss", null, null, "host", null, "")]
    [InlineData("memory:", "memory", null, null, null, null, "")]
    [InlineData("  memory://  ", "memory", null, null, null, null, "")]
    public void Parse_Server_FindsItsParts(string text, string scheme, string? user, string? password, string? host, int? port, string path)
    {
        StorageUrl url = StorageUrl.Parse(text);

        Assert.Equal((scheme, user, password, host, port, path), (url.Scheme, url.User, url.Password, url.Host, url.Port, url.Path));
    }

    [Fact]
    public void Parse_Options_AreUnescapedAndTheLastOneCounts()
    {
        StorageUrl url = StorageUrl.Parse("postgresql://host/db?application_name=a+b%26c&timeout=1&timeout=2");

        Assert.Equal(("a b&c", "2", 2), (url.Options["application_name"], url.Options["timeout"], url.Options.Count));
    }

    [Theory]
    [InlineData("")]
    [InlineData("file.db")]
    [InlineData("C:\\data\\file.db")]
    [InlineData("1sql:///x")]
    [InlineData("sqlite:file.db")]
    [InlineData("sqlite:/file.db")]
    [InlineData("postgresql://host:0/db")]
    [InlineData("postgresql://host:65536/db")]
    [InlineData("postgresql://host:port/db")]
    [InlineData("postgresql://[::1/db")]
    [InlineData("sqlite:///x.db?timeout")]
    [InlineData("sqlite:///x.db?=1")]
    public void Parse_NoUrl_Throws(string text)
    {
        Assert.Throws<FormatException>(() => StorageUrl.Parse(text));
        Assert.False(StorageUrl.TryParse(text, out _));
    }

    [Theory]
    [InlineData("sqlite://file.db", "Write three slashes before a relative path")]
    [InlineData("sqlite:///", "Write sqlite:///file")]
    [InlineData("sqlite:", "Write sqlite:///file")]
    public void ToFilePath_NoPath_SaysHowToWriteIt(string text, string advice) =>
        Assert.Contains(advice, Assert.Throws<FormatException>(() => StorageUrl.Parse(text).ToFilePath()).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("sqlite:////data/file.db?timeout=3", "sqlite:////data/file.db?timeout=3")]
    [InlineData("postgres://me:pw@host:5433/db?sslmode=require&sslpassword=pw", "postgresql://me:***@host:5433/db?sslmode=require&sslpassword=***")]
    [InlineData("redis://:pw@[::1]:6379", "redis://:***@[::1]:6379")]
    [InlineData("memory:", "memory:")]
    public void ToString_Anything_HidesThePassword(string text, string shown) => Assert.Equal(shown, StorageUrl.Parse(text).ToString());

    [Theory]
    [InlineData("postgresql://me:secret@host:port/db")]
    [InlineData("postgresql://me:sec/ret-secret@host/db")]
    [InlineData("postgresql://me:secret?more@host/db")]
    [InlineData("postgresql://me:sec/secret")]
    [InlineData("postgresql://me:12/secret@host/db")]
    [InlineData("postgresql://me:12?secret=1@host/db")]
    [InlineData("redis://:12/secret@host")]
    [InlineData("postgresql:me:secret@host")]
    [InlineData("sqlite:///x?password")]
    public void Parse_NoUrl_ShowsNoPassword(string text) =>
        Assert.DoesNotContain("secret", Assert.Throws<FormatException>(() => StorageUrl.Parse(text)).Message, StringComparison.Ordinal);
}
