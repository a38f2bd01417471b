using Microsoft.Extensions.Logging;
using Statecharts;

namespace Machines.Runtime;

/// <summary>What machines say in the log.</summary>
internal static partial class MachineLog
{
    [LoggerMessage(LogLevel.Information, "{Machine}/{Key} {Actor}: {Message}")]
    public static partial void Logged(ILogger logger, string machine, string key, ActorPath actor, object? message);

    [LoggerMessage(LogLevel.Warning, "{Machine}, definition {Definition}: {Warning}")]
    public static partial void Doubtful(ILogger logger, string machine, string definition, DefinitionError warning);

    [LoggerMessage(LogLevel.Information, "{Machine} has no typed service: none in {File} has the option machines.v1.object = \"{Machine}\"")]
    public static partial void Untyped(ILogger logger, string machine, string file);

    [LoggerMessage(LogLevel.Error, "{Machine}/{Key} {Handler} comes again in {Delay}: {Error}")]
    public static partial void Postponed(ILogger logger, string machine, string key, string handler, TimeSpan delay, string error);

    [LoggerMessage(LogLevel.Debug, "{Machine}/{Key} {Actor} emitted {EventType}")]
    public static partial void Emitted(ILogger logger, string machine, string key, ActorPath actor, string eventType);
}
