using System.Text;
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
        if (!request.HasEvent || WaitKey.MadeAt(idempotencyKey) is not { } madeAt)
            return await caller.CallAsync(call, method, request, idempotencyKey, cancellationToken);
        if (time.GetUtcNow() - madeAt > KnownFor)
            return await AttachAsync(call, method, request, idempotencyKey, cancellationToken);

        var answer = await SendAsync(call, method, request, idempotencyKey, cancellationToken);
        if (!answer.IsEmpty)
            return answer;

        var body = request.BodyWith("\"subscribed\":true"u8);
        return await caller.CallAsync(call, method, method.Handler, request.Key, body, idempotencyKey, cancellationToken);
    }

    /// <returns>The answer; empty when a <c>waitFor</c> will have it.</returns>
    private async ValueTask<ReadOnlyMemory<byte>> SendAsync(
        RpcCall call, MachineMethod method, MachineRequest request, string idempotencyKey, CancellationToken cancellationToken)
    {
        // The instance may be busy for longer than the wait is to last.
        using var limit = request.Timeout is { } timeout ? new CancellationTokenSource(timeout < LongestTimer ? timeout : LongestTimer, time) : null;
        using var ended = limit is null ? null : CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        var body = request.BodyWith(Encoding.UTF8.GetBytes($"\"idempotencyKey\":\"{idempotencyKey}\""));
        try
        {
            return await caller.CallAsync(call, method, SendAndWaitFor, request.Key, body, idempotencyKey, ended?.Token ?? cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw RestateErrors.Refused(
                StatusCode.DeadlineExceeded,
                "WAIT_TIMED_OUT",
                $"the machine was busy for {(long)request.Timeout!.Value.TotalMilliseconds} ms; the event waits for its turn",
                method.Object,
                request.Key);
        }
    }

    /// <summary>The event was processed long ago, if ever; whether the wait for it is over is for Restate to say.</summary>
    private async ValueTask<ReadOnlyMemory<byte>> AttachAsync(
        RpcCall call, MachineMethod method, MachineRequest request, string idempotencyKey, CancellationToken cancellationToken)
    {
        try
        {
            return await caller.AttachAsync(call, method, request.Key, idempotencyKey, cancellationToken);
        }
        catch (RpcException e) when (e.Status.Code == StatusCode.Unimplemented)
        {
            throw RestateErrors.Refused(
                StatusCode.FailedPrecondition,
                "WAIT_EXPIRED",
                "idempotency_key: this wait is over, and its answer is not kept any more; wait again without the event or, to send it again, without a key",
                method.Object,
                request.Key);
        }
    }
}
