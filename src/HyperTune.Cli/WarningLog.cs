using HyperTune.Cli.Output;
using Microsoft.Extensions.Logging;

namespace HyperTune.Cli;

/// <summary>Shows the warnings of storages as lines among the errors.</summary>
internal sealed class WarningLog(TextWriter error) : ILoggerFactory, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) error.WriteLine(CellText.Printable($"warning: {formatter(state, exception)}"));
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("Warnings go to the console only.");

    public void Dispose()
    {
    }
}
