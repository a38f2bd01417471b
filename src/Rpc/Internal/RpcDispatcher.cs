using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Rpc.Internal.Protocols;

namespace Rpc.Internal;

/// <summary>Finds the method and the protocol of a request, and runs the call.</summary>
internal sealed class RpcDispatcher(RpcServiceRegistry registry, IEnumerable<IRpcProtocol> protocols, CallEnvironment environment)
{
    private readonly IRpcProtocol[] _protocols = [.. protocols];

    public Task HandleAsync(HttpContext http) => HandleAsync(http, null);

    /// <summary>Ends the call with this status, without its handler.</summary>
    public Task RefuseAsync(HttpContext http, RpcStatus refusal) => HandleAsync(http, refusal);

    private Task HandleAsync(HttpContext http, RpcStatus? refusal)
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
            if (route is not null && refusal is null)
                LiftBodyLimits(http, route.Method);
            var served = (refusal, route) switch
            {
                (null, not null) => route,
                (null, null) => Failing(path, route, UnservedStatus(routes, path)),
                _ => Failing(path, route, refusal),
            };
            return new ServerCall(http, served, exchange, environment).RunAsync();
        }

        return RefuseAsync(http, refusal is null ? StatusOfRefusal(http, route) : ConnectErrors.HttpStatus(refusal.Code));
    }

    /// <summary>The last two segments: what precedes them is where the server was mapped.</summary>
    private static string CallPath(string path)
    {
        var start = path.LastIndexOf('/', path.LastIndexOf('/') - 1);
        return start == 0 ? path : path[start..];
    }

    private static RpcStatus UnservedStatus(RouteTable routes, string path)
    {
        (var service, var method) = Names(path);
        return routes.ServiceNames.Contains(service) ? Errors.UnknownMethod(service, method) : Errors.UnknownService(service);
    }

    /// <summary>A route whose handler ends the call with this status, in the client's protocol. The interceptor stays.</summary>
    private Route Failing(string path, Route? route, RpcStatus status)
    {
        RpcHandler fail = _ => throw new RpcException(status);
        if (route is not null)
            return route with { Method = route.Method with { Handler = fail } };

        (var service, var method) = Names(path);
        var unserved = new RpcMethod(method, RpcMethodType.DuplexStreaming, fail) { Interceptor = registry.UnservedInterceptor };
        return new Route(new RpcService(service, [unserved], null), unserved, null);
    }

    private static (string Service, string Method) Names(string path)
    {
        var slash = path.LastIndexOf('/');
        return (path[1..slash], path[(slash + 1)..]);
    }

    /// <summary>
    /// A stream may be as long and as slow as it likes; what is limited is a message. For one that is slow Kestrel would end a connection of
    /// HTTP/2 with all its calls, which behind a proxy are other clients'.
    /// </summary>
    private static void LiftBodyLimits(HttpContext http, RpcMethod method)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        var isShared = HttpVersions.HasStreams(http.Request.Protocol);
        if ((isShared || method.ClientStreams) && http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
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
