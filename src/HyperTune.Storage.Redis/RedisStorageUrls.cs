using System.Globalization;
using StackExchange.Redis;

namespace HyperTune;

/// <summary>Teaches <see cref="StorageUrls"/> the journals of Redis servers.</summary>
public static class RedisStorageUrls
{
    private const int DefaultPort = 6379;

    /// <summary>Adds <c>redis://user:password@host:port/database</c>, and <c>rediss://</c> over TLS.</summary>
    /// <remarks>
    /// The database is a number, that of the server's connections when none is given. Several hosts, as those of a cluster, stand with commas between them. A URL may end with
    /// <c>?prefix=team</c>, what the keys begin with.
    /// </remarks>
    /// <param name="urls">The kinds so far.</param>
    /// <param name="options">What holds for every journal that is opened; null for the defaults. The clock, the logger and what the URL says come from the opening.</param>
    public static StorageUrls AddRedis(this StorageUrls urls, RedisStorageOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(urls);
        return urls.Add("redis", "redis://host", OpenAsync).Add("rediss", "rediss://host", OpenAsync);

        async Task<Storage.IStorage> OpenAsync(StorageUrl url, StorageUrlOptions opening, CancellationToken cancellationToken)
        {
            RedisStorageOptions given = options ?? new RedisStorageOptions();
            given = given with
            {
                KeyPrefix = PrefixOf(url) ?? given.KeyPrefix,
                IsReadOnly = given.IsReadOnly || opening.IsReadOnly,
                MustExist = opening.MustExist,
                TimeProvider = opening.TimeProvider,
                LoggerFactory = opening.LoggerFactory ?? given.LoggerFactory,
            };
            return await RedisStorage.OpenAsync(ToConfiguration(url), given, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>How to connect to what a URL names.</summary>
    /// <exception cref="FormatException">The database is no number, or one of several hosts cannot be read.</exception>
    internal static ConfigurationOptions ToConfiguration(StorageUrl url)
    {
        int? database = null;
        if (url.Path.Length > 0)
        {
            if (!int.TryParse(url.Path, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                throw new FormatException($"The database of '{url}' is '{url.Path}', but Redis numbers its databases. Write {url.Scheme}://host/0.");
            database = number;
        }
        var configuration = new ConfigurationOptions { User = url.User, Password = url.Password, DefaultDatabase = database, Ssl = url.Scheme == "rediss" };
        if (url.Host?.Contains(',', StringComparison.Ordinal) != true)
        {
            configuration.EndPoints.Add(url.Host ?? "localhost", url.Port ?? DefaultPort);
            return configuration;
        }
        foreach (string host in url.Host.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            bool hasPort = host.LastIndexOf(':') > host.LastIndexOf(']');
            try
            {
                configuration.EndPoints.Add(hasPort ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{DefaultPort}"));
            }
            catch (ArgumentException)
            {
                throw new FormatException($"The host '{host}' of '{url}' cannot be read. Write host:port, with commas between several.");
            }
        }
        return configuration;
    }

    /// <summary>The prefix of keys that a URL names; null when it names none.</summary>
    /// <exception cref="FormatException">It has other options.</exception>
    internal static string? PrefixOf(StorageUrl url)
    {
        string? prefix = null;
        foreach ((string name, string value) in url.Options)
            prefix = name == "prefix" ? value : throw new FormatException($"Redis does not know the option '{name}' of '{url}'. Known is prefix=TEXT.");
        return prefix;
    }
}
