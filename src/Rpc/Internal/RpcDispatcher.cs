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
        var path = CallPath(http.Request.Path.Value!);
        var route = routes.Find(path);
        foreach (var protocol in _protocols)
        {
            if (!protocol.Accept(http, route, out var exchange))
                continue;

            if (exchange is null)
                return RefuseAsync(http, StatusCodes.Status505HttpVersionNotsupported);
            if (route is not null)
                LiftBodyLimits(http, route.Method);
            return new ServerCall(http, route ?? Unserved(routes, path), exchange, environment).RunAsync();
        }

        return RefuseAsync(http, StatusOfRefusal(http, route));
    }

    /// <summary>The last two segments: what precedes them is where the server was mapped.</summary>
    private static string CallPath(string path)
    {
        var start = path.LastIndexOf('/', path.LastIndexOf('/') - 1);
        return start == 0 ? path : path[start..];
    }

    /// <summary>A route whose handler says that there is none, in the client's protocol.</summary>
    private static Route Unserved(RouteTable routes, string path)
    {
        var slash = path.LastIndexOf('/');
        var service = path[1..slash];
        var method = path[(slash + 1)..];
        var status = routes.ServiceNames.Contains(service) ? Errors.UnknownMethod(service, method) : Errors.UnknownService(service);
        var unserved = new RpcMethod(method, RpcMethodType.DuplexStreaming, _ => throw new RpcException(status));
        return new Route(new RpcService(service, [unserved], null), unserved, null);
    }

    /// <summary>A stream may be as long and as slow as it likes; what is limited is a message.</summary>
    private static void LiftBodyLimits(HttpContext http, RpcMethod method)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        if (method.ClientStreams && http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
    }

    private static int StatusOfRefusal(HttpContext http, Route? route)
    {
        if (route is null)
            return StatusCodes.Status404NotFound;

        var reads = route.Method is { Type: RpcMethodType.Unary, IdempotencyNoSideEffects: true };
        if (HttpMethods.IsPost(http.Request.Method) || (reads && HttpMethods.IsGet(http.Request.Method)))
            return StatusCodes.Status415UnsupportedMediaType;

        http.Response.Headers.Allow = reads ? "GET, POST" : "POST";
        return StatusCodes.Status405MethodNotAllowed;
    }

    private Task RefuseAsync(HttpContext http, int status)
    {
        environment.Logger.RequestRefused(http.Request.Method, http.Request.Path.Value, status);
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
