using System.CommandLine;
using HyperTune.Storage;

namespace HyperTune.Cli;

/// <summary>The option that every command has, and the opening of what it names.</summary>
internal sealed class StorageOption
{
    private const string Memory = "memory";

    private readonly CliHost _host;
    private readonly StorageUrls _urls;
    private readonly string _examples;

    public StorageOption(CliHost host)
    {
        _host = host;
        _urls = host.Urls.Without(Memory);
        _examples = string.Join(", ", _urls.Examples);
        Option = new("--storage", "-s")
        {
            Description = $"The storage's URL: {_examples}. Without it, the variable {CliHost.StorageVariable}.",
            HelpName = "URL",
            Recursive = true,
        };
    }

    public Option<string?> Option { get; }

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
            return await _urls.OpenAsync(url, options with { TimeProvider = _host.Time, LoggerFactory = options.LoggerFactory ?? new WarningLog(_host.Error) }, cancellationToken).ConfigureAwait(false);
        }
        catch (FormatException exception)
        {
            throw new UsageException(exception.Message, exception);
        }
    }

    public StorageUrl UrlOf(ParseResult parsed) => UrlOf(
        parsed.GetValue(Option) ?? _host.Variable(CliHost.StorageVariable)
        ?? throw new UsageException($"No storage is named. Give --storage URL ({_examples}), or set {CliHost.StorageVariable}."));

    public StorageUrl UrlOf(string text)
    {
        try
        {
            var url = StorageUrl.Parse(text);
            return url.Scheme != Memory ? url : throw new UsageException($"A storage in memory would be empty now and gone when the command ends. Name one that stays: {_examples}.");
        }
        catch (FormatException exception)
        {
            throw new UsageException(exception.Message, exception);
        }
    }
}
