using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Rpc.Internal.Protocols;

namespace Rpc.Internal;

/// <summary>Finds the method and the protocol of a request, and runs the call.</summary>
internal sealed class RpcDispatcher(RpcServiceRegistry registry, IEnumerable<IRpcProtocol> protocols, CallEnvironment environment)
{
    private readonly IRpcProtocol[] _protocols = [.. protocols];

    public Task HandleAsync(HttpContext http)
    {
        var routes = registry.Routes;
        var path = http.Request.Path.Value ?? "";
        var route = routes.Find(path);
        foreach (var protocol in _protocols)
        {
            if (!protocol.Accept(http, route, out var exchange))
                continue;

            if (exchange is null)
                return RefuseAsync(http, StatusCodes.Status505HttpVersionNotsupported);
            if (route is null)
                return exchange.RejectAsync(UnknownPath(routes, path)).AsTask();

            LiftBodyLimits(http, route.Method);
            return new ServerCall(http, route, exchange, environment).RunAsync();
        }

        if (route is null)
            return RefuseAsync(http, StatusCodes.Status404NotFound);
        if (HttpMethods.IsPost(http.Request.Method))
            return RefuseAsync(http, StatusCodes.Status415UnsupportedMediaType);

        http.Response.Headers.Allow = HttpMethods.Post;
        return RefuseAsync(http, StatusCodes.Status405MethodNotAllowed);
    }

    private static RpcStatus UnknownPath(RouteTable routes, string path)
    {
        var slash = path.LastIndexOf('/');
        var service = path[1..slash];
        return routes.ServiceNames.Contains(service) ? Errors.UnknownMethod(service, path[(slash + 1)..]) : Errors.UnknownService(service);
    }

    /// <summary>A stream may be as long and as slow as it likes; what is limited is a message.</summary>
    private static void LiftBodyLimits(HttpContext http, RpcMethod method)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        if (method.ClientStreams && http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
    }

    private Task RefuseAsync(HttpContext http, int status)
    {
        environment.Logger.RequestRefused(http.Request.Method, http.Request.Path.Value, status);
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
