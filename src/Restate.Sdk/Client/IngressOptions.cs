using System.Diagnostics;

namespace Restate.Sdk.Client;

/// <summary>Where Restate's ingress is and how to reach it.</summary>
public sealed record IngressOptions
{
    /// <summary>The ingress' address, such as <c>http://127.0.0.1:8080</c>; a path in it is kept as a prefix.</summary>
    public Uri Address { get; init; } = new("http://127.0.0.1:8080");

    /// <summary>The token for the authorization header, as Restate Cloud wants it; null for none.</summary>
    public string? BearerToken { get; init; }

    /// <summary>Asked for the token with each request, for one that changes; takes the place of <see cref="BearerToken"/>.</summary>
    public Func<string?>? BearerTokenSource { get; init; }

    /// <summary>The path of a Unix domain socket to connect to instead of the address' host and port.</summary>
    public string? UnixSocket { get; init; }

    /// <summary>
    /// True (the default) for HTTP/2, which needs no connection per call; over <c>http</c> without asking the server first. False for
    /// HTTP/1.1.
    /// </summary>
    public bool Http2 { get; init; } = true;

    /// <summary>
    /// True (the default) to send the context of the current <see cref="Activity"/> along, as HttpClient does. False where
    /// <see cref="IngressCallOptions.Headers"/> say which trace a call belongs to.
    /// </summary>
    public bool PropagateActivity { get; init; } = true;

    /// <summary>
    /// How calls are retried; null (the default) for not at all. Only calls with an idempotency key and reads are ever retried.
    /// </summary>
    public IngressRetryPolicy? Retry { get; init; }
}
