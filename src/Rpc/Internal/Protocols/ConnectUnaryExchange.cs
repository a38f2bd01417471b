using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Rpc.Internal.Codecs;
using Rpc.Internal.Framing;

namespace Rpc.Internal.Protocols;

/// <summary>
/// A unary call of the Connect protocol. The HTTP status tells how the call ended, so the response is held back until then.
/// </summary>
internal sealed class ConnectUnaryExchange(
    HttpContext http, bool served, MessageCodec codec, ConnectRequest request, RpcOptions options, DetailJson details, JsonMessages? json)
    : RpcExchange(http)
{
    private const string TrailerPrefix = "trailer-";

    private readonly PooledBuffer _response = new();
    private PooledBuffer? _decompressed;
    private bool _requestGzip;
    private bool _responseGzip;
    private bool _acceptsGzip;

    public override bool RequestEnded => request.Ended;

    public override TimeSpan? Open()
    {
        request.CheckVersion();
        var headers = Http.Request.Headers;
        _acceptsGzip = Gzip.IsAccepted(ConnectHeaders.Accepted(headers.AcceptEncoding, request.Encoding));
        _requestGzip = Gzip.IsDeclared(request.Encoding);
        return ConnectTimeout.Parse(headers[ConnectHeaders.TimeoutMs]);
    }

    public override async ValueTask<ReadOnlySequence<byte>?> ReadAsync(ServerCall call)
    {
        var message = await request.ReadAsync(options.MaxReceiveMessageSize, call);

        // Nothing is never compressed.
        RequestCompressed = _requestGzip && !message.IsEmpty;
        if (RequestCompressed)
        {
            _decompressed = new PooledBuffer();
            Gzip.Decompress(message, _decompressed, options.MaxReceiveMessageSize);
            message = _decompressed.Written;
        }

        return json is null ? message : json.Decode(message);
    }

    public override ValueTask WriteHeadersAsync(ServerCall call) => ValueTask.CompletedTask;

    public override ValueTask WriteAsync(ServerCall call, ReadOnlySequence<byte> message)
    {
        if (json is not null)
            message = json.Encode(message);

        _responseGzip = _acceptsGzip && call.CompressResponse && !message.IsEmpty;
        if (_responseGzip)
        {
            Gzip.Compress(message, _response);
        }
        else
        {
            foreach (var segment in message)
                _response.Write(segment.Span);
        }

        return ValueTask.CompletedTask;
    }

    public override async ValueTask CompleteAsync(RpcStatus status, RpcMetadata? headers, RpcMetadata? trailers)
    {
        // To plain HTTP clients a path that nobody serves is 404.
        var response = Http.Response;
        response.StatusCode = !served && status.Code == StatusCode.Unimplemented ? StatusCodes.Status404NotFound : ConnectErrors.HttpStatus(status.Code);
        response.ContentType = codec == MessageCodec.Json || status.Code != StatusCode.OK ? "application/json" : "application/proto";
        if (status.Code != StatusCode.OK)
        {
            _response.Clear();
            ConnectErrors.WriteError(_response, status, details);
        }
        else if (_responseGzip)
        {
            response.Headers.ContentEncoding = Gzip.Name;
        }

        if (HttpMethods.IsGet(Http.Request.Method))
            response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        if (headers is not null)
            MetadataHeaders.Write(headers, response.Headers);
        if (trailers is not null)
            MetadataHeaders.Write(trailers, response.Headers, TrailerPrefix);

        response.ContentLength = _response.WrittenCount;
        await response.StartAsync();
        foreach (var segment in _response.Written)
            response.BodyWriter.Write(segment.Span);
    }

    public override void Dispose()
    {
        base.Dispose();
        _response.Dispose();
        _decompressed?.Dispose();
        json?.Dispose();
    }

    protected override void ReleaseMessage() => request.Release();
}
