using Microsoft.Extensions.Logging;

namespace HyperTune.Testing;

/// <summary>Keeps what is logged. Safe for concurrent use.</summary>
public sealed class CapturingLoggerFactory : ILoggerFactory, ILogger
{
    private readonly Lock _gate = new();
    private readonly List<LoggedMessage> _messages = [];

    /// <summary>What was logged, in order.</summary>
    public IReadOnlyList<LoggedMessage> Messages
    {
        get
        {
            lock (_gate) return [.. _messages];
        }
    }

    /// <summary>The messages with an event id.</summary>
    public IReadOnlyList<LoggedMessage> WithId(int id) => [.. Messages.Where(message => message.Id == id)];

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => this;

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => true;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        string text = formatter(state, exception);
        lock (_gate) _messages.Add(new LoggedMessage(eventId.Id, logLevel, text, exception));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
