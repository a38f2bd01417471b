using Microsoft.Extensions.Logging;

namespace Rpc.Internal;

internal static partial class RpcLog
{
    [LoggerMessage(1, LogLevel.Error, "The handler of {Service}/{Method} threw an exception.", EventName = "HandlerFailed")]
    public static partial void HandlerFailed(this ILogger logger, Exception exception, string service, string method);

    [LoggerMessage(2, LogLevel.Debug, "{Service}/{Method} ended with {Code}.", EventName = "CallFailed")]
    public static partial void CallFailed(this ILogger logger, string service, string method, StatusCode code);

    [LoggerMessage(3, LogLevel.Debug, "The client of {Service}/{Method} went away.", EventName = "ClientGone")]
    public static partial void ClientGone(this ILogger logger, string service, string method);

    [LoggerMessage(4, LogLevel.Debug, "The response of {Service}/{Method} could not be completed.", EventName = "CompletionFailed")]
    public static partial void CompletionFailed(this ILogger logger, Exception exception, string service, string method);

    [LoggerMessage(5, LogLevel.Debug, "{Method} {Path} is no call: HTTP status {Status}.", EventName = "RequestRefused")]
    public static partial void RequestRefused(this ILogger logger, string method, string? path, int status);
}
