namespace Gateway.Security;

/// <summary>
/// What a call, a connection and a caller may cost at most. A caller is who it has proved to be; one that nobody asks is its address.
/// </summary>
public sealed class GatewayLimitOptions
{
    /// <summary>The largest request message in bytes, after decompression. A larger one is RESOURCE_EXHAUSTED. It takes the place of <c>Rpc:MaxReceiveMessageSize</c>. Default: 4 MiB.</summary>
    public int MaxMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// The largest metadata of a call in bytes, counted as HTTP/2 does: names, values and 32 for each. More is RESOURCE_EXHAUSTED.
    /// Default: 16 KiB, at most 32 KiB.
    /// </summary>
    public int MaxMetadataSize { get; set; } = 16 * 1024;

    /// <summary>The longest key of an instance in bytes of UTF-8. A longer one is INVALID_ARGUMENT. Default: 512.</summary>
    public int MaxKeyLength { get; set; } = 512;

    /// <summary>
    /// A regular expression that every key as a whole has to match, such as <c>[a-z0-9/-]+</c>; another key is INVALID_ARGUMENT. Null: all
    /// characters but control characters, which are refused in any case.
    /// </summary>
    public string? KeyPattern { get; set; }

    /// <summary>The longest idempotency key in bytes. A longer one is INVALID_ARGUMENT. Default: 512.</summary>
    public int MaxIdempotencyKeyLength { get; set; } = 512;

    /// <summary>
    /// The longest timeout of a WaitFor, and the timeout of one that asks for none. A longer one is INVALID_ARGUMENT. Default: none; a
    /// wait in Restate costs nothing while it sleeps.
    /// </summary>
    public TimeSpan? MaxWaitTimeout { get; set; }

    /// <summary>How many calls a connection of HTTP/2 has open at once; further ones wait at the client. Default: 1000.</summary>
    public int MaxStreamsPerConnection { get; set; } = 1000;

    /// <summary>How many calls a caller has open at once, streams among them. One more is RESOURCE_EXHAUSTED. Default: 20000.</summary>
    public int? MaxConcurrentCalls { get; set; } = 20_000;

    /// <summary>
    /// How many calls a second a caller may begin in the long run. One more is RESOURCE_EXHAUSTED, with a <c>google.rpc.RetryInfo</c> that
    /// says when to come back. From 0.00001 to 1000000. Null: as many as it likes.
    /// </summary>
    public double? CallsPerSecond { get; set; }

    /// <summary>How many calls a caller may begin at once after a rest. Null: those of one second, and at least one.</summary>
    public int? CallBurst { get; set; }
}
