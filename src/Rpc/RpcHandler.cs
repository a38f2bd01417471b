namespace Rpc;

/// <summary>
/// Serves one call: reads the request messages, writes the response messages, and returns when the call is over.
/// Returning means OK; any other status is thrown as an <see cref="RpcException"/>.
/// </summary>
/// <param name="call">The call. It must not be used after the handler has returned.</param>
public delegate ValueTask RpcHandler(RpcCall call);
