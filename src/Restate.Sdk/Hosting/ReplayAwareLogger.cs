using Microsoft.Extensions.Logging;

namespace Restate.Sdk.Hosting;

/// <summary>Passes nothing on while the code repeats what it did before.</summary>
internal sealed class ReplayAwareLogger(ILogger logger, Invocation invocation) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => logger.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => !invocation.IsReplaying && logger.IsEnabled(logLevel);

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (!invocation.IsReplaying)
            logger.Log(logLevel, eventId, state, exception, formatter);
    }
}
