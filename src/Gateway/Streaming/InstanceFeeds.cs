using Microsoft.Extensions.Options;

namespace Gateway.Streaming;

/// <summary>The feeds of all instances that somebody watches.</summary>
internal sealed class InstanceFeeds(InstanceObserver observer, IOptions<GatewayOptions> options, ILogger<InstanceFeed> logger) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Object, string Key), Shared> _feeds = [];
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
            if (!_feeds.TryGetValue((objectName, key), out var shared))
            {
                shared = new Shared(new InstanceFeed(objectName, key, observer, options.Value.Streams, logger));
                _feeds.Add((objectName, key), shared);
                Start(shared);
            }

            shared.Readers++;
            return new FeedReader(shared.Feed, () => Leave(shared));
        }
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private void Start(Shared shared)
    {
        // The feed outlives the call that began it, and is no part of it in traces.
        using var flow = ExecutionContext.SuppressFlow();
        var stopping = _stopping.Token;
        _ = Task.Run(
            async () =>
            {
                var failure = await shared.Feed.RunAsync(() => IsWanted(shared), stopping);
                Remove(shared);
                if (failure is not null)
                    shared.Feed.Fail(failure);
            },
            CancellationToken.None);
    }

    /// <summary>Removes the feed in the same moment in which it finds that nobody reads it: who comes later begins a new one.</summary>
    private bool IsWanted(Shared shared)
    {
        lock (_gate)
        {
            if (shared.Readers > 0)
                return true;

            Remove(shared);
            return false;
        }
    }

    private void Remove(Shared shared)
    {
        lock (_gate)
        {
            if (_feeds.TryGetValue((shared.Feed.Object, shared.Feed.Key), out var current) && current == shared)
                _feeds.Remove((shared.Feed.Object, shared.Feed.Key));
        }
    }

    private void Leave(Shared shared)
    {
        lock (_gate)
            shared.Readers--;
    }

    private sealed class Shared(InstanceFeed feed)
    {
        public InstanceFeed Feed => feed;

        public int Readers { get; set; }
    }
}
