using Microsoft.AspNetCore.Http;
using Rpc.Internal.Codecs;
using Rpc.Internal.Framing;

namespace Rpc.Internal.Protocols;

/// <summary>A streaming call of the Connect protocol, which ends with a message of its own.</summary>
internal sealed class ConnectStreamExchange(HttpContext http, string contentType, RpcOptions options, DetailJson details, JsonMessages? json)
    : EnvelopeExchange(http, http.Request.BodyReader, options.MaxReceiveMessageSize, json)
{
    private const byte EndOfStreamFlag = 2;

    public override TimeSpan? Open()
    {
        var headers = Http.Request.Headers;
        ConnectHeaders.CheckVersion(headers);
        string? encoding = headers[ConnectHeaders.ContentEncoding];
        OpenCompression(encoding, ConnectHeaders.Accepted(headers[ConnectHeaders.AcceptEncoding], encoding));
        return ConnectTimeout.Parse(headers[ConnectHeaders.TimeoutMs]);
    }

    public override ValueTask CompleteAsync(RpcStatus status, RpcMetadata? headers, RpcMetadata? trailers)
    {
        if (!Started)
            Start(headers, compress: false);

        using var end = new PooledBuffer();
        ConnectErrors.WriteEndOfStream(end, status, trailers is { Count: > 0 } ? trailers : null, details);
        WriteEnvelope(EndOfStreamFlag, end.Written);
        return ValueTask.CompletedTask;
    }

    protected override void SetHeaders(bool compressed)
    {
        var headers = Http.Response.Headers;
        headers.ContentType = contentType;
        headers[ConnectHeaders.AcceptEncoding] = Gzip.AcceptedEncodings;
        if (compressed)
            headers[ConnectHeaders.ContentEncoding] = Gzip.Name;
    }
}
