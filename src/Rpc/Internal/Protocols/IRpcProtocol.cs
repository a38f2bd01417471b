using Microsoft.AspNetCore.Http;

namespace Rpc.Internal.Protocols;

/// <summary>A protocol: knows its requests, and carries a call over one.</summary>
internal interface IRpcProtocol
{
    /// <summary>Tells whether the request is of this protocol, and may be a call of this method as far as its content type goes.</summary>
    /// <param name="http">The request.</param>
    /// <param name="route">The method called, or null if nobody serves it: the exchange will carry that answer.</param>
    /// <param name="exchange">What carries the call, or null if it cannot be done in the request's version of HTTP.</param>
    bool Accept(HttpContext http, Route? route, out RpcExchange? exchange);
}
