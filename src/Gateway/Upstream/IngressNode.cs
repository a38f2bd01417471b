using Restate.Sdk;
using Restate.Sdk.Client;

namespace Gateway.Upstream;

/// <summary>One address of Restate's ingress, with its connections, its circuit and its load.</summary>
internal sealed class IngressNode(Uri address, IngressClient client, int failureThreshold) : IDisposable
{
    private const string UnixScheme = "unix";

    private int _outstanding;

    public Uri Address { get; } = address;

    public CircuitBreaker Circuit { get; } = new(failureThreshold);

    /// <summary>How many calls are under way.</summary>
    public int Outstanding => Volatile.Read(ref _outstanding);

    /// <summary>Connects over HTTP/2, by TCP or, for <c>unix:///path/of/the/socket</c>, by a Unix domain socket.</summary>
    public static IngressNode Connect(Uri address, string? bearerToken, int failureThreshold)
    {
        var options = new IngressOptions { Address = address, BearerToken = bearerToken };
        if (address.Scheme == UnixScheme)
            options = options with { Address = new Uri("http://localhost"), UnixSocket = Uri.UnescapeDataString(address.AbsolutePath) };
        return new IngressNode(address, new IngressClient(options), failureThreshold);
    }

    /// <summary>Whether the gateway can use an address.</summary>
    public static bool Supports(Uri? address) =>
        address is { IsAbsoluteUri: true } && (address.Scheme is "http" or "https" || (address.Scheme == UnixScheme && address.AbsolutePath.Length > 1));

    public async Task<IngressResponse> CallAsync(
        Target target, ReadOnlyMemory<byte> body, IngressCallOptions options, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _outstanding);
        try
        {
            return await client.CallAsync(target, body, options, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _outstanding);
        }
    }

    /// <exception cref="IngressException">The ingress did not say that it is well.</exception>
    public Task ProbeAsync(CancellationToken cancellationToken) => client.CheckHealthAsync(cancellationToken);

    public void Dispose() => client.Dispose();
}
