using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Rpc.Internal;

namespace Rpc;

/// <summary>Answers in the caller's protocol, for middleware that stands before the calls.</summary>
public static class RpcHttpContextExtensions
{
    /// <summary>
    /// Ends a request to an endpoint of <c>MapRpc</c> with this status instead of handling it: authentication, rate limits and the like
    /// refuse a call as its handler would. A request that is no call gets the HTTP status that Connect has for the code.
    /// </summary>
    /// <exception cref="ArgumentException">The status is OK.</exception>
    public static Task RefuseRpcAsync(this HttpContext http, RpcStatus status)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(status);
        if (status.Code == StatusCode.OK)
            throw new ArgumentException("A call cannot be refused with OK.", nameof(status));

        return http.RequestServices.GetRequiredService<RpcDispatcher>().RefuseAsync(http, status);
    }
}
