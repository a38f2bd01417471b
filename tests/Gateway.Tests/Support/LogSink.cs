using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Support;

/// <summary>Keeps everything that our own code logs, scopes and structured values included.</summary>
internal sealed class LogSink : ILoggerProvider
{
    private static readonly string[] Ours = ["Gateway", "Rpc", "Restate"];

    public ConcurrentQueue<string> Entries { get; } = new();

    public string Text => string.Join('\n', Entries);

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(LogSink sink, string category) : ILogger
    {
        private readonly bool _isOurs = Ours.Any(name => category.StartsWith(name + ".", StringComparison.Ordinal));

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            if (_isOurs)
                sink.Entries.Enqueue($"{category} scope {state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => _isOurs;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!_isOurs)
                return;

            var values = state as IEnumerable<KeyValuePair<string, object?>> ?? [];
            sink.Entries.Enqueue($"{logLevel} {category} {formatter(state, exception)} {string.Join(' ', values.Select(value => $"{value.Key}={value.Value}"))} {exception}");
        }
    }
}
