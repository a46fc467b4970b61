using HyperTune.Cli.Output;
using Microsoft.Extensions.Logging;

namespace HyperTune.Cli;

/// <summary>Shows the warnings of storages as lines among the errors, each once: a command may read the same thing several times.</summary>
internal sealed class WarningLog(TextWriter error) : ILoggerFactory, ILogger
{
    private readonly HashSet<string> _shown = new(StringComparer.Ordinal);

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        string line = CellText.Printable($"warning: {formatter(state, exception)}");
        lock (_shown)
        {
            if (_shown.Add(line)) error.WriteLine(line);
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("Warnings go to the console only.");

    public void Dispose()
    {
    }
}
