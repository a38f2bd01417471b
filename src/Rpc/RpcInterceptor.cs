namespace Rpc;

/// <summary>
/// Stands around the calls of a method, and sees how each ends: also those that <see cref="RpcHttpContextExtensions.RefuseRpcAsync"/> keeps
/// from the handler.
/// </summary>
/// <param name="call">The call.</param>
/// <param name="next">The method's handler, or in its place what ends the call with the status that it is refused with.</param>
public delegate ValueTask RpcInterceptor(RpcCall call, RpcHandler next);
