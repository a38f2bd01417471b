using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Binding;
using Gateway.Descriptors;
using Gateway.Upstream;
using Rpc;

namespace Gateway.Streaming;

/// <summary>
/// Waits in Restate. Under a <see cref="WaitKey"/> an event goes to <c>sendAndWaitFor</c>, which is one invocation if that decides the
/// condition, and if not goes on as a <c>waitFor</c> under the same key.
/// </summary>
internal sealed class WaitCaller(MachineCaller caller, MachineDirectory machines, TimeProvider time)
{
    private const string SendAndWaitFor = "sendAndWaitFor";

    /// <summary>The handler knows a key for a day.</summary>
    private static readonly TimeSpan KnownFor = TimeSpan.FromHours(23);

    /// <summary>Longer than that no timer runs.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>The idempotency key of a wait whose client gave it none.</summary>
    public string NewKey(MachineMethod method, MachineRequest request) =>
        request.HasEvent && machines.Has(method.Object, SendAndWaitFor) ? WaitKey.New(time.GetUtcNow()) : IdempotencyKey.New();

    /// <param name="call">The call.</param>
    /// <param name="method">Its rpc.</param>
    /// <param name="request">Its request.</param>
    /// <param name="idempotencyKey">Under which the wait is found again.</param>
    /// <param name="cancellationToken">Gives up; the wait goes on in Restate.</param>
    /// <returns>The snapshot that met the condition, JSON.</returns>
    /// <exception cref="RpcException">The wait failed, or Restate could not be reached within the deadline.</exception>
    public async Task<ReadOnlyMemory<byte>> WaitAsync(
        RpcCall call, MachineMethod method, MachineRequest request, string idempotencyKey, CancellationToken cancellationToken)
    {
        if (WaitKey.MadeAt(idempotencyKey) is not { } madeAt)
            return await caller.CallAsync(call, method, request, idempotencyKey, cancellationToken);

        // The time until the event has its turn counts, too.
        using var limit = request.Timeout is { } timeout ? new CancellationTokenSource(timeout < LongestTimer ? timeout : LongestTimer, time) : null;
        using var inTime = limit is null ? null : CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        var ended = inTime?.Token ?? cancellationToken;
        try
        {
            // What may have been forgotten is not sent again.
            return request.HasEvent && machines.Has(method.Object, SendAndWaitFor) && time.GetUtcNow() - madeAt < KnownFor
                ? await SendAndWaitAsync(call, method, request, idempotencyKey, ended, cancellationToken)
                : await FindAsync(call, method, request, idempotencyKey, ended);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw RestateErrors.Refused(
                StatusCode.DeadlineExceeded,
                "WAIT_TIMED_OUT",
                $"the machine did not meet '{request.Condition}' within {(long)request.Timeout!.Value.TotalMilliseconds} ms",
                method.Object,
                request.Key);
        }
    }

    private async Task<ReadOnlyMemory<byte>> SendAndWaitAsync(
        RpcCall call, MachineMethod method, MachineRequest request, string idempotencyKey, CancellationToken inTime, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> body = (byte[])[.. request.Body.Span[..^1], .. Encoding.UTF8.GetBytes($",\"idempotencyKey\":\"{idempotencyKey}\"}}")];
        ReadOnlyMemory<byte> answer;
        try
        {
            answer = await caller.CallAsync(call, method, SendAndWaitFor, request.Key, body, idempotencyKey, inTime);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Be the instance busy or Restate away, a wait that times out has its event processed.
            await caller.SubmitAsync(call, method, SendAndWaitFor, request.Key, body, idempotencyKey, cancellationToken);
            throw;
        }

        return answer.IsEmpty
            ? await caller.CallAsync(call, method, method.Handler, request.Key, SubscribedWait(request), idempotencyKey, inTime)
            : answer;
    }

    /// <summary>Finds a wait that has begun, if ever, whichever handler has its answer.</summary>
    private async Task<ReadOnlyMemory<byte>> FindAsync(
        RpcCall call, MachineMethod method, MachineRequest request, string idempotencyKey, CancellationToken cancellationToken)
    {
        foreach (var handler in (string[])[SendAndWaitFor, method.Handler])
        {
            try
            {
                var answer = await caller.AttachAsync(call, method, handler, request.Key, idempotencyKey, cancellationToken);
                if (!answer.IsEmpty)
                    return answer;
            }
            catch (RpcException e) when (e.Status.Code == StatusCode.Unimplemented)
            {
                // That one does not know it.
            }
        }

        throw RestateErrors.Refused(
            StatusCode.FailedPrecondition,
            "WAIT_EXPIRED",
            "idempotency_key: Restate does not know this wait, or not any more; wait again without the key, and without the event unless it is to be sent again",
            method.Object,
            request.Key);
    }

    private static ReadOnlyMemory<byte> SubscribedWait(MachineRequest request)
    {
        var body = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        RequestReader.WriteWait(json, request.Condition!, request.Timeout);
        json.WriteBoolean("subscribed", true);
        json.WriteEndObject();
        json.Flush();
        return body.WrittenMemory;
    }
}
