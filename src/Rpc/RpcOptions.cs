namespace Rpc;

/// <summary>Limits and behaviour of the server, bound from the configuration section <see cref="Section"/>.</summary>
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

    /// <summary>How long running calls may go on after shutdown has begun; after it they end with UNAVAILABLE.</summary>
    public TimeSpan ShutdownGracePeriod { get; set; } = TimeSpan.FromSeconds(10);
}
