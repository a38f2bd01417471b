using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Rpc.Internal;
using Rpc.Internal.Protocols;

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

    /// <summary>
    /// How long the client waits for its call, which only has a deadline of its own once it is handled. Null when the request does not say,
    /// or not so that it can be understood.
    /// </summary>
    public static TimeSpan? GetRpcTimeout(this HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        try
        {
            return GrpcTimeout.Parse(http.Request.Headers.GrpcTimeout) ?? ConnectTimeout.Parse(http.Request.Headers[ConnectHeaders.TimeoutMs]);
        }
        catch (RpcException)
        {
            // The call itself will end with it.
            return null;
        }
    }
}
