using System.CommandLine;
using HyperTune.Storage;

namespace HyperTune.Cli;

/// <summary>The option that every command has, and the opening of what it names.</summary>
internal sealed class StorageOption(CliHost host)
{
    public Option<string?> Option { get; } = new("--storage", "-s")
    {
        Description = $"The storage's URL: {string.Join(", ", host.Urls.Examples)}. Without it, the variable {CliHost.StorageVariable}.",
        HelpName = "URL",
        Recursive = true,
    };

    /// <summary>Opens the storage for reading only.</summary>
    public Task<IStorage> ReadAsync(ParseResult parsed, CancellationToken cancellationToken) => OpenAsync(UrlOf(parsed), new() { IsReadOnly = true, MustExist = true }, cancellationToken);

    /// <summary>Opens a storage that is there.</summary>
    public Task<IStorage> ChangeAsync(ParseResult parsed, CancellationToken cancellationToken) => OpenAsync(UrlOf(parsed), new() { MustExist = true }, cancellationToken);

    /// <summary>Opens the storage, and makes it when it is not there.</summary>
    public Task<IStorage> MakeAsync(ParseResult parsed, CancellationToken cancellationToken) => OpenAsync(UrlOf(parsed), new(), cancellationToken);

    public async Task<IStorage> OpenAsync(StorageUrl url, StorageUrlOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await host.Urls.OpenAsync(url, options with { TimeProvider = host.Time, LoggerFactory = options.LoggerFactory ?? new WarningLog(host.Error) }, cancellationToken).ConfigureAwait(false);
        }
        catch (FormatException exception)
        {
            throw new UsageException(exception.Message, exception);
        }
    }

    public StorageUrl UrlOf(ParseResult parsed) => UrlOf(
        parsed.GetValue(Option) ?? host.Variable(CliHost.StorageVariable)
        ?? throw new UsageException($"No storage is named. Give --storage URL ({string.Join(", ", host.Urls.Examples)}), or set {CliHost.StorageVariable}."));

    public static StorageUrl UrlOf(string text)
    {
        try
        {
            return StorageUrl.Parse(text);
        }
        catch (FormatException exception)
        {
            throw new UsageException(exception.Message, exception);
        }
    }
}
