using Gateway.Binding;
using Gateway.Upstream;
using Microsoft.Extensions.Options;
using Restate.Sdk.Client;
using Rpc;

namespace Gateway.Streaming;

/// <summary>Serves Watch. A client that reads slowly slows down nobody, and takes up no room: it reads on where it was, from Restate.</summary>
internal sealed class WatchHandler(
    InstanceFeeds feeds, InstanceObserver observer, SnapshotWriter snapshots, IOptions<GatewayOptions> options, TimeProvider time)
{
    /// <summary>For waits that are met already, and only have to come to their turn among the instance's sends.</summary>
    private static readonly TimeSpan CatchUpTimeout = TimeSpan.FromSeconds(10);

    public async ValueTask RunAsync(RpcCall call, MachineMethod method, WatchShape shape, MachineRequest request)
    {
        using var reader = feeds.Open(method.Object, request.Key);
        var stream = new WatchStream(call, shape, method.Object, request.Key, snapshots);
        try
        {
            var newest = await reader.NewestAsync(call.CancellationToken);
            var isActive = await BeginAsync(call, method, request, stream, newest.Snapshot);
            if (isActive)
                await FollowAsync(call, method, request.Key, stream, reader, newest.Life);
        }
        catch (IngressException e)
        {
            throw e.ToRpcException(method.Object, request.Key, method.Verb);
        }
    }

    /// <returns>Whether there can be more.</returns>
    private async Task<bool> BeginAsync(RpcCall call, MachineMethod method, MachineRequest request, WatchStream stream, ObservedSnapshot current)
    {
        if (request.AfterRevision is not { } after)
        {
            stream.ContinueAfter(current.Revision - 1);
            await stream.WriteAsync(current);
            return current.IsActive;
        }

        // The feed may be a moment late; then the client knows more than it does.
        var fed = current.Revision;
        if (after > fed)
            current = await observer.ReadAsync(method.Object, request.Key, call.CancellationToken);
        stream.ContinueAfter(after);
        if (after > current.Revision)
            stream.BeginAgain();
        if (stream.Revision < current.Revision)
            return await CatchUpAsync(call, method, request.Key, stream, fed);

        await stream.WriteProgressAsync();
        return current.IsActive;
    }

    private async Task FollowAsync(RpcCall call, MachineMethod method, string key, WatchStream stream, FeedReader reader, int life)
    {
        using var heartbeat = new PeriodicTimer(options.Value.Streams.HeartbeatInterval, time);
        var beat = heartbeat.WaitForNextTickAsync(call.CancellationToken).AsTask();
        while (true)
        {
            var changed = reader.Changed;
            if (reader.TryRead(out var entry, out var isBehind))
            {
                var isAhead = stream.IsAheadOfFeed;
                if (entry.Life != life)
                {
                    if (!isAhead)
                        stream.BeginAgain();
                    stream.IsAheadOfFeed = false;
                    life = entry.Life;
                }

                // Of which life an entry is, who is ahead cannot know; Restate does.
                if (!await TellAsync(entry, isBehind || isAhead))
                    return;
            }
            else if (await Task.WhenAny(changed, beat) == beat)
            {
                await beat;
                await stream.WriteProgressAsync();
                beat = heartbeat.WaitForNextTickAsync(call.CancellationToken).AsTask();
            }
        }

        async ValueTask<bool> TellAsync(FeedEntry entry, bool fromRestate)
        {
            if (fromRestate)
                return await CatchUpAsync(call, method, key, stream, entry.Snapshot.Revision);

            await stream.WriteAsync(entry.Snapshot);
            return entry.Snapshot.IsActive;
        }
    }

    /// <summary>Tells what Restate has after the last revision that was told, when there is known to be more.</summary>
    /// <param name="call">The call.</param>
    /// <param name="method">Its rpc.</param>
    /// <param name="key">The instance.</param>
    /// <param name="stream">Where it is told.</param>
    /// <param name="fed">What the instance's feed has come to. When Restate has not come so far, the feed is about to tell of a reset.</param>
    /// <returns>Whether there can be more.</returns>
    private async Task<bool> CatchUpAsync(RpcCall call, MachineMethod method, string key, WatchStream stream, ulong fed)
    {
        while (true)
        {
            try
            {
                var snapshot = await observer.WaitAsync(method.Object, key, stream.Revision, CatchUpTimeout, call.CancellationToken);
                await stream.WriteAsync(snapshot);
                stream.IsAheadOfFeed |= snapshot.Revision < fed;
                return snapshot.IsActive;
            }
            catch (IngressException e) when (e is { IsFromInvocation: true, StatusCode: 408 })
            {
                // An instance that is busy with a send keeps the wait from beginning, and then there is as much to tell as before.
                if ((await observer.ReadAsync(method.Object, key, call.CancellationToken)).Revision < stream.Revision)
                    BeginAgain();
                else
                    await stream.WriteProgressAsync();
            }
            catch (IngressException e) when (e is { IsFromInvocation: true, StatusCode: 412 } && stream.Revision > 0)
            {
                BeginAgain();
            }
        }

        void BeginAgain()
        {
            // What there was to catch up with is gone: the instance was reset.
            stream.BeginAgain();
            stream.IsAheadOfFeed = true;
        }
    }
}
