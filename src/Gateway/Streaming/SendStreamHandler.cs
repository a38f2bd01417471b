using System.Buffers;
using System.Runtime.ExceptionServices;
using Gateway.Binding;
using Gateway.Security;
using Gateway.Upstream;
using Google.Protobuf.Reflection;
using Microsoft.Extensions.Options;
using Rpc;
using Rpc.Json;

namespace Gateway.Streaming;

/// <summary>
/// Serves SendStream: the events for one instance are processed and answered in their order, one after the other; those for different
/// instances beside each other.
/// </summary>
internal sealed class SendStreamHandler(
    RequestReader requests, SnapshotWriter snapshots, MachineCaller caller, ICallAuthorizer authorizer, CallLimiter limiter, IOptions<GatewayOptions> options)
{
    public async ValueTask RunAsync(RpcCall call, MachineMethod method, SendStreamShape shape)
    {
        var concurrency = options.Value.Streams.SendStreamConcurrency;
        using var responses = new ResponseStream(call);
        using var room = new SemaphoreSlim(concurrency);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken);
        var lanes = new Dictionary<string, Task>(StringComparer.Ordinal);
        Exception? failure = null;
        try
        {
            while (true)
            {
                // Who sends faster than Restate processes is not read, so that the transport holds it back.
                await room.WaitAsync(ended.Token);
                if (await call.ReadAsync().AsTask().WaitAsync(ended.Token) is not { } message)
                    break;

                await limiter.WaitForTurnAsync(call.HttpContext, ended.Token);
                if (lanes.Count > concurrency)
                    RemoveEmpty(lanes);
                var @event = Read(method, message);
                lanes[@event.Key] = ProcessAsync(lanes.GetValueOrDefault(@event.Key, Task.CompletedTask), @event);
            }

            await Task.WhenAll(lanes.Values);
        }
        catch (OperationCanceledException) when (failure is not null)
        {
            // What happened is told below.
        }
        catch (RpcException)
        {
            // A malformed message ends the stream, but is no fault of the events before it.
            await Task.WhenAll(lanes.Values);
            throw;
        }
        finally
        {
            await ended.CancelAsync();
            await Task.WhenAll(lanes.Values);
        }

        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);

        async Task ProcessAsync(Task before, SentEvent @event)
        {
            try
            {
                await before;
                ended.Token.ThrowIfCancellationRequested();
                await responses.WriteAsync(await AnswerAsync(call, method, shape, @event, ended.Token));
            }
            catch (Exception e)
            {
                // Nobody knows whether the event was processed: those after it must not overtake it.
                failure ??= e;
                await ended.CancelAsync();
            }
            finally
            {
                room.Release();
            }
        }
    }

    private static void RemoveEmpty(Dictionary<string, Task> lanes)
    {
        foreach ((var key, var last) in lanes)
        {
            if (last.IsCompleted)
                lanes.Remove(key);
        }
    }

    /// <exception cref="RpcException">The message is malformed, and with it the stream.</exception>
    private SentEvent Read(MachineMethod method, in ReadOnlySequence<byte> message)
    {
        var fields = RequestReader.ReadFields(method, message);
        var idempotencyKey = fields.IdempotencyKey ?? IdempotencyKey.New();
        try
        {
            return new SentEvent(fields.Key, idempotencyKey, requests.Read(method, fields), null);
        }
        catch (RpcException e)
        {
            return new SentEvent(fields.Key, idempotencyKey, null, e.Status);
        }
    }

    /// <exception cref="RpcException">UNAVAILABLE: Restate could not be reached before the call's deadline.</exception>
    private async Task<ReadOnlyMemory<byte>> AnswerAsync(
        RpcCall call, MachineMethod method, SendStreamShape shape, SentEvent @event, CancellationToken cancellationToken)
    {
        if (@event.Request is not { } request)
            return Message(shape, @event, shape.Error, SendErrors.Of(@event.Refusal!));

        try
        {
            await authorizer.AuthorizeAsync(call, method.Object, request.Verbs, request.Key);
            var answer = await caller.CallAsync(call, method, request, @event.IdempotencyKey, cancellationToken);
            return Message(shape, @event, shape.SnapshotField, snapshots.Write(shape.Snapshot, method.Object, request.Key, answer));
        }
        catch (RpcException e) when (e.Status.Code != StatusCode.Unavailable)
        {
            return Message(shape, @event, shape.Error, SendErrors.Of(e.Status));
        }
    }

    private static ReadOnlyMemory<byte> Message(SendStreamShape shape, SentEvent @event, FieldDescriptor field, ReadOnlyMemory<byte> value)
    {
        var message = new ArrayBufferWriter<byte>(value.Length + 64);
        message.WriteString(shape.IdempotencyKey.FieldNumber, @event.IdempotencyKey);
        message.WriteBytes(field.FieldNumber, value.Span);
        return message.WrittenMemory;
    }
}
