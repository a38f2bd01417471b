using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Rpc.Internal.Codecs;

namespace Rpc.Internal.Protocols;

/// <summary>gRPC over HTTP/2 (and over HTTP/3, where Kestrel serves it).</summary>
internal sealed class GrpcProtocol(IOptions<RpcOptions> options, MessageCodecs codecs) : IRpcProtocol
{
    private const string ContentType = "application/grpc";

    public bool Accept(HttpContext http, Route? route, out RpcExchange? exchange)
    {
        exchange = null;
        var contentType = http.Request.ContentType;
        if (!HttpMethods.IsPost(http.Request.Method)
            || !ContentTypes.Matches(contentType, ContentType, out var codecName)
            || !codecs.TryFind(codecName, route, out var codec))
            return false;

        if (HttpVersions.HasStreams(http.Request.Protocol))
            exchange = new GrpcExchange(http, ContentTypes.Normalize(contentType!), options.Value, codecs.Translate(codec, route));
        return true;
    }
}
