namespace Rpc;

/// <summary>One method of a service.</summary>
/// <param name="Name">The method's simple name, the last part of its path.</param>
/// <param name="Type">Which side streams.</param>
/// <param name="Handler">What serves its calls.</param>
public sealed record RpcMethod(string Name, RpcMethodType Type, RpcHandler Handler)
{
    /// <summary>
    /// Whether the method only reads (<c>idempotency_level = NO_SIDE_EFFECTS</c>). Such a unary method also answers Connect's GET.
    /// </summary>
    public bool IdempotencyNoSideEffects { get; init; }

    /// <summary>What stands around the handler; null for nothing.</summary>
    public RpcInterceptor? Interceptor { get; init; }

    internal bool ClientStreams => Type is RpcMethodType.ClientStreaming or RpcMethodType.DuplexStreaming;

    internal bool ServerStreams => Type is RpcMethodType.ServerStreaming or RpcMethodType.DuplexStreaming;

    internal ValueTask InvokeAsync(RpcCall call) => Interceptor is null ? Handler(call) : Interceptor(call, Handler);
}
