using Microsoft.Extensions.Options;

namespace Gateway.Streaming;

/// <summary>The feeds of all instances that somebody watches.</summary>
internal sealed class InstanceFeeds(InstanceObserver observer, IOptions<GatewayOptions> options, ILogger<InstanceFeed> logger) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Object, string Key), InstanceFeed> _feeds = [];
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>How many instances are followed.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _feeds.Count;
        }
    }

    /// <summary>Joins the feed of an instance, which begins with its first reader. The reader is to be disposed.</summary>
    public FeedReader Open(string objectName, string key)
    {
        lock (_gate)
        {
            if (_feeds.TryGetValue((objectName, key), out var feed))
                return feed.Join();

            feed = new InstanceFeed(objectName, key, observer, options.Value.Streams, logger);
            _feeds.Add((objectName, key), feed);
            var reader = feed.Join();
            Start(feed);
            return reader;
        }
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private void Start(InstanceFeed feed)
    {
        // The feed outlives the call that began it, and is no part of it in traces.
        using var flow = ExecutionContext.SuppressFlow();
        var stopping = _stopping.Token;
        _ = Task.Run(
            async () =>
            {
                var failure = await feed.RunAsync(() => IsWanted(feed), stopping);
                Remove(feed);
                if (failure is not null)
                    feed.Fail(failure);
            },
            CancellationToken.None);
    }

    /// <summary>Removes the feed in the same moment in which it finds that nobody reads it: who comes later begins a new one.</summary>
    private bool IsWanted(InstanceFeed feed)
    {
        lock (_gate)
        {
            if (feed.IsRead)
                return true;

            Remove(feed);
            return false;
        }
    }

    private void Remove(InstanceFeed feed)
    {
        lock (_gate)
        {
            if (_feeds.GetValueOrDefault((feed.Object, feed.Key)) == feed)
                _feeds.Remove((feed.Object, feed.Key));
        }
    }
}
