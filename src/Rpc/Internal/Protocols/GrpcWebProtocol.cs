using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Rpc.Internal.Codecs;
using Rpc.Internal.Framing;

namespace Rpc.Internal.Protocols;

/// <summary>gRPC-Web (doc/PROTOCOL-WEB.md), binary and text, over any version of HTTP.</summary>
internal sealed class GrpcWebProtocol(IOptions<RpcOptions> options, MessageCodecs codecs) : IRpcProtocol
{
    private const string BinaryType = "application/grpc-web";
    private const string TextType = "application/grpc-web-text";

    public bool Accept(HttpContext http, Route? route, out RpcExchange? exchange)
    {
        exchange = null;
        var contentType = http.Request.ContentType;
        if (!HttpMethods.IsPost(http.Request.Method))
            return false;

        var text = ContentTypes.Matches(contentType, TextType, out var codecName);
        if (!text && !ContentTypes.Matches(contentType, BinaryType, out codecName))
            return false;
        if (!codecs.TryFind(codecName, route, out var codec))
            return false;

        var body = http.Request.BodyReader;
        var input = text ? PipeReader.Create(new Base64DecodingStream(body)) : body;
        exchange = new GrpcWebExchange(http, input, text, ContentTypes.Normalize(contentType!), options.Value, codecs.Translate(codec, route));
        return true;
    }
}
