using Gateway.Upstream;
using Machines.V1;
using Restate.Sdk.Client;
using Rpc;

namespace Gateway.Streaming;

/// <summary>
/// What happens to one instance, for all who watch it: one wait in Restate at a time, however many they are. An entry is kept until all
/// have read it, but no more of them than <see cref="StreamOptions.WatchBacklog"/>.
/// </summary>
internal sealed partial class InstanceFeed(string objectName, string key, InstanceObserver observer, StreamOptions options, ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly HashSet<FeedReader> _readers = [];
    private readonly List<FeedEntry> _entries = [];
    private TaskCompletionSource _changed = NewSignal();
    private int _life;
    private ulong _revision;
    private RpcStatus? _failure;

    public string Object => objectName;

    public string Key => key;

    public bool IsRead
    {
        get
        {
            lock (_gate)
                return _readers.Count > 0;
        }
    }

    /// <summary>Completes when there is more to read than when it was asked for.</summary>
    public Task Changed
    {
        get
        {
            lock (_gate)
                return _changed.Task;
        }
    }

    public FeedReader Join()
    {
        lock (_gate)
        {
            var reader = new FeedReader(this) { Next = _entries.Count == 0 ? 0 : _entries[^1].Number + 1 };
            _readers.Add(reader);
            return reader;
        }
    }

    public void Leave(FeedReader reader)
    {
        lock (_gate)
            _readers.Remove(reader);
    }

    /// <returns>The latest entry, read or not; null before the first.</returns>
    /// <exception cref="RpcException">There never will be one.</exception>
    public FeedEntry? ReadNewest(FeedReader reader)
    {
        lock (_gate)
        {
            reader.Next = _entries.Count == 0 ? 0 : _entries[^1].Number;
            return Read(reader, out _);
        }
    }

    /// <returns>The next entry, or the latest when that is not kept any more; null when there is none yet.</returns>
    /// <exception cref="RpcException">There will be none: the instance cannot be followed any more.</exception>
    public FeedEntry? Read(FeedReader reader, out bool isBehind)
    {
        lock (_gate)
        {
            isBehind = _entries.Count > 0 && reader.Next < _entries[0].Number;
            if (_entries.Count == 0 || reader.Next > _entries[^1].Number)
                return _failure is null ? null : throw new RpcException(_failure);

            var entry = isBehind ? _entries[^1] : _entries[(int)(reader.Next - _entries[0].Number)];
            reader.Next = entry.Number + 1;
            return entry;
        }
    }

    /// <summary>Follows the instance until it ends, or nobody wants to know any more.</summary>
    /// <param name="isWanted">Asked whenever a wait in Restate is over: it is not left there for nothing, and serves who comes back meanwhile.</param>
    /// <param name="cancellationToken">Cancelled when the gateway stops.</param>
    /// <returns>Why the instance cannot be followed; null when it ended, or nobody wants to know.</returns>
    public async Task<RpcStatus?> RunAsync(Func<bool> isWanted, CancellationToken cancellationToken)
    {
        try
        {
            var current = await observer.ReadAsync(objectName, key, cancellationToken);
            Publish(current);
            while (current.IsActive && isWanted())
            {
                if (await NextAsync(cancellationToken) is { } next)
                    Publish(current = next);
            }

            return null;
        }
        catch (IngressException e)
        {
            return e.ToRpcException(objectName, key, Verb.Watch).Status;
        }
        catch (RpcException e)
        {
            return e.Status;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return RestateErrors.Refused(StatusCode.Unavailable, "GATEWAY_STOPPING", "The gateway is stopping.", objectName, key).Status;
        }
        catch (Exception e)
        {
            LogFailed(e, objectName);
            return RestateErrors.Refused(
                StatusCode.Internal, "WATCH_FAILED", $"The machine '{objectName}' cannot be followed: {e.Message}", objectName, key).Status;
        }
    }

    /// <summary>Tells the readers that there will be nothing more.</summary>
    public void Fail(RpcStatus status) => Signal(() => _failure = status);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <returns>Null when there is nothing to tell yet: nothing happened for as long as the gateway waits at a time, or the instance was reset.</returns>
    private async Task<ObservedSnapshot?> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await observer.WaitAsync(objectName, key, _revision, options.UpstreamWait, cancellationToken);
        }
        catch (IngressException e) when (e is { IsFromInvocation: true, StatusCode: 408 })
        {
            // A reset in the moment between two waits went unseen.
            if ((await observer.ReadAsync(objectName, key, cancellationToken)).Revision >= _revision)
                return null;
        }
        catch (IngressException e) when (e is { IsFromInvocation: true, StatusCode: 412 } && _revision > 0)
        {
            // At this revision the instance was active, so it has not ended here: it was reset, or disposed of, which the next call finds.
        }

        _life++;
        _revision = 0;
        return null;
    }

    private void Publish(ObservedSnapshot snapshot) => Signal(() =>
    {
        _revision = snapshot.Revision;
        var number = _entries.Count == 0 ? 0 : _entries[^1].Number + 1;
        _entries.Add(new FeedEntry(number, _life, snapshot));
        var unread = _readers.Select(reader => reader.Next).Append(number).Min();
        _entries.RemoveRange(0, (int)Math.Max(unread - _entries[0].Number, _entries.Count - options.WatchBacklog));
    });

    private void Signal(Action change)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            change();
            changed = _changed;
            _changed = NewSignal();
        }

        changed.SetResult();
    }

    [LoggerMessage(LogLevel.Error, "An instance of {Object} cannot be followed")]
    private partial void LogFailed(Exception exception, string @object);
}
