using HyperTune.Storage.Redis;
using StackExchange.Redis;

namespace HyperTune;

/// <summary>Opens journals in Redis, which any number of machines, and Python's Optuna, may share.</summary>
/// <remarks>
/// <para>
/// The entries lie under the keys of Optuna's Redis journal. Each group of entries is appended by one script, which the server runs as one step and
/// only if the journal still ends where the writer has read to; so there is no lock, and nothing is half written.
/// </para>
/// <para>What is stored is as durable as the server is configured to be: turn on its append-only file (<c>appendonly yes</c>), and keep it from evicting keys.</para>
/// </remarks>
public static class RedisStorage
{
    /// <summary>Connects to a server and opens its journal, which is made with the first entry.</summary>
    /// <param name="configuration">The connection string of StackExchange.Redis, such as <c>localhost:6379,password=…</c>, or a URL, such as <c>redis://:password@localhost:6379/0</c>.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <returns>The storage, which has read the whole journal; dispose of it to close the connection.</returns>
    /// <exception cref="ArgumentException">The connection string is malformed.</exception>
    /// <exception cref="StorageException">The server cannot be reached, refuses the user, or holds something else under these keys.</exception>
    public static Task<JournalStorage> OpenAsync(string configuration, RedisStorageOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(configuration);
        return OpenAsync(ConfigurationOf(configuration), options, cancellationToken);
    }

    /// <summary>Connects to a server and opens its journal, which is made with the first entry.</summary>
    /// <param name="configuration">How to connect.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <returns>The storage, which has read the whole journal; dispose of it to close the connection.</returns>
    /// <exception cref="StorageException">The server cannot be reached, refuses the user, or holds something else under these keys.</exception>
    public static async Task<JournalStorage> OpenAsync(ConfigurationOptions configuration, RedisStorageOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        options ??= new RedisStorageOptions();
        IConnectionMultiplexer connection;
        try
        {
            connection = await ConnectionMultiplexer.ConnectAsync(configuration).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RedisException or RedisTimeoutException)
        {
            throw RedisErrors.Translate(exception, RedisErrors.NameOf(configuration), "to connect");
        }
        var log = new RedisJournalLog(connection, ownsConnection: true, options);
        try
        {
            if (configuration.User is { Length: > 0 } user) await log.CheckUserAsync(user, configuration.Password ?? "", cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await log.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        return await JournalStorage.OpenAsync(log, options.ToStorageOptions(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens the journal of a server over a connection that the application has.</summary>
    /// <param name="connection">The connection, which is left open.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <returns>The storage, which has read the whole journal.</returns>
    /// <exception cref="StorageException">The server cannot be reached, or holds something else under these keys.</exception>
    public static async Task<JournalStorage> OpenAsync(IConnectionMultiplexer connection, RedisStorageOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        options ??= new RedisStorageOptions();
        return await JournalStorage.OpenAsync(new RedisJournalLog(connection, ownsConnection: false, options), options.ToStorageOptions(), cancellationToken).ConfigureAwait(false);
    }

    private static ConfigurationOptions ConfigurationOf(string text)
    {
        if (!text.Contains("://", StringComparison.Ordinal))
        {
            try
            {
                return ConfigurationOptions.Parse(text);
            }
            catch (ArgumentException)
            {
                // The driver's message may quote a part of the password.
                throw new ArgumentException(
                    "The text is neither a connection string of StackExchange.Redis (host:port,password=…) nor a URL (redis://:password@host:port/0). A password with a comma can only stand in a URL. "
                    + "The text is not shown, since it may hold a password.", nameof(text));
            }
        }
        try
        {
            var url = StorageUrl.Parse(text);
            if (url.Scheme is not ("redis" or "rediss") || url.Options.Count > 0) throw new FormatException($"'{url}' is no URL of a Redis server, or has options. Write redis://host:port/0, and the prefix of keys as KeyPrefix.");
            return RedisStorageUrls.ToConfiguration(url);
        }
        catch (FormatException exception)
        {
            throw new ArgumentException(exception.Message, nameof(text));
        }
    }
}
