using System.Globalization;

namespace HyperTune;

/// <summary>Teaches <see cref="StorageUrls"/> the files of SQLite.</summary>
public static class SqliteStorageUrls
{
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(24);

    /// <summary>Adds <c>sqlite:///relative.db</c> and <c>sqlite:////absolute.db</c>.</summary>
    /// <remarks>A URL may end with <c>?timeout=30</c>, the seconds to wait while another process writes, and <c>mode=ro</c> for reading only.</remarks>
    /// <param name="urls">The kinds so far.</param>
    /// <param name="options">What holds for every file that is opened; null for the defaults. The clock, the logger and what the URL says come from the opening.</param>
    public static StorageUrls AddSqlite(this StorageUrls urls, SqliteStorageOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(urls);
        return urls.Add("sqlite", "sqlite:///study.db", async (url, opening, cancellationToken) =>
        {
            string path = url.ToFilePath();
            SqliteStorageOptions chosen = ToOptions(url, opening, options ?? new());
            if (opening.MustExist && !File.Exists(path)) throw new StorageException($"There is no file '{Path.GetFullPath(path)}'. Check the path; three slashes stand before a relative one, four before an absolute one.");
            return await SqliteStorage.OpenAsync(path, chosen, cancellationToken).ConfigureAwait(false);
        });
    }

    private static SqliteStorageOptions ToOptions(StorageUrl url, StorageUrlOptions opening, SqliteStorageOptions options)
    {
        if (url.Path == ":memory:") throw new FormatException($"'{url}' is a database in memory, which only its own connection sees. Write memory:, or name a file.");
        options = options with
        {
            IsReadOnly = options.IsReadOnly || opening.IsReadOnly,
            UpgradeSchema = options.UpgradeSchema || opening.UpgradeSchema,
            MustExist = opening.MustExist,
            TimeProvider = opening.TimeProvider,
            LoggerFactory = opening.LoggerFactory ?? options.LoggerFactory,
        };
        foreach ((string name, string value) in url.Options)
        {
            options = name switch
            {
                "timeout" when double.TryParse(value, CultureInfo.InvariantCulture, out double seconds) && seconds >= 0 && seconds <= LongestTimeout.TotalSeconds =>
                    options with { BusyTimeout = TimeSpan.FromSeconds(seconds) },
                "timeout" => throw new FormatException($"The timeout of '{url}' is '{value}'. Give seconds, from 0 to {LongestTimeout.TotalSeconds:0}."),
                "mode" when value is "ro" => options with { IsReadOnly = true },
                _ => throw new FormatException($"A SQLite file does not know the option '{name}' of '{url}', or not this value of it. Known are timeout=SECONDS and mode=ro."),
            };
        }
        return options;
    }
}
