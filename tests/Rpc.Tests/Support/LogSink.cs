using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Rpc.Tests.Support;

/// <summary>Keeps what the library logs, and the warnings of everybody else.</summary>
internal sealed class LogSink : ILoggerProvider
{
    public ConcurrentQueue<(LogLevel Level, string? Event, Exception? Exception)> Entries { get; } = new();

    /// <summary>The connection of each request.</summary>
    public ConcurrentQueue<string> Connections { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName.StartsWith("Rpc.", StringComparison.Ordinal));

    public void Dispose()
    {
    }

    private sealed class Logger(LogSink sink, bool kept) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => kept || logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (kept || logLevel >= LogLevel.Warning)
                sink.Entries.Enqueue((logLevel, eventId.Name, exception));
        }
    }
}
