using System.Collections.Immutable;
using System.Globalization;
using HyperTune.Storage;

namespace HyperTune;

/// <summary>Opens storages by their URLs: in memory, journal files, and the kinds that were added. Immutable.</summary>
/// <remarks>Each package of a storage brings an extension method that adds its kind, such as <c>AddSqlite</c>.</remarks>
/// <example><c>await using IStorage storage = await new StorageUrls().AddSqlite().OpenAsync("sqlite:///study.db");</c></example>
public sealed class StorageUrls
{
    private static readonly TimeSpan LongestAge = TimeSpan.FromDays(24);

    private readonly ImmutableSortedDictionary<string, Kind> _kinds;

    /// <summary>Knows the storage in memory, <c>memory:</c>, of which each opening makes a new one, and journal files, <c>journal:///study.log</c>.</summary>
    /// <remarks>A URL of a journal file may end with <c>?stale_lock_age=30</c>, the seconds of <see cref="JournalFileOptions.StaleLockAge"/>.</remarks>
    public StorageUrls()
        : this(ImmutableSortedDictionary.Create<string, Kind>(StringComparer.Ordinal)
            .Add("journal", new Kind("journal:///study.log", OpenJournalAsync))
            .Add("memory", new Kind("memory:", OpenInMemoryAsync)))
    {
    }

    private StorageUrls(ImmutableSortedDictionary<string, Kind> kinds) => _kinds = kinds;

    /// <summary>One example of a URL for each kind, in the order of their schemes.</summary>
    public IReadOnlyList<string> Examples => [.. _kinds.Values.Select(kind => kind.Example).Distinct()];

    /// <summary>These kinds and one more; a scheme that is known already gets the new meaning.</summary>
    /// <param name="scheme">The scheme, in lower case, such as <c>sqlite</c>.</param>
    /// <param name="example">A URL as messages show it, such as <c>sqlite:///study.db</c>.</param>
    /// <param name="open">Opens a storage. It should refuse options of the URL that it does not know with a <see cref="FormatException"/>.</param>
    /// <exception cref="ArgumentException">The scheme is none.</exception>
    public StorageUrls Add(string scheme, string example, Func<StorageUrl, StorageUrlOptions, CancellationToken, Task<IStorage>> open)
    {
        Guard.NotNullOrEmpty(scheme);
        Guard.NotNullOrEmpty(example);
        ArgumentNullException.ThrowIfNull(open);
        if (!StorageUrl.TryParse(scheme + ":", out StorageUrl? url) || url.Scheme != scheme)
            throw new ArgumentException($"'{scheme}' is no scheme of a URL. Give lower-case letters, such as sqlite.", nameof(scheme));
        return new StorageUrls(_kinds.SetItem(scheme, new Kind(example, open)));
    }

    /// <summary>These kinds without one, which is then refused like any unknown one.</summary>
    /// <param name="scheme">The scheme, such as <c>memory</c> where a storage has to outlive the process.</param>
    public StorageUrls Without(string scheme)
    {
        Guard.NotNullOrEmpty(scheme);
        return new StorageUrls(_kinds.Remove(scheme));
    }

    /// <summary>Opens a storage.</summary>
    /// <param name="url">Where it is, such as <c>sqlite:///study.db</c>.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <returns>The storage; dispose of it.</returns>
    /// <exception cref="FormatException">The text is no URL, its kind of storage is not known, or it says something that its kind does not know.</exception>
    /// <exception cref="StorageException">The storage cannot be opened.</exception>
    public Task<IStorage> OpenAsync(string url, StorageUrlOptions? options = null, CancellationToken cancellationToken = default) =>
        OpenAsync(StorageUrl.Parse(url), options, cancellationToken);

    /// <inheritdoc cref="OpenAsync(string, StorageUrlOptions, CancellationToken)"/>
    public Task<IStorage> OpenAsync(StorageUrl url, StorageUrlOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (!_kinds.TryGetValue(url.Scheme, out Kind? kind))
            throw new FormatException($"No storage is known by '{url.Scheme}:'. Known are {string.Join(", ", Examples)}.");
        return kind.Open(url, options ?? new StorageUrlOptions(), cancellationToken);
    }

    private static Task<IStorage> OpenInMemoryAsync(StorageUrl url, StorageUrlOptions options, CancellationToken cancellationToken) =>
        url.Host is null && url.User is null && url.Password is null && url.Path.Length == 0 && url.Options.Count == 0
            ? Task.FromResult<IStorage>(new InMemoryStorage(options.TimeProvider))
            : throw new FormatException($"'{url}' says more than a storage in memory can take. Write memory:, without anything after it.");

    private static async Task<IStorage> OpenJournalAsync(StorageUrl url, StorageUrlOptions options, CancellationToken cancellationToken)
    {
        string path = url.ToFilePath();
        var file = new JournalFileOptions { IsReadOnly = options.IsReadOnly, TimeProvider = options.TimeProvider, LoggerFactory = options.LoggerFactory };
        foreach ((string name, string value) in url.Options)
        {
            file = name == "stale_lock_age"
                ? file with { StaleLockAge = ReadAge(url, value) }
                : throw new FormatException($"A journal file does not know the option '{name}' of '{url}'. Known is stale_lock_age=SECONDS.");
        }
        if (options.MustExist && !File.Exists(path))
            throw new StorageException($"There is no file '{Path.GetFullPath(path)}'. Check the path; three slashes stand before a relative one, four before an absolute one.");
        return await JournalStorage.OpenFileAsync(path, file, cancellationToken).ConfigureAwait(false);
    }

    private static TimeSpan ReadAge(StorageUrl url, string value)
    {
        TimeSpan age = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && seconds > 0 && seconds <= LongestAge.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : TimeSpan.Zero;
        return age > TimeSpan.Zero ? age : throw new FormatException($"The stale_lock_age of '{url}' is '{value}'. Give seconds, above 0 and up to {LongestAge.TotalSeconds:0}.");
    }

    private sealed record Kind(string Example, Func<StorageUrl, StorageUrlOptions, CancellationToken, Task<IStorage>> Open);
}
