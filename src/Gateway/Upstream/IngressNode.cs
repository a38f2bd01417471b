using Restate.Sdk.Client;

namespace Gateway.Upstream;

/// <summary>One address of Restate's ingress, with its connections, its circuit and its load.</summary>
/// <param name="address">The address.</param>
/// <param name="single">A client with a connection for each call under way.</param>
/// <param name="shared">A client whose calls share connections.</param>
/// <param name="options">How many connections there may be of the one kind, and how many failures in a row open the circuit.</param>
internal sealed class IngressNode(Uri address, IngressClient single, IngressClient shared, UpstreamOptions options) : IDisposable
{
    private const string UnixScheme = "unix";

    private int _outstanding;
    private int _single;
    private CancellationTokenSource _outage = new();

    public Uri Address { get; } = address;

    public CircuitBreaker Circuit { get; } = new(options.FailureThreshold);

    /// <summary>How many calls are under way.</summary>
    public int Outstanding => Volatile.Read(ref _outstanding);

    /// <summary>
    /// Connects over HTTP/1.1 for unary calls and over HTTP/2 for the others, by TCP or, for <c>unix:///path/of/the/socket</c>, by a Unix
    /// domain socket.
    /// </summary>
    public static IngressNode Connect(Uri address, BearerToken token, UpstreamOptions upstream)
    {
        var options = new IngressOptions { Address = address, BearerTokenSource = () => token.Value, PropagateActivity = false };
        if (address.Scheme == UnixScheme)
            options = options with { Address = new Uri("http://localhost"), UnixSocket = Uri.UnescapeDataString(address.AbsolutePath) };
        return new IngressNode(address, new IngressClient(options with { Http2 = false }), new IngressClient(options), upstream);
    }

    /// <summary>Whether the gateway can use an address.</summary>
    public static bool Supports(Uri? address) =>
        address is { IsAbsoluteUri: true } && (address.Scheme is "http" or "https" || (address.Scheme == UnixScheme && address.AbsolutePath.Length > 1));

    /// <summary>Takes a place for one call.</summary>
    /// <param name="isStreaming">Whether it may take long, or is one of many that a stream makes.</param>
    /// <param name="cancellationToken">What stops the call.</param>
    public Place Take(bool isStreaming, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _outstanding);
        return !isStreaming && TryBeginSingle()
            ? new Place(this, single, CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Volatile.Read(ref _outage).Token), default)
            : new Place(this, shared, null, cancellationToken);
    }

    /// <summary>
    /// Gives up the calls under way that have a connection of their own, since the address is found to be down. HTTP/2 finds out by itself,
    /// with pings; HTTP/1.1 has none, and would wait for ever on a server that hangs.
    /// </summary>
    public void GiveUpCalls() => Interlocked.Exchange(ref _outage, new CancellationTokenSource()).Cancel();

    /// <exception cref="IngressException">The ingress did not say that it is well.</exception>
    public Task ProbeAsync(CancellationToken cancellationToken) => shared.CheckHealthAsync(cancellationToken);

    public void Dispose()
    {
        single.Dispose();
        shared.Dispose();
        _outage.Dispose();
    }

    private void GiveBack(bool isSingle)
    {
        if (isSingle)
            Interlocked.Decrement(ref _single);
        Interlocked.Decrement(ref _outstanding);
    }

    private bool TryBeginSingle()
    {
        if (Interlocked.Increment(ref _single) <= options.Http1Connections)
            return true;

        Interlocked.Decrement(ref _single);
        return false;
    }

    /// <summary>What a call has of the address, until it gives it back.</summary>
    /// <param name="node">The address.</param>
    /// <param name="ingress">The client that it is to use.</param>
    /// <param name="ended">What ends it along with the address; null where the client finds out.</param>
    /// <param name="cancellationToken">What stops it otherwise.</param>
    public readonly struct Place(IngressNode node, IngressClient ingress, CancellationTokenSource? ended, CancellationToken cancellationToken) : IDisposable
    {
        public IngressClient Ingress => ingress;

        /// <summary>Cancelled by the caller, and when the address is found to be down.</summary>
        public CancellationToken Ended => ended?.Token ?? cancellationToken;

        public void Dispose()
        {
            ended?.Dispose();
            node.GiveBack(isSingle: ended is not null);
        }
    }
}
