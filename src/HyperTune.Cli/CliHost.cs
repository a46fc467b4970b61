namespace HyperTune.Cli;

/// <summary>What the program has around it: console, environment, clock and kinds of storages.</summary>
internal sealed record CliHost
{
    /// <summary>The variable that names the storage when no option does.</summary>
    public const string StorageVariable = "HYPERTUNE_STORAGE";

    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    public required TextReader In { get; init; }

    /// <summary>The bytes of the standard input.</summary>
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>The bytes of the standard output.</summary>
    public required Func<Stream> OpenOutput { get; init; }

    /// <summary>Whether somebody can answer a question.</summary>
    public bool IsInputTerminal { get; init; }

    /// <summary>Whether tables are drawn; else they are lines of cells with tabs between them.</summary>
    public bool IsOutputTerminal { get; init; }

    /// <summary>Gives an environment variable.</summary>
    public required Func<string, string?> Variable { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public required StorageUrls Urls { get; init; }
}
