using HyperTune.Storage.PostgreSql;

namespace HyperTune;

/// <summary>Teaches <see cref="StorageUrls"/> the databases of PostgreSQL.</summary>
public static class PostgreSqlStorageUrls
{
    /// <summary>Adds <c>postgresql://user:password@host:port/database</c>, also as <c>postgres://</c> and with a driver of Python, <c>postgresql+psycopg2://</c>.</summary>
    /// <remarks>A URL may end with settings by the names of libpq or Npgsql, such as <c>?sslmode=require&amp;connect_timeout=5</c>.</remarks>
    /// <param name="urls">The kinds so far.</param>
    /// <param name="options">What holds for every database that is opened; null for the defaults. The clock and the logger come from the opening.</param>
    public static StorageUrls AddPostgreSql(this StorageUrls urls, PostgreSqlStorageOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(urls);
        options ??= new PostgreSqlStorageOptions();
        return urls.Add("postgresql", "postgresql://user@host/database", async (url, opening, cancellationToken) => await PostgreSqlStorage.OpenAsync(
            ToConnectionString(url),
            options with
            {
                IsReadOnly = options.IsReadOnly || opening.IsReadOnly,
                UpgradeSchema = options.UpgradeSchema || opening.UpgradeSchema,
                MustExist = opening.MustExist,
                TimeProvider = opening.TimeProvider,
                LoggerFactory = opening.LoggerFactory ?? options.LoggerFactory,
            },
            cancellationToken).ConfigureAwait(false));
    }

    private static string ToConnectionString(StorageUrl url)
    {
        try
        {
            return ConnectionStrings.Of(url).ConnectionString;
        }
        catch (ArgumentException exception)
        {
            throw new FormatException($"'{url}' cannot be opened: {exception.Message}");
        }
    }
}
