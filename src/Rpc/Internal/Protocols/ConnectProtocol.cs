using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Rpc.Internal.Codecs;

namespace Rpc.Internal.Protocols;

/// <summary>The Connect protocol: unary calls as plain HTTP, POST or GET, and streams of enveloped messages.</summary>
internal sealed class ConnectProtocol(IOptions<RpcOptions> options, MessageCodecs codecs, DetailJson details) : IRpcProtocol
{
    private const string UnaryType = "application/";
    private const string StreamType = "application/connect";

    public bool Accept(HttpContext http, Route? route, out RpcExchange? exchange)
    {
        exchange = null;
        if (HttpMethods.IsGet(http.Request.Method))
            return route is { Method: { Type: RpcMethodType.Unary, IdempotencyNoSideEffects: true } } && AcceptGet(http, route, out exchange);
        if (!HttpMethods.IsPost(http.Request.Method))
            return false;

        var streams = route is null || route.Method.Type != RpcMethodType.Unary;
        var unary = route is null || route.Method.Type == RpcMethodType.Unary;
        return (streams && AcceptStream(http, route, out exchange)) || (unary && AcceptUnary(http, route, out exchange));
    }

    private bool AcceptStream(HttpContext http, Route? route, out RpcExchange? exchange)
    {
        exchange = null;
        var contentType = http.Request.ContentType;
        if (!ContentTypes.Matches(contentType, StreamType, out var codecName) || !codecs.TryFind(codecName, route, out var codec))
            return false;

        if (route?.Method.Type != RpcMethodType.DuplexStreaming || HttpVersions.HasStreams(http.Request.Protocol))
            exchange = new ConnectStreamExchange(http, ContentTypes.Normalize(contentType!), options.Value, details, codecs.Translate(codec, route));
        return true;
    }

    private bool AcceptUnary(HttpContext http, Route? route, out RpcExchange? exchange)
    {
        exchange = null;
        var contentType = ContentTypes.WithoutParameters(http.Request.ContentType);
        if (!contentType.StartsWith(UnaryType, StringComparison.OrdinalIgnoreCase)
            || !codecs.TryFind(contentType[UnaryType.Length..], route, out var codec))
            return false;

        exchange = new ConnectUnaryExchange(http, route is not null, codec, new ConnectPostRequest(http.Request), options.Value, details, codecs.Translate(codec, route));
        return true;
    }

    private bool AcceptGet(HttpContext http, Route route, out RpcExchange? exchange)
    {
        exchange = null;
        if (!codecs.TryFind(http.Request.Query["encoding"].ToString(), route, out var codec))
            return false;

        exchange = new ConnectUnaryExchange(http, true, codec, new ConnectGetRequest(http.Request), options.Value, details, codecs.Translate(codec, route));
        return true;
    }
}
