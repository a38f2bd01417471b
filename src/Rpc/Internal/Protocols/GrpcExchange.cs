using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Rpc.Internal.Codecs;
using Rpc.Internal.Framing;

namespace Rpc.Internal.Protocols;

/// <summary>A gRPC call over HTTP/2 (doc/PROTOCOL-HTTP2.md).</summary>
internal sealed class GrpcExchange(HttpContext http, string contentType, RpcOptions options, JsonMessages? json)
    : EnvelopeExchange(http, http.Request.BodyReader, options.MaxReceiveMessageSize, json)
{
    public override TimeSpan? Open()
    {
        var headers = Http.Request.Headers;
        OpenCompression(headers.GrpcEncoding, headers.GrpcAcceptEncoding.ToString());
        return GrpcTimeout.Parse(headers.GrpcTimeout);
    }

    public override ValueTask CompleteAsync(RpcStatus status, RpcMetadata? headers, RpcMetadata? trailers)
    {
        if (!Started && headers is null && status.Code != StatusCode.OK)
        {
            // Trailers-only: one block of headers says it all.
            SetHeaders(compressed: false);
            WriteTrailers(Http.Response.Headers);
            return ValueTask.CompletedTask;
        }

        if (!Started)
            Start(headers, compress: false);
        if (Http.Features.Get<IHttpResponseTrailersFeature>() is { } feature)
            WriteTrailers(feature.Trailers);
        return ValueTask.CompletedTask;

        void WriteTrailers(IHeaderDictionary destination)
        {
            GrpcStatusHeaders.Write(status, destination);
            if (trailers is not null)
                MetadataHeaders.Write(trailers, destination);
        }
    }

    protected override void SetHeaders(bool compressed)
    {
        var response = Http.Response;
        response.ContentType = contentType;
        if (DeclaresCompression)
            response.Headers.GrpcAcceptEncoding = Gzip.AcceptedEncodings;
        if (compressed)
            response.Headers.GrpcEncoding = Gzip.Name;
    }
}
