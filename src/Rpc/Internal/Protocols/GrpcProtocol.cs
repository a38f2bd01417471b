using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Rpc.Internal.Protocols;

/// <summary>gRPC over HTTP/2 (and over HTTP/3, where Kestrel serves it).</summary>
internal sealed class GrpcProtocol(IOptions<RpcOptions> options) : IRpcProtocol
{
    public const string ContentType = "application/grpc";

    public bool Accept(HttpContext http, Route? route, out RpcExchange? exchange)
    {
        exchange = null;
        if (!HttpMethods.IsPost(http.Request.Method)
            || !ContentTypes.Matches(http.Request.ContentType, ContentType, out var codec)
            || codec is not ("" or "proto"))
            return false;

        if (HttpVersions.HasStreams(http.Request.Protocol))
            exchange = new GrpcExchange(http, options.Value);
        return true;
    }
}
