using System.Diagnostics;
using Rpc;

namespace Gateway.Telemetry;

/// <summary>Puts a span, the metrics and a log entry around each call of a machine's service, refused ones included.</summary>
internal sealed partial class CallObserver(
    GatewayTelemetry telemetry, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<CallObserver> logger)
{
    /// <summary>OpenTelemetry's word for a service and a method that there are not: clients could think up any number of names.</summary>
    private const string Unserved = "_OTHER";

    /// <summary>The service, observed.</summary>
    public RpcService Observe(RpcService service) => service with
    {
        Methods = [.. service.Methods.Select(method => method with { Interceptor = ObserveAsync })],
    };

    /// <summary>Observes the call of a path that nobody serves.</summary>
    public ValueTask ObserveUnservedAsync(RpcCall call, RpcHandler next) => ObserveAsync(call, next, Unserved, Unserved, isStream: false);

    private ValueTask ObserveAsync(RpcCall call, RpcHandler next) =>
        ObserveAsync(call, next, call.Service.FullName, call.Method.Name, call.Method.Type != RpcMethodType.Unary);

    private async ValueTask ObserveAsync(RpcCall call, RpcHandler next, string service, string method, bool isStream)
    {
        var system = SystemOf(call);
        using var activity = Start(call, system, service, method);
        var started = time.GetTimestamp();
        if (isStream)
            CountStream(service, method, 1);
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
                CountStream(service, method, -1);
            var elapsed = time.GetElapsedTime(started);
            Record(system, service, method, code, elapsed);
            End(activity, code);
            LogCall(service, method, code, elapsed.TotalMilliseconds);
        }
    }

    /// <summary>A child of the client's span, or a root; not of the web server's, which nobody exports and so nobody samples.</summary>
    private static Activity? Start(RpcCall call, string system, string service, string method)
    {
        if (!GatewayTelemetry.Source.HasListeners())
            return null;

        Activity.Current = null;
        var headers = call.HttpContext.Request.Headers;
        _ = ActivityContext.TryParse(headers.TraceParent, headers.TraceState, isRemote: true, out var parent);
        var activity = GatewayTelemetry.Source.CreateActivity($"{service}/{method}", ActivityKind.Server, parent);
        activity?.SetTag("rpc.system", system);
        activity?.SetTag("rpc.service", service);
        activity?.SetTag("rpc.method", method);
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
        call.HttpContext.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true ? "grpc" : "connect_rpc";

    private StatusCode CodeOf(RpcCall call, Exception exception) => exception switch
    {
        RpcException e => e.Status.Code,
        OperationCanceledException when call.HttpContext.RequestAborted.IsCancellationRequested => StatusCode.Cancelled,
        OperationCanceledException when call.Deadline <= time.GetUtcNow() => StatusCode.DeadlineExceeded,
        OperationCanceledException when call.CancellationToken.IsCancellationRequested =>
            lifetime.ApplicationStopping.IsCancellationRequested ? StatusCode.Unavailable : StatusCode.Cancelled,
        _ => StatusCode.Unknown,
    };

    private void CountStream(string service, string method, int change) => telemetry.OpenStreams.Add(
        change,
        new KeyValuePair<string, object?>("rpc.service", service),
        new KeyValuePair<string, object?>("rpc.method", method));

    private void Record(string system, string service, string method, StatusCode code, TimeSpan elapsed)
    {
        if (!telemetry.Duration.Enabled)
            return;

        telemetry.Duration.Record(elapsed.TotalSeconds, new TagList
        {
            { "rpc.system", system },
            { "rpc.service", service },
            { "rpc.method", method },
            { "rpc.grpc.status_code", (int)code },
        });
    }

    [LoggerMessage(LogLevel.Debug, "{Service}/{Method} ended with {Code} after {Milliseconds} ms")]
    private partial void LogCall(string service, string method, StatusCode code, double milliseconds);
}
