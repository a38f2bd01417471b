using System.Diagnostics.CodeAnalysis;
using Rpc;

namespace Gateway.Streaming;

/// <summary>One reader's place in a feed.</summary>
internal sealed class FeedReader(InstanceFeed feed) : IDisposable
{
    /// <summary>The number of the entry to read next. The feed's own.</summary>
    public long Next { get; set; }

    /// <summary>Completes when there is more to read than when it was asked for: ask before reading.</summary>
    public Task Changed => feed.Changed;

    /// <summary>The latest entry, as soon as there is one. Reading goes on after it.</summary>
    /// <exception cref="RpcException">The instance cannot be followed.</exception>
    public async Task<FeedEntry> NewestAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = feed.Changed;
            if (feed.ReadNewest(this) is { } newest)
                return newest;
            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Reads the next entry.</summary>
    /// <param name="entry">The entry; when <paramref name="isBehind"/>, the latest.</param>
    /// <param name="isBehind">Whether entries before it are not kept any more.</param>
    /// <returns>False when there is none yet.</returns>
    /// <exception cref="RpcException">There will be none: the instance cannot be followed any more.</exception>
    public bool TryRead([NotNullWhen(true)] out FeedEntry? entry, out bool isBehind) => (entry = feed.Read(this, out isBehind)) is not null;

    public void Dispose() => feed.Leave(this);
}
