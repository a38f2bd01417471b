using System.Diagnostics;
using Gateway.Binding;
using Gateway.Descriptors;
using Gateway.Telemetry;
using Microsoft.Extensions.Options;
using Restate.Sdk;
using Restate.Sdk.Client;
using Rpc;

namespace Gateway.Upstream;

/// <summary>Calls a machine's handler through the ingress, and again under the same idempotency key, if any, while Restate cannot be reached.</summary>
internal sealed partial class MachineCaller(
    IngressPool ingress,
    MachineDirectory machines,
    GatewayTelemetry telemetry,
    IOptions<GatewayOptions> options,
    TimeProvider time,
    ILogger<MachineCaller> logger)
{
    private static readonly Dictionary<string, string> NoHeaders = [];
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);

    /// <summary>A deadline may be further away than a timer can go.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>What W3C Trace Context asks everybody to hand on.</summary>
    private const int LongestTraceState = 512;

    /// <summary>How long a server may take to learn of its services, after it has begun to answer.</summary>
    private static readonly TimeSpan SettlingTime = TimeSpan.FromSeconds(5);

    /// <summary>Left of a deadline for the answer to travel back: a call that will not make it says UNAVAILABLE in time to be heard.</summary>
    private static readonly TimeSpan AnswerMargin = TimeSpan.FromMilliseconds(100);

    /// <summary>Calls the handler that serves the rpc.</summary>
    /// <param name="call">The call.</param>
    /// <param name="method">Its rpc.</param>
    /// <param name="request">Its request.</param>
    /// <param name="idempotencyKey">Null for a read: Restate would answer the next one with what it answered this one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The handler's answer, JSON.</returns>
    /// <exception cref="RpcException">The machine refused, or Restate could not be reached within the deadline or the retry budget.</exception>
    public Task<ReadOnlyMemory<byte>> CallAsync(
        RpcCall call, MachineMethod method, MachineRequest request, string? idempotencyKey, CancellationToken cancellationToken) =>
        CallAsync(call, method, method.Handler, request.Key, request.Body, idempotencyKey, cancellationToken);

    /// <summary>Calls another handler than the one that serves the rpc, or with another body.</summary>
    /// <inheritdoc cref="CallAsync(RpcCall, MachineMethod, MachineRequest, string?, CancellationToken)"/>
    public Task<ReadOnlyMemory<byte>> CallAsync(
        RpcCall call,
        MachineMethod method,
        string handler,
        string key,
        ReadOnlyMemory<byte> body,
        string? idempotencyKey,
        CancellationToken cancellationToken)
    {
        var target = Target.Object(method.Object, key, handler);
        var callOptions = new IngressCallOptions { IdempotencyKey = idempotencyKey, Headers = TraceOf(call) };
        return AskAsync(call, method, target, (ingress, token) => ingress.CallAsync(target, body, callOptions, token), idempotencyKey, cancellationToken);
    }

    /// <summary>Makes sure that Restate has a call, without waiting for its answer.</summary>
    /// <exception cref="RpcException">Restate could not be reached within the deadline.</exception>
    public Task SubmitAsync(
        RpcCall call,
        MachineMethod method,
        string handler,
        string key,
        ReadOnlyMemory<byte> body,
        string idempotencyKey,
        CancellationToken cancellationToken)
    {
        var target = Target.Object(method.Object, key, handler);
        var callOptions = new IngressCallOptions { IdempotencyKey = idempotencyKey, Headers = TraceOf(call) };
        return AskAsync(call, method, target, SendAsync, idempotencyKey, cancellationToken);

        async Task<IngressResponse> SendAsync(IngressClient ingress, CancellationToken token) =>
            new(default, (await ingress.SendAsync(target, body, callOptions, token)).InvocationId, null);
    }

    /// <summary>Waits for the answer of an invocation that there is already.</summary>
    /// <exception cref="RpcException">As for a call; UNIMPLEMENTED: there is no such invocation, or no longer.</exception>
    public Task<ReadOnlyMemory<byte>> AttachAsync(
        RpcCall call, MachineMethod method, string handler, string key, string idempotencyKey, CancellationToken cancellationToken)
    {
        var target = Target.Object(method.Object, key, handler);
        return AskAsync(call, method, target, (ingress, token) => ingress.AttachAsync(target, idempotencyKey, token), idempotencyKey, cancellationToken);
    }

    /// <summary>Calls until there is an answer, for callers of the gateway's own.</summary>
    /// <param name="target">A handler that may be called again without harm.</param>
    /// <param name="body">The handler's JSON.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IngressException">The machine refused.</exception>
    public Task<ReadOnlyMemory<byte>> CallAsync(Target target, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        AskAsync(target, (ingress, token) => ingress.CallAsync(target, body, cancellationToken: token), null, isStreaming: true, error => error, cancellationToken);

    private Task<ReadOnlyMemory<byte>> AskAsync(
        RpcCall call, MachineMethod method, Target target, IngressCall ask, string? idempotencyKey, CancellationToken cancellationToken) =>
        AskAsync(
            target,
            ask,
            GiveUp(call, method),
            method.IsStreaming,
            error => error.ToRpcException(method.Object, target.Key!, method.Verb, idempotencyKey),
            cancellationToken);

    private async Task<ReadOnlyMemory<byte>> AskAsync(
        Target target,
        IngressCall ask,
        DateTimeOffset? giveUp,
        bool isStreaming,
        Func<IngressException, Exception> failure,
        CancellationToken cancellationToken)
    {
        DateTimeOffset? settled = null;
        var delay = isStreaming ? LongestDelay : FirstDelay;
        while (true)
        {
            IngressException error;
            try
            {
                var response = await ingress.CallAsync(ask, isStreaming, cancellationToken);
                return response.Body;
            }
            catch (IngressException e) when (
                (e.IsRetryable || IsUnsettled(e, target, ref settled)) && IsBefore(giveUp, delay) && (isStreaming || ingress.TryRetry()))
            {
                // A stream is there to wait, and one more that waits costs Restate nothing: the budget is for the others.
                error = e;
                settled = e.IsRetryable ? null : settled;
                telemetry.Retried(target.Service);
                LogRetry(target.Service, target.Handler, e.Message);
            }
            catch (IngressException e)
            {
                throw failure(e);
            }

            // All that waited for Restate to come back try again, but not all at the same moment.
            await WhenAvailableAsync(giveUp, cancellationToken);
            if (!IsBefore(giveUp, delay))
                throw failure(error);
            await Task.Delay(delay * (0.5 + Random.Shared.NextDouble() / 2), time, cancellationToken);
            delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
        }
    }

    /// <summary>
    /// The call's span, or the client's where nobody traces here. HttpClient would hand on a span of its own, which nobody exports.
    /// What is no trace context is left out, as W3C Trace Context has it: the call is worth more than its trace.
    /// </summary>
    private static Dictionary<string, string> TraceOf(RpcCall call)
    {
        var headers = call.HttpContext.Request.Headers;
        var span = Activity.Current is { } current && current.Source == GatewayTelemetry.Source ? current : null;
        var parent = span?.Id ?? headers.TraceParent.ToString();
        var state = span?.TraceStateString ?? headers.TraceState.ToString();
        if (!ActivityContext.TryParse(parent, null, out _))
            return NoHeaders;

        var trace = new Dictionary<string, string> { ["traceparent"] = parent };
        if (state.Length is > 0 and <= LongestTraceState && !state.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            trace["tracestate"] = state;
        return trace;
    }

    /// <summary>
    /// Whether the server has only just begun to answer: there is what it does not know. One that was killed may take some moments.
    /// </summary>
    private bool IsUnsettled(IngressException error, Target target, ref DateTimeOffset? settled)
    {
        if (error is not { StatusCode: 404, IsFromInvocation: false } || !machines.Has(target.Service, target.Handler))
            return false;

        settled ??= time.GetUtcNow() + SettlingTime;
        return IsBefore(settled, TimeSpan.Zero);
    }

    private bool IsBefore(DateTimeOffset? giveUp, TimeSpan delay) => giveUp is null || time.GetUtcNow() + delay < giveUp;

    private async Task WhenAvailableAsync(DateTimeOffset? giveUp, CancellationToken cancellationToken)
    {
        var available = ingress.WhenAvailable();
        if (available.IsCompleted)
            return;

        try
        {
            var left = giveUp - time.GetUtcNow() ?? LongestWait;
            await available.WaitAsync(TimeSpan.FromTicks(Math.Clamp(left.Ticks, 0, LongestWait.Ticks)), time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The caller sees whether its time is over.
        }
    }

    /// <summary>A stream without a deadline waits for Restate as long as its client waits for the stream.</summary>
    private DateTimeOffset? GiveUp(RpcCall call, MachineMethod method) =>
        call.Deadline is { } deadline ? deadline - AnswerMargin
        : method.IsStreaming ? null
        : time.GetUtcNow() + options.Value.RetryTimeout;

    [LoggerMessage(LogLevel.Debug, "Trying {Object}/{Handler} again: {Error}")]
    private partial void LogRetry(string @object, string handler, string error);
}
