namespace Rpc;

/// <summary>Limits and behaviour of the server, bound from the configuration section <c>Rpc</c>.</summary>
public sealed class RpcOptions
{
    /// <summary>The configuration section: <c>Rpc</c>.</summary>
    public const string Section = "Rpc";

    /// <summary>The largest request message in bytes, after decompression. A larger one is RESOURCE_EXHAUSTED. 4 MiB unless set.</summary>
    public int MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>The largest response message in bytes, before compression. A larger one is RESOURCE_EXHAUSTED. Unlimited unless set.</summary>
    public int MaxSendMessageSize { get; set; } = int.MaxValue;

    /// <summary>Whether responses are compressed for clients that accept gzip, unless a handler says otherwise.</summary>
    public bool CompressResponses { get; set; }

    /// <summary>
    /// How long a connection of HTTP/2 may be silent before the server asks with a PING whether the client is still there: without
    /// it, a stream to a machine that has lost its power lasts for ever. A minute unless set; Kestrel's own setting takes precedence.
    /// </summary>
    public TimeSpan KeepAlivePingDelay { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long the client has to answer the PING before its connection is closed. 20 seconds unless set.</summary>
    public TimeSpan KeepAlivePingTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long running calls may go on after shutdown has begun; after it they end with UNAVAILABLE. 10 seconds unless set. Keep it
    /// below the host's own <c>ShutdownTimeout</c>, which cuts connections without a word.
    /// </summary>
    public TimeSpan ShutdownGracePeriod { get; set; } = TimeSpan.FromSeconds(10);
}
