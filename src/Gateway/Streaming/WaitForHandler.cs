using System.Runtime.ExceptionServices;
using Gateway.Binding;
using Gateway.Upstream;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Machines.V1;
using Microsoft.Extensions.Options;
using Rpc;

namespace Gateway.Streaming;

/// <summary>
/// Serves WaitFor. The wait itself is an invocation in Restate under the call's idempotency key: it outlives the client, the gateway
/// and Restate, and the same key finds it again.
/// </summary>
internal sealed class WaitForHandler(
    WaitCaller waits, InstanceFeeds feeds, SnapshotWriter snapshots, IOptions<GatewayOptions> options, TimeProvider time)
{
    private static readonly TimeSpan CreationPoll = TimeSpan.FromMilliseconds(250);

    public async ValueTask RunAsync(RpcCall call, MachineMethod method, WaitForShape shape, MachineRequest request, string? idempotencyKey)
    {
        idempotencyKey ??= waits.NewKey(method, request);
        using var responses = new ResponseStream(call);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken);
        Exception? failure = null;
        var wait = waits.WaitAsync(call, method, request, idempotencyKey, ended.Token);

        // The first all the same: nobody else writes yet.
        List<Task> meanwhile = [UntilEnded(responses.WriteAsync(shape.Started, new WaitStarted { IdempotencyKey = idempotencyKey }.ToByteArray()).AsTask())];
        using var beats = shape.Heartbeat is null ? null : new PeriodicTimer(options.Value.Streams.HeartbeatInterval, time);
        if (beats is not null)
            meanwhile.Add(UntilEnded(BeatAsync(responses, shape.Heartbeat!, beats)));
        if (request.IncludeChanges)
            meanwhile.Add(UntilEnded(TellChangesAsync(responses, method, shape, request.Key, ended.Token)));

        ReadOnlyMemory<byte> answer;
        try
        {
            answer = await wait;
        }
        catch (OperationCanceledException) when (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
            throw;
        }
        finally
        {
            beats?.Dispose();
            await ended.CancelAsync();
            await Task.WhenAll(meanwhile);
        }

        await responses.WriteAsync(shape.Matched, snapshots.Write(shape.Snapshot, method.Object, request.Key, answer));

        async Task UntilEnded(Task task)
        {
            try
            {
                await task;
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                // As it should be.
            }
            catch (Exception e)
            {
                failure ??= e;
                await ended.CancelAsync();
            }
        }
    }

    /// <summary>Until the timer is disposed of, which unlike a cancellation throws nothing: that would cost a tenth of what a short wait does.</summary>
    private static async Task BeatAsync(ResponseStream responses, FieldDescriptor field, PeriodicTimer beats)
    {
        while (await beats.WaitForNextTickAsync())
            await responses.WriteAsync(field, default);
    }

    /// <summary>Sends the snapshot as it is, and then whenever it has changed; to a slow client the latest only.</summary>
    private async Task TellChangesAsync(ResponseStream responses, MachineMethod method, WaitForShape shape, string key, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                using var reader = feeds.Open(method.Object, key);
                ObservedSnapshot? told = null;
                do
                {
                    var changed = reader.Changed;
                    var newest = (await reader.NewestAsync(cancellationToken)).Snapshot;
                    if (newest == told)
                        await changed.WaitAsync(cancellationToken);
                    else
                        await responses.WriteAsync(shape.Changed!, newest.As(shape.Snapshot, method.Object, key, snapshots));
                    told = newest;
                }
                while (told.IsActive);
                return;
            }
            catch (RpcException e) when (e.Status.Code == StatusCode.NotFound)
            {
                // The wait's own event may be about to create the instance; if not, the wait ends with the same status.
                await Task.Delay(CreationPoll, time, cancellationToken);
            }
            catch (RpcException e) when (e.Status.Code != StatusCode.Unimplemented)
            {
                // What became of the instance is for the wait to say.
                return;
            }
        }
    }
}
