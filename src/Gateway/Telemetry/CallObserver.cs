using System.Diagnostics;
using Rpc;

namespace Gateway.Telemetry;

/// <summary>Puts a span, the metrics and a log entry around each call of a machine's service, refused ones included.</summary>
internal sealed partial class CallObserver(
    GatewayTelemetry telemetry, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<CallObserver> logger)
{
    /// <summary>OpenTelemetry's word for a service and a method that there are not: clients could think up any number of names.</summary>
    private static readonly CallTags Unserved = new("_OTHER", "_OTHER");

    /// <summary>The service, observed.</summary>
    public RpcService Observe(RpcService service) => service with
    {
        Methods = [.. service.Methods.Select(method => Observe(method, new CallTags(service.FullName, method.Name)))],
    };

    /// <summary>Observes the call of a path that nobody serves.</summary>
    public ValueTask ObserveUnservedAsync(RpcCall call, RpcHandler next) => ObserveAsync(call, next, Unserved, isStream: false);

    private RpcMethod Observe(RpcMethod method, CallTags tags) => method with
    {
        Interceptor = (call, next) => ObserveAsync(call, next, tags, isStream: method.Type != RpcMethodType.Unary),
    };

    private async ValueTask ObserveAsync(RpcCall call, RpcHandler next, CallTags tags, bool isStream)
    {
        var system = SystemOf(call);
        using var activity = Start(call, system, tags);
        var started = time.GetTimestamp();
        if (isStream)
            telemetry.OpenStreams.Add(1, tags.Open);
        var code = StatusCode.OK;
        try
        {
            await next(call);
        }
        catch (Exception e)
        {
            code = CodeOf(call, e);
            throw;
        }
        finally
        {
            if (isStream)
                telemetry.OpenStreams.Add(-1, tags.Open);
            var elapsed = time.GetElapsedTime(started);
            telemetry.Duration.Record(elapsed.TotalSeconds, tags.Ended(system, code));
            End(activity, code);
            LogCall(tags.Service, tags.Method, code, elapsed.TotalMilliseconds);
        }
    }

    /// <summary>A child of the client's span, or a root; not of the web server's, which nobody exports and so nobody samples.</summary>
    private static Activity? Start(RpcCall call, string system, CallTags tags)
    {
        if (!GatewayTelemetry.Source.HasListeners())
            return null;

        Activity.Current = null;
        var headers = call.HttpContext.Request.Headers;
        _ = ActivityContext.TryParse(headers.TraceParent, headers.TraceState, isRemote: true, out var parent);
        var activity = GatewayTelemetry.Source.CreateActivity($"{tags.Service}/{tags.Method}", ActivityKind.Server, parent);
        activity?.SetTag("rpc.system", system);
        activity?.SetTag("rpc.service", tags.Service);
        activity?.SetTag("rpc.method", tags.Method);
        return activity?.Start();
    }

    private static void End(Activity? activity, StatusCode code)
    {
        if (activity is null)
            return;

        activity.SetTag("rpc.grpc.status_code", (int)code);
        if (IsServersFault(code))
            activity.SetStatus(ActivityStatusCode.Error);
    }

    /// <summary>OpenTelemetry's conventions for gRPC: the others are the client's mistakes, or answers.</summary>
    private static bool IsServersFault(StatusCode code) => code is
        StatusCode.Unknown or StatusCode.DeadlineExceeded or StatusCode.Unimplemented or StatusCode.Internal or StatusCode.Unavailable or StatusCode.DataLoss;

    private static string SystemOf(RpcCall call) =>
        call.HttpContext.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true ? CallTags.Grpc : CallTags.Connect;

    private StatusCode CodeOf(RpcCall call, Exception exception) => exception switch
    {
        RpcException e => e.Status.Code,
        OperationCanceledException when call.HttpContext.RequestAborted.IsCancellationRequested => StatusCode.Cancelled,
        OperationCanceledException when call.Deadline <= time.GetUtcNow() => StatusCode.DeadlineExceeded,
        OperationCanceledException when call.CancellationToken.IsCancellationRequested =>
            lifetime.ApplicationStopping.IsCancellationRequested ? StatusCode.Unavailable : StatusCode.Cancelled,
        _ => StatusCode.Unknown,
    };

    [LoggerMessage(LogLevel.Debug, "{Service}/{Method} ended with {Code} after {Milliseconds} ms")]
    private partial void LogCall(string service, string method, StatusCode code, double milliseconds);
}
