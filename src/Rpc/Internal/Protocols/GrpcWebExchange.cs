using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;
using Rpc.Internal.Codecs;
using Rpc.Internal.Framing;

namespace Rpc.Internal.Protocols;

/// <summary>A gRPC-Web call: gRPC with the trailers in the body, and all of it in base64 for clients that only read text.</summary>
internal sealed class GrpcWebExchange(HttpContext http, PipeReader input, bool text, string contentType, RpcOptions options, JsonMessages? json)
    : EnvelopeExchange(http, input, options.MaxReceiveMessageSize, json)
{
    private const byte TrailersFlag = 0x80;

    private readonly PooledBuffer _plain = new();

    public override TimeSpan? Open()
    {
        var headers = Http.Request.Headers;
        OpenCompression(headers.GrpcEncoding, headers.GrpcAcceptEncoding.ToString());
        return GrpcTimeout.Parse(headers.GrpcTimeout);
    }

    /// <summary>
    /// The status is in the body even when there is nothing else: a page reads headers only as far as CORS exposes them.
    /// </summary>
    public override ValueTask CompleteAsync(RpcStatus status, RpcMetadata? headers, RpcMetadata? trailers)
    {
        if (!Started)
            Start(headers, compress: false);

        var fields = new HeaderDictionary();
        GrpcStatusHeaders.Write(status, fields);
        if (trailers is not null)
            MetadataHeaders.Write(trailers, fields);

        using var block = new PooledBuffer();
        foreach (var (name, values) in fields)
        {
            foreach (var value in values)
                Encoding.UTF8.GetBytes($"{name.ToLowerInvariant()}: {value}\r\n", block);
        }

        WriteEnvelope(TrailersFlag, block.Written);
        return ValueTask.CompletedTask;
    }

    public override void Dispose()
    {
        base.Dispose();
        _plain.Dispose();
        if (text)
            Input.Complete();
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

    protected override void WriteEnvelope(byte flags, in ReadOnlySequence<byte> payload)
    {
        if (!text)
        {
            base.WriteEnvelope(flags, payload);
            return;
        }

        // Each envelope is padded by itself, so that a client can decode it as soon as it arrives.
        _plain.Clear();
        EnvelopeWriter.Write(_plain, flags, payload);
        Base64Encoder.Encode(_plain.Written, Http.Response.BodyWriter);
    }
}
